"""The wizard over HTTP, as the page goes through it: one draft, from its first step to its batches."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from infra.local.http_api import Api, Refused

PAGE = 200


class DraftApi:
    """One draft; each edit is made on the version that the one before left."""

    def __init__(self, api: Api, draft: dict[str, Any]) -> None:
        self._api = api
        self.draft = draft

    @classmethod
    def begun(cls, api: Api, account_id: str, comment: str, external_number: str = "") -> DraftApi:
        """Step 1."""
        general = {"credited_account_id": account_id, "comment": comment, "external_number": external_number}
        return cls(api, api.post("/drafts", **general))

    @property
    def path(self) -> str:
        return f"/drafts/{self.draft['id']}"

    def select(self, due_from: date, due_to: date, activity: str = "") -> None:
        """Step 2."""
        criteria = {"due_from": due_from.isoformat(), "due_to": due_to.isoformat(), "activity": activity}
        self._api.put(f"{self.path}/criteria", version=self.draft["version"], **criteria)
        self.draft = self._api.until(
            self.path, lambda asked: asked["state"] != "preparing", "la sélection des échéances"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Step 3: the whole table."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._api.get(f"{self.path}/rows", offset=len(found), limit=PAGE)
            found.extend(page["rows"])
            if len(found) >= page["count"]:
                return found

    def attach(self, instalment_ids: Sequence[str]) -> None:
        self._act("attach", instalment_ids=list(instalment_ids))

    def detach(self, instalment_ids: Sequence[str]) -> None:
        self._act("detach", instalment_ids=list(instalment_ids))

    def undo_detach(self) -> None:
        self._act("undo-detach")

    def take_proposed_dates(self, instalment_ids: Sequence[str]) -> None:
        self._act("dates", instalment_ids=list(instalment_ids), proposed=True)

    def refresh(self) -> None:
        self._act("refresh")

    def edit(self, instalment_id: str, **change: object) -> None:
        path = f"{self.path}/rows/{instalment_id}"
        self.draft = self._api.patch(path, version=self.draft["version"], **change)["draft"]

    def recap(self) -> dict[str, Any]:
        """Step 4."""
        found: dict[str, Any] = self._api.get(f"{self.path}/recap")
        self.draft = found["draft"]
        return found

    def validate(self, confirmed: Sequence[str] = (), *, times: int = 1) -> list[dict[str, Any]]:
        """Registers what the recap shows; returns the batches, one for each due date. Sent several times, as
        a double click would, it registers once. Raises Refused."""
        draft = self.recap()["draft"]
        request = {
            "version": draft["version"],
            "request_key": uuid.uuid4().hex,
            "count": draft["count"],
            "total_cents": draft["total_cents"],
            "confirmed": list(confirmed),
        }
        for _ in range(times):
            self._api.post(f"{self.path}/validate", **request)
        self.draft = self._api.until(
            self.path, lambda asked: asked["state"] != "registering", "l’enregistrement du lot"
        )
        if self.draft["state"] != "registered":
            raise Refused(f"La remise n’est pas enregistrée : {self.draft['notice']}")
        return [self._pending(batch["id"]) for batch in self.draft["batches"]]

    def _act(self, what: str, **request: object) -> None:
        self.draft = self._api.post(f"{self.path}/{what}", version=self.draft["version"], **request)

    def _pending(self, batch_id: str) -> dict[str, Any]:
        batch: dict[str, Any] = self._api.until(
            f"/batches/{batch_id}", lambda asked: asked["state"] != "creating", "la remise en attente"
        )
        return batch
