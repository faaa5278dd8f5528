"""Deleting a pending batch gives everything back."""

from __future__ import annotations

import pytest

from diapason.domain.batches import BatchPhase, BatchState, LineState
from diapason.domain.errors import StateRefused, VersionConflict
from diapason.domain.mandates import MandateType
from diapason.workflows.generating import request_generation
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def test_instalments_of_a_deleted_batch_forget_it_and_can_be_selected_again(story: Story) -> None:
    owed = story.families(40)
    (batch,) = story.registered()

    request_deletion(story.store, story.member, batch.id, batch.version)
    deleted = Releasing(story.store, batch.id).phases.run()

    assert (deleted.state, deleted.phase) == (BatchState.DELETED, BatchPhase.DONE)
    after = [story.instalment(one) for one in owed]
    assert all(one.claim is None and one.in_flight_cents == 0 for one in after)
    assert [one.remaining_cents for one in after] == [one.amount_cents for one in owed]
    chunks = story.store.batches.chunks(batch.id, range(batch.chunks))
    assert {chunk.state for chunk in chunks} == {LineState.RELEASED}
    assert story.selected().count == 40


def test_the_other_batches_of_the_draft_stay(story: Story) -> None:
    """Closing one group closes no other."""
    first, second = story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()

    request_deletion(story.store, story.member, december.id, december.version)
    Releasing(story.store, december.id).phases.run()

    assert story.instalment(first).claim is None
    assert story.instalment(second).claim is not None
    assert story.store.batches.get(january.id).state is BatchState.PENDING


def test_a_one_off_mandate_is_free_again(story: Story) -> None:
    story.families(1, mandate_type=MandateType.ONE_OFF)
    (batch,) = story.registered()
    request_deletion(story.store, story.member, batch.id, batch.version)
    Releasing(story.store, batch.id).phases.run()

    draft = story.selected()

    assert (draft.count, draft.blocked) == (1, 0)


def test_a_generated_batch_is_not_deleted(story: Story) -> None:
    """An uploaded batch deleted: once the file exists, deleting is refused."""
    story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)

    with pytest.raises(StateRefused):
        request_deletion(story.store, story.member, batch.id, generated.version)


def test_deleting_what_someone_changed_meanwhile_is_refused(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()

    with pytest.raises(VersionConflict):
        request_deletion(story.store, story.member, batch.id, batch.version - 1)


def test_asking_twice_deletes_once(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    request_deletion(story.store, story.member, batch.id, batch.version)
    request_deletion(story.store, story.member, batch.id, batch.version)

    for _ in range(2):
        Releasing(story.store, batch.id).phases.run()

    assert story.instalment(owed).remaining_cents == owed.amount_cents


def test_a_batch_in_deletion_cannot_be_generated(story: Story) -> None:

    story.families(1)
    (batch,) = story.registered()
    deleting = request_deletion(story.store, story.member, batch.id, batch.version)

    with pytest.raises(StateRefused):
        request_generation(story.store, story.member, batch.id, deleting.version)
