"""The conditions under which an instalment is taken, given back and debited."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from diapason.domain.batches import Line
from diapason.domain.drafts import Criteria
from diapason.domain.errors import NotFound
from diapason.domain.invoices import Instalment, InstalmentState, InvoiceKind, Sending
from diapason.domain.mandates import MandateType, Scheme
from diapason.store.house import SchoolStore
from diapason.store.instalments import open_sort_key
from diapason.store.transactions import ConditionFailed, Transaction
from tests.world import World, opened_world

DECEMBER, JANUARY = date(2026, 12, 7), date(2027, 1, 7)
RACERS = 16


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a school of its own."""
    with opened_world() as opened:
        yield opened


@dataclass
class Scene:
    """A school with what its tests do to instalments."""

    world: World
    store: SchoolStore

    def owed(self, cents: int = 10_000, due: date = DECEMBER, **invoice: Any) -> Instalment:
        customer = self.world.customer(self.store)
        (made,) = self.world.invoice(self.store, customer, (due, cents), **invoice)
        return made

    def now(self, instalment: Instalment) -> Instalment:
        return self.store.instalments.get(instalment.id)

    def claim(self, line: Line, batch: str = "b1", day: date = DECEMBER) -> None:
        self._do(lambda one: self.store.instalments.add_claim(one, line, batch, f"N-{batch}", day))

    def release(self, line: Line, batch: str = "b1") -> None:
        self._do(lambda one: self.store.instalments.add_release(one, line, batch))

    def debit(self, line: Line, rest: Instalment, batch: str = "b1") -> None:
        self._do(lambda one: self.store.instalments.add_debit(one, line, rest, batch))

    def open(self, since: date = date.min, until: date = date.max) -> list[str]:
        return [found.id for found in self.store.instalments.open_between(since, until)]

    def spoil(self, instalment: Instalment, **attributes: object) -> None:
        """Changes attributes behind the product's back, the revision left as it is."""
        names = ", ".join(f"{name} = :{name}" for name in attributes)
        key = self.store.keys.instalment(instalment.id)
        self._do(lambda one: one.update(self.store.instalments.table, key, f"SET {names}", "", **attributes))

    def _do(self, add: Callable[[Transaction], int]) -> None:
        transaction = self.store.transactions.begin()
        assert add(transaction) == 0
        transaction.commit()


SCHOOLS = count(1)


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world, world.founded(f"ecole-{next(SCHOOLS)}"))


def line_of(instalment: Instalment, cents: int | None = None) -> Line:
    return Line(
        position=0,
        end_to_end_id="N-000001",
        instalment_id=instalment.id,
        instalment_revision=instalment.revision,
        invoice_id=instalment.invoice_id,
        invoice_number=instalment.invoice_number,
        due_date=instalment.due_date,
        customer_id=instalment.customer_id,
        customer_name=instalment.customer_name,
        amount_cents=instalment.remaining_cents if cents is None else cents,
        account_id="a1",
        holder="Anne",
        iban="FR1420041010050500013M02606",
        bic="",
        mandate_id="m1",
        mandate_reference="RUM-1",
        signed_on=date(2026, 9, 1),
        scheme=Scheme.CORE,
        mandate_type=MandateType.RECURRENT,
        remittance_text="Facture",
        address=None,
    )


def amounts(instalment: Instalment) -> tuple[int, int, int]:
    parts = (instalment.debited_cents, instalment.in_flight_cents, instalment.remaining_cents)
    assert sum(parts) == instalment.amount_cents
    assert min(parts) >= 0
    return parts


# Claim


def test_a_claim_takes_the_instalment_out_of_what_can_be_selected(scene: Scene) -> None:
    owed = scene.owed()

    scene.claim(line_of(owed), day=JANUARY)

    held = scene.now(owed)
    assert held.claim is not None
    assert (held.claim.batch_id, held.claim.batch_number) == ("b1", "N-b1")
    assert (held.claim.amount_cents, held.claim.collection_date) == (10_000, JANUARY)
    assert amounts(held) == (0, 10_000, 0)
    assert held.revision == owed.revision + 1
    assert scene.open() == []


SECOND_CLAIMS: dict[str, Callable[[Instalment], tuple[Line, str, date]]] = {
    "the same again": lambda held: (line_of(held, 10_000), "b1", DECEMBER),
    "by another batch": lambda held: (line_of(held, 10_000), "b2", DECEMBER),
    "at another date": lambda held: (line_of(held, 10_000), "b2", JANUARY),
    "for another amount": lambda held: (line_of(held, 1), "b2", JANUARY),
    "from another account": lambda held: (
        line_of(held, 1)._replace(account_id="a2", mandate_id="m2"),
        "b2",
        JANUARY,
    ),
}


@pytest.mark.parametrize("which", SECOND_CLAIMS)
@pytest.mark.parametrize("taken", [10_000, 4_000])
def test_a_second_claim_fails_whatever_its_date_amount_or_account(
    scene: Scene, which: str, taken: int
) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, taken))
    held = scene.now(owed)
    line, batch, day = SECOND_CLAIMS[which](held)

    with pytest.raises(ConditionFailed):
        scene.claim(line, batch, day)

    assert scene.now(owed) == held


def test_a_claim_on_a_revision_that_is_no_longer_there_fails(scene: Scene) -> None:
    owed = scene.owed()
    for revision in (owed.revision - 1, owed.revision + 1):
        with pytest.raises(ConditionFailed):
            scene.claim(line_of(replace(owed, revision=revision)))
    assert scene.now(owed) == owed


def test_no_more_than_the_rest_is_claimed(scene: Scene) -> None:
    owed = scene.owed()

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(owed, 10_001))

    assert scene.now(owed) == owed
    scene.claim(line_of(owed, 10_000))


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_and_less_than_nothing_are_never_claimed(scene: Scene, cents: int) -> None:
    owed = scene.owed()

    with pytest.raises(AssertionError, match="claim of nothing"):
        scene.claim(line_of(owed, cents))

    assert scene.now(owed) == owed


@pytest.mark.parametrize("sending", [Sending.WAITING, Sending.READY, Sending.KEPT])
def test_an_invoice_that_was_not_sent_is_not_claimed(scene: Scene, sending: Sending) -> None:
    owed = scene.owed(sending=sending)

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(owed))

    assert scene.now(owed) == owed


def test_a_cancelled_instalment_is_not_claimed(scene: Scene) -> None:
    owed = scene.owed()
    scene.spoil(owed, cancelled=True)

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(owed))


def test_a_credit_note_is_not_claimed(scene: Scene) -> None:
    credit = scene.owed(-10_000, kind=InvoiceKind.CREDIT_NOTE)
    scene.spoil(credit, remaining_cents=10_000, amount_cents=10_000)

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(credit, 10_000))


def test_what_an_import_has_not_committed_is_not_claimed(scene: Scene) -> None:
    owed = scene.owed()
    scene.spoil(owed, staged="import-1")

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(owed))
    assert scene.store.instalments.many([owed.id]) == {}
    assert scene.store.instalments.of_invoice(owed.invoice_id) == []


def test_an_instalment_that_does_not_exist_is_not_claimed(scene: Scene) -> None:
    ghost = replace(scene.owed(), id="nothing-001")

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(ghost))
    with pytest.raises(NotFound):
        scene.now(ghost)


@pytest.mark.parametrize("cents", [1, 4_000, 10_000])
def test_of_sixteen_workers_that_race_for_an_instalment_one_wins(scene: Scene, cents: int) -> None:
    owed = scene.owed()
    start = threading.Barrier(RACERS)
    won: list[str] = []
    lost: list[str] = []

    def race(batch: str) -> None:
        start.wait(timeout=30)
        try:
            scene.claim(line_of(owed, cents), batch)
        except ConditionFailed:
            lost.append(batch)
        else:
            won.append(batch)

    racers = [threading.Thread(target=race, args=(f"b{rank}",)) for rank in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=60)

    assert (len(won), len(lost)) == (1, RACERS - 1)
    held = scene.now(owed)
    assert held.claim is not None
    assert held.claim.batch_id == won[0]
    assert amounts(held) == (0, cents, 10_000 - cents)


# Release


def test_a_release_gives_everything_back(scene: Scene) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, 4_000))

    scene.release(line_of(owed, 4_000))

    free = scene.now(owed)
    assert free == replace(owed, revision=owed.revision + 2)
    assert scene.open() == [owed.id]
    scene.claim(line_of(free), "b2")


@pytest.mark.parametrize(("batch", "cents"), [("b2", 4_000), ("b1", 3_999), ("b1", 4_001), ("b1", 0)])
def test_only_the_batch_that_holds_it_releases_it_and_only_for_its_amount(
    scene: Scene, batch: str, cents: int
) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, 4_000))
    held = scene.now(owed)

    with pytest.raises(ConditionFailed):
        scene.release(line_of(owed, cents), batch)

    assert scene.now(owed) == held


def test_a_release_that_arrives_twice_gives_back_once(scene: Scene) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed))
    scene.release(line_of(owed))

    with pytest.raises(ConditionFailed):
        scene.release(line_of(owed))

    assert amounts(scene.now(owed)) == (0, 0, 10_000)


def test_a_late_release_leaves_the_claim_of_the_next_batch_alone(scene: Scene) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed), "b1")
    scene.release(line_of(owed), "b1")
    scene.claim(line_of(scene.now(owed)), "b2")

    with pytest.raises(ConditionFailed):
        scene.release(line_of(owed), "b1")

    held = scene.now(owed)
    assert held.claim is not None
    assert held.claim.batch_id == "b2"


# Debit


def test_what_was_in_flight_is_debited_and_a_whole_instalment_is_not_open_again(scene: Scene) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed))

    scene.debit(line_of(owed), scene.now(owed))

    done = scene.now(owed)
    assert amounts(done) == (10_000, 0, 0)
    assert (done.state, done.claim) == (InstalmentState.DEBITED, None)
    assert done.last_debit is not None
    assert (done.last_debit.batch_id, done.last_debit.amount_cents) == ("b1", 10_000)
    assert scene.open() == []


def test_a_part_is_debited_and_the_rest_is_open_again_where_it_was(scene: Scene) -> None:
    owed, other = scene.owed(), scene.owed(due=JANUARY)
    scene.claim(line_of(owed, 4_000))

    scene.debit(line_of(owed, 4_000), scene.now(owed))

    partly = scene.now(owed)
    assert amounts(partly) == (4_000, 0, 6_000)
    assert partly.state is InstalmentState.PARTLY_DEBITED
    assert scene.open() == [owed.id, other.id]


def test_a_rest_is_debited_later_and_never_more_than_the_whole(scene: Scene) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, 4_000))
    scene.debit(line_of(owed, 4_000), scene.now(owed))
    rest = scene.now(owed)

    with pytest.raises(ConditionFailed):
        scene.claim(line_of(rest, 6_001), "b2")
    scene.claim(line_of(rest), "b2")
    scene.debit(line_of(rest), scene.now(owed), "b2")

    assert amounts(scene.now(owed)) == (10_000, 0, 0)
    assert scene.open() == []


@pytest.mark.parametrize(("batch", "cents"), [("b2", 4_000), ("b1", 3_999), ("b1", 10_000)])
def test_only_the_batch_that_holds_it_debits_it_and_only_for_its_amount(
    scene: Scene, batch: str, cents: int
) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, 4_000))
    held = scene.now(owed)

    with pytest.raises(ConditionFailed):
        scene.debit(line_of(owed, cents), held, batch)

    assert scene.now(owed) == held


@pytest.mark.parametrize("cents", [4_000, 10_000])
def test_a_debit_that_arrives_twice_debits_once(scene: Scene, cents: int) -> None:
    owed = scene.owed()
    scene.claim(line_of(owed, cents))
    held = scene.now(owed)
    scene.debit(line_of(owed, cents), held)

    with pytest.raises(ConditionFailed):
        scene.debit(line_of(owed, cents), held)

    assert amounts(scene.now(owed)) == (cents, 0, 10_000 - cents)


def test_a_claim_that_was_released_is_not_debited_and_one_that_was_debited_is_not_released(
    scene: Scene,
) -> None:
    released, debited = scene.owed(), scene.owed()
    scene.claim(line_of(released))
    held = scene.now(released)
    scene.release(line_of(released))
    scene.claim(line_of(debited))
    scene.debit(line_of(debited), scene.now(debited))

    with pytest.raises(ConditionFailed):
        scene.debit(line_of(released), held)
    with pytest.raises(ConditionFailed):
        scene.release(line_of(debited))

    assert amounts(scene.now(released)) == (0, 0, 10_000)
    assert amounts(scene.now(debited)) == (10_000, 0, 0)


@pytest.mark.parametrize(("cents", "believed_rest"), [(4_000, 0), (10_000, 1)])
def test_a_wrong_belief_about_the_rest_debits_nothing(scene: Scene, cents: int, believed_rest: int) -> None:
    """The index would otherwise lose what is owed, or offer what is not."""
    owed = scene.owed()
    scene.claim(line_of(owed, cents))
    held = scene.now(owed)
    believed = replace(held, remaining_cents=believed_rest, amount_cents=cents + believed_rest)

    with pytest.raises(ConditionFailed):
        scene.debit(line_of(owed, cents), believed)

    assert scene.now(owed) == held


# What can be selected


def test_open_instalments_come_from_all_shards_in_the_order_of_dates_then_ids(scene: Scene) -> None:
    made = [scene.owed(due=DECEMBER + timedelta(days=rank % 5)) for rank in range(24)]
    assert len({scene.store.keys.open_shard_of(one.invoice_id) for one in made}) > 1

    found = scene.open()

    assert found == [one.id for one in sorted(made, key=lambda one: (one.due_date, one.id))]


def test_both_bounds_are_included(scene: Scene) -> None:
    days = [DECEMBER + timedelta(days=offset) for offset in range(-1, 3)]
    before, first, last, after = [scene.owed(due=day) for day in days]

    found = scene.open(days[1], days[2])

    assert found == [first.id, last.id]
    assert before.id not in found
    assert after.id not in found
    assert scene.open(days[1], days[1]) == [first.id]
    assert scene.open(days[2], days[1]) == []


def test_a_sort_key_lies_within_its_day() -> None:
    assert DECEMBER.isoformat() < open_sort_key(DECEMBER, "f" * 20 + "-048") < f"{DECEMBER.isoformat()}#~"


def test_what_matches_the_criteria_is_found_by_amount_and_activity(scene: Scene) -> None:
    piano, dance = scene.owed(500, activity="PIANO"), scene.owed(700, activity="DANSE")

    def matching(**criteria: Any) -> list[str]:
        found = scene.store.instalments.matching(Criteria(DECEMBER, DECEMBER, **criteria))
        return sorted(one.id for one in found)

    assert matching() == sorted([piano.id, dance.id])
    assert matching(activity="DANSE") == [dance.id]
    assert matching(max_cents=500) == [piano.id]
    assert matching(min_cents=501) == [dance.id]


def test_another_school_sees_none_of_it(scene: Scene, world: World) -> None:
    owed = scene.owed()
    neighbour = Scene(world, world.founded(f"{scene.store.keys.school_id}-voisine"))

    assert neighbour.open() == []
    assert neighbour.store.instalments.many([owed.id]) == {}
    with pytest.raises(ConditionFailed):
        neighbour.claim(line_of(owed))
    assert scene.now(owed) == owed


def test_many_are_read_at_once_each_once_and_unknown_ones_left_out(scene: Scene) -> None:
    customer = scene.world.customer(scene.store)
    made = [
        instalment
        for _ in range(3)
        for instalment in scene.world.invoice(scene.store, customer, *[(DECEMBER, 100)] * 40)
    ]

    found = scene.store.instalments.many([*(one.id for one in made), made[0].id, "nothing-001", "nothing"])

    assert found == {one.id: one for one in made}


def test_the_instalments_of_an_invoice_come_in_the_order_of_their_ranks(scene: Scene) -> None:
    customer = scene.world.customer(scene.store)
    made = scene.world.invoice(
        scene.store, customer, *[(DECEMBER - timedelta(days=rank), 100) for rank in range(12)]
    )

    assert scene.store.instalments.of_invoice(made[0].invoice_id) == made
