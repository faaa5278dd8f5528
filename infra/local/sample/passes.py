"""The story of a school's first remittances, one pass of the wizard after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from diapason.domain.money import french_euros
from infra.local import customer_api, demo_school
from infra.local.demo_school.accounts import BANKS, french_iban
from infra.local.demo_school.billing import debit_days
from infra.local.http_api import Api
from infra.local.sample.checks import require
from infra.local.sample.remittances import (
    SampleFile,
    cancel_with_attestation,
    delete_pending,
    generate_and_download,
)
from infra.local.sample.wizard import Wizard, WizardNotes

Say = Callable[[str], None]
A_PART_CENTS = 1_000
FIRST_ACTIVITY = "DANSE"


class Passes:
    """``asking`` and ``attesting`` are the two who together may cancel a generated batch."""

    def __init__(
        self, operator: Api, asking: Api, attesting: Api, say: Say, folder: Path, today: date
    ) -> None:
        self._api = operator
        self._asking = asking
        self._attesting = attesting
        self._say = say
        self._folder = folder
        self._today = today
        self._months = debit_days(today, 6)
        self._cases = demo_school.specials(today)
        self.notes = WizardNotes()
        self.files: list[SampleFile] = []
        self.deleted: list[str] = []
        self.partial: dict[str, Any] = {}
        self.cancelled: dict[str, Any] = {}

    def play(self) -> None:
        self._firsts_and_again()
        self._first_months()
        self._rest_of_a_part()
        self._customers_change()
        self._after_the_changes()
        self._later_months()
        self._between_companies()
        self._treasury()

    def _first_months(self) -> None:
        """Everything happens on the table; the last date's batch is deleted while it waits."""
        last = self._months[1]
        wizard = self._begun("principal", "Premières échéances")
        wizard.select(self._today, last)
        wizard.attach_other_payers(self._today, last)
        wizard.mend()
        wizard.detach_and_undo()
        row = wizard.debit_a_part(A_PART_CENTS)
        wizard.end_a_mandate()
        batches = wizard.validate()
        self._delete(batches.pop())
        files = self._made(batches)
        number = next(file.batch_number for file in files if file.due_date == row["collection_date"])
        self.partial = {
            "invoice_number": row["invoice_number"],
            "instalment_id": row["instalment_id"],
            "total_cents": row["amount_cents"],
            "parts": [{"batch_number": number, "cents": A_PART_CENTS}],
        }

    def _rest_of_a_part(self) -> None:
        """What was debited in part is debited to the end by another remittance."""
        wizard = self._begun("principal", "Le reste d’une échéance")
        wizard.attach([self.partial["instalment_id"]])
        (file,) = self._made(wizard.validate())
        self.partial["parts"].append({"batch_number": file.batch_number, "cents": file.total_cents})
        whole = sum(part["cents"] for part in self.partial["parts"])
        require(whole == self.partial["total_cents"], "les deux parts ne font pas l’échéance")

    def _customers_change(self) -> None:
        """Three mandates that were collected go on otherwise: another bank, the same bank, another RUM."""
        self._say("Deux familles changent de compte, une troisième signe un mandat qui remplace le sien")
        for what, is_another_bank in (("moved to another bank", True), ("moved within its bank", False)):
            account = self._cases[what].family.accounts[0]
            bank = next(bank for bank in BANKS if (bank != account.iban[4:9]) is is_another_bank)
            iban = french_iban(bank, 8_800_000)
            self._change(what, lambda update, iban=iban: customer_api.new_account(update, iban))  # type: ignore[misc]
        rum = self._cases["grandparent pays"].family.accounts[0].rum
        self._change("grandparent pays", lambda update: customer_api.successor(update, f"{rum}-2"))

    def _after_the_changes(self) -> None:
        """Structured addresses, debtors who are not the holders, a ceiling that is confirmed, amendments."""
        wizard = self._begun("activites", "Deuxième mois")
        wizard.select(self._today, self._months[2])
        wizard.mend()
        batches = wizard.validate()
        self._delete(batches.pop())
        self._made(batches)

    def _firsts_and_again(self) -> None:
        """FRST and RCUR; the file is cancelled by two people, and its instalments are collected anew."""
        wizard = self._begun("ancien", "Premiers prélèvements d’une activité")
        wizard.select(self._today, self._months[0], FIRST_ACTIVITY)
        wizard.mend()
        file = self._made(wizard.validate())[-1]
        freed = cancel_with_attestation(self._asking, self._attesting, self._say, file.batch_number)
        again = self._begun("ancien", "Après l’annulation")
        again.attach(freed)
        (second,) = self._made(again.validate())
        require(
            (second.count, second.total_cents, second.sequences)
            == (file.count, file.total_cents, file.sequences),
            "la remise refaite après l’annulation diffère",
        )
        self.cancelled = {
            "batch_number": file.batch_number,
            "ground": "attestation",
            "again": second.batch_number,
        }

    def _later_months(self) -> None:
        """By the bank of before, a date at a time."""
        wizard = self._begun("ancien", "Mois suivants")
        wizard.select(self._today, self._months[4])
        wizard.mend()
        self._made(wizard.validate())

    def _between_companies(self) -> None:
        """B2B, with hybrid addresses."""
        wizard = self._begun("interentreprises", "Entreprises")
        reference = self._cases["company"].family.reference
        found = self._api.get("/instalments", customer_reference=reference)["instalments"]
        wizard.attach([one["id"] for one in found])
        self._made(wizard.validate())

    def _treasury(self) -> None:
        """An account kept by the Treasury, whose file has a name of its own."""
        wizard = self._begun("regie", "Dernier mois")
        wizard.select(self._months[4] + timedelta(days=1), self._months[5])
        wizard.mend()
        self._made(wizard.validate())

    def _begun(self, account_id: str, comment: str) -> Wizard:
        account = self._api.get(f"/bank-accounts/{account_id}")
        self._say(f"{comment} : « {account['label']} », {', '.join(account['meaning'][:2])}")
        return Wizard(self._api, self._say, self.notes, account_id, comment)

    def _made(self, batches: list[dict[str, Any]]) -> list[SampleFile]:
        files = [generate_and_download(self._api, self._say, batch, self._folder) for batch in batches]
        total = french_euros(sum(file.total_cents for file in files))
        self._say(f"  {len(files)} fichiers, {sum(file.count for file in files)} prélèvements, {total}")
        self.files += files
        return files

    def _delete(self, batch: dict[str, Any]) -> None:
        delete_pending(self._api, self._say, batch)
        self.deleted.append(batch["number"])

    def _change(self, what: str, edit: Callable[[dict[str, Any]], None]) -> None:
        customer_api.change(self._api, self._cases[what].family.reference, edit)
