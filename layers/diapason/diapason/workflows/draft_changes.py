"""What changed in the records since a table was made: looked at without writing anything, part by part."""

from __future__ import annotations

from dataclasses import dataclass

from diapason.domain.drafts import Draft, DraftRow
from diapason.domain.outdated import news_of
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import ground_of
from diapason.workflows.draft_view import stored_rows
from diapason.workflows.preparing import AT_ONCE_ROWS
from diapason.workflows.records_at_hand import RecordsAtHand


@dataclass(frozen=True, slots=True)
class OutdatedRow:
    """A row as the table shows it, and what is new about it, in French."""

    row: DraftRow
    news: list[str]


@dataclass(frozen=True, slots=True)
class Changes:
    """The outdated rows among ``looked_at`` rows; ``next_offset`` is where the next part begins, None at the
    end of the table."""

    rows: list[OutdatedRow]
    looked_at: int
    next_offset: int | None


def changes(store: SchoolStore, draft: Draft, offset: int) -> Changes:
    """One part of the table, from ``offset`` on, against the records as they are; raises StateRefused when
    the table has expired."""
    seen = stored_rows(store, draft, offset, AT_ONCE_ROWS)
    examined = RecordsAtHand(store).examine(ground_of(store, draft), seen)
    outdated = [
        OutdatedRow(row, news)
        for row, fresh in zip(seen, examined, strict=True)
        if (news := news_of(row, fresh))
    ]
    end = offset + len(seen)
    return Changes(outdated, len(seen), end if seen and end < draft.count else None)
