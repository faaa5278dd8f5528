"""An import that is stopped anywhere, delivered again, late or twice at once ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from diapason.domain.imports import ImportChoice, ImportKind, ImportPhase, ImportState
from diapason.store.customers import customer_id
from diapason.store.house import SchoolStore
from diapason.workflows import import_parts
from diapason.workflows.import_records import ImportingRecords, import_records
from diapason.workflows.imported_customers import ImportedCustomers
from diapason.workflows.phases import NoDeadline, OutOfTime
from infra.local.dynamodb import Endpoint
from infra.local.resources.naming import names_of
from infra.local.resources.tables import create_tables
from infra.local.template import read_template
from tests.local.dynamodb_in_process import DYNAMODB_HOST, Handler, dynamodb_handler
from tests.workflows.import_examples import (
    CUSTOMERS,
    INVOICES,
    confirmed,
    handed_in,
    imported,
    many_customers,
    records,
)
from tests.world import NOON_IN_PARIS, ROOT, World, opened_world

MOST_CALLS = 60
FAMILIES = many_customers(60)
"""Two chunks."""
EDITED = FAMILIES.replace(";prélèvement;", ";chèque;", 55).replace("RUM-00057;", "RUM-57-BIS;")
"""Two chunks of changes, a mandate more among them."""
SPOILT = FAMILIES.replace("Famille 7;", ";", 1)
"""A family without a name."""


class Died(BaseException):
    """The process is gone: nothing in it catches this."""


class Patience:
    """A deadline that lets so many boundaries pass."""

    def __init__(self, boundaries: int) -> None:
        self._left = boundaries

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OutOfTime


def before_it_arrives(handle: Handler, request: AWSPreparedRequest) -> AWSResponse:
    raise Died


def after_it_was_applied(handle: Handler, request: AWSPreparedRequest) -> AWSResponse:
    handle(request)
    raise Died


Fault = Callable[[Handler, AWSPreparedRequest], AWSResponse]


def strike(world: World, at_call: int, fault: Fault) -> None:
    """From now on, the call of that number (from 0) meets the fault; the others are answered."""
    handle = dynamodb_handler(world.endpoint)
    calls = iter(range(10_000))

    def handler(request: AWSPreparedRequest) -> AWSResponse:
        return fault(handle, request) if next(calls) == at_call else handle(request)

    world.routes.route(DYNAMODB_HOST, handler)


def undisturbed(world: World) -> None:
    world.routes.route(DYNAMODB_HOST, dynamodb_handler(world.endpoint))


def begin_anew(world: World) -> None:
    """Empty tables in the same world: far cheaper than a new one."""
    world.endpoint = Endpoint(":memory:", NOON_IN_PARIS.timestamp)
    undisturbed(world)
    template = read_template(ROOT / "template.yaml")
    create_tables(template, names_of(template, {}), world.house.dynamodb)


def new_customers(world: World) -> tuple[SchoolStore, str]:
    store = world.founded()
    return store, confirmed(store, ImportKind.CUSTOMERS, FAMILIES)


def new_invoices(world: World) -> tuple[SchoolStore, str]:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    return store, confirmed(store, ImportKind.INVOICES, INVOICES)


def changed_customers(world: World) -> tuple[SchoolStore, str]:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, FAMILIES)
    return store, confirmed(store, ImportKind.CUSTOMERS, EDITED)


def good_rows_of_new(world: World) -> tuple[SchoolStore, str]:
    """One family is faulty, another one came in otherwise since the preview."""
    store = world.founded()
    identifier = confirmed(store, ImportKind.CUSTOMERS, SPOILT, ImportChoice.GOOD_ROWS)
    world.customer(store, "M00003")
    return store, identifier


def good_rows_of_changes(world: World) -> tuple[SchoolStore, str]:
    """One family was edited since the preview."""
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, FAMILIES)
    identifier = confirmed(store, ImportKind.CUSTOMERS, EDITED, ImportChoice.GOOD_ROWS)
    rename(store, "M00003")
    return store, identifier


def rename(store: SchoolStore, reference: str) -> None:
    standing = store.customers.get(customer_id("ecole-demo", reference))
    store.customers.replace(replace(standing.value, name="Autre"), standing.revision, "operateur")


Scenario = Callable[[World], tuple[SchoolStore, str]]
SCENARIOS = [new_customers, new_invoices, changed_customers, good_rows_of_new, good_rows_of_changes]
"""Each a school, and an import that was confirmed."""


@pytest.fixture(scope="module")
def expected() -> dict[Scenario, list[object]]:
    """What stands after an import that nothing disturbed."""
    ends = {}
    for scenario in SCENARIOS:
        with opened_world() as world:
            store, identifier = scenario(world)
            assert import_records(store, identifier).state is ImportState.TAKEN
            ends[scenario] = records(store)
    return ends


@pytest.mark.parametrize("steps", range(3))
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_stopped_between_two_phases_it_goes_on(
    world: World, expected: dict[Scenario, list[object]], scenario: Scenario, steps: int
) -> None:
    store, identifier = scenario(world)
    importing = ImportingRecords(store, identifier, NoDeadline())
    for _ in range(steps):
        importing.phases.step()

    done = import_records(store, identifier)

    assert (done.state, done.phase) == (ImportState.TAKEN, ImportPhase.DONE)
    assert records(store) == expected[scenario]


@pytest.mark.parametrize("boundaries", range(4))
def test_out_of_time_at_any_boundary_it_goes_on(
    world: World, expected: dict[Scenario, list[object]], boundaries: int
) -> None:
    store, identifier = new_customers(world)
    with pytest.raises(OutOfTime):
        import_records(store, identifier, Patience(boundaries))

    import_records(store, identifier)

    assert records(store) == expected[new_customers]


def test_with_room_for_every_boundary_it_ends_in_one_run(
    world: World, expected: dict[Scenario, list[object]]
) -> None:
    store, identifier = new_customers(world)

    import_records(store, identifier, Patience(4))

    assert records(store) == expected[new_customers]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [before_it_arrives, after_it_was_applied])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_crash_at_any_call_is_made_good_by_the_next_delivery(
    world: World, expected: dict[Scenario, list[object]], scenario: Scenario, fault: Fault
) -> None:
    struck = 0
    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = scenario(world)
        strike(world, at_call, fault)
        try:
            import_records(store, identifier)
        except Died:
            struck += 1
        else:
            break
        undisturbed(world)
        done = import_records(store, identifier)
        assert done.state is ImportState.TAKEN, f"call {at_call}"
        assert records(store) == expected[scenario], f"call {at_call}"
    assert 7 < struck < MOST_CALLS


@pytest.mark.slow
@pytest.mark.parametrize("fault", [before_it_arrives, after_it_was_applied])
def test_reading_survives_a_crash_at_any_call(world: World, fault: Fault) -> None:
    struck = 0
    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store = world.founded()
        imported(store, ImportKind.CUSTOMERS, FAMILIES)
        identifier = handed_in(store, ImportKind.CUSTOMERS, EDITED)
        before = records(store)
        strike(world, at_call, fault)
        try:
            import_records(store, identifier)
        except Died:
            struck += 1
        else:
            break
        undisturbed(world)
        shown = import_records(store, identifier)
        assert (shown.state, shown.counts.changed) == (ImportState.TO_CONFIRM, 56), f"call {at_call}"
        assert records(store) == before, f"call {at_call}"
    assert 3 < struck < MOST_CALLS


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_call_that_arrives_after_the_end_changes_nothing(
    world: World, expected: dict[Scenario, list[object]], scenario: Scenario
) -> None:
    late: list[AWSPreparedRequest] = []

    def kept_on_the_way(handle: Handler, request: AWSPreparedRequest) -> AWSResponse:
        late.append(request)
        raise Died

    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = scenario(world)
        strike(world, at_call, kept_on_the_way)
        try:
            import_records(store, identifier)
        except Died:
            undisturbed(world)
        else:
            break
        done = import_records(store, identifier)
        dynamodb_handler(world.endpoint)(late[-1])
        assert records(store) == expected[scenario], f"call {at_call}"
        assert store.imports.get(identifier) == done, f"call {at_call}"
    assert 7 < len(late) < MOST_CALLS


def outdated_new(world: World) -> tuple[SchoolStore, str]:
    store, identifier = new_customers(world)
    world.customer(store, "M00059")
    return store, identifier


def outdated_change(world: World) -> tuple[SchoolStore, str]:
    store, identifier = changed_customers(world)
    rename(store, "M00003")
    return store, identifier


@pytest.mark.slow
@pytest.mark.parametrize("fault", [before_it_arrives, after_it_was_applied])
@pytest.mark.parametrize("scenario", [outdated_new, outdated_change])
def test_turning_back_survives_a_crash_at_any_call(world: World, scenario: Scenario, fault: Fault) -> None:
    struck = 0
    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = scenario(world)
        before = records(store)
        strike(world, at_call, fault)
        try:
            import_records(store, identifier)
        except Died:
            struck += 1
        else:
            break
        undisturbed(world)
        done = import_records(store, identifier)
        assert (done.state, done.phase) == (ImportState.REFUSED, ImportPhase.DONE), f"call {at_call}"
        assert done.problems == 1, f"call {at_call}"
        assert records(store) == before, f"call {at_call}"
    assert 7 < struck < MOST_CALLS


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_two_deliveries_at_once_make_one_import(
    world: World, expected: dict[Scenario, list[object]], scenario: Scenario
) -> None:
    for _ in range(5):
        begin_anew(world)
        store, identifier = scenario(world)
        together = Barrier(2)

        def deliver(identifier: str = identifier, start: Barrier = together) -> ImportState:
            own = world.school()
            start.wait()
            return import_records(own, identifier).state

        with ThreadPoolExecutor(2) as pool:
            states = [future.result() for future in [pool.submit(deliver), pool.submit(deliver)]]

        assert states == [ImportState.TAKEN] * 2
        assert records(store) == expected[scenario]


def test_what_another_worker_staged_of_a_record_left_out_is_taken_back(
    world: World, expected: dict[Scenario, list[object]]
) -> None:
    """The obstacle goes away between two looks at it: one worker leaves the record out, another stages it."""
    store, identifier = good_rows_of_changes(world)
    seen_by_both = store.imports.get(identifier)
    importing = ImportingRecords(store, identifier, NoDeadline())
    chunks = [chunk for _, part in importing.chunks_by_part(seen_by_both) for chunk in part]
    importing.phases.step()
    (left_out,) = [found for chunk in chunks for found in chunk if found.line == 5]
    mark = store.transactions.begin()
    staged = left_out._replace(seen_revision=2)
    ImportedCustomers(store).add_staging(mark, staged, seen_by_both)
    mark.commit()

    importing.run()

    assert records(store) == expected[good_rows_of_changes]


def test_parts_are_cut_by_writes_and_not_by_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "PART_CHUNKS", 1)
    store, identifier = new_customers(world)
    importing = ImportingRecords(store, identifier, NoDeadline())
    parts = [part for _, part in importing.chunks_by_part(store.imports.get(identifier))]

    assert [[len(chunk) for chunk in chunks] for chunks in parts] == [[49], [11]]
    assert importing.run().parts == 2


def test_left_out_records_of_parts_done_before_a_stop_are_not_forgotten(
    world: World, expected: dict[Scenario, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_parts, "PART_CHUNKS", 1)
    store, identifier = good_rows_of_new(world)
    with pytest.raises(OutOfTime):
        import_records(store, identifier, Patience(1))

    done = import_records(store, identifier)

    assert (done.counts.new, done.counts.faulty) == (58, 2)
    assert records(store) == expected[good_rows_of_new]


def test_a_worker_that_lags_behind_does_not_reopen_what_was_claimed_since(world: World) -> None:
    store, identifier = new_invoices(world)
    importing = ImportingRecords(store, identifier, NoDeadline())
    importing.phases.step()
    lagging = store.imports.get(identifier)
    assert lagging.phase is ImportPhase.REVEAL
    import_records(store, identifier)
    for instalment in list(store.instalments.open_between(date(2026, 1, 1), date(2028, 1, 1))):
        claim = store.transactions.begin()
        claim.update(
            store.instalments.table,
            store.keys.instalment(instalment.id),
            "SET claimed_by = :batch REMOVE open_pk, open_sk",
            "attribute_not_exists(claimed_by)",
            batch="b1",
        )
        claim.commit()
    before = records(store)

    importing.reveal(lagging)

    assert records(store) == before
    assert store.imports.get(identifier).is_finished


def test_a_worker_that_lags_behind_does_not_undo_an_edit_made_since(world: World) -> None:
    store, identifier = changed_customers(world)
    importing = ImportingRecords(store, identifier, NoDeadline())
    importing.phases.step()
    lagging = store.imports.get(identifier)
    import_records(store, identifier)
    rename(store, "M00003")
    before = records(store)

    importing.reveal(lagging)

    assert records(store) == before
