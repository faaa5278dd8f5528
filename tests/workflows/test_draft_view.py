"""Pages, filters, sorts and recap of a table, each against the slow way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from diapason.domain.anomalies import Anomaly, AnomalyCode
from diapason.domain.drafts import Draft, DraftRow, GeneralInformation
from diapason.store.files import Bucket
from diapason.workflows import draft_table, drafting
from diapason.workflows.draft_table import read_rows, write_table
from diapason.workflows.draft_view import RowFilter, SortKey, filtered, page, recap
from tests.workflows.draft_rows import BLOCKED, FIRST, a_row
from tests.workflows.story import Story, a_story
from tests.world import opened_world

EVERYTHING = RowFilter()
ALL = 1_000
DAYS = [FIRST, date(2026, 12, 8), date(2027, 1, 7)]
NAMES = ["Éloi", "eloi", "Zoé", "Abbé", "Œuvre", "d’Arc"]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """One school for all tests here: they read only."""
    with opened_world() as world:
        yield a_story(world)


@pytest.fixture(scope="module")
def draft(story: Story) -> Draft:
    """Eleven rows in slices of three, mixed up."""
    made = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
    with patch.object(draft_table, "SEGMENT_ROWS", 3):
        return replace(made, segments=write_table(story.store, made, mixed_rows()))


def mixed_rows() -> list[DraftRow]:
    chance = Random(7)
    rows = [
        a_row(
            rank,
            customer_name=NAMES[rank % len(NAMES)],
            invoice_number=f"F{(rank * 7) % 11:02d}",
            activity="DANSE" if rank % 3 else "PIANO",
            collection_date=DAYS[rank % 3],
            amount_cents=chance.randint(1, 5) * 100,
            anomalies=BLOCKED if rank in {2, 5} else (Anomaly(AnomalyCode.DATE_FAR),) if rank == 7 else (),
        )
        for rank in range(11)
    ]
    chance.shuffle(rows)
    return rows


@pytest.mark.parametrize("offset", range(13))
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 11, 50])
def test_a_page_in_stored_order_is_that_part_of_all_rows(
    story: Story, draft: Draft, offset: int, limit: int
) -> None:
    shown = page(story.store, draft, EVERYTHING, SortKey.STORED, offset, limit, descending=False)

    assert shown.rows == read_rows(story.store, draft)[offset : offset + limit]
    assert (shown.count, shown.total_cents, shown.blocked) == (draft.count, draft.total_cents, draft.blocked)


def test_a_page_in_stored_order_reads_only_the_slices_that_it_shows(story: Story, draft: Draft) -> None:
    with patch.object(Bucket, "get", autospec=True, side_effect=Bucket.get) as reading:
        page(story.store, draft, EVERYTHING, SortKey.STORED, 4, 3, descending=False)

    assert [call.args[1] for call in reading.call_args_list] == [
        draft.segments[1].key,
        draft.segments[2].key,
    ]


def test_the_stored_order_backwards_begins_with_the_last_row(story: Story, draft: Draft) -> None:
    shown = page(story.store, draft, EVERYTHING, SortKey.STORED, 2, 4, descending=True)

    assert shown.rows == read_rows(story.store, draft)[::-1][2:6]


COLUMNS: dict[SortKey, Callable[[DraftRow], Any]] = {
    SortKey.DATE: lambda row: row.collection_date,
    SortKey.CUSTOMER: lambda row: {"Éloi": 3, "eloi": 3, "Zoé": 5, "Abbé": 1, "Œuvre": 4, "d’Arc": 2}[
        row.customer_name
    ],
    SortKey.INVOICE: lambda row: row.invoice_number,
    SortKey.AMOUNT: lambda row: row.amount_cents,
    SortKey.ACTIVITY: lambda row: row.activity,
    SortKey.ANOMALY: lambda row: 0 if row.is_blocked else 1 if row.anomalies else 2,
}


def test_every_column_has_its_order_here() -> None:
    assert set(COLUMNS) == set(SortKey) - {SortKey.STORED}


@pytest.mark.parametrize("key", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_each_column_sorts_both_ways_and_loses_no_row(
    story: Story, draft: Draft, key: SortKey, descending: bool
) -> None:
    shown = page(story.store, draft, EVERYTHING, key, 0, ALL, descending=descending)

    ranks = [COLUMNS[key](row) for row in shown.rows]
    assert ranks == sorted(ranks, reverse=descending)
    assert sorted(shown.rows) == sorted(read_rows(story.store, draft))
    assert len(set(ranks)) > 1


@pytest.mark.parametrize("key", list(SortKey))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_a_sorted_table_join_to_the_whole(
    story: Story, draft: Draft, key: SortKey, descending: bool
) -> None:
    def shown(offset: int, limit: int) -> list[DraftRow]:
        return page(story.store, draft, EVERYTHING, key, offset, limit, descending=descending).rows

    parts = [row for offset in range(0, 12, 4) for row in shown(offset, 4)]

    assert parts == shown(0, ALL)


FILTERS: dict[str, tuple[RowFilter, Callable[[DraftRow], bool]]] = {
    "name without accents": (
        RowFilter(search=" eloi "),
        lambda row: row.customer_name in {"Éloi", "eloi"},
    ),
    "name with accents": (RowFilter(search="ÉLOI"), lambda row: row.customer_name in {"Éloi", "eloi"}),
    "part of a name": (RowFilter(search="bb"), lambda row: row.customer_name == "Abbé"),
    "ligature": (RowFilter(search="oeuv"), lambda row: row.customer_name == "Œuvre"),
    "typed apostrophe": (RowFilter(search="d'arc"), lambda row: row.customer_name == "d’Arc"),
    "invoice": (RowFilter(search="f03"), lambda row: row.invoice_number == "F03"),
    "mandate": (RowFilter(search="rum-004"), lambda row: row.mandate_reference == "RUM-004"),
    "date": (RowFilter(collection_date=DAYS[1]), lambda row: row.collection_date == DAYS[1]),
    "activity": (RowFilter(activity="PIANO"), lambda row: row.activity == "PIANO"),
    "blocked": (RowFilter(blocked_only=True), lambda row: row.is_blocked),
    "blocked on a date": (
        RowFilter(blocked_only=True, collection_date=DAYS[2]),
        lambda row: row.is_blocked and row.collection_date == DAYS[2],
    ),
    "blanks": (RowFilter(search="   "), lambda row: True),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_keeps_its_rows_in_stored_order_with_their_totals(
    story: Story, draft: Draft, name: str
) -> None:
    row_filter, keeps = FILTERS[name]
    expected = [row for row in read_rows(story.store, draft) if keeps(row)]
    assert expected

    shown = page(story.store, draft, row_filter, SortKey.STORED, 0, 2, descending=False)

    assert shown.rows == expected[:2]
    assert shown.count == len(expected)
    assert shown.total_cents == sum(row.amount_cents for row in expected)
    assert shown.blocked == sum(row.is_blocked for row in expected)
    assert filtered(story.store, draft, row_filter) == expected


def test_a_filter_that_nothing_passes_shows_an_empty_page(story: Story, draft: Draft) -> None:
    shown = page(story.store, draft, RowFilter(search="%"), SortKey.DATE, 0, 10, descending=False)

    assert (shown.rows, shown.count, shown.total_cents, shown.blocked) == ([], 0, 0, 0)


def test_the_recap_has_a_line_for_each_date_and_sums_up_to_the_table(story: Story, draft: Draft) -> None:
    lines = recap(story.store, draft)

    assert [line.collection_date for line in lines] == DAYS
    assert sum(line.count for line in lines) == draft.count
    assert sum(line.total_cents for line in lines) == draft.total_cents
    assert sum(line.blocked for line in lines) == draft.blocked
    for line in lines:
        rows = [row for row in read_rows(story.store, draft) if row.collection_date == line.collection_date]
        assert (line.count, line.total_cents) == (len(rows), sum(row.amount_cents for row in rows))


def test_an_empty_table_has_an_empty_page_and_recap(story: Story) -> None:
    empty = drafting.create_draft(story.store, story.member, GeneralInformation("main"))

    for key in SortKey:
        shown = page(story.store, empty, EVERYTHING, key, 0, 10, descending=False)
        assert (shown.rows, shown.count, shown.total_cents) == ([], 0, 0)
    assert recap(story.store, empty) == []
