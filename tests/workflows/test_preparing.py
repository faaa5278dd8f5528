"""A large table is built and examined by the worker, and ends as a small one does while the page waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from diapason.domain.batches import DraftState
from diapason.domain.drafts import Draft, DraftPhase, GeneralInformation
from diapason.domain.errors import StateRefused, VersionConflict
from diapason.workflows import drafting, preparing
from diapason.workflows.draft_table import read_rows
from diapason.workflows.registering import Registering
from diapason.workflows.sweeping import sweep
from tests.workflows.story import ALL_WINTER, DECEMBER, JANUARY, Story, a_story
from tests.world import NOON_IN_PARIS, World

WEDNESDAY = date(2026, 12, 9)
Edit = Callable[[Story, Draft], Draft]


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, two rows are too many for the page to wait for."""

    def make() -> None:
        monkeypatch.setattr(preparing, "AT_ONCE_ROWS", 1)
        monkeypatch.setattr(drafting, "AT_ONCE_ROWS", 1)

    return make


def select(story: Story, draft: Draft) -> Draft:
    return drafting.select(story.store, story.member, draft.id, draft.version, ALL_WINTER)


def refresh(story: Story, draft: Draft) -> Draft:
    return drafting.refresh(story.store, story.member, draft.id, draft.version)


def set_date(story: Story, draft: Draft) -> Draft:
    ids = [row.instalment_id for row in read_rows(story.store, draft)]
    return drafting.set_date(story.store, story.member, draft.id, draft.version, ids, WEDNESDAY)


def change_account(story: Story, draft: Draft) -> Draft:
    general = GeneralInformation("other")
    return drafting.set_general(story.store, story.member, draft.id, draft.version, general)


def set_proposed_dates(story: Story, draft: Draft) -> Draft:
    story.world.clock.instant = NOON_IN_PARIS + timedelta(days=14, hours=12)
    ids = [row.instalment_id for row in read_rows(story.store, draft)]
    return drafting.set_proposed_dates(story.store, story.member, draft.id, draft.version, ids)


EDITS = [select, refresh, set_date, set_proposed_dates, change_account]


def a_table(story: Story) -> Draft:
    """Three rows, of which one customer has moved to another account since they were read."""
    main = story.store.registry.credited_account("main").value
    story.store.registry.put_credited_account(replace(main, id="other", lead_days=20), None, "test")
    owed = story.families(3, DECEMBER)
    draft = story.selected()
    customer = story.store.customers.get(owed[0].customer_id)
    closed = tuple(replace(account, closed=True) for account in customer.value.accounts)
    story.store.customers.replace(replace(customer.value, accounts=closed), customer.revision, "test")
    return draft


def seen(story: Story, draft: Draft) -> list[Any]:
    """What the table shows, whatever the school."""
    return sorted(
        (row.invoice_number, row.collection_date, row.amount_cents, [one.code for one in row.anomalies])
        for row in read_rows(story.store, draft)
    )


@pytest.mark.parametrize("edit", EDITS)
def test_the_worker_ends_where_the_page_would_have(
    world: World, large: Callable[[], None], edit: Edit
) -> None:
    story = a_story(world)
    at_once = edit(story, a_table(story))
    neighbour = a_story(world, "ecole-voisine")
    draft = a_table(neighbour)
    large()

    handed_over = edit(neighbour, draft)
    prepared = Registering(neighbour.store, draft.id).phases.run()

    assert handed_over.state is DraftState.PREPARING
    assert (prepared.state, prepared.phase) == (DraftState.OPEN, DraftPhase.IDLE)
    assert [line[1:] for line in seen(neighbour, prepared)] == [line[1:] for line in seen(story, at_once)]
    assert (prepared.count, prepared.blocked, prepared.total_cents) == (
        at_once.count,
        at_once.blocked,
        at_once.total_cents,
    )


@pytest.mark.parametrize("edit", EDITS)
def test_nobody_edits_or_validates_while_the_worker_is_at_it(
    story: Story, large: Callable[[], None], edit: Edit
) -> None:
    draft = a_table(story)
    large()
    preparing_draft = edit(story, draft)

    with pytest.raises(StateRefused):
        drafting.detach(story.store, story.member, draft.id, preparing_draft.version, ["i"])
    with pytest.raises(StateRefused):
        story.validated(preparing_draft)


def test_two_deliveries_prepare_the_table_once(story: Story, large: Callable[[], None]) -> None:
    draft = a_table(story)
    large()
    select(story, draft)

    first = Registering(story.store, draft.id).phases.run()
    second = Registering(story.store, draft.id).phases.run()

    assert first == second


def test_a_draft_given_up_while_its_table_is_prepared_stays_given_up(
    story: Story, large: Callable[[], None]
) -> None:
    draft = a_table(story)
    large()
    waiting = select(story, draft)
    drafting.abandon(story.store, story.member, draft.id, waiting.version)

    assert Registering(story.store, draft.id).phases.run().state is DraftState.ABANDONED


def test_giving_up_a_draft_that_has_moved_on_is_refused(story: Story) -> None:
    draft = a_table(story)
    refresh(story, draft)

    with pytest.raises(VersionConflict):
        drafting.abandon(story.store, story.member, draft.id, draft.version)


def test_a_table_whose_message_was_lost_is_driven_on_by_the_sweeper(
    story: Story, large: Callable[[], None]
) -> None:
    draft = a_table(story)
    large()
    select(story, draft)
    story.world.clock.instant += timedelta(minutes=5)

    assert sweep(story.world.house) == 1


def test_more_than_a_million_rows_leave_the_table_empty_and_say_so(
    story: Story, large: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    story.families(3, DECEMBER, JANUARY)
    draft = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
    large()
    monkeypatch.setattr(preparing, "MAX_ROWS", 5)
    select(story, draft)

    prepared = Registering(story.store, draft.id).phases.run()

    assert (prepared.state, prepared.count) == (DraftState.OPEN, 0)
    assert "resserrez" in prepared.notice


def test_a_table_that_expired_sends_back_to_the_criteria(story: Story) -> None:
    draft = a_table(story)
    for segment in draft.segments:
        boto3.client("s3").delete_object(Bucket=story.store.work_files.name, Key=segment.key)

    with pytest.raises(StateRefused) as refusal:
        refresh(story, draft)

    assert "étape 2" in refusal.value.message
    assert select(story, draft).count == 3


def test_a_large_table_that_expired_before_the_worker_came_is_empty_and_says_so(
    story: Story, large: Callable[[], None]
) -> None:
    draft = a_table(story)
    large()
    refresh(story, draft)
    for segment in draft.segments:
        boto3.client("s3").delete_object(Bucket=story.store.work_files.name, Key=segment.key)

    prepared = Registering(story.store, draft.id).phases.run()

    assert (prepared.state, prepared.count) == (DraftState.OPEN, 0)
    assert "étape 2" in prepared.notice


def test_a_table_that_expired_after_validation_gives_the_draft_back_and_claims_nothing(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.validated()
    for segment in draft.segments:
        boto3.client("s3").delete_object(Bucket=story.store.work_files.name, Key=segment.key)

    given_back = Registering(story.store, draft.id).phases.run()

    assert (given_back.state, given_back.phase, given_back.count) == (DraftState.OPEN, DraftPhase.IDLE, 0)
    assert "étape 2" in given_back.notice
    assert story.instalment(owed).claim is None
    assert select(story, given_back).count == 1
