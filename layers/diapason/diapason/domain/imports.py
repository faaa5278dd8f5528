"""Imports of records from a file: taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.states import StateTable


class ImportKind(StrEnum):
    """What the rows of the file are."""

    CUSTOMERS = "customers"
    INVOICES = "invoices"


IMPORT_KIND_WORDS = {
    ImportKind.CUSTOMERS: "clients, comptes et mandats",
    ImportKind.INVOICES: "factures et échéances",
}


class ImportState(StrEnum):
    RECEIVED = "received"
    TAKEN = "taken"
    REFUSED = "refused"


class ImportEvent(StrEnum):
    TAKE = "take"
    REFUSE = "refuse"


IMPORT = StateTable(
    "Import",
    {
        ImportState.RECEIVED: "en cours",
        ImportState.TAKEN: "pris en compte",
        ImportState.REFUSED: "refusé",
    },
    {
        (ImportState.RECEIVED, ImportEvent.TAKE): ImportState.TAKEN,
        (ImportState.RECEIVED, ImportEvent.REFUSE): ImportState.REFUSED,
    },
)


class ImportPhase(StrEnum):
    """The recovery point. Phases follow one another and none comes back, so that a condition on the phase
    alone tells whether another worker went ahead."""

    READ = "read"
    STAGE = "stage"
    REVEAL = "reveal"
    UNSTAGE = "unstage"
    DONE = "done"


class RowProblem(NamedTuple):
    """Why a row cannot be taken. ``line`` counts as a spreadsheet does, the header being line 1; 0 is the
    file as a whole. ``column`` is a header of the file, or empty. ``message`` never repeats an IBAN."""

    line: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What reading the file found: the first problems in the order of lines, and how many in all.

    ``unknown_columns`` were left aside; that alone refuses nothing.
    """

    problems: tuple[RowProblem, ...] = ()
    total: int = 0
    unknown_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What the file holds: rows as read, records that are new, records that stand already just so."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """One file handed in. ``sha256`` and ``size`` (bytes) are of the file as it was read.

    ``parts`` and ``parts_done`` tell the progress of the present phase; ``problems`` is how many the report
    counts, and ``report_key`` where it stands once the file was read.
    """

    id: str
    kind: ImportKind
    file_name: str
    created_at: datetime
    created_by: str
    state: ImportState = ImportState.RECEIVED
    phase: ImportPhase = ImportPhase.READ
    sha256: str = ""
    size: int = 0
    counts: ImportCounts = ImportCounts()
    plan_key: str = ""
    parts: int = 0
    parts_done: int = 0
    problems: int = 0
    report_key: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen: a taken import's records can be seen from then on."""
        return self.phase is ImportPhase.DONE
