"""What an import needs to know of the kind of records that its file holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from diapason.domain.imports import Import, ImportCounts, RecordChange
from diapason.intake.problems import Problems
from diapason.store.transactions import Transaction

RECORDS_AT_ONCE = 2_000
"""Standing records that are held in memory together while a file is compared with them."""


class ImportedRecord(Protocol):
    """A record on its way into the house."""

    @property
    def line(self) -> int:
        """The first of its rows in the file, by which it is known within the import."""
        ...

    @property
    def is_change(self) -> bool:
        """Whether it edits a record that stands already."""
        ...


R = TypeVar("R", bound=ImportedRecord)


@dataclass(frozen=True, slots=True)
class Checked(Generic[R]):
    """A file compared with what stands: the sound records that are new or change something, and what is
    wrong with the others. ``stray_rows`` name no record that could be told."""

    records: Sequence[R]
    counts: ImportCounts
    problems: Problems
    stray_rows: int = 0
    unknown_columns: tuple[str, ...] = ()
    changes: Sequence[RecordChange] = ()
    activities: tuple[str, ...] = ()


class RecordKind(Protocol[R]):
    """How records of one kind are checked, staged, revealed and taken back."""

    @property
    def part(self) -> type[list[list[R]]]:
        """A stored part of the file: chunks of records, each chunk one transaction."""
        ...

    @property
    def identity_column(self) -> str:
        """The column whose text is the record's identity, as the documentation spells it."""
        ...

    def check(self, data: bytes) -> Checked[R]:
        """Raises UnreadableFile."""
        ...

    def actions(self, record: R) -> int:
        """The most writes that a transaction may need for this record."""
        ...

    def add_staging(self, transaction: Transaction, record: R, importing: Import) -> None:
        """Adds the writes that nobody sees yet, each marked with the import and failing where the record
        does not stand as the preview saw it."""
        ...

    def add_reveal(self, transaction: Transaction, record: R, importing: Import) -> None: ...

    def add_unstaging(self, transaction: Transaction, record: R, importing: Import) -> None:
        """Adds the writes that take back what this import staged, and fail at what others wrote."""
        ...
