"""An import that is stopped anywhere, delivered again, late or twice at once ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from diapason.domain.imports import ImportKind, ImportPhase, ImportState
from diapason.store.house import SchoolStore
from diapason.workflows import import_parts
from diapason.workflows.import_records import ImportingRecords, import_records
from diapason.workflows.phases import NoDeadline, OutOfTime
from infra.local.dynamodb import Endpoint
from infra.local.resources.naming import names_of
from infra.local.resources.tables import create_tables
from infra.local.template import read_template
from tests.local.dynamodb_in_process import DYNAMODB_HOST, Handler, dynamodb_handler
from tests.workflows.import_examples import CUSTOMERS, INVOICES, handed_in, imported, many_customers, records
from tests.world import NOON_IN_PARIS, ROOT, World, opened_world

MOST_CALLS = 60
FAMILIES = many_customers(60)
"""Two chunks."""


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


def prepared(world: World, kind: ImportKind) -> tuple[SchoolStore, str]:
    """A school and an import of that kind whose file is uploaded."""
    store = world.founded()
    if kind is ImportKind.CUSTOMERS:
        return store, handed_in(store, kind, FAMILIES)
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    return store, handed_in(store, kind, INVOICES)


@pytest.fixture(scope="module")
def expected() -> dict[ImportKind, list[object]]:
    """What stands after an import that nothing disturbed."""
    ends = {}
    for kind in ImportKind:
        with opened_world() as world:
            store, identifier = prepared(world, kind)
            import_records(store, identifier)
            ends[kind] = records(store)
    return ends


@pytest.mark.parametrize("kind", list(ImportKind))
@pytest.mark.parametrize("steps", range(4))
def test_stopped_between_two_phases_it_goes_on(
    world: World, expected: dict[ImportKind, list[object]], kind: ImportKind, steps: int
) -> None:
    store, identifier = prepared(world, kind)
    importing = ImportingRecords(store, identifier, NoDeadline())
    for _ in range(steps):
        importing.phases.step()

    done = import_records(store, identifier)

    assert (done.state, done.phase) == (ImportState.TAKEN, ImportPhase.DONE)
    assert records(store) == expected[kind]


@pytest.mark.parametrize("boundaries", range(4))
def test_out_of_time_at_any_boundary_it_goes_on(
    world: World, expected: dict[ImportKind, list[object]], boundaries: int
) -> None:
    store, identifier = prepared(world, ImportKind.CUSTOMERS)
    with pytest.raises(OutOfTime):
        import_records(store, identifier, Patience(boundaries))

    import_records(store, identifier)

    assert records(store) == expected[ImportKind.CUSTOMERS]


def test_with_room_for_every_boundary_it_ends_in_one_run(
    world: World, expected: dict[ImportKind, list[object]]
) -> None:
    store, identifier = prepared(world, ImportKind.CUSTOMERS)

    import_records(store, identifier, Patience(4))

    assert records(store) == expected[ImportKind.CUSTOMERS]


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ImportKind))
@pytest.mark.parametrize("fault", [before_it_arrives, after_it_was_applied])
def test_a_crash_at_any_call_is_made_good_by_the_next_delivery(
    world: World, expected: dict[ImportKind, list[object]], kind: ImportKind, fault: Fault
) -> None:
    struck = 0
    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = prepared(world, kind)
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
        assert records(store) == expected[kind], f"call {at_call}"
    assert 10 < struck < MOST_CALLS


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_call_that_arrives_after_the_end_changes_nothing(
    world: World, expected: dict[ImportKind, list[object]], kind: ImportKind
) -> None:
    late: list[AWSPreparedRequest] = []

    def kept_on_the_way(handle: Handler, request: AWSPreparedRequest) -> AWSResponse:
        late.append(request)
        raise Died

    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = prepared(world, kind)
        strike(world, at_call, kept_on_the_way)
        try:
            import_records(store, identifier)
        except Died:
            undisturbed(world)
        else:
            break
        done = import_records(store, identifier)
        dynamodb_handler(world.endpoint)(late[-1])
        assert records(store) == expected[kind], f"call {at_call}"
        assert store.imports.get(identifier) == done, f"call {at_call}"
    assert 10 < len(late) < MOST_CALLS


@pytest.mark.slow
def test_turning_back_survives_a_crash_at_any_call(world: World) -> None:
    struck = 0
    for at_call in range(MOST_CALLS):
        begin_anew(world)
        store, identifier = prepared(world, ImportKind.CUSTOMERS)
        ImportingRecords(store, identifier, NoDeadline()).phases.step()
        world.customer(store, "M00059")
        before = records(store)
        strike(world, at_call, after_it_was_applied)
        try:
            import_records(store, identifier)
        except Died:
            struck += 1
        else:
            break
        undisturbed(world)
        done = import_records(store, identifier)
        assert (done.state, done.phase) == (ImportState.REFUSED, ImportPhase.DONE), f"call {at_call}"
        assert records(store) == before, f"call {at_call}"
    assert 5 < struck < MOST_CALLS


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ImportKind))
def test_two_deliveries_at_once_make_one_import(
    world: World, expected: dict[ImportKind, list[object]], kind: ImportKind
) -> None:
    for _ in range(5):
        begin_anew(world)
        store, identifier = prepared(world, kind)
        together = Barrier(2)

        def deliver(identifier: str = identifier, start: Barrier = together) -> ImportState:
            own = world.school()
            start.wait()
            return import_records(own, identifier).state

        with ThreadPoolExecutor(2) as pool:
            states = [future.result() for future in [pool.submit(deliver), pool.submit(deliver)]]

        assert states == [ImportState.TAKEN] * 2
        assert records(store) == expected[kind]


def test_parts_are_cut_by_writes_and_not_by_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "PART_CHUNKS", 1)
    store, identifier = prepared(world, ImportKind.CUSTOMERS)
    importing = ImportingRecords(store, identifier, NoDeadline())
    importing.phases.step()

    parts = [chunks for _, chunks in importing.chunks_by_part(store.imports.get(identifier))]

    assert [[len(chunk) for chunk in chunks] for chunks in parts] == [[49], [11]]
    assert importing.run().parts == 2


def test_a_worker_that_lags_behind_does_not_reopen_what_was_claimed_since(world: World) -> None:
    store, identifier = prepared(world, ImportKind.INVOICES)
    importing = ImportingRecords(store, identifier, NoDeadline())
    importing.phases.step()
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
