"""Undoing what was detached: the rows come back as they were edited, to the places where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.batches import DraftState
from diapason.domain.drafts import Draft, DraftPhase, DraftRow, GeneralInformation
from diapason.domain.errors import InvalidInput, StateRefused, VersionConflict
from diapason.domain.invoices import Instalment
from diapason.workflows import draft_edits, draft_table, draft_undo, drafting
from diapason.workflows.draft_table import TableEdit, read_rows
from diapason.workflows.draft_undo import KEPT_DETACHMENTS, undo_detach
from diapason.workflows.drafting import RowChange
from diapason.workflows.registering import Registering
from tests.workflows.draft_rows import a_row
from tests.workflows.story import ALL_WINTER, DECEMBER, JANUARY, Story, a_story
from tests.world import World

A_DAY_LATER = date(2026, 12, 8)


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_table, "SEGMENT_ROWS", 3)
    monkeypatch.setattr(draft_undo, "SEGMENT_ROWS", 3)


def rows(story: Story, draft: Draft) -> list[DraftRow]:
    return read_rows(story.store, draft)


def detached(story: Story, draft: Draft, owed: Sequence[Instalment]) -> Draft:
    return drafting.detach(story.store, story.member, draft.id, draft.version, [one.id for one in owed])


def undone(story: Story, draft: Draft) -> Draft:
    return undo_detach(story.store, story.member, draft.id, draft.version)


def test_rows_come_back_with_their_edits_to_their_places(story: Story) -> None:
    owed = story.families(8)
    draft = story.selected()
    change = RowChange(collection_date=A_DAY_LATER, amount_cents=400, is_final=True)
    draft = drafting.edit_row(story.store, story.member, draft.id, draft.version, owed[3].id, change)
    before = rows(story, draft)

    draft = detached(story, draft, [owed[0], owed[3], owed[4], owed[7]])
    assert (draft.count, draft.undo_rows) == (4, 4)
    draft = undone(story, draft)

    assert rows(story, draft) == before
    assert draft.undo_rows == 0


def test_undoing_again_undoes_the_detachment_before(story: Story) -> None:
    owed = story.families(5)
    first = story.selected()
    second = detached(story, first, owed[1:3])
    third = detached(story, second, [owed[0], owed[4]])

    once = undone(story, third)
    assert rows(story, once) == rows(story, second)
    twice = undone(story, once)

    assert rows(story, twice) == rows(story, first)
    assert (once.undo_rows, twice.undo_rows) == (2, 0)


def test_what_is_detached_from_nothing_leaves_nothing_to_undo(story: Story) -> None:
    story.families(1)
    draft = story.selected()
    draft = drafting.detach(story.store, story.member, draft.id, draft.version, ["unknown-001"])

    with pytest.raises(StateRefused):
        undone(story, draft)


def test_a_row_that_was_attached_again_is_not_doubled(story: Story) -> None:
    owed = story.families(4)
    draft = detached(story, story.selected(), owed[:3])
    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [owed[1].id])
    edit = RowChange(amount_cents=7)
    draft = drafting.edit_row(story.store, story.member, draft.id, draft.version, owed[1].id, edit)

    draft = undone(story, draft)

    by_id = {row.instalment_id: row.amount_cents for row in rows(story, draft)}
    assert (len(by_id), draft.count, by_id[owed[1].id]) == (4, 4, 7)


def test_rows_come_back_examined_anew(story: Story) -> None:
    one, _ = story.families(2)
    draft = detached(story, story.selected(), [one])
    customer = story.store.customers.get(one.customer_id)
    closed = tuple(replace(account, closed=True) for account in customer.value.accounts)
    story.store.customers.replace(replace(customer.value, accounts=closed), customer.revision, "test")

    draft = undone(story, draft)

    codes = {row.instalment_id: [found.code for found in row.anomalies] for row in rows(story, draft)}
    assert codes[one.id] == [AnomalyCode.ACCOUNT_CLOSED]
    assert draft.blocked == 1


def test_a_new_selection_leaves_nothing_to_undo(story: Story) -> None:
    owed = story.families(2)
    draft = detached(story, story.selected(), owed[:1])

    draft = drafting.select(story.store, story.member, draft.id, draft.version, ALL_WINTER)

    assert (draft.undo_rows, draft.detached) == (0, ())
    with pytest.raises(StateRefused):
        undone(story, draft)


def test_the_last_ten_detachments_are_kept(story: Story) -> None:
    owed = story.families(KEPT_DETACHMENTS + 2)
    draft = story.selected()
    for one in owed:
        draft = detached(story, draft, [one])
    for _ in range(KEPT_DETACHMENTS):
        draft = undone(story, draft)

    assert draft.count == KEPT_DETACHMENTS
    with pytest.raises(StateRefused):
        undone(story, draft)


def test_the_oldest_detachments_fall_away_before_the_record_is_too_large(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_undo, "KEPT_SLICES", 3)
    owed = story.families(12)
    draft = detached(story, story.selected(), owed[:6])
    draft = detached(story, draft, owed[6:])

    assert [one.count for one in draft.detached] == [6]


def test_a_large_detachment_comes_back_through_the_worker(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = story.families(4, DECEMBER, JANUARY)
    whole = story.selected()
    draft = detached(story, whole, owed[:5])
    monkeypatch.setattr(draft_undo, "AT_ONCE_ROWS", 2)

    draft = undone(story, draft)

    assert (draft.state, draft.phase) == (DraftState.PREPARING, DraftPhase.EXAMINE)
    draft = Registering(story.store, draft.id).phases.run()
    assert draft.state is DraftState.OPEN
    assert rows(story, draft) == rows(story, whole)


def test_undoing_on_an_older_version_is_a_conflict(story: Story) -> None:
    owed = story.families(3)
    seen = detached(story, story.selected(), owed[:1])
    detached(story, seen, owed[1:2])

    with pytest.raises(VersionConflict):
        undone(story, seen)


def test_a_table_that_would_be_too_large_is_left_alone(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    owed = story.families(3)
    draft = detached(story, story.selected(), owed[:2])
    monkeypatch.setattr(draft_edits, "MAX_ROWS", 2)

    with pytest.raises(InvalidInput) as refusal:
        undone(story, draft)

    assert [error.code for error in refusal.value.errors] == ["too-many"]
    assert story.store.drafts.get(draft.id) == draft


def test_rows_that_expired_are_told_to_be_attached(story: Story) -> None:
    owed = story.families(2)
    draft = detached(story, story.selected(), owed[:1])
    s3 = boto3.client("s3")
    for key in draft.detached[-1].keys:
        s3.delete_object(Bucket=story.store.work_files.name, Key=key)

    with pytest.raises(StateRefused, match="attachez-les"):
        undone(story, draft)


STEPS = st.lists(st.sets(st.integers(0, 10), min_size=1, max_size=7), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(1, 11), steps=STEPS)
def test_whatever_was_detached_in_whatever_order_comes_back_step_by_step(
    story: Story, count: int, steps: list[set[int]]
) -> None:
    draft = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
    draft = replace(
        draft,
        segments=draft_table.write_table(story.store, draft, [a_row(rank) for rank in range(count)]),
    )
    history = []
    for ranks in steps:
        edit = TableEdit(story.store, draft)
        taken = edit.remove(frozenset(a_row(rank).instalment_id for rank in ranks))
        history.append((rows(story, draft), taken))
        draft = replace(draft, segments=edit.save())
    for before, taken in reversed(history):
        edit = TableEdit(story.store, draft)
        assert edit.put_back(taken) == [row for _, row in taken]
        draft = replace(draft, segments=edit.save())
        assert rows(story, draft) == before
        assert all(0 < segment.count <= 3 for segment in draft.segments)
