"""Batches: their headers, and their lines in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from diapason.domain.batches import Batch, BatchPhase, BatchState, Chunk, Line, LineState, Marking
from diapason.domain.errors import NotFound, VersionConflict
from diapason.store.bulk import BATCH_GET_KEYS, WireItem, query, read_many, read_one
from diapason.store.documents import decode, encode_text
from diapason.store.repository import Repository
from diapason.store.transactions import ConditionFailed, Transaction
from diapason.store.unfinished import Worker, work_sort_key

_WORKERS = {
    BatchPhase.CHECK: Worker.GENERATE,
    BatchPhase.SEQUENCE: Worker.GENERATE,
    BatchPhase.GROUP: Worker.GENERATE,
    BatchPhase.RENDER: Worker.GENERATE,
    BatchPhase.APPLY: Worker.GENERATE,
    BatchPhase.VERIFY: Worker.GENERATE,
    BatchPhase.RELEASE: Worker.RELEASE,
    BatchPhase.CANCEL: Worker.RELEASE,
}
"""Whose work a batch is at each recovery point; a batch being created is its draft's work."""

IS_AS_READ = "version = :seen"
NEVER_LEFT = f"{IS_AS_READ} AND attribute_not_exists(left_the_house)"
ASKED_BY_ANOTHER = f"{IS_AS_READ} AND cancellation_asked_by <> :who"


class _Guard(NamedTuple):
    """Under which condition a header is replaced."""

    condition: str
    values: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChunkTotals:
    """What a chunk's item says of itself."""

    state: LineState
    count: int
    total_cents: int


class Batches(Repository):
    """One school's batches."""

    def get(self, identifier: str) -> Batch:
        """Raises NotFound."""
        item = read_one(self._client, self.table, self._keys.batch(identifier))
        if item is None:
            raise NotFound("Cette remise n’existe pas.")
        return decode(item["document"]["S"], Batch)

    def listed(self, due_from: str = "", due_to: str = "~") -> Iterator[Batch]:
        """By due date (ISO dates, both included), the latest first."""
        found = query(
            self._client,
            TableName=self.table,
            IndexName="listing",
            ScanIndexForward=False,
            KeyConditionExpression="listing_pk = :pk AND listing_sk BETWEEN :from AND :to",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.batches()},
                ":from": {"S": due_from or "0"},
                ":to": {"S": f"{due_to}#~"},
            },
        )
        return (decode(item["document"]["S"], Batch) for item in found)

    def add_creation(self, transaction: Transaction, batch: Batch, who: str) -> None:
        """Adds the Put of a header in creation, which fails where one stands."""
        transaction.put_new(self.table, self._keys.batch(batch.id), self._item(batch))
        self._journal.record(transaction, f"batch-{batch.id}", who, "creating", number=batch.number)

    def write(self, seen: Batch, changed: Batch, who: str, event: str, **facts: object) -> Batch:
        """Replaces the version that was read; raises VersionConflict when it is no longer there."""
        return self._write(_Guard(IS_AS_READ), seen, changed, who, event, facts)

    def cancel_unsent(self, seen: Batch, changed: Batch, who: str, **facts: object) -> Batch:
        """Begins the cancel of a batch whose file never left the house, which is a condition on the record
        itself; raises VersionConflict."""
        return self._write(_Guard(NEVER_LEFT), seen, changed, who, "cancelling", facts)

    def attest(self, seen: Batch, changed: Batch, who: str, **facts: object) -> Batch:
        """Begins the cancel that somebody else than ``who`` asked for, which is a condition on the record
        itself; raises VersionConflict."""
        guard = _Guard(ASKED_BY_ANOTHER, {"who": who})
        return self._write(guard, seen, changed, who, "cancellation-attested", facts)

    def add_write(
        self, transaction: Transaction, seen: Batch, changed: Batch, who: str, event: str, **facts: object
    ) -> Batch:
        """Adds the conditional replacement and its journal row; returns the batch as it will stand."""
        return self._add_write(transaction, _Guard(IS_AS_READ), seen, changed, who, event, facts)

    def _write(
        self, guard: _Guard, seen: Batch, changed: Batch, who: str, event: str, facts: Mapping[str, object]
    ) -> Batch:
        transaction = self._transactions.begin()
        written = self._add_write(transaction, guard, seen, changed, who, event, facts)
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None
        return written

    def _add_write(
        self,
        transaction: Transaction,
        guard: _Guard,
        seen: Batch,
        changed: Batch,
        who: str,
        event: str,
        facts: Mapping[str, object],
    ) -> Batch:
        written = replace(changed, version=seen.version + 1)
        key = self._keys.batch(seen.id)
        transaction.put(
            self.table, key, self._item(written), guard.condition, seen=seen.version, **guard.values
        )
        before_after = {"before": seen.state, "after": written.state, "phase": written.phase}
        self._journal.record(transaction, f"batch-{seen.id}", who, event, **before_after, **facts)
        return written

    def advance(self, seen: Batch, changed: Batch, who: str, event: str, **facts: object) -> bool:
        """Moves the recovery point; False when another worker moved it first."""
        try:
            self.write(seen, changed, who, event, **facts)
        except VersionConflict:
            return False
        return True

    def tell_alive(self, batch: Batch) -> None:
        """Tells the sweeper that a worker is at it; says nothing once the batch has moved on."""
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.batch(batch.id),
            "SET work_sk = :work",
            IS_AS_READ,
            work=self._work(batch),
            seen=batch.version,
        )
        with suppress(ConditionFailed):
            transaction.commit()

    def _work(self, batch: Batch) -> str:
        return work_sort_key(self._clock.now(), _WORKERS[batch.phase], batch.id)

    def add_fence(self, transaction: Transaction, batch_id: str, state: BatchState) -> int:
        """Adds the condition that the batch is in this state: what comes late finds the gate closed."""
        return transaction.check(self.table, self._keys.batch(batch_id), "#state = :state", state=state)

    def add_check(self, transaction: Transaction, seen: Batch) -> int:
        """Adds the condition that the batch is still the version that was read; returns the action's rank."""
        return transaction.check(self.table, self._keys.batch(seen.id), IS_AS_READ, seen=seen.version)

    def add_chunk(self, transaction: Transaction, chunk: Chunk) -> int:
        """Adds the Put of a chunk with its frozen lines; it is also the marker that the claims were made."""
        return transaction.put_new(
            self.table,
            self._keys.chunk(chunk.batch_id, chunk.number),
            {
                "state": chunk.state,
                "count": chunk.count,
                "total_cents": chunk.total_cents,
                "lines": encode_text(chunk.lines),
            },
        )

    def add_chunk_move(self, transaction: Transaction, chunk: Chunk, state: LineState) -> int:
        """Adds the move of a chunk from the state that was read to another."""
        return transaction.update(
            self.table,
            self._keys.chunk(chunk.batch_id, chunk.number),
            "SET #state = :state",
            "#state = :seen",
            state=state,
            seen=chunk.state,
        )

    def add_markings(self, transaction: Transaction, chunk: Chunk, markings: Sequence[Marking]) -> int:
        """Adds what generation freezes on a chunk, once."""
        return transaction.update(
            self.table,
            self._keys.chunk(chunk.batch_id, chunk.number),
            "SET markings = :markings",
            "#state = :held AND attribute_not_exists(markings)",
            markings=encode_text(tuple(markings)),
            held=LineState.HELD,
        )

    def chunk(self, batch_id: str, number: int) -> Chunk | None:
        """One chunk, or None where it was never claimed."""
        item = read_one(self._client, self.table, self._keys.chunk(batch_id, number))
        return _chunk_from_wire(batch_id, number, item) if item else None

    def chunks(self, batch_id: str, numbers: Iterable[int]) -> Iterator[Chunk]:
        """The chunks that stand, in the order of the numbers."""
        waiting = iter(numbers)
        while part := list(islice(waiting, BATCH_GET_KEYS)):
            keys = {self._keys.chunk(batch_id, number): number for number in part}
            found = {keys[key]: item for key, item in read_many(self._client, self.table, keys)}
            for number in part:
                if number in found:
                    yield _chunk_from_wire(batch_id, number, found[number])

    def totals(self, batch_id: str, numbers: Iterable[int]) -> dict[int, ChunkTotals]:
        """State, count and sum of the chunks that stand, by number."""
        keys = {self._keys.chunk(batch_id, number): number for number in numbers}
        only = ("state", "count", "total_cents")
        return {
            keys[key]: ChunkTotals(
                LineState(item["state"]["S"]), int(item["count"]["N"]), int(item["total_cents"]["N"])
            )
            for key, item in read_many(self._client, self.table, keys, only)
        }

    def _item(self, batch: Batch) -> dict[str, object]:
        hidden = batch.state in {BatchState.CREATING, BatchState.DISCARDED}
        in_work = batch.phase in _WORKERS
        cancellation = batch.cancellation
        return {
            "version": batch.version,
            "state": batch.state,
            "phase": batch.phase,
            "document": encode_text(batch),
            "left_the_house": True if batch.left_the_house else None,
            "cancellation_asked_by": cancellation.requested_by if cancellation else None,
            "listing_pk": None if hidden else self._keys.batches(),
            "listing_sk": None if hidden else f"{batch.collection_date.isoformat()}#{batch.number}",
            "work_pk": self._keys.work() if in_work else None,
            "work_sk": self._work(batch) if in_work else None,
        }


def _chunk_from_wire(batch_id: str, number: int, item: WireItem) -> Chunk:
    return Chunk(
        batch_id=batch_id,
        number=number,
        state=LineState(item["state"]["S"]),
        count=int(item["count"]["N"]),
        total_cents=int(item["total_cents"]["N"]),
        lines=tuple(decode(item["lines"]["S"], list[Line])),
        markings=decode(item["markings"]["S"], tuple[Marking, ...]) if "markings" in item else (),
    )
