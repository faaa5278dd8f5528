"""What an import needs to know of the kind of records that its file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from diapason.domain.imports import ImportReport
from diapason.store.transactions import Transaction


class ImportedRecord(Protocol):
    """A record on its way into the house."""

    @property
    def line(self) -> int:
        """The first of its rows in the file."""
        ...


R = TypeVar("R", bound=ImportedRecord)


@dataclass(frozen=True, slots=True)
class Checked(Generic[R]):
    """A file compared with what stands: the records that are new, how many stand already just so, and the
    report, which refuses the file where it counts a problem."""

    new: list[R]
    unchanged: int
    rows: int
    report: ImportReport
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

    def add_creation(self, transaction: Transaction, record: R, import_id: str) -> None: ...

    def add_reveal(self, transaction: Transaction, record: R, import_id: str) -> None: ...

    def add_unstaging(self, transaction: Transaction, record: R, import_id: str) -> None: ...
