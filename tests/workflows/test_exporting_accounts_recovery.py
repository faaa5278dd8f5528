"""An export that is stopped anywhere, delivered again, late or twice at once ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from diapason.domain.accounting_exports import AccountingExport, AccountingExportState
from diapason.store.queue import Work
from diapason.store.transactions import ConditionFailed
from diapason.workflows import accounting_manifest
from diapason.workflows.accounting_handover import request_cancellation
from diapason.workflows.exporting_accounts import ExportingAccounts
from diapason.workflows.phases import OutOfTime, Phases
from diapason.workflows.registering import Registering
from diapason.workflows.sweeping import sweep
from tests.local.dynamodb_in_process import DYNAMODB_HOST
from tests.workflows.accounting_story import (
    AccountingStory,
    accounting_outcome,
    accounting_story,
    three_invoices_and_a_credit_note,
)
from tests.workflows.faults import Died, OneStepOnly, dying_at, in_turns, received
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import DECEMBER
from tests.world import World

Worker = Callable[[], Phases[AccountingExport]]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each invoice is a chunk of its own."""
    monkeypatch.setattr(accounting_manifest, "MAX_ACTIONS", 6)


def worker_of(story: AccountingStory, export: AccountingExport) -> Worker:
    return lambda: ExportingAccounts(story.store, export.id).phases


def exporting(story: AccountingStory) -> Worker:
    three_invoices_and_a_credit_note(story)
    return worker_of(story, story.requested())


def overtaken(story: AccountingStory) -> Worker:
    """A remittance takes the last invoice after the export was planned."""
    three_invoices_and_a_credit_note(story)
    export = story.requested()
    worker_of(story, export)().step()
    (last,) = [
        one for one in story.store.instalments.open_between(DECEMBER, DECEMBER) if one.invoice_number == "F2"
    ]
    story.registered_of(last)
    return worker_of(story, export)


def cancelling(story: AccountingStory) -> Worker:
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    request_cancellation(story.store, story.member, export.id, export.version, "Doublon", False)
    return worker_of(story, export)


WORKFLOWS = [exporting, overtaken, cancelling]
each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS)


@dataclass
class Schools:
    """As many schools as runs are needed, in one world."""

    world: World
    count: int = 0

    def another(self) -> AccountingStory:
        self.count += 1
        return accounting_story(self.world, f"ecole-{self.count:03d}")


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


@each_workflow
def test_a_worker_stopped_at_any_phase_boundary_ends_where_it_would_have(
    schools: Schools, workflow: Callable[[AccountingStory], Worker]
) -> None:
    smooth = schools.another()
    worker = workflow(smooth)
    steps = 0
    while worker().step() is not None:
        steps += 1
    expected = accounting_outcome(smooth)
    for boundary in range(steps + 1):
        story = schools.another()
        stopped = workflow(story)
        for _ in range(boundary):
            stopped().step()
        assert_money_holds(story)
        stopped().run()
        stopped().run()
        assert accounting_outcome(story) == expected, f"stopped after {boundary} phases"


@pytest.mark.slow
@each_workflow
@pytest.mark.parametrize("applied", [False, True])
def test_a_worker_that_dies_at_any_call_ends_where_it_would_have(
    schools: Schools, workflow: Callable[[AccountingStory], Worker], applied: bool
) -> None:
    smooth = schools.another()
    worker = workflow(smooth)
    with dying_at(schools.world, 1_000_000, applied=False) as calls:
        worker().run()
    expected = accounting_outcome(smooth)
    assert calls[0] > 5
    for call in range(1, calls[0] + 1):
        story = schools.another()
        dying = workflow(story)
        with dying_at(schools.world, call, applied=applied), pytest.raises(Died):
            dying().run()
        assert_money_holds(story)
        dying().run()
        assert accounting_outcome(story) == expected, f"died at call {call}"


@pytest.mark.slow
@each_workflow
def test_a_call_that_arrives_after_the_end_changes_nothing(
    schools: Schools, workflow: Callable[[AccountingStory], Worker]
) -> None:
    """The process dies before its call arrives; the call arrives once all is done."""
    world = schools.world
    handler = world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    smooth = schools.another()
    worker = workflow(smooth)
    with dying_at(world, 1_000_000, applied=False) as calls:
        worker().run()
    expected = accounting_outcome(smooth)
    for at_call in range(1, calls[0] + 1):
        late: list[AWSPreparedRequest] = []
        count = 0

        def delay(
            request: AWSPreparedRequest, at_call: int = at_call, late: list[AWSPreparedRequest] = late
        ) -> AWSResponse:
            nonlocal count
            count += 1
            if count >= at_call:
                late.append(request)
                raise Died
            return handler(request)

        story = schools.another()
        dying = workflow(story)
        world.routes.route(DYNAMODB_HOST, delay)
        with pytest.raises(Died):
            dying().run()
        world.routes.route(DYNAMODB_HOST, handler)
        dying().run()
        handler(late[0])
        assert accounting_outcome(story) == expected, f"call {at_call}"


@each_workflow
def test_a_message_that_comes_a_year_later_changes_nothing(
    schools: Schools, workflow: Callable[[AccountingStory], Worker]
) -> None:
    story = schools.another()
    worker = workflow(story)
    worker().run()
    expected = accounting_outcome(story)
    schools.world.clock.instant += timedelta(days=400)

    worker().run()

    assert accounting_outcome(story) == expected


@each_workflow
def test_two_workers_at_once_end_where_one_would_have(
    schools: Schools, workflow: Callable[[AccountingStory], Worker]
) -> None:
    """Phases of two workers, one step each in turn: the second always acts on what it read before."""
    smooth = schools.another()
    workflow(smooth)().run()
    expected = accounting_outcome(smooth)
    story = schools.another()
    worker = workflow(story)
    for _ in in_turns(worker):
        assert_money_holds(story)

    assert accounting_outcome(story) == expected


@pytest.mark.slow
def test_four_deliveries_at_once_make_one_export(schools: Schools) -> None:
    smooth = schools.another()
    exporting(smooth)().run()
    expected = accounting_outcome(smooth)
    for _ in range(4):
        story = schools.another()
        three_invoices_and_a_credit_note(story)
        export = story.requested()
        together = Barrier(4)

        def deliver(
            school_id: str = story.store.keys.school_id,
            export_id: str = export.id,
            start: Barrier = together,
        ) -> str:
            start.wait()
            own = schools.world.school(school_id)
            return ExportingAccounts(own, export_id).phases.run().state

        with ThreadPoolExecutor(4) as pool:
            states = [future.result() for future in [pool.submit(deliver) for _ in range(4)]]

        assert states == ["ready"] * 4
        assert accounting_outcome(story) == expected


def test_a_mark_that_arrives_after_its_export_was_refused_changes_nothing(schools: Schools) -> None:
    """By then nothing else would stop it: the invoices are free again, at the revision that was planned."""
    story = schools.another()
    settings = story.store.registry.accounting_settings()
    entries_only = replace(settings.value, keeps_debits=False)
    story.store.registry.put_accounting_settings(entries_only, settings.revision, "test")
    three_invoices_and_a_credit_note(story)
    refused, other = story.requested("request-key-0001"), story.requested("request-key-0002")
    lagging = ExportingAccounts(story.store, refused.id)
    lagging.phases.step()
    planned = story.store.accounting_exports.get(refused.id)
    exported = story.driven(other)
    assert story.driven(refused).state == "refused"
    request_cancellation(story.store, story.member, exported.id, exported.version, "Doublon", False)
    story.driven(exported)
    expected = accounting_outcome(story)

    lagging.mark(planned)

    assert accounting_outcome(story) == expected
    assert not any(marked for _, marked in expected["invoices"])


def test_nothing_of_an_export_that_stands_is_given_back(schools: Schools) -> None:
    story = schools.another()
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    expected = accounting_outcome(story)

    with pytest.raises(ConditionFailed):
        ExportingAccounts(story.store, export.id).give_back(
            replace(export, state=AccountingExportState.CANCELLING)
        )

    assert accounting_outcome(story) == expected


def test_an_export_cancelled_while_its_files_are_written_gives_all_back(schools: Schools) -> None:
    story = schools.another()
    worker = exporting(story)
    while story.store.accounting_exports.listed(1).exports[0].phase != "render":
        worker().step()
    lagging = worker()
    record = lagging._load()
    request_cancellation(story.store, story.member, record.id, record.version, "Erreur", False)

    lagging._phases[record.phase](record)
    ended = worker().run()

    assert (ended.state, ended.files) == ("cancelled", ())
    assert len(accounting_outcome(story)["selectable"]) == 6


def test_an_instalment_that_moved_while_it_was_kept_is_given_back_as_it_is(schools: Schools) -> None:
    story = schools.another()
    worker = cancelling(story)
    (moved, *_) = story.store.instalments.of_invoice(
        next(found.value.id for found in story.store.invoices.numbered("F0", 1).invoices)
    )
    transaction = story.store.transactions.begin()
    transaction.update(
        story.store.instalments.table,
        story.store.keys.instalment(moved.id),
        "SET revision = revision + :one, paid_cents = :all, remaining_cents = :zero",
        "",
        one=1,
        all=moved.amount_cents,
        zero=0,
    )
    transaction.commit()

    worker().run()

    returned = story.instalment(moved)
    assert (returned.channel, returned.revision) == (None, moved.revision + 2)
    assert (moved.invoice_number, moved.due_date) not in accounting_outcome(story)["selectable"]


def test_an_export_whose_message_was_lost_is_sent_again_by_the_sweeper(world: World) -> None:
    story = accounting_story(world)
    three_invoices_and_a_credit_note(story)
    export = story.requested()
    url = world.house.environment.export_accounting_queue_url
    world.house.sqs.purge_queue(QueueUrl=url)
    world.clock.instant += timedelta(minutes=3)

    assert sweep(world.house) == 1

    assert received(world, url) == [Work("ecole-demo", export.id)]


def test_a_finished_export_is_nothing_to_sweep(world: World) -> None:
    story = accounting_story(world)
    three_invoices_and_a_credit_note(story)
    story.exported()
    world.clock.instant += timedelta(days=1)

    assert sweep(world.house) == 0


def test_a_worker_short_of_time_stops_at_a_boundary_and_the_next_goes_on(world: World) -> None:
    story = accounting_story(world)
    three_invoices_and_a_credit_note(story)
    export = story.requested()
    runs = 0
    while True:
        runs += 1
        try:
            ended = ExportingAccounts(story.store, export.id, OneStepOnly(2)).phases.run()
        except OutOfTime:
            assert_money_holds(story)
            assert runs < 20
        else:
            break

    assert runs > 1
    assert (ended.state, ended.count) == ("ready", 4)


@pytest.mark.slow
def test_a_remittance_and_an_export_never_take_the_same_invoice(world: World) -> None:
    """Step by step, in every order in which two workers can take turns."""
    for order in range(32):
        story = accounting_story(world, f"ecole-{order:03d}")
        three_invoices_and_a_credit_note(story)
        draft = story.validated()
        export = story.requested()
        for turn in range(5):
            if order >> turn & 1:
                Registering(story.store, draft.id).phases.step()
            else:
                ExportingAccounts(story.store, export.id).phases.step()
        Registering(story.store, draft.id).phases.run()
        ended = story.driven(export)
        assert_money_holds(story)
        found = [
            one
            for invoice in story.store.invoices.numbered("F", 10).invoices
            for one in story.store.instalments.of_invoice(invoice.value.id)
        ]
        assert not any(one.claim and one.channel for one in found)
        assert (ended.state == "ready") != bool(story.batches()), f"order {order:05b}"
