"""Drafts: the record of the wizard, and of the workflow that registers its batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from diapason.domain.batches import DraftState
from diapason.domain.drafts import Draft, DraftPhase
from diapason.domain.errors import NotFound, VersionConflict
from diapason.store.bulk import query, read_one
from diapason.store.documents import decode, encode_text
from diapason.store.repository import Repository
from diapason.store.transactions import ConditionFailed, Transaction
from diapason.store.unfinished import Worker, work_sort_key

if TYPE_CHECKING:
    pass

IS_AS_READ = "version = :seen"
AT_REST = frozenset({DraftPhase.IDLE, DraftPhase.DONE})


class Drafts(Repository):
    """One school's drafts. Every write replaces the very version that was read."""

    def get(self, identifier: str) -> Draft:
        """Raises NotFound."""
        item = read_one(self._client, self.table, self._keys.draft(identifier))
        if item is None:
            raise NotFound("Cette remise en préparation n’existe pas.")
        return decode(item["document"]["S"], Draft)

    def progress(self, draft: Draft) -> int:
        """How many lines the registering worker says it has claimed: for display alone."""
        item = read_one(self._client, self.table, self._keys.draft(draft.id))
        return int(item["claimed_lines"]["N"]) if item and "claimed_lines" in item else 0

    def listed(self) -> Iterator[Draft]:
        """Those in preparation or being registered, the latest first."""
        found = query(
            self._client,
            TableName=self.table,
            IndexName="listing",
            ScanIndexForward=False,
            KeyConditionExpression="listing_pk = :pk",
            ExpressionAttributeValues={":pk": {"S": self._keys.drafts()}},
        )
        return (decode(item["document"]["S"], Draft) for item in found)

    def create(self, draft: Draft, who: str) -> None:
        transaction = self._transactions.begin()
        transaction.put_new(self.table, self._keys.draft(draft.id), self._item(draft))
        self._journal.record(transaction, f"draft-{draft.id}", who, "created")
        transaction.commit()

    def write(self, seen: Draft, changed: Draft, who: str, event: str, **facts: object) -> Draft:
        """Replaces the version that was read; raises VersionConflict when it is no longer there."""
        transaction = self._transactions.begin()
        written = self.add_write(transaction, seen, changed, who, event, **facts)
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None
        return written

    def advance(self, seen: Draft, changed: Draft, who: str, event: str, **facts: object) -> bool:
        """Moves the recovery point; False when another worker moved it first."""
        try:
            self.write(seen, changed, who, event, **facts)
        except VersionConflict:
            return False
        return True

    def add_write(
        self, transaction: Transaction, seen: Draft, changed: Draft, who: str, event: str, **facts: object
    ) -> Draft:
        """Adds the conditional replacement and its journal row; returns the draft as it will stand."""
        written = replace(changed, version=seen.version + 1)
        transaction.put(
            self.table, self._keys.draft(seen.id), self._item(written), IS_AS_READ, seen=seen.version
        )
        self._journal.record(transaction, f"draft-{seen.id}", who, event, version=written.version, **facts)
        return written

    def add_check(self, transaction: Transaction, seen: Draft) -> None:
        """Adds the condition that the draft is still the version that was read."""
        transaction.check(self.table, self._keys.draft(seen.id), IS_AS_READ, seen=seen.version)

    def report_progress(self, draft: Draft, claimed_lines: int) -> None:
        """Tells how far claiming is, and that it is alive; says nothing once the draft has moved on."""
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.draft(draft.id),
            "SET claimed_lines = :lines, work_sk = :work",
            IS_AS_READ,
            lines=claimed_lines,
            work=self._work(draft),
            seen=draft.version,
        )
        with suppress(ConditionFailed):
            transaction.commit()

    def _work(self, draft: Draft) -> str:
        return work_sort_key(self._clock.now(), Worker.REGISTER, draft.id)

    def _item(self, draft: Draft) -> dict[str, object]:
        is_listed = draft.state in {DraftState.OPEN, DraftState.PREPARING, DraftState.REGISTERING}
        in_work = draft.phase not in AT_REST
        return {
            "version": draft.version,
            "state": draft.state,
            "phase": draft.phase,
            "document": encode_text(draft),
            "listing_pk": self._keys.drafts() if is_listed else None,
            "listing_sk": f"{draft.created_at.isoformat()}#{draft.id}" if is_listed else None,
            "work_pk": self._keys.work() if in_work else None,
            "work_sk": self._work(draft) if in_work else None,
        }
