"""What an operator does with the wizard: select, meet anomalies, mend or detach, confirm, validate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.local.http_api import Api
from infra.local.sample.checks import require
from infra.local.wizard_api import PAGE, DraftApi

Say = Callable[[str], None]


@dataclass
class WizardNotes:
    """What the summary tells of all passes."""

    anomalies: Counter[str] = field(default_factory=Counter)
    undone: int = 0
    confirmations: list[str] = field(default_factory=list)


class Wizard:
    """One draft, from its first step to its registered batches."""

    def __init__(self, api: Api, say: Say, notes: WizardNotes, account_id: str, comment: str) -> None:
        self._api = api
        self._say = say
        self._notes = notes
        self._draft = DraftApi.begun(api, account_id, comment)

    def select(self, due_from: date, due_to: date, activity: str = "") -> None:
        self._draft.select(due_from, due_to, activity)
        draft = self._draft.draft
        self._say(
            f"  {draft['count']} échéances sélectionnées, {draft['blocked']} en anomalie, "
            f"{draft['left_out']} laissées de côté (autre moyen de paiement)"
        )

    def attach_other_payers(self, due_from: date, due_to: date) -> None:
        """Attaches what the criteria left out, as the search of the attach dialog finds it."""
        in_table = {row["instalment_id"] for row in self._draft.rows()}
        dates = {"due_from": due_from.isoformat(), "due_to": due_to.isoformat()}
        found = self._api.get("/instalments", **dates, limit=PAGE)["instalments"]
        others = [one["id"] for one in found if one["id"] not in in_table]
        if others:
            self._draft.attach(others)
            self._say(f"  {len(others)} échéances attachées")

    def attach(self, instalment_ids: list[str]) -> None:
        self._draft.attach(instalment_ids)

    def detach_and_undo(self) -> None:
        """Detaches a row by mistake, and takes it back."""
        before = {row["instalment_id"] for row in self._draft.rows()}
        self._draft.detach(sorted(before)[:1])
        self._draft.undo_detach()
        after = {row["instalment_id"] for row in self._draft.rows()}
        require(after == before, "une échéance détachée puis rétablie n’est pas revenue")
        self._notes.undone += 1

    def debit_a_part(self, cents: int) -> dict[str, Any]:
        """Debits only a part of the first sound row, which is returned; the rest stays selectable."""
        row = next(row for row in self._draft.rows() if not row["anomalies"] and row["amount_cents"] > cents)
        self._draft.edit(row["instalment_id"], amount_cents=cents)
        self._say(f"  facture {row['invoice_number']} : une partie seulement")
        return row

    def end_a_mandate(self) -> None:
        """Marks a sound row as its mandate's last collection (FNAL): one before the last date, whose mandate
        stands once in the table."""
        rows = self._draft.rows()
        times = Counter(row["mandate_id"] for row in rows)
        last = max(row["collection_date"] for row in rows)
        row = [
            row
            for row in rows
            if not row["anomalies"] and times[row["mandate_id"]] == 1 and row["collection_date"] < last
        ][-1]
        self._draft.edit(row["instalment_id"], is_final=True)
        self._say(f"  facture {row['invoice_number']} : dernier prélèvement du mandat")

    def mend(self) -> None:
        """Mends what an operator can mend on the spot, and detaches the rest."""
        self._send_waiting_invoices()
        self._take_proposed_dates()
        blocked = [row for row in self._draft.rows() if row["blocked"]]
        for row in blocked:
            self._notes.anomalies.update(
                anomaly["code"] for anomaly in row["anomalies"] if anomaly["blocking"]
            )
        if blocked:
            self._draft.detach([row["instalment_id"] for row in blocked])
            self._say(f"  {len(blocked)} lignes détachées")

    def validate(self) -> list[dict[str, Any]]:
        """Registers, confirming what is unusual; returns the batches, by date."""
        recap = self._draft.recap()
        draft = recap["draft"]
        require(
            sum(day["count"] for day in recap["dates"]) == draft["count"]
            and sum(day["total_cents"] for day in recap["dates"]) == draft["total_cents"],
            "le récapitulatif ne s’additionne pas",
        )
        for confirmation in recap["confirmations"]:
            self._notes.confirmations.append(confirmation["words"])
            self._say(f"  {confirmation['words']}")
        confirmed = [confirmation["collection_date"] for confirmation in recap["confirmations"]]
        batches = self._draft.validate(confirmed, times=2)  # as a double click would send it
        self._say(f"  {self._draft.draft['count']} lignes enregistrées en {len(batches)} remises")
        return sorted(batches, key=lambda batch: str(batch["collection_date"]))

    def _send_waiting_invoices(self) -> None:
        """Sends the invoices that were not sent, then takes over what changed."""
        numbers = sorted({row["invoice_number"] for row in self._having("invoice_not_sent")})
        for number in numbers:
            (invoice,) = self._api.get("/invoices", number=number)["invoices"]
            self._api.post(f"/invoices/{invoice['id']}/sending", event="send", revision=invoice["revision"])
        if numbers:
            self._notes.anomalies["invoice_not_sent"] += len(numbers)
            self._draft.refresh()
            self._say(f"  {len(numbers)} factures envoyées, tableau actualisé")

    def _take_proposed_dates(self) -> None:
        """Gives rows on a day when banks are closed the next open day."""
        closed = [row["instalment_id"] for row in self._having("date_not_target")]
        if closed:
            self._notes.anomalies["date_not_target"] += len(closed)
            self._draft.take_proposed_dates(closed)
            self._say(f"  {len(closed)} lignes reportées au prochain jour ouvré")

    def _having(self, code: str) -> list[dict[str, Any]]:
        return [
            row for row in self._draft.rows() if any(anomaly["code"] == code for anomaly in row["anomalies"])
        ]
