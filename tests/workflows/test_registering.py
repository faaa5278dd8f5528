"""From a validated draft to its batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diapason.domain.batches import BatchPhase, BatchState, DraftState, LineState
from diapason.domain.calendar import is_target_day
from diapason.domain.drafts import Criteria, DraftPhase
from diapason.domain.errors import InvalidInput, NotFound, StateRefused, VersionConflict
from diapason.domain.invoices import InstalmentState
from diapason.domain.mandates import MandateType
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import RowChange, detach, edit_row, refresh
from diapason.workflows.registering import Registering, validate
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def test_one_batch_for_each_due_date_with_its_count_and_sum(story: Story) -> None:
    story.families(3, DECEMBER, JANUARY)

    december, january = story.registered()

    assert (december.state, december.phase) == (BatchState.PENDING, BatchPhase.IDLE)
    assert (december.collection_date, december.count, december.total_cents) == (DECEMBER, 3, 3_003)
    assert (january.collection_date, january.count, january.total_cents) == (JANUARY, 3, 3_003)
    assert december.number != january.number
    assert (december.external_number, december.comment) == ("EXT-1", "premier lot")


def test_a_claimed_instalment_shows_batch_amount_and_date_and_stays_not_debited(story: Story) -> None:
    (owed,) = story.families(1)

    (batch,) = story.registered()

    held = story.instalment(owed)
    assert held.claim is not None
    assert (held.claim.batch_number, held.claim.amount_cents) == (batch.number, owed.amount_cents)
    assert held.claim.collection_date == DECEMBER
    assert held.state is InstalmentState.NOT_DEBITED
    assert (held.in_flight_cents, held.remaining_cents) == (owed.amount_cents, 0)


def test_a_claimed_instalment_cannot_be_selected_again(story: Story) -> None:
    story.families(2)
    story.registered()

    assert story.selected().count == 0


def test_more_lines_than_a_chunk_holds_are_all_registered_once(story: Story) -> None:
    story.families(70)

    (batch,) = story.registered()

    chunks = list(story.store.batches.chunks(batch.id, range(batch.chunks)))
    assert [chunk.count for chunk in chunks] == [32, 32, 6]
    assert {chunk.state for chunk in chunks} == {LineState.HELD}
    lines = [line for chunk in chunks for line in chunk.lines]
    assert len({line.instalment_id for line in lines}) == 70
    assert [line.position for line in lines] == list(range(70))
    assert len({line.end_to_end_id for line in lines}) == 70


def test_a_part_can_be_debited_now_and_the_rest_later(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected()
    draft = edit_row(story.store, story.member, draft.id, draft.version, owed.id, RowChange(amount_cents=400))
    Registering(story.store, story.validated(draft).id).phases.run()
    (batch,) = story.batches()
    assert batch.total_cents == 400

    story.generated(batch)

    after = story.instalment(owed)
    assert (after.debited_cents, after.in_flight_cents, after.remaining_cents) == (400, 0, 600)
    assert after.state is InstalmentState.PARTLY_DEBITED
    assert story.selected().total_cents == 600


def test_the_same_request_key_sends_once(story: Story) -> None:
    story.families(2)
    draft = story.selected()
    first = story.validated(draft)

    again = story.validated(draft)

    assert again == first
    Registering(story.store, draft.id).phases.run()
    assert len(story.batches()) == 1


def test_another_request_on_the_same_draft_is_refused(story: Story) -> None:
    story.families(1)
    draft = story.selected()
    story.validated(draft)

    with pytest.raises(StateRefused):
        story.validated(draft, request_key="key-2")


def test_count_or_sum_that_the_table_no_longer_has_is_refused_and_nothing_is_claimed(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected()

    with pytest.raises(InvalidInput) as refusal:
        validate(story.store, story.member, draft.id, draft.version, "key", 1, draft.total_cents + 1)

    assert [error.code for error in refusal.value.errors] == ["outdated"]
    assert story.instalment(owed).claim is None


def test_an_anomaly_blocks_until_its_row_is_detached(story: Story) -> None:
    story.families(1)
    (without_account,) = story.families(1, accounts=(), mandates=())
    draft = story.selected()

    with pytest.raises(InvalidInput) as refusal:
        story.validated(draft)
    assert [error.code for error in refusal.value.errors] == ["anomalies"]

    draft = detach(story.store, story.member, draft.id, draft.version, [without_account.id])
    Registering(story.store, story.validated(draft).id).phases.run()
    (batch,) = story.batches()
    assert batch.count == 1


def test_an_empty_table_is_refused(story: Story) -> None:
    with pytest.raises(InvalidInput) as refusal:
        story.validated(story.selected())
    assert [error.code for error in refusal.value.errors] == ["empty"]


def test_a_stale_version_is_refused(story: Story) -> None:
    story.families(1)
    draft = story.selected()
    refresh(story.store, story.member, draft.id, draft.version)

    with pytest.raises(VersionConflict):
        story.validated(draft)


def test_what_changed_between_validation_and_worker_reopens_the_draft_and_claims_nothing(
    story: Story,
) -> None:
    kept, moved = story.families(2)
    draft = story.validated()
    customer = story.store.customers.get(moved.customer_id)
    closed = replace(
        customer.value, accounts=tuple(replace(one, closed=True) for one in customer.value.accounts)
    )
    story.store.customers.replace(closed, customer.revision, "test")

    reopened = Registering(story.store, draft.id).phases.run()

    assert (reopened.state, reopened.phase) == (DraftState.OPEN, DraftPhase.IDLE)
    assert reopened.blocked == 1
    assert "1 ligne(s)" in reopened.notice
    flagged = [row.instalment_id for row in read_rows(story.store, reopened) if row.is_blocked]
    assert flagged == [moved.id]
    assert story.instalment(kept).claim is None
    assert story.batches() == []


def test_an_instalment_that_another_draft_took_meanwhile_undoes_the_whole_draft(story: Story) -> None:
    """Debited twice after re-selection: the claim stops the second batch, and nothing of it stays."""
    owed = story.families(40)
    first, second = story.selected(), story.selected()
    second = detach(story.store, story.member, second.id, second.version, [one.id for one in owed[:39]])
    loser = story.validated(first, "key-first")
    registering = Registering(story.store, loser.id)
    while story.store.drafts.get(loser.id).phase is not DraftPhase.CLAIM:
        registering.phases.step()
    winner = Registering(story.store, story.validated(second, "key-second").id).phases.run()
    assert winner.state is DraftState.REGISTERED

    reopened = registering.phases.run()

    assert reopened.state is DraftState.OPEN
    assert reopened.blocked == 1
    (batch,) = story.batches()
    assert batch.count == 1
    claims = [story.instalment(one).claim for one in owed]
    assert [claim is not None for claim in claims] == [False] * 39 + [True]
    assert story.selected().count == 39


def test_a_reopened_draft_can_be_mended_and_validated_again(story: Story) -> None:
    owed = story.families(2)
    first, second = story.selected(), story.selected()
    second = detach(story.store, story.member, second.id, second.version, [owed[0].id])
    Registering(story.store, story.validated(second, "key-second").id).phases.run()
    reopened = Registering(story.store, story.validated(first, "key-first").id).phases.run()
    mended = detach(story.store, story.member, reopened.id, reopened.version, [owed[1].id])

    done = Registering(story.store, story.validated(mended, "key-third").id).phases.run()

    assert done.state is DraftState.REGISTERED
    assert sorted(batch.count for batch in story.batches()) == [1, 1]
    assert all(story.instalment(one).claim for one in owed)


def test_a_one_off_mandate_serves_one_batch_only(story: Story) -> None:
    customer = story.world.customer(story.store, mandate_type=MandateType.ONE_OFF)
    (one,) = story.world.invoice(story.store, customer, (DECEMBER, 500))
    (other,) = story.world.invoice(story.store, customer, (JANUARY, 700))
    first, second = story.selected(), story.selected()
    first = detach(story.store, story.member, first.id, first.version, [other.id])
    second = detach(story.store, story.member, second.id, second.version, [one.id])
    first, second = story.validated(first, "key-first"), story.validated(second, "key-second")
    loser = Registering(story.store, second.id)
    while story.store.drafts.get(second.id).phase is not DraftPhase.CLAIM:
        loser.phases.step()
    Registering(story.store, first.id).phases.run()

    reopened = loser.phases.run()

    assert reopened.state is DraftState.OPEN
    (row,) = read_rows(story.store, reopened)
    assert "mandate_consumed" in [anomaly.code for anomaly in row.anomalies]
    assert story.instalment(other).claim is None


def test_two_drafts_validated_in_the_same_second_get_different_numbers(story: Story) -> None:
    one, other = story.families(2)
    first, second = story.selected(), story.selected()
    first = detach(story.store, story.member, first.id, first.version, [other.id])
    second = detach(story.store, story.member, second.id, second.version, [one.id])

    for draft, key in ((first, "key-first"), (second, "key-second")):
        Registering(story.store, story.validated(draft, key).id).phases.run()

    assert len({batch.number for batch in story.batches()}) == 2


def test_a_due_date_beyond_the_hundredth_still_gets_a_batch(story: Story) -> None:
    """No 101st batch in a month: ranks have no ceiling."""

    days = [date(2026, 12, 1) + timedelta(days=offset) for offset in range(170)]
    open_days = [day for day in days if is_target_day(day)][:101]
    customer = story.world.customer(story.store)
    for start in range(0, len(open_days), 40):
        story.world.invoice(story.store, customer, *[(day, 100) for day in open_days[start : start + 40]])

    draft = story.selected(Criteria(open_days[0], open_days[-1]))

    Registering(story.store, story.validated(draft).id).phases.run()

    assert len({batch.number for batch in story.batches()}) == 101


def test_another_school_sees_neither_draft_nor_batch(story: Story) -> None:

    story.families(1)
    (batch,) = story.registered()
    neighbour = a_story(story.world, "ecole-voisine")

    assert neighbour.batches() == []
    with pytest.raises(NotFound):
        neighbour.store.batches.get(batch.id)
    with pytest.raises(NotFound):
        neighbour.store.drafts.get(batch.draft_id)
