"""How much is too much: for a customer's month, beside a habit, and for a batch that is confirmed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import DraftRow
from diapason.domain.money import french_euros

UNUSUAL_TIMES = 3
UNUSUAL_FROM_CENTS = 5_000
"""Below fifty euros nothing is unusual enough to stop for."""

HABIT_BATCHES = 3
"""So many batches make a school's habit."""

FAR_ABOVE_TIMES = 2


def month_of(day: date) -> str:
    """``202612``."""
    return f"{day:%Y%m}"


def is_unusual(cents: int, usual_cents: int) -> bool:
    """Whether an amount is far above a customer's habit."""
    return cents >= UNUSUAL_FROM_CENTS and cents > UNUSUAL_TIMES * usual_cents


def faults_of_month(rows: Iterable[DraftRow], ceiling_cents: int | None) -> dict[tuple[str, str], int]:
    """Customer and month → the cents that the month would come to, where that is above the ceiling: the rows
    of the table, and what other batches take."""
    if ceiling_cents is None:
        return {}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    others: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        place = row.customer_id, month_of(row.collection_date)
        sums[place] += row.amount_cents
        others[place] = max(others[place], row.month_cents)
    found = {place: cents + others[place] for place, cents in sums.items()}
    return {place: cents for place, cents in found.items() if cents > ceiling_cents}


class ConfirmationReason(StrEnum):
    CEILING = "ceiling"
    HABIT = "habit"


class Confirmation(NamedTuple):
    """A batch whose sum is confirmed a second time. ``compared_cents`` is the ceiling, or the largest of the
    school's last batches."""

    collection_date: date
    total_cents: int
    reason: ConfirmationReason
    compared_cents: int

    @property
    def words(self) -> str:
        sum_of, limit = french_euros(self.total_cents), french_euros(self.compared_cents)
        day = f"{self.collection_date:%d/%m/%Y}"
        if self.reason is ConfirmationReason.CEILING:
            return f"La remise du {day} ({sum_of}) dépasse le plafond de {limit} : confirmez-la."
        habit = f"vos remises récentes ({limit})"
        return f"La remise du {day} ({sum_of}) dépasse de beaucoup {habit} : confirmez-la."


def confirmations(
    totals: Iterable[tuple[date, int]], ceilings: Ceilings, recent_cents: Sequence[int]
) -> list[Confirmation]:
    """The batches to confirm, by date and sum in cents. ``recent_cents`` are the sums of the last batches
    into the same account."""
    found = []
    habit = max(recent_cents) if len(recent_cents) >= HABIT_BATCHES else None
    for day, cents in totals:
        if ceilings.batch_cents is not None and cents > ceilings.batch_cents:
            found.append(Confirmation(day, cents, ConfirmationReason.CEILING, ceilings.batch_cents))
        elif habit is not None and cents > FAR_ABOVE_TIMES * habit:
            found.append(Confirmation(day, cents, ConfirmationReason.HABIT, habit))
    return found
