"""What was presented under a mandate, and what follows for the next collection: its sequence, its amendment.

A presentation stands for one debit of a generated file and lives as long as that file counts: cancelling
takes it back. Nothing here counts: sequence and amendment are read off the presentations that live.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

PRESENTATIONS_KEPT = 6
"""The latest of them, by mandate: the last is what amendments compare with, all of them tell a habit."""


class SequenceType(StrEnum):
    """SeqTp, in the order in which its groups stand in a file: a mandate's first comes before its next."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    FINAL = "FNAL"
    ONE_OFF = "OOFF"


SEQUENCE_WORDS = {
    SequenceType.FIRST: "premier prélèvement (FRST)",
    SequenceType.RECURRENT: "prélèvement récurrent (RCUR)",
    SequenceType.FINAL: "dernier prélèvement (FNAL)",
    SequenceType.ONE_OFF: "prélèvement ponctuel (OOFF)",
}


class SequenceRule(StrEnum):
    """FRST is optional since November 2016 (EPC016-06 version 9.0): what a bank is sent first."""

    RECURRENT = "recurrent"
    FIRST = "first"


class Presentation(NamedTuple):
    """One collection as the bank was told of it. ``iban`` is the electronic form; ``creditor_name`` and
    ``reference`` are as written; ``amount_cents`` tells the customer's habit."""

    batch_id: str
    end_to_end_id: str
    collected_on: date
    amount_cents: int
    sequence: SequenceType
    iban: str
    reference: str
    creditor_id: str
    creditor_name: str


@dataclass(frozen=True, slots=True)
class History:
    """The presentations of one mandate in the order in which their files were generated.

    ``earlier_until`` is the latest due date of those that are no longer listed, None where there are none.
    """

    recent: tuple[Presentation, ...] = ()
    earlier_until: date | None = None

    @property
    def is_empty(self) -> bool:
        return not self.recent and self.earlier_until is None

    @property
    def latest(self) -> Presentation | None:
        return self.recent[-1] if self.recent else None

    @property
    def last_collected_on(self) -> date | None:
        """The due date from which the 36 months of a mandate count."""
        days = [presentation.collected_on for presentation in self.recent]
        if self.earlier_until is not None:
            days.append(self.earlier_until)
        return max(days, default=None)

    def holds(self, end_to_end_id: str) -> bool:
        return any(presentation.end_to_end_id == end_to_end_id for presentation in self.recent)

    def having(self, presentation: Presentation) -> History:
        """The history with one more; the same again changes nothing."""
        if self.holds(presentation.end_to_end_id):
            return self
        listed = (*self.recent, presentation)
        fallen, kept = listed[:-PRESENTATIONS_KEPT], listed[-PRESENTATIONS_KEPT:]
        # Of a batch that is still listed nothing may outlive its cancel.
        still_listed = {one.batch_id for one in kept}
        days = [one.collected_on for one in fallen if one.batch_id not in still_listed]
        if self.earlier_until is not None:
            days.append(self.earlier_until)
        return History(kept, max(days, default=None))

    def without(self, batch_id: str) -> History:
        """The history as if that batch had not been: what is no longer listed stays counted."""
        return History(tuple(one for one in self.recent if one.batch_id != batch_id), self.earlier_until)


@dataclass(frozen=True, slots=True)
class Amendment:
    """AmdmntInfDtls: what the last collection said and this one says otherwise; empty where it is the same.

    ``another_bank`` is SMNDA: the account changed, and with it the bank (EPC130-08, AT-24).
    """

    original_reference: str = ""
    original_iban: str = ""
    another_bank: bool = False
    original_creditor_id: str = ""
    original_creditor_name: str = ""

    @property
    def is_empty(self) -> bool:
        return self == NO_AMENDMENT


NO_AMENDMENT = Amendment()
