"""What happened at the demo school after its files were imported, told over HTTP as its people did it: a
remittance was generated, another waits, and a draft stands open with one row for each anomaly.

Each step looks first whether it was taken: a start that was cut short goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from infra.local import demo_school
from infra.local.accounting_api import export_accounting, keep_debits
from infra.local.customer_api import change, customer_of, new_account, successor
from infra.local.demo_school.accounts import BANKS, french_iban
from infra.local.demo_school.specials import KEPT_ACTIVITY, Special
from infra.local.http_api import Api
from infra.local.wizard_api import PAGE, DraftApi

FIRST_ACCOUNT, ACCOUNT = "activites", "principal"
FIRST, LAST, EXAMINED = "EXEMPLE-1", "EXEMPLE-2", "EXEMPLE-3"
"""External numbers of the two batches and of the draft: they tell how far the story was told."""

COMMENT = "Exemple : une ligne pour chaque anomalie"
IN_THE_DRAFT = (
    "without account",
    "without mandate",
    "mandate not signed",
    "mandate suspended",
    "mandate revoked",
    "mandate never used for years",
    "signature to come",
    "one-off mandate that served",
    "one-off mandate, twice",
    "mandate for another creditor",
    "person with a mandate between companies",
    "account closed",
    "holder missing",
    "outside SEPA",
    "Monaco without address",
    "pays by cheque",
    "IBAN wrong",
    "bank key wrong",
    "BIC wrong",
    "RUM wrong",
    "date past",
    "date too soon",
    "banks closed",
    "date far",
    "not sent",
    "credit note",
    "text of music alone",
    "told too late",
    "twice on a day",
    "amount of nothing",
    "amount above the rest",
    "account without its mandate",
    "held by a batch",
    "debited",
    "paid another way",
    "kept in accounting",
    "cancelled",
    "account number changed",
    "mandate continued by another",
    "far above its habit",
)


class DemoStory:
    """The school's people at work. ``administrator`` writes settings, ``operator`` all the rest."""

    def __init__(self, operator: Api, administrator: Api, today: date) -> None:
        self._api = operator
        self._administrator = administrator
        self._today = today
        self._cases = demo_school.specials(today)
        self._collectable: dict[str, list[str]] = {}

    def tell(self) -> None:
        """Takes the steps that were not taken yet."""
        if self._batch(LAST) is None:
            self._open_draft()
            self._generate_first()
            self._change_customers()
            self._record_payment()
            self._cancel_invoice()
            self._keep_in_accounting()
            batch = DraftApi.begun(self._api, ACCOUNT, "Exemple : remise en attente", LAST)
            batch.attach([self._instalment("held by a batch")])
            batch.validate()
        self._examine_draft()

    def _open_draft(self) -> None:
        if self._standing_draft() is not None:
            return
        draft = DraftApi.begun(self._api, FIRST_ACCOUNT, COMMENT)
        draft.attach([identifier for what in IN_THE_DRAFT for identifier in self._shown_by(what)])
        draft.edit(self._instalment("amount of nothing"), amount_cents=0)
        above = self._cases["amount above the rest"].invoices[0].instalments[0][1] + 1
        draft.edit(self._instalment("amount above the rest"), amount_cents=above)
        two = customer_of(self._api, self._cases["account without its mandate"].family.reference)
        draft.edit(self._instalment("account without its mandate"), account_id=two["accounts"][0]["id"])

    def _examine_draft(self) -> None:
        """Another credited account is chosen for the open draft: every row is examined as it stands."""
        draft = self._standing_draft()
        if draft is None or draft["external_number"]:
            return
        general = {"credited_account_id": ACCOUNT, "external_number": EXAMINED, "comment": COMMENT}
        self._api.put(f"/drafts/{draft['id']}/general", version=draft["version"], **general)

    def _standing_draft(self) -> dict[str, Any] | None:
        drafts: list[dict[str, Any]] = self._api.get("/drafts")["drafts"]
        return next((one for one in drafts if one["comment"] == COMMENT and one["state"] == "open"), None)

    def _generate_first(self) -> None:
        """A file for families that something follows for; one of them has a habit from then on."""
        batch = self._batch(FIRST)
        if batch is None:
            begun = DraftApi.begun(self._api, ACCOUNT, "Exemple : remise générée", FIRST)
            habit = self._numbers("far above its habit")[1:]
            moved = [self._numbers(f"moved {how}")[0] for how in ("to another bank", "within its bank")]
            wanted = [self._instalment("debited"), *(self._first_of(number) for number in (*habit, *moved))]
            begun.attach(wanted)
            (batch,) = begun.validate()
        path = f"/batches/{batch['id']}"
        if batch["state"] == "pending":
            self._api.post(f"{path}/generate", version=batch["version"])
        self._api.until(path, lambda asked: asked["downloadable"], "le fichier bancaire")

    def _change_customers(self) -> None:
        for what, bank in (("moved to another bank", None), ("moved within its bank", "its own")):
            case = self._cases[what]
            iban = _another_account(case, another_bank=bank is None)
            self._change_once(case, lambda update, iban=iban: new_account(update, iban), "accounts")  # type: ignore[misc]
        continued = self._cases["mandate continued by another"]
        reference = f"{continued.family.accounts[0].rum}-2"
        self._change_once(continued, lambda update: successor(update, reference), "mandates")
        changed = self._cases["account number changed"]

        def correct(update: dict[str, Any]) -> None:
            update["accounts"][0]["iban"] = _another_account(changed, another_bank=True)

        change(self._api, changed.family.reference, correct)

    def _change_once(self, case: Special, edit: Callable[[dict[str, Any]], None], grows: str) -> None:
        if len(customer_of(self._api, case.family.reference)[grows]) == 1:
            change(self._api, case.family.reference, edit)

    def _record_payment(self) -> None:
        identifier = self._instalment("paid another way")
        (case,) = self._cases["paid another way"].invoices
        self._api.post(
            f"/instalments/{identifier}/payments",
            request_key="exemple-paiement",
            amount_cents=case.instalments[0][1],
            method="cheque",
            paid_on=self._today.isoformat(),
            note="Chèque remis au secrétariat",
        )

    def _cancel_invoice(self) -> None:
        invoice = self._invoice(self._numbers("cancelled")[0])
        if invoice["reception"] == "cancelled":
            return
        self._api.post(
            f"/invoices/{invoice['id']}/cancel",
            credit_note_number=f"A{invoice['number'][1:]}",
            reason="Inscription annulée avant la rentrée",
            revision=invoice["revision"],
        )

    def _keep_in_accounting(self) -> None:
        """One activity is debited by the school's accounting; the setting returns to what it was."""
        if self._api.get("/accounting-exports")["exports"]:
            return
        issued_on = self._cases["kept in accounting"].invoices[0].issued_on
        keep_debits(self._administrator, True)
        export_accounting(
            self._api, issued_on, issued_on, KEPT_ACTIVITY, "exemple-comptabilite", keeps_debits=True
        )
        keep_debits(self._administrator, False)

    def _batch(self, external_number: str) -> dict[str, Any] | None:
        found = self._api.get("/batches", external_number=external_number)["batches"]
        return found[0] if found else None

    def _numbers(self, what: str) -> list[str]:
        return [invoice.number for invoice in self._cases[what].invoices]

    def _shown_by(self, what: str) -> list[str]:
        """The instalments that show what is special: of the first invoice, or of both that fall on a day."""
        numbers = self._numbers(what)
        shown = numbers if what == "twice on a day" else numbers[:1]
        return [identifier for number in shown for identifier in self._instalments_of(number)]

    def _instalment(self, what: str) -> str:
        return self._first_of(self._numbers(what)[0])

    def _first_of(self, number: str) -> str:
        return self._instalments_of(number)[0]

    def _instalments_of(self, number: str) -> list[str]:
        """Looked up together as far as they can still be collected, else by their invoice."""
        if not self._collectable:
            prefix = f"F{self._today.year}-9"
            found = self._api.get("/instalments", invoice_number=prefix, limit=PAGE)["instalments"]
            for one in found:
                self._collectable.setdefault(one["invoice_number"], []).append(one["id"])
        if number not in self._collectable:
            self._collectable[number] = [one["id"] for one in self._invoice(number)["instalments"]]
        return self._collectable[number]

    def _invoice(self, number: str) -> dict[str, Any]:
        (found,) = self._api.get("/invoices", number=number)["invoices"]
        invoice: dict[str, Any] = self._api.get(f"/invoices/{found['id']}")
        return invoice


def _another_account(case: Special, *, another_bank: bool) -> str:
    """An account that differs from that of the family."""
    own_bank = case.family.accounts[0].iban[4:9]
    bank = next(bank for bank in BANKS if (bank != own_bank) is another_bank)
    return french_iban(bank, 8_800_000)
