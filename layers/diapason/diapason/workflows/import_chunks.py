"""The transactions of an import: a chunk of records staged, revealed or taken back.

Each may be tried again at any time. What an import staged carries its mark, and a failed condition shows the
item as it stands: by the mark a worker tells its own work, done before, from what others wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from diapason.domain.imports import Import, ImportPhase, LeftOut, RowProblem
from diapason.store.documents import encode
from diapason.store.house import SchoolStore
from diapason.store.transactions import AttributeValue, ConditionFailed, Transaction
from diapason.workflows.imported_records import ImportedRecord, RecordKind

Standing = AttributeValue | None
"""An item at which a condition failed; None where there is no item."""

NO_RECORD = 0
"""The line of what a transaction holds beside records; those of records begin with 2."""

Add = Callable[[Transaction, Any, Import], None]


class Unrevealed(Exception):
    """Records that were staged are neither staged nor visible any more: somebody else wrote on them."""


class ImportChunks:
    """The chunks of one import."""

    def __init__(self, store: SchoolStore, kind: RecordKind[Any], record: Import) -> None:
        self._store = store
        self._kind = kind
        self._record = record

    def stage(self, chunk: Sequence[ImportedRecord]) -> list[LeftOut] | None:
        """Stages what is not staged yet; returns the records that others stand in the way of, or None when
        the import has left the phase: what arrives late then leaves nothing behind."""
        left_out = []
        waiting = list(chunk)
        while waiting:
            transaction = self._store.transactions.begin()
            self._store.imports.add_fence(transaction, self._record.id, ImportPhase.STAGE)
            barred = self._attempt(transaction, waiting, self._kind.add_staging)
            if not barred:
                break
            if NO_RECORD in barred:
                return None
            for found in waiting:
                foreign = [item for item in barred.get(found.line, []) if not self._is_ours(item)]
                if foreign:
                    left_out.append(self._left_out(found, foreign[0]))
            waiting = _without(waiting, barred)
        return left_out

    def reveal(self, chunk: Sequence[ImportedRecord], left_out: frozenset[int]) -> None:
        """Makes the records visible, but those of the lines left out: what another worker may have staged of
        these is taken back."""
        taken = [found for found in chunk if found.line not in left_out]
        if taken:
            self._reveal(taken)
        self.unstage([found for found in chunk if found.line in left_out])

    def unstage(self, chunk: Sequence[ImportedRecord]) -> None:
        """Takes back what this import staged, and leaves alone what it did not."""
        waiting = list(chunk)
        while waiting:
            transaction = self._store.transactions.begin()
            barred = self._attempt(transaction, waiting, self._kind.add_unstaging)
            if not barred:
                break
            waiting = _without(waiting, barred)

    def _reveal(self, taken: Sequence[ImportedRecord]) -> None:
        transaction = self._store.transactions.begin()
        self._store.journal.record(
            transaction,
            f"import-{self._record.id}",
            self._record.acts_for,
            "chunk-revealed",
            first_line=taken[0].line,
            records=len(taken),
            digest=sha256(encode(taken)).hexdigest(),
        )
        barred = self._attempt(transaction, taken, self._kind.add_reveal)
        # They were staged, and are revealed, together: where one is without the mark, all are done.
        unrevealed = [line for line, items in barred.items() if any(map(self._is_staged, items))]
        if unrevealed:
            raise Unrevealed(f"records of lines {unrevealed} stand neither staged nor revealed")

    def _attempt(
        self, transaction: Transaction, records: Iterable[ImportedRecord], add: Add
    ) -> dict[int, list[Standing]]:
        """Writes the records, with what the transaction holds already, all or nothing; returns the items at
        which a condition failed, by the line of their record."""
        lines = [NO_RECORD] * len(transaction)
        for found in records:
            add(transaction, found, self._record)
            lines += [found.line] * (len(transaction) - len(lines))
        barred: dict[int, list[Standing]] = {}
        try:
            transaction.commit()
        except ConditionFailed as failure:
            for rank, item in failure.failed.items():
                barred.setdefault(lines[rank], []).append(item)
        return barred

    def _is_ours(self, item: Standing) -> bool:
        return item is not None and _mark(item) == self._record.id

    def _is_staged(self, item: Standing) -> bool:
        return item is None or self._is_ours(item)

    def _left_out(self, found: ImportedRecord, item: Standing) -> LeftOut:
        code = _obstacle(found, item)
        problem = RowProblem(found.line, self._kind.identity_column, code, _OBSTACLES[code])
        return LeftOut(problem, found.is_change)


def _without(records: Sequence[ImportedRecord], barred: dict[int, list[Standing]]) -> list[ImportedRecord]:
    return [found for found in records if found.line not in barred]


def _mark(item: AttributeValue) -> str:
    """The import that has staged the item, or is to edit it."""
    mark: dict[str, str] = item.get("staged") or item.get("changing") or {}
    return mark.get("S", "")


_OBSTACLES = {
    "record.in_other_import": (
        "Un autre import en cours contient cet enregistrement : recommencez quand il sera terminé."
    ),
    "record.changed": (
        "Cet enregistrement a été modifié depuis l’aperçu : importez à nouveau le fichier pour voir ce qui "
        "changerait."
    ),
    "record.exists": (
        "Cet enregistrement, ou une de ses références, a été créé par ailleurs depuis l’aperçu : importez à "
        "nouveau le fichier."
    ),
}


def _obstacle(found: ImportedRecord, item: Standing) -> str:
    """The code for an item that does not stand as the preview saw it."""
    if item is not None and _mark(item):
        return "record.in_other_import"
    return "record.changed" if found.is_change else "record.exists"
