"""Imports of records from a file: read, shown, and taken when somebody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.states import StateTable

PREVIEW_LIFE = timedelta(days=7)
"""How long a preview waits for its confirmation: what it compared the file with grows old."""


class ImportKind(StrEnum):
    """What the rows of the file are."""

    CUSTOMERS = "customers"
    INVOICES = "invoices"


IMPORT_KIND_WORDS = {
    ImportKind.CUSTOMERS: "clients, comptes et mandats",
    ImportKind.INVOICES: "factures et échéances",
}


class ImportChoice(StrEnum):
    """How much of a file is to be taken."""

    WHOLE = "whole"
    GOOD_ROWS = "good_rows"


IMPORT_CHOICE_WORDS = {
    ImportChoice.WHOLE: "tout le fichier",
    ImportChoice.GOOD_ROWS: "les lignes sans erreur seulement",
}


class ImportState(StrEnum):
    RECEIVED = "received"
    TO_CONFIRM = "to_confirm"
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    REFUSED = "refused"
    DISCARDED = "discarded"
    EXPIRED = "expired"


class ImportEvent(StrEnum):
    SHOW = "show"
    REFUSE = "refuse"
    CONFIRM = "confirm"
    DISCARD = "discard"
    EXPIRE = "expire"
    TAKE = "take"


IMPORT = StateTable(
    "Import",
    {
        ImportState.RECEIVED: "en cours de lecture",
        ImportState.TO_CONFIRM: "à confirmer",
        ImportState.CONFIRMED: "en cours",
        ImportState.TAKEN: "pris en compte",
        ImportState.REFUSED: "refusé",
        ImportState.DISCARDED: "abandonné",
        ImportState.EXPIRED: "expiré",
    },
    {
        (ImportState.RECEIVED, ImportEvent.SHOW): ImportState.TO_CONFIRM,
        (ImportState.RECEIVED, ImportEvent.REFUSE): ImportState.REFUSED,
        (ImportState.TO_CONFIRM, ImportEvent.CONFIRM): ImportState.CONFIRMED,
        (ImportState.TO_CONFIRM, ImportEvent.DISCARD): ImportState.DISCARDED,
        (ImportState.TO_CONFIRM, ImportEvent.EXPIRE): ImportState.EXPIRED,
        (ImportState.CONFIRMED, ImportEvent.TAKE): ImportState.TAKEN,
        (ImportState.CONFIRMED, ImportEvent.REFUSE): ImportState.REFUSED,
    },
)


class ImportPhase(StrEnum):
    """The recovery point. Phases follow one another and none comes back, so that a condition on the phase
    alone tells whether another worker went ahead."""

    READ = "read"
    PREVIEW = "preview"
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


class FieldChange(NamedTuple):
    """What a file changes on a record, in French words; accounts are masked on both sides."""

    field: str
    before: str
    after: str


class RecordChange(NamedTuple):
    """A record that stands and that the file changes; ``line`` is the first of its rows."""

    line: int
    reference: str
    name: str
    fields: tuple[FieldChange, ...]


class LeftOut(NamedTuple):
    """A sound record that could not be taken after all: something changed since the preview."""

    problem: RowProblem
    was_change: bool


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What the file holds: rows as read, and records, each in one of four ways."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """One file handed in. ``sha256`` and ``size`` (bytes) are of the file as it was read.

    ``parts`` and ``parts_done`` tell the progress of the present phase; ``left_out`` are the stored lists of
    what staging could not take. ``problems`` is how many there are in all, ``report_key`` where they are
    listed once the file was read. ``decided_by`` confirmed or discarded it.
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
    left_out: tuple[str, ...] = ()
    problems: int = 0
    report_key: str = ""
    expires_at: datetime | None = None
    choice: ImportChoice | None = None
    decided_at: datetime | None = None
    decided_by: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen: a taken import's records can be seen from then on."""
        return self.phase is ImportPhase.DONE

    @property
    def acts_for(self) -> str:
        """In whose name records are written: whoever confirmed it."""
        return self.decided_by or self.created_by

    def choices(self, now: datetime) -> tuple[ImportChoice, ...]:
        """How it may be confirmed: whole without a problem only, else the good rows where there are some."""
        if not IMPORT.allows(self.state, ImportEvent.CONFIRM) or self.has_expired(now):
            return ()
        if not self.problems:
            return (ImportChoice.WHOLE, ImportChoice.GOOD_ROWS)
        return (ImportChoice.GOOD_ROWS,) if self.counts.new or self.counts.changed else ()

    def has_expired(self, now: datetime) -> bool:
        """Whether its preview is too old to be confirmed."""
        return self.expires_at is not None and now >= self.expires_at
