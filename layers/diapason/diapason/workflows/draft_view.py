"""Reading a draft: pages of its table, sorted and filtered, and its recap by date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from diapason.domain.drafts import Draft, DraftRow
from diapason.domain.names import searchable
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import collector_paused, read_rows, read_slice

MAX_PAGE_ROWS = 500


class SortKey(StrEnum):
    """The columns by which the table sorts; ``stored`` is the order of due dates, then of attaching."""

    STORED = "stored"
    DATE = "date"
    CUSTOMER = "customer"
    INVOICE = "invoice"
    AMOUNT = "amount"
    ACTIVITY = "activity"
    ANOMALY = "anomaly"


class _Searchable(dict[str, str]):
    """Names as they are sorted and searched; a table repeats few names many times."""

    def __missing__(self, name: str) -> str:
        folded = self[name] = searchable(name)
        return folded


def _sort(rows: list[DraftRow], sort: SortKey, *, descending: bool) -> None:
    """Sorts in place, by the minor key first: sorting is stable, and plain keys compare faster than pairs."""
    names = _Searchable()
    by_date: Callable[[DraftRow], Any] = lambda row: row.collection_date.toordinal()  # noqa: E731
    minor_to_major: dict[SortKey, tuple[Callable[[DraftRow], Any], ...]] = {
        SortKey.STORED: (),
        SortKey.DATE: (lambda row: names[row.customer_name], by_date),
        SortKey.CUSTOMER: (by_date, lambda row: names[row.customer_name]),
        SortKey.INVOICE: (by_date, lambda row: row.invoice_number),
        SortKey.AMOUNT: (lambda row: row.amount_cents,),
        SortKey.ACTIVITY: (by_date, lambda row: row.activity),
        SortKey.ANOMALY: (by_date, lambda row: 0 if row.is_blocked else 1 if row.anomalies else 2),
    }
    for key in minor_to_major[sort]:
        rows.sort(key=key, reverse=descending)
    if sort is SortKey.STORED and descending:
        rows.reverse()


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows: a text in customer name, invoice number or mandate; a date; those with anomalies."""

    search: str = ""
    collection_date: date | None = None
    activity: str = ""
    blocked_only: bool = False

    @property
    def is_open(self) -> bool:
        """Whether every row passes."""
        return self == RowFilter()

    def keeps(self) -> Callable[[DraftRow], bool]:
        """The test of a row."""
        wanted = searchable(self.search.strip())
        words = _Searchable()

        def keep(row: DraftRow) -> bool:
            return (
                (not self.blocked_only or row.is_blocked)
                and (self.collection_date is None or row.collection_date == self.collection_date)
                and (not self.activity or row.activity == self.activity)
                and (
                    not wanted
                    or wanted in words[row.customer_name]
                    or wanted in words[row.invoice_number]
                    or wanted in words[row.mandate_reference]
                )
            )

        return keep


@dataclass(frozen=True, slots=True)
class TablePage:
    """Some rows, and the count and sum (cents) of all rows that pass the filter."""

    rows: list[DraftRow]
    count: int
    total_cents: int
    blocked: int


def page(
    store: SchoolStore,
    draft: Draft,
    row_filter: RowFilter,
    sort: SortKey,
    offset: int,
    limit: int,
    *,
    descending: bool,
) -> TablePage:
    """One page of the table. The stored order without a filter reads only the slices that the page shows."""
    if sort is SortKey.STORED and row_filter.is_open and not descending:
        rows = stored_rows(store, draft, offset, limit)
        return TablePage(rows, draft.count, draft.total_cents, draft.blocked)
    with collector_paused():
        return _sorted_page(filtered(store, draft, row_filter), sort, offset, limit, descending=descending)


def _sorted_page(
    found: list[DraftRow], sort: SortKey, offset: int, limit: int, *, descending: bool
) -> TablePage:
    """A function of its own, so that the table is gone before the collector wakes up."""
    _sort(found, sort, descending=descending)
    return TablePage(
        rows=found[offset : offset + limit],
        count=len(found),
        total_cents=sum(row.amount_cents for row in found),
        blocked=sum(row.is_blocked for row in found if row.anomalies),
    )


def filtered(store: SchoolStore, draft: Draft, row_filter: RowFilter) -> list[DraftRow]:
    """All rows that pass the filter, in the stored order: what *select all* means."""
    rows = read_rows(store, draft)
    return rows if row_filter.is_open else list(filter(row_filter.keeps(), rows))


def ordered(
    store: SchoolStore, draft: Draft, row_filter: RowFilter, sort: SortKey, *, descending: bool
) -> list[DraftRow]:
    """All rows that pass the filter, sorted."""
    with collector_paused():
        rows = filtered(store, draft, row_filter)
        _sort(rows, sort, descending=descending)
    return rows


def stored_rows(store: SchoolStore, draft: Draft, offset: int, limit: int) -> list[DraftRow]:
    """Some rows in the stored order: the slices that hold them are read, and no other."""
    rows: list[DraftRow] = []
    before = 0
    for segment in draft.segments:
        start, end = max(offset - before, 0), offset + limit - before
        before += segment.count
        if start < segment.count and end > 0:
            rows.extend(read_slice(store, segment)[start:end])
    return rows


@dataclass(frozen=True, slots=True)
class DateTotal:
    """What one batch will hold: one due date, its count and its sum in cents."""

    collection_date: date
    count: int
    total_cents: int
    blocked: int


def recap(store: SchoolStore, draft: Draft) -> list[DateTotal]:
    """The batches that the table makes, by date."""
    return recap_of(read_rows(store, draft))


def recap_of(rows: Iterable[DraftRow]) -> list[DateTotal]:
    by_date: dict[date, list[DraftRow]] = defaultdict(list)
    for row in rows:
        by_date[row.collection_date].append(row)
    return [
        DateTotal(
            collection_date=day,
            count=len(by_date[day]),
            total_cents=sum(row.amount_cents for row in by_date[day]),
            blocked=sum(row.is_blocked for row in by_date[day]),
        )
        for day in sorted(by_date)
    ]
