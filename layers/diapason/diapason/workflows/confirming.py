"""The second confirmation: of batches above their account's ceiling, or far above the school's habit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import islice

from diapason.domain.batches import BatchState
from diapason.domain.ceilings import HABIT_BATCHES, Confirmation, confirmations
from diapason.domain.drafts import Draft
from diapason.domain.errors import FieldError, InvalidInput
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import ceilings_of
from diapason.workflows.draft_view import DateTotal, recap

RECENT_BATCHES = 10
"""Generated batches that make the habit of an account: about a year's."""

LISTED_BATCHES = 200
"""Batches among which they are looked for, the latest due dates first."""

CODE = "confirmation_required"


def confirmations_of(store: SchoolStore, draft: Draft, totals: Iterable[DateTotal]) -> list[Confirmation]:
    """Which of these batches are to be confirmed a second time."""
    sums = ((total.collection_date, total.total_cents) for total in totals)
    return confirmations(sums, ceilings_of(store, draft), _recent_cents(store, draft))


def checked_confirmations(store: SchoolStore, draft: Draft, confirmed: Collection[date]) -> tuple[date, ...]:
    """The dates that had to be confirmed, and were; raises InvalidInput for those that were not. What needs
    no confirmation is passed over."""
    ceiling, recent = ceilings_of(store, draft).batch_cents, _recent_cents(store, draft)
    if ceiling is None and len(recent) < HABIT_BATCHES:
        return ()  # nothing to compare with: the table need not be read
    needed = confirmations_of(store, draft, recap(store, draft))
    missing = [one for one in needed if one.collection_date not in confirmed]
    if missing:
        raise InvalidInput(
            [FieldError(f"confirmed.{one.collection_date}", CODE, one.words) for one in missing],
            "Vérifiez ces remises, puis confirmez leur somme.",
        )
    return tuple(one.collection_date for one in needed)


def _recent_cents(store: SchoolStore, draft: Draft) -> list[int]:
    """The sums of the last generated batches into the draft's account."""
    found = (
        batch.total_cents
        for batch in islice(store.batches.listed(), LISTED_BATCHES)
        if batch.state is BatchState.GENERATED
        and batch.creditor.account.id == draft.general.credited_account_id
    )
    return list(islice(found, RECENT_BATCHES))
