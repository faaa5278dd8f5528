"""What an operator does with the wizard: select, meet anomalies, mend or detach, validate."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from infra.local.http_api import Api

PAGE = 200
Say = Callable[[str], None]


class Wizard:
    """One draft, from its first step to its registered batches."""

    def __init__(self, api: Api, say: Say, account_id: str, comment: str) -> None:
        self._api = api
        self._say = say
        self._draft = api.post("/drafts", credited_account_id=account_id, comment=comment)

    @property
    def draft_id(self) -> str:
        return str(self._draft["id"])

    def select(self, due_from: date, due_to: date, activity: str = "") -> None:
        criteria = {"due_from": due_from.isoformat(), "due_to": due_to.isoformat(), "activity": activity}
        self._api.put(f"{self._path}/criteria", version=self._version, **criteria)
        self._draft = self._api.until(
            self._path, lambda asked: asked["state"] != "preparing", "la sélection des échéances"
        )
        self._say(
            f"  {self._draft['count']} échéances sélectionnées, {self._draft['blocked']} en anomalie, "
            f"{self._draft['left_out']} laissées de côté (autre moyen de paiement)"
        )

    def attach_other_payers(self, due_from: date, due_to: date) -> None:
        """Attaches what the criteria left out, as the search of the attach dialog finds it."""
        in_table = {row["instalment_id"] for row in self.rows()}
        dates = {"due_from": due_from.isoformat(), "due_to": due_to.isoformat()}
        found = self._api.get("/instalments", **dates, limit=PAGE)["instalments"]
        others = [one["id"] for one in found if one["id"] not in in_table]
        if others:
            self._draft = self._api.post(f"{self._path}/attach", version=self._version, instalment_ids=others)
            self._say(f"  {len(others)} échéances attachées")

    def debit_a_part(self, cents: int) -> None:
        """Debits only a part of the first sound row; the rest stays selectable."""
        row = next(row for row in self.rows() if not row["blocked"] and row["amount_cents"] > cents)
        self._edit(row, amount_cents=cents)
        self._say(f"  facture {row['invoice_number']} : une partie seulement")

    def mend(self) -> Counter[str]:
        """Mends what an operator can mend on the spot, detaches the rest; returns what was met."""
        met: Counter[str] = Counter()
        self._send_waiting_invoices(met)
        self._move_to_proposed_dates(met)
        blocked = [row for row in self.rows() if row["blocked"]]
        for row in blocked:
            met.update(anomaly["code"] for anomaly in row["anomalies"] if anomaly["blocking"])
        if blocked:
            self._draft = self._api.post(
                f"{self._path}/detach",
                version=self._version,
                instalment_ids=[row["instalment_id"] for row in blocked],
            )
            self._say(f"  {len(blocked)} lignes détachées")
        return met

    def validate(self) -> list[dict[str, Any]]:
        """Registers; returns the batches, one for each due date."""
        recap = self._api.get(f"{self._path}/recap")
        draft = recap["draft"]
        assert sum(day["count"] for day in recap["dates"]) == draft["count"]
        assert sum(day["total_cents"] for day in recap["dates"]) == draft["total_cents"]
        request = {
            "version": draft["version"],
            "request_key": uuid.uuid4().hex,
            "count": draft["count"],
            "total_cents": draft["total_cents"],
        }
        for _ in range(2):  # as a double click, or a connection that broke, would send it
            self._api.post(f"{self._path}/validate", **request)
        done = self._api.until(
            self._path, lambda asked: asked["state"] != "registering", "l’enregistrement du lot"
        )
        assert done["state"] == "registered", done["notice"]
        self._say(f"  {done['count']} lignes enregistrées en {len(done['batches'])} remises")
        return [self._pending(batch["id"]) for batch in done["batches"]]

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._api.get(f"{self._path}/rows", offset=len(found), limit=PAGE)
            found.extend(page["rows"])
            if len(found) >= page["count"]:
                return found

    @property
    def _path(self) -> str:
        return f"/drafts/{self.draft_id}"

    @property
    def _version(self) -> int:
        return int(self._draft["version"])

    def _pending(self, batch_id: str) -> dict[str, Any]:
        batch: dict[str, Any] = self._api.until(
            f"/batches/{batch_id}", lambda asked: asked["state"] != "creating", "la remise en attente"
        )
        return batch

    def _edit(self, row: dict[str, Any], **change: object) -> None:
        edited = self._api.patch(f"{self._path}/rows/{row['instalment_id']}", version=self._version, **change)
        self._draft = edited["draft"]

    def _send_waiting_invoices(self, met: Counter[str]) -> None:
        """Sends every other invoice that was not sent, then takes over what changed."""
        waiting = [row for row in self.rows() if _has(row, "invoice_not_sent")]
        numbers = sorted({row["invoice_number"] for row in waiting})[::2]
        for number in numbers:
            (invoice,) = self._api.get("/invoices", number=number)["invoices"]
            self._api.post(f"/invoices/{invoice['id']}/sending", event="send", revision=invoice["revision"])
        if numbers:
            met["invoice_not_sent"] += len(numbers)
            self._draft = self._api.post(f"{self._path}/refresh", version=self._version)
            self._say(f"  {len(numbers)} factures envoyées, tableau actualisé")

    def _move_to_proposed_dates(self, met: Counter[str]) -> None:
        """Gives rows on a day when banks are closed the next open day, all at once for each day."""
        closed: dict[str, list[str]] = {}
        for row in self.rows():
            for anomaly in row["anomalies"]:
                if anomaly["code"] == "date_not_target":
                    closed.setdefault(anomaly["proposed_date"], []).append(row["instalment_id"])
        for day, rows in closed.items():
            met["date_not_target"] += len(rows)
            self._draft = self._api.post(
                f"{self._path}/dates", version=self._version, instalment_ids=rows, date=day
            )
            self._say(f"  {len(rows)} lignes reportées au {day}")


def _has(row: dict[str, Any], code: str) -> bool:
    return any(anomaly["code"] == code for anomaly in row["anomalies"])
