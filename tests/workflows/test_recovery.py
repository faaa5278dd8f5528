"""A worker may die between two phases, or at any call to the database, and be delivered again, late or in
parallel: the school ends where a run without a fault ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from diapason.store.queue import Work
from diapason.workflows.phases import OutOfTime
from diapason.workflows.registering import Registering
from diapason.workflows.releasing import Releasing, request_deletion
from diapason.workflows.sweeping import sweep
from tests.local.dynamodb_in_process import DYNAMODB_HOST
from tests.workflows.faults import Died, OneStepOnly, Schools, dying_at, in_turns, received, withholding
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.school_outcomes import journal_events, outcome
from tests.workflows.started_workflows import WORKFLOWS, Worker, families
from tests.workflows.story import Story, a_story
from tests.world import World


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_worker_stopped_at_any_phase_boundary_ends_where_it_would_have(
    schools: Schools, workflow: Callable[[Story], Worker]
) -> None:
    smooth = schools.another()
    worker = workflow(smooth)
    steps = 0
    while worker().step() is not None:
        steps += 1
    expected, events = outcome(smooth), journal_events(smooth)
    assert steps >= 1
    for boundary in range(steps + 1):
        story = schools.another()
        stopped = workflow(story)
        for _ in range(boundary):
            stopped().step()
        assert_money_holds(story)
        stopped().run()
        stopped().run()
        assert outcome(story) == expected, f"stopped after {boundary} phases"
        assert journal_events(story) == events


@pytest.mark.slow
@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize("applied", [False, True])
def test_a_worker_that_dies_at_any_call_ends_where_it_would_have(
    schools: Schools, workflow: Callable[[Story], Worker], applied: bool
) -> None:
    smooth = schools.another()
    worker = workflow(smooth)
    with dying_at(schools.world, 1_000_000, applied=False) as calls:
        worker().run()
    expected = outcome(smooth)
    assert calls[0] > 3
    for call in range(1, calls[0] + 1):
        story = schools.another()
        dying = workflow(story)
        with dying_at(schools.world, call, applied=applied), pytest.raises(Died):
            dying().run()
        assert_money_holds(story)
        dying().run()
        assert outcome(story) == expected, f"died at call {call}"


@pytest.mark.slow
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_write_that_arrives_after_its_workflow_ended_changes_nothing(
    schools: Schools, workflow: Callable[[Story], Worker]
) -> None:
    """Claims, markings, debits and cancels of a process that is long dead find every gate closed."""
    smooth = schools.another()
    workflow(smooth)().run()
    expected = outcome(smooth)
    handler = schools.world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    write = 0
    while True:
        write += 1
        story = schools.another()
        dying = workflow(story)
        with withholding(schools.world, write) as withheld, suppress(Died):
            dying().run()
        if not withheld:
            break
        dying().run()
        events = journal_events(story)
        handler(withheld[0])
        assert outcome(story) == expected, f"write {write} came late"
        assert journal_events(story) == events, f"write {write} came late"
        assert_money_holds(story)
    assert write > 1


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_message_that_comes_a_year_later_changes_nothing(
    schools: Schools, workflow: Callable[[Story], Worker]
) -> None:
    story = schools.another()
    worker = workflow(story)
    worker().run()
    expected, events = outcome(story), journal_events(story)
    schools.world.clock.instant += timedelta(days=400)

    worker().run()

    assert (outcome(story), journal_events(story)) == (expected, events)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_two_workers_at_once_end_where_one_would_have(
    schools: Schools, workflow: Callable[[Story], Worker]
) -> None:
    """Phases of two workers, one step each in turn: the second always acts on what it read before."""
    smooth = schools.another()
    workflow(smooth)().run()
    expected = outcome(smooth)
    story = schools.another()
    worker = workflow(story)
    for _ in in_turns(worker):
        assert_money_holds(story)

    assert outcome(story) == expected


@pytest.mark.slow
def test_eight_drafts_racing_for_the_same_instalments_debit_each_once(world: World) -> None:
    story = a_story(world)
    families(story)
    drafts = [story.validated(story.selected(), f"key-{rank}") for rank in range(8)]
    start = threading.Barrier(len(drafts))
    errors: list[Exception] = []

    def race(draft_id: str) -> None:
        start.wait()
        try:
            Registering(world.house.school("ecole-demo"), draft_id).phases.run()
        except Exception as error:  # noqa: BLE001 shown below
            errors.append(error)

    threads = [threading.Thread(target=race, args=(draft.id,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for draft in drafts:
        Registering(story.store, draft.id).phases.run()

    assert_money_holds(story)
    states = sorted(story.store.drafts.get(draft.id).state for draft in drafts)
    assert states.count("registered") <= 1
    assert set(states) <= {"registered", "open"}
    held = [one for one in outcome(story)["instalments"] if one[3]]
    assert len(held) in {0, 7}
    assert len({one[3] for one in held}) in {0, 2}


def test_work_whose_message_was_lost_is_sent_again_by_the_sweeper(world: World) -> None:
    story = a_story(world)
    families(story)
    draft = story.validated()
    purge(world)
    world.clock.instant += timedelta(minutes=3)

    assert sweep(world.house) == 1

    (work,) = received(world, world.house.environment.create_batches_queue_url)
    assert work == Work("ecole-demo", draft.id)


def test_the_sweeper_leaves_work_alone_that_a_worker_is_at(world: World) -> None:
    story = a_story(world)
    families(story)
    story.validated()

    assert sweep(world.house) == 0


def test_finished_work_is_nothing_to_sweep(world: World) -> None:
    story = a_story(world)
    families(story)
    december, january = story.registered()
    story.generated(december)
    request_deletion(story.store, story.member, january.id, january.version)
    Releasing(story.store, january.id).phases.run()
    world.clock.instant += timedelta(days=1)

    assert sweep(world.house) == 0


def test_a_worker_short_of_time_stops_at_a_boundary_and_the_next_goes_on(world: World) -> None:
    story = a_story(world)
    families(story)
    draft = story.validated()
    runs = 0
    while True:
        runs += 1
        try:
            Registering(story.store, draft.id, OneStepOnly(2)).phases.run()
        except OutOfTime:
            assert_money_holds(story)
            assert runs < 20
        else:
            break

    assert runs > 1
    assert [batch.count for batch in story.batches()] == [4, 3]


def purge(world: World) -> None:
    world.house.sqs.purge_queue(QueueUrl=world.house.environment.create_batches_queue_url)
