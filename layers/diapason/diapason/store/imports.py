"""Imports: one record for each file handed in, with the recovery point of its workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from diapason.domain.errors import NotFound
from diapason.domain.imports import Import, ImportPhase
from diapason.store.bulk import WireItem, query, read_one
from diapason.store.documents import decode, encode_text
from diapason.store.repository import Repository
from diapason.store.transactions import ConditionFailed, Transaction


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Part of the list, and where the next part begins (empty at the end)."""

    imports: list[Import]
    next: str


class Imports(Repository):
    """One school's imports. An import's id begins with its moment, so that the list is in that order."""

    def create(self, record: Import) -> None:
        """Writes a new import; its id is new by construction."""
        transaction = self._transactions.begin()
        item = {
            "phase": record.phase,
            "parts_done": 0,
            "left_out": [],
            "moved_at": _moment(record.created_at),
            "document": encode_text(record),
        }
        transaction.put_new(self.table, self._keys.import_(record.id), item)
        self._journal.record(
            transaction, f"import-{record.id}", record.created_by, "created", kind=record.kind
        )
        transaction.commit()

    def get(self, identifier: str) -> Import:
        """Raises NotFound."""
        item = read_one(self._client, self.table, self._keys.import_(identifier))
        if item is None:
            raise NotFound("Cet import n’existe pas.")
        return _from_wire(item)

    def listed(self, limit: int, after: str = "") -> ImportPage:
        """The latest first."""
        request = {
            "TableName": self.table,
            "KeyConditionExpression": "PK = :pk",
            "ExpressionAttributeValues": {":pk": {"S": self._keys.imports()}},
            "ScanIndexForward": False,
            "ConsistentRead": True,
            "Limit": limit,
        }
        if after:
            key = self._keys.import_(after)
            request["ExclusiveStartKey"] = {"PK": {"S": key.pk}, "SK": {"S": key.sk}}
        answer = self._client.query(**request)  # type: ignore[arg-type]
        last = answer.get("LastEvaluatedKey")
        return ImportPage([_from_wire(item) for item in answer["Items"]], last["SK"]["S"] if last else "")

    def unfinished(self, moved_before: datetime, shown_before: datetime) -> Iterator[str]:
        """Ids of the imports that did not come to their end and have not moved since the first instant;
        those that wait to be confirmed, since the second."""
        found = query(
            self._client,
            TableName=self.table,
            KeyConditionExpression="PK = :pk",
            FilterExpression=(
                "(phase <> :done AND phase <> :preview AND moved_at < :moved) "
                "OR (phase = :preview AND moved_at < :shown)"
            ),
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.imports()},
                ":done": {"S": ImportPhase.DONE},
                ":preview": {"S": ImportPhase.PREVIEW},
                ":moved": {"S": _moment(moved_before)},
                ":shown": {"S": _moment(shown_before)},
            },
            ConsistentRead=True,
        )
        return (item["SK"]["S"] for item in found)

    def advance(
        self, before: Import, after: Import, now: datetime, who: str, event: str, **facts: object
    ) -> bool:
        """Moves the recovery point, with its journal row; False when another worker moved it first."""
        assert before.id == after.id
        assert before.phase is not after.phase
        parts_done = after.parts if after.is_finished else 0
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.import_(before.id),
            "SET phase = :after, parts_done = :parts, moved_at = :now, document = :document",
            "phase = :before",
            before=before.phase,
            after=after.phase,
            parts=parts_done,
            now=_moment(now),
            document=encode_text(after),
        )
        self._journal.record(transaction, f"import-{before.id}", who, event, **facts)
        try:
            transaction.commit()
        except ConditionFailed:
            return False
        return True

    def note_progress(
        self, record: Import, parts_done: int, now: datetime, left_out: Sequence[str] = ()
    ) -> None:
        """Says how many parts of the present phase are done, and where is listed what the last of them left
        out; a worker that lags behind says nothing."""
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.import_(record.id),
            "SET parts_done = :done, moved_at = :now, left_out = list_append(left_out, :left_out)",
            "phase = :phase AND parts_done < :done",
            phase=record.phase,
            done=parts_done,
            now=_moment(now),
            left_out=list(left_out),
        )
        try:
            transaction.commit()
        except ConditionFailed:
            return

    def add_fence(self, transaction: Transaction, identifier: str, phase: ImportPhase) -> int:
        """Adds the condition that the import is still in this phase; returns the action's rank. What was
        sent before the phase ended and arrives after it then changes nothing."""
        return transaction.check(self.table, self._keys.import_(identifier), "phase = :phase", phase=phase)


def _moment(instant: datetime) -> str:
    """Instants in UTC, all of one length, so that they compare as text."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _from_wire(item: WireItem) -> Import:
    return replace(
        decode(item["document"]["S"], Import),
        parts_done=int(item["parts_done"]["N"]),
        left_out=tuple(key["S"] for key in item["left_out"]["L"]),
    )
