"""Two workers on the same families: wherever the one is preempted by the other, and for however many of its
phases, all ends as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diapason.domain.batches import Batch, BatchState
from diapason.domain.creditor import Ceilings
from diapason.domain.invoices import instalment_id
from diapason.domain.presentations import SequenceRule
from diapason.workflows.drafting import RowChange, edit_row
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.phases import Phases
from diapason.workflows.registering import Registering
from diapason.workflows.releasing import Releasing
from tests.workflows.faults import Schools, preempted_at
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import DECEMBER, JANUARY, Story
from tests.world import World

ALL = 99
Worker = Callable[[], Phases]  # type: ignore[type-arg]
Pair = Callable[[Story], tuple[Worker, Worker]]


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


def every_ending(schools: Schools, pair: Pair, steps: int) -> list[Story]:
    """The school after each schedule: the first worker preempted at each of its calls, the second for so many
    phases, and both driven to their end."""
    endings: list[Story] = []
    while (story := ending(schools.another(), pair, steps, len(endings) + 1)) is not None:
        endings.append(story)
    return endings


def ending(story: Story, pair: Pair, steps: int, call: int) -> Story | None:
    """None where the first worker makes fewer calls."""
    first, second = pair(story)
    other = second()
    acted: list[bool] = []

    def act() -> None:
        acted.append(True)
        for _ in range(steps):
            if other.step() is None:
                break

    with preempted_at(story.world, call, act):
        first().run()
    if not acted:
        return None
    second().run()
    first().run()
    assert_money_holds(story)
    return story


def sequences(story: Story) -> list[str]:
    return sorted(collection.sequence for batch in story.batches() for collection in story.collections(batch))


def asked_to_generate(story: Story, batch: Batch) -> Worker:
    request_generation(story.store, story.member, batch.id, batch.version)
    return lambda: Generating(story.store, batch.id).phases


def two_of_one_new_mandate(story: Story) -> tuple[Worker, Worker]:
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()
    return asked_to_generate(story, december), asked_to_generate(story, january)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 2, 3, ALL])
def test_of_two_files_of_a_new_mandate_one_is_its_first(schools: Schools, steps: int) -> None:
    endings = every_ending(schools, two_of_one_new_mandate, steps)

    assert len(endings) > 10
    for story in endings:
        assert sequences(story) == ["FRST", "RCUR"]
        assert {batch.state for batch in story.batches()} == {BatchState.GENERATED}


def the_second_and_the_cancel_of_the_first(story: Story) -> tuple[Worker, Worker]:
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    story.families(2, DECEMBER, JANUARY)
    december, january = story.registered()
    asked = story.asked_to_cancel(story.generated(december))
    return asked_to_generate(story, january), lambda: Releasing(story.store, asked.id).phases


@pytest.mark.slow
def test_a_cancel_in_the_midst_of_the_next_file_ends_as_before_or_after_it(schools: Schools) -> None:
    endings = every_ending(schools, the_second_and_the_cancel_of_the_first, ALL)

    assert len(endings) > 10
    for story in endings:
        december, january = story.batches()
        assert (december.state, january.state) == (BatchState.CANCELLED, BatchState.GENERATED)
        assert {one.sequence for one in story.collections(january)} <= {"FRST", "RCUR"}
        for collection in story.collections(december):
            first, second = story.store.instalments.of_invoice(collection.line.invoice_id)
            assert (first.debited_cents, second.debited_cents) == (0, second.amount_cents)


def the_cancel_of_a_part_and_the_rest(story: Story) -> tuple[Worker, Worker]:
    """4.00 of 10.00 are to be given back while a remittance for the other 6.00 is registered."""
    customer = story.world.customer(story.store, "C0")
    (owed,) = story.world.invoice(story.store, customer, (DECEMBER, 1_000), number="F0")
    draft = story.attached(owed)
    part = RowChange(amount_cents=400)
    draft = edit_row(story.store, story.member, draft.id, draft.version, owed.id, part)
    (batch,) = story.batches_of(story.validated(draft, "key-1"))
    generated = story.generated(batch)
    rest = story.validated(story.attached(owed), "key-2")
    asked = story.asked_to_cancel(generated)
    return (
        lambda: Releasing(story.store, asked.id).phases,
        lambda: Registering(story.store, rest.id).phases,
    )


@pytest.mark.slow
@pytest.mark.parametrize("steps", [3, ALL])
def test_a_part_is_given_back_to_the_cent_while_the_rest_is_claimed(schools: Schools, steps: int) -> None:
    """Whichever came first: what is claimed is not selectable, and what is selectable is not claimed."""
    endings = every_ending(schools, the_cancel_of_a_part_and_the_rest, steps)

    assert len(endings) > 5
    for story in endings:
        owed = story.store.instalments.get(instalment_of_f0(story))
        assert (owed.debited_cents, owed.in_flight_cents + owed.remaining_cents) == (0, 1_000)
        assert owed.in_flight_cents in {0, 600}


def instalment_of_f0(story: Story) -> str:
    (found,) = story.store.invoices.numbered("F0", 1).invoices
    return instalment_id(found.value.id, 1)


def two_for_the_room_of_one_month(story: Story) -> tuple[Worker, Worker]:
    story.account_changed(ceilings=Ceilings(customer_month_cents=1_500))
    customer = story.world.customer(story.store, "C0")
    drafts = []
    for rank in range(2):
        (owed,) = story.world.invoice(story.store, customer, (DECEMBER, 1_000), number=f"F{rank}")
        drafts.append(story.validated(story.attached(owed), f"key-{rank}"))
    first, second = drafts
    return (
        lambda: Registering(story.store, first.id).phases,
        lambda: Registering(story.store, second.id).phases,
    )


@pytest.mark.slow
@pytest.mark.parametrize("steps", [3, ALL])
def test_of_two_remittances_that_exceed_a_month_together_one_at_most_is_made(
    schools: Schools, steps: int
) -> None:
    endings = every_ending(schools, two_for_the_room_of_one_month, steps)

    assert len(endings) > 10
    for story in endings:
        (customer,) = [found.value for found in story.store.customers.named("", 10).customers]
        assert customer.months.get("202612", 0) <= 1_500
        assert [batch.count for batch in story.batches()] == [1]
