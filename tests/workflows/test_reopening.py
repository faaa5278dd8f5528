"""A draft that comes back shows what others changed, and not what its own attempt left behind."""

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.batches import LINES_PER_CHUNK, Batch, DraftState, Line
from diapason.domain.drafts import Draft, DraftPhase
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import detach
from diapason.workflows.manifest import chunks_of
from diapason.workflows.registering import Registering
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.story import Story, a_story
from tests.world import World

FAMILIES = 2 * LINES_PER_CHUNK + 3


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def stopped_before_claiming(story: Story, draft: Draft) -> Registering:
    registering = Registering(story.store, story.validated(draft, "key-first").id)
    while story.store.drafts.get(draft.id).phase is not DraftPhase.CLAIM:
        registering.phases.step()
    return registering


def take(story: Story, instalment_id: str) -> Batch:
    """Another draft registers this instalment alone."""
    other = story.selected()
    rest = [row.instalment_id for row in read_rows(story.store, other) if row.instalment_id != instalment_id]
    other = detach(story.store, story.member, other.id, other.version, rest)
    (batch,) = story.batches_of(story.validated(other, "key-second"))
    return batch


def frozen_lines(story: Story, draft_id: str) -> list[Line]:
    """In the order in which they are claimed."""
    registration = story.store.drafts.get(draft_id).registration
    assert registration is not None
    (planned,) = registration.batches
    chunks = [chunk for part in planned.slices for chunk in chunks_of(story.store, planned, part)]
    return [line for chunk in chunks for line in chunk.lines]


def blocked(story: Story, draft: Draft) -> dict[str, list[AnomalyCode]]:
    return {
        row.instalment_id: [anomaly.code for anomaly in row.anomalies]
        for row in read_rows(story.store, draft)
        if row.is_blocked
    }


@pytest.mark.parametrize("place", [0, LINES_PER_CHUNK, FAMILIES - 1])
def test_only_the_row_that_another_draft_took_is_flagged_wherever_it_stands(story: Story, place: int) -> None:
    story.families(FAMILIES)
    first = story.selected()
    registering = stopped_before_claiming(story, first)
    taken = frozen_lines(story, first.id)[place].instalment_id
    take(story, taken)

    reopened = registering.phases.run()

    assert reopened.state is DraftState.OPEN
    assert blocked(story, reopened) == {taken: [AnomalyCode.CLAIMED]}


def test_what_others_did_to_an_instalment_meanwhile_is_flagged(story: Story) -> None:
    """It was given back, and then claimed and given back by another: not as the operator saw it."""
    owed = story.families(FAMILIES)
    registering = stopped_before_claiming(story, story.selected())
    take(story, owed[0].id)
    while registering.phases.step().phase is not DraftPhase.RELEASE:
        pass
    passing = take(story, owed[5].id)
    deleted = request_deletion(story.store, story.member, passing.id, passing.version)
    Releasing(story.store, deleted.id).phases.run()

    reopened = registering.phases.run()

    assert blocked(story, reopened) == {owed[0].id: [AnomalyCode.CLAIMED], owed[5].id: [AnomalyCode.CHANGED]}
