"""The stored slices of a table: their totals, and that none is ever written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import Draft, DraftRow, GeneralInformation, Segment
from diapason.domain.examination import examine_together
from diapason.store.files import Bucket
from diapason.workflows import draft_table, drafting
from diapason.workflows.draft_table import TableEdit, read_rows, read_slice, write_table
from tests.workflows.draft_rows import BLOCKED, FIRST, WARNED, a_row
from tests.workflows.story import Story, a_story
from tests.world import World

ROWS_OF_A_SLICE = 3


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_table, "SEGMENT_ROWS", ROWS_OF_A_SLICE)


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


@pytest.fixture
def written_keys() -> Iterator[list[str]]:
    """The key of each object that is written, in order."""
    keys: list[str] = []
    put = Bucket.put

    def noted(bucket: Bucket, key: str, data: bytes, content_type: str = "application/json") -> None:
        keys.append(key)
        put(bucket, key, data, content_type)

    with patch.object(Bucket, "put", noted):
        yield keys


def a_draft(story: Story, rows: list[DraftRow]) -> Draft:
    draft = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
    return replace(draft, segments=write_table(story.store, draft, rows))


def edited(story: Story, draft: Draft) -> TableEdit:
    return TableEdit(story.store, draft)


def saved(draft: Draft, edit: TableEdit) -> Draft:
    return replace(draft, segments=edit.save())


def assert_totals(story: Story, segment: Segment) -> None:
    rows = read_slice(story.store, segment)
    blocked = [row for row in rows if any(anomaly.is_blocking for anomaly in row.anomalies)]
    warned = [row for row in rows if row.anomalies and row not in blocked]
    assert 0 < segment.count == len(rows) <= ROWS_OF_A_SLICE
    assert segment.total_cents == sum(row.amount_cents for row in rows)
    assert (segment.blocked, segment.warned) == (len(blocked), len(warned))


def test_a_table_is_cut_into_slices_that_sum_up_their_rows(story: Story) -> None:
    rows = [a_row(rank) for rank in range(7)]
    rows[1] = rows[1]._replace(anomalies=BLOCKED)
    rows[6] = rows[6]._replace(anomalies=WARNED)

    draft = a_draft(story, rows)

    assert [segment.count for segment in draft.segments] == [3, 3, 1]
    assert [(segment.blocked, segment.warned) for segment in draft.segments] == [(1, 0), (0, 0), (0, 1)]
    assert read_rows(story.store, draft) == rows
    for segment in draft.segments:
        assert_totals(story, segment)


def test_an_empty_table_has_no_slice(story: Story) -> None:
    draft = a_draft(story, [])

    assert draft.segments == ()
    assert read_rows(story.store, draft) == []


def test_an_edit_writes_the_slice_that_it_changes_and_no_other(story: Story, written_keys: list[str]) -> None:
    draft = a_draft(story, [a_row(rank) for rank in range(9)])
    written_keys.clear()
    edit = edited(story, draft)
    edit.change([a_row(4, amount_cents=7)])

    after = saved(draft, edit)

    assert written_keys == [after.segments[1].key]
    assert after.segments[0] == draft.segments[0]
    assert after.segments[2] == draft.segments[2]
    assert after.total_cents == draft.total_cents - 1_004 + 7


def test_an_edit_that_changes_nothing_writes_nothing(story: Story, written_keys: list[str]) -> None:
    draft = a_draft(story, [a_row(rank) for rank in range(4)])
    written_keys.clear()

    assert saved(draft, edited(story, draft)) == draft
    assert written_keys == []


def test_a_slice_that_lost_its_rows_is_no_longer_listed(story: Story, written_keys: list[str]) -> None:
    rows = [a_row(rank) for rank in range(7)]
    draft = a_draft(story, rows)
    written_keys.clear()
    edit = edited(story, draft)

    assert len(edit.remove(frozenset(row.instalment_id for row in rows[3:6]))) == 3
    after = saved(draft, edit)

    assert after.segments == (draft.segments[0], draft.segments[2])
    assert written_keys == []


def test_rows_are_added_to_the_last_slice_while_it_has_room(story: Story, written_keys: list[str]) -> None:
    draft = a_draft(story, [a_row(rank) for rank in range(5)])
    written_keys.clear()
    edit = edited(story, draft)
    edit.add([a_row(rank) for rank in range(5, 10)])

    after = saved(draft, edit)

    assert [segment.count for segment in after.segments] == [3, 3, 3, 1]
    assert [row.invoice_number for row in read_rows(story.store, after)] == [
        f"F{rank:03d}" for rank in range(10)
    ]
    assert after.segments[0] == draft.segments[0]
    assert len(written_keys) == 3


def test_a_full_last_slice_is_left_alone_when_rows_are_added(story: Story) -> None:
    draft = a_draft(story, [a_row(rank) for rank in range(3)])
    edit = edited(story, draft)
    edit.add([a_row(3)])

    assert saved(draft, edit).segments[0] == draft.segments[0]


def test_an_anomaly_between_rows_reaches_the_slice_that_the_edit_did_not_touch(story: Story) -> None:
    rows = [a_row(rank) for rank in range(6)]
    rows[0] = rows[0]._replace(mandate_id="once", one_off=True)
    rows[5] = rows[5]._replace(mandate_id="once", one_off=True, collection_date=date(2027, 1, 7))
    draft = a_draft(story, rows)
    assert [segment.blocked for segment in draft.segments] == [1, 1]
    edit = edited(story, draft)
    edit.remove(frozenset({rows[5].instalment_id}))

    after = saved(draft, edit)

    assert after.blocked == 0
    for segment in after.segments:
        assert_totals(story, segment)


def test_a_slice_is_named_by_its_content_and_its_draft(story: Story) -> None:
    rows = [a_row(1)]
    one, other = a_draft(story, rows), a_draft(story, rows)

    assert one.segments[0].key != other.segments[0].key
    assert one.segments[0].key.startswith(f"{story.store.keys.school_id}/drafts/{one.id}/")
    again = write_table(story.store, one, rows)
    assert again == one.segments


def test_two_edits_of_one_version_do_not_change_each_others_table(story: Story) -> None:
    draft = a_draft(story, [a_row(rank) for rank in range(4)])
    mine, theirs = edited(story, draft), edited(story, draft)
    mine.change([a_row(0, amount_cents=1)])
    theirs.change([a_row(0, amount_cents=2)])

    my_draft, their_draft = saved(draft, mine), saved(draft, theirs)

    assert read_rows(story.store, my_draft)[0].amount_cents == 1
    assert read_rows(story.store, their_draft)[0].amount_cents == 2
    assert read_rows(story.store, draft)[0].amount_cents == 1_000


# Any edits in any order

RANKS = st.sets(st.integers(0, 11), max_size=6)
Edit: TypeAlias = tuple[str, set[int], int]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "amount", "date", "block", "one_off"]), RANKS, st.integers(1, 999)
    ),
    max_size=8,
)


@dataclass
class Model:
    """The table as plain rows: the slow way that cannot go wrong."""

    rows: list[DraftRow] = field(default_factory=list)

    def apply(self, edit: Edit, table: TableEdit) -> None:
        kind, ranks, cents = edit
        wanted = {a_row(rank).instalment_id for rank in ranks}
        present = {row.instalment_id for row in self.rows}
        if kind == "add":
            fresh = [a_row(rank) for rank in sorted(ranks) if a_row(rank).instalment_id not in present]
            table.add(fresh)
            self.rows += fresh
        elif kind == "remove":
            taken = table.remove(frozenset(wanted))
            assert [
                (place, row) for place, row in enumerate(self.rows) if row.instalment_id in wanted
            ] == taken
            self.rows = [row for row in self.rows if row.instalment_id not in wanted]
        else:
            changed = [self._edited(row, kind, cents) for row in self.rows if row.instalment_id in wanted]
            table.change(changed)
            by_id = {row.instalment_id: row for row in changed}
            self.rows = [by_id.get(row.instalment_id, row) for row in self.rows]
        self.rows = examine_together(self.rows, Ceilings())

    @staticmethod
    def _edited(row: DraftRow, kind: str, cents: int) -> DraftRow:
        cells: dict[str, dict[str, object]] = {
            "amount": {"amount_cents": cents},
            "date": {"collection_date": date(2026, 12, 7 + cents % 3), "customer_id": "c1"},
            "block": {"anomalies": BLOCKED if cents % 2 else ()},
            "one_off": {"one_off": True, "mandate_id": f"once-{cents % 2}"},
        }
        return row._replace(**cells[kind])  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 8), edits=EDITS)
def test_after_any_edits_slices_and_totals_are_those_of_the_rows_and_older_versions_stand(
    story: Story, first: int, edits: list[Edit]
) -> None:
    model = Model(examine_together([a_row(rank) for rank in range(first)], Ceilings()))
    draft = a_draft(story, model.rows)
    versions = [(draft, list(model.rows))]
    for edit in edits:
        table = edited(story, draft)
        model.apply(edit, table)
        draft = saved(draft, table)
        versions.append((draft, list(model.rows)))

    for version, rows in versions:
        assert read_rows(story.store, version) == rows
        assert version.count == len(rows)
        assert version.total_cents == sum(row.amount_cents for row in rows)
        assert version.blocked == sum(row.is_blocked for row in rows)
    for segment in {segment for version, _ in versions for segment in version.segments}:
        assert_totals(story, segment)


def test_rows_come_back_as_they_were_stored(story: Story) -> None:
    row = a_row(1, customer_name="Sœur Ælis d’Œuf 🎻", one_off=True, anomalies=(*BLOCKED, *WARNED))

    (read,) = read_rows(story.store, a_draft(story, [row]))

    assert read == row
    assert read.collection_date == FIRST
    assert read.anomalies[0].words == BLOCKED[0].words
