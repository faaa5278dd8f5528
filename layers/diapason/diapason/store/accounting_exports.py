"""Exports to the accounting system: their records, and the markers of what they marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from diapason.domain.accounting_exports import (
    AccountingExport,
    AccountingExportPhase,
    AccountingExportState,
    MarkedChunk,
    MarkedInvoice,
    MarkState,
)
from diapason.domain.errors import NotFound, VersionConflict
from diapason.store.bulk import WireItem, read_many, read_one
from diapason.store.counters import Counters
from diapason.store.documents import decode, encode_text
from diapason.store.repository import Repository, Tools
from diapason.store.transactions import ConditionFailed, Transaction
from diapason.store.unfinished import Worker, work_sort_key

EXPORT_NUMBERS = "accounting-exports"
ENTRY_NUMBERS = "accounting-entries"

IS_AS_READ = "version = :seen"

_NUMBER_ATTEMPTS = 50
"""How often a number that another took meanwhile is taken anew."""


@dataclass(frozen=True, slots=True)
class AccountingExportPage:
    """Part of the history, and where the next part begins (empty at the end)."""

    exports: list[AccountingExport]
    next: str


class AccountingExports(Repository):
    """One school's exports to its accounting system."""

    def __init__(self, table: str, tools: Tools, counters: Counters) -> None:
        super().__init__(table, tools)
        self._counters = counters

    def get(self, identifier: str) -> AccountingExport:
        """Raises NotFound."""
        item = read_one(self._client, self.table, self._keys.accounting_export(identifier))
        if item is None:
            raise NotFound("Cet export comptable n’existe pas.")
        return decode(item["document"]["S"], AccountingExport)

    def progress(self, identifier: str) -> int:
        """How many invoices the worker says it has marked: for display alone."""
        item = read_one(self._client, self.table, self._keys.accounting_export(identifier))
        return int(item["marked"]["N"]) if item and "marked" in item else 0

    def listed(self, limit: int, after: str = "") -> AccountingExportPage:
        """The latest first."""
        start = {}
        if after:
            key = self._keys.accounting_export(after.rpartition("#")[2])
            start["ExclusiveStartKey"] = {
                "PK": {"S": key.pk},
                "SK": {"S": key.sk},
                "listing_pk": {"S": self._keys.accounting_exports()},
                "listing_sk": {"S": after},
            }
        answer = self._client.query(
            TableName=self.table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :pk",
            ExpressionAttributeValues={":pk": {"S": self._keys.accounting_exports()}},
            ScanIndexForward=False,
            Limit=limit,
            **start,  # type: ignore[arg-type]
        )
        last = answer.get("LastEvaluatedKey")
        exports = [decode(item["document"]["S"], AccountingExport) for item in answer["Items"]]
        return AccountingExportPage(exports, str(last["listing_sk"]["S"]) if last else "")

    def create(self, export: AccountingExport, who: str) -> AccountingExport:
        """Numbers a new export and writes it; where one stands under its id already, returns that one."""
        for _ in range(_NUMBER_ATTEMPTS):
            seen = self._counters.value(EXPORT_NUMBERS)
            numbered = replace(export, number=f"CPT-{seen + 1:06d}")
            transaction = self._transactions.begin()
            transaction.put_new(self.table, self._keys.accounting_export(export.id), self._item(numbered))
            self._counters.add_take(transaction, EXPORT_NUMBERS, seen)
            self._journal.record(
                transaction,
                f"accounting-export-{export.id}",
                who,
                "requested",
                number=numbered.number,
                count=export.expected_count,
                total_cents=export.expected_cents,
                keeps_debits=export.keeps_debits,
            )
            try:
                transaction.commit()
            except ConditionFailed as failure:
                if 0 in failure.failed:
                    return self.get(export.id)
                continue
            return numbered
        raise VersionConflict

    def register(self, seen: AccountingExport, changed: AccountingExport, who: str) -> bool:
        """Moves the recovery point and takes the numbers of the entries in one transaction; False when
        another worker moved it first."""
        for _ in range(_NUMBER_ATTEMPTS):
            last = self._counters.value(ENTRY_NUMBERS)
            transaction = self._transactions.begin()
            numbered = replace(changed, first_entry=last + 1)
            self._add_write(transaction, seen, numbered, who, "registered", first_entry=last + 1)
            self._counters.add_take(transaction, ENTRY_NUMBERS, last, changed.count)
            try:
                transaction.commit()
            except ConditionFailed as failure:
                if 0 in failure.failed:
                    return False
                continue
            return True
        raise VersionConflict

    def write(
        self, seen: AccountingExport, changed: AccountingExport, who: str, event: str, **facts: object
    ) -> AccountingExport:
        """Replaces the version that was read; raises VersionConflict when it is no longer there."""
        transaction = self._transactions.begin()
        written = self._add_write(transaction, seen, changed, who, event, **facts)
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None
        return written

    def advance(
        self, seen: AccountingExport, changed: AccountingExport, who: str, event: str, **facts: object
    ) -> bool:
        """Moves the recovery point; False when another worker moved it first."""
        try:
            self.write(seen, changed, who, event, **facts)
        except VersionConflict:
            return False
        return True

    def tell_alive(self, export: AccountingExport, marked: int) -> None:
        """Tells how far the worker is, and that it is at it; says nothing once the export has moved on."""
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.accounting_export(export.id),
            "SET marked = :marked, work_sk = :work",
            IS_AS_READ,
            marked=marked,
            work=self._work(export),
            seen=export.version,
        )
        with suppress(ConditionFailed):
            transaction.commit()

    def add_fence(self, transaction: Transaction, export_id: str, state: AccountingExportState) -> int:
        """Adds the condition that the export is in this state: what comes late finds the gate closed."""
        key = self._keys.accounting_export(export_id)
        return transaction.check(self.table, key, "#state = :state", state=state)

    def add_chunk(self, transaction: Transaction, export_id: str, chunk: MarkedChunk) -> int:
        """Adds the Put of the marker that a chunk was marked."""
        return transaction.put_new(
            self.table,
            self._keys.accounting_chunk(export_id, chunk.number),
            {
                "state": chunk.state,
                "count": chunk.count,
                "total_cents": chunk.total_cents,
                "invoices": encode_text(chunk.invoices),
            },
        )

    def add_chunk_return(self, transaction: Transaction, export_id: str, number: int) -> int:
        """Adds the move of a marker from marked to returned."""
        return transaction.update(
            self.table,
            self._keys.accounting_chunk(export_id, number),
            "SET #state = :returned",
            "#state = :marked",
            returned=MarkState.RETURNED,
            marked=MarkState.MARKED,
        )

    def chunk(self, export_id: str, number: int) -> MarkedChunk | None:
        """One marker, or None where the chunk was never marked."""
        item = read_one(self._client, self.table, self._keys.accounting_chunk(export_id, number))
        return _chunk_from_wire(number, item) if item else None

    def chunks(self, export_id: str, numbers: Iterable[int]) -> Iterator[MarkedChunk]:
        """The markers that stand, in no particular order."""
        keys = {self._keys.accounting_chunk(export_id, number): number for number in numbers}
        for key, item in read_many(self._client, self.table, keys):
            yield _chunk_from_wire(keys[key], item)

    def _add_write(
        self,
        transaction: Transaction,
        seen: AccountingExport,
        changed: AccountingExport,
        who: str,
        event: str,
        **facts: object,
    ) -> AccountingExport:
        written = replace(changed, version=seen.version + 1)
        transaction.put(
            self.table,
            self._keys.accounting_export(seen.id),
            self._item(written),
            IS_AS_READ,
            seen=seen.version,
        )
        before_after = {"before": seen.state, "after": written.state, "phase": written.phase}
        self._journal.record(transaction, f"accounting-export-{seen.id}", who, event, **before_after, **facts)
        return written

    def _work(self, export: AccountingExport) -> str:
        return work_sort_key(self._clock.now(), Worker.EXPORT_ACCOUNTING, export.id)

    def _item(self, export: AccountingExport) -> dict[str, object]:
        in_work = export.phase is not AccountingExportPhase.DONE
        return {
            "version": export.version,
            "state": export.state,
            "phase": export.phase,
            "document": encode_text(export),
            "listing_pk": self._keys.accounting_exports(),
            "listing_sk": f"{export.number}#{export.id}",
            "work_pk": self._keys.work() if in_work else None,
            "work_sk": self._work(export) if in_work else None,
        }


def _chunk_from_wire(number: int, item: WireItem) -> MarkedChunk:
    return MarkedChunk(
        number=number,
        state=MarkState(item["state"]["S"]),
        count=int(item["count"]["N"]),
        total_cents=int(item["total_cents"]["N"]),
        invoices=tuple(decode(item["invoices"]["S"], list[MarkedInvoice])),
    )
