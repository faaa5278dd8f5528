"""A request of the page may die at any call and is sent again: it counts once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from diapason.domain.cancellations import CancellationGround
from diapason.domain.errors import StateRefused
from diapason.workflows.cancelling import attest_cancellation, withdraw_cancellation
from diapason.workflows.depositing import record_deposit
from diapason.workflows.downloading import download
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.phases import Phases
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.faults import Died, Schools, dying_at
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.school_outcomes import outcome
from tests.workflows.started_workflows import on_a_public_account, particular_batch
from tests.workflows.story import Story
from tests.world import World


@dataclass(frozen=True)
class Request:
    """What the page sends, with what it knew when it sent it, and the worker that it starts."""

    send: Callable[[], object]
    worker: Callable[[], Phases]  # type: ignore[type-arg]


def generation(story: Story) -> Request:
    batch = particular_batch(story)
    return Request(
        lambda: request_generation(story.store, story.member, batch.id, batch.version),
        lambda: Generating(story.store, batch.id).phases,
    )


def generation_for_the_treasury(story: Story) -> Request:
    """Its message takes a number of the day."""
    batch = on_a_public_account(story)
    return Request(
        lambda: request_generation(story.store, story.member, batch.id, batch.version),
        lambda: Generating(story.store, batch.id).phases,
    )


def deletion(story: Story) -> Request:
    batch = particular_batch(story)
    return Request(
        lambda: request_deletion(story.store, story.member, batch.id, batch.version),
        lambda: Releasing(story.store, batch.id).phases,
    )


def cancel_of_the_unsent(story: Story) -> Request:
    batch = story.generated(particular_batch(story))
    return Request(lambda: story.asked_to_cancel(batch), lambda: Releasing(story.store, batch.id).phases)


def cancel_after_a_reject(story: Story) -> Request:
    batch = story.generated(particular_batch(story))
    return Request(
        lambda: story.asked_to_cancel(batch, CancellationGround.BANK_REJECT),
        lambda: Releasing(story.store, batch.id).phases,
    )


def attestation(story: Story) -> Request:
    second = story.second_person()
    asked = story.asked_to_cancel(story.generated(particular_batch(story)), CancellationGround.ATTESTATION)
    return Request(
        lambda: attest_cancellation(story.store, second, asked.id, asked.version),
        lambda: Releasing(story.store, asked.id).phases,
    )


def request_to_attest(story: Story) -> Request:
    batch = story.generated(particular_batch(story))
    return Request(
        lambda: story.asked_to_cancel(batch, CancellationGround.ATTESTATION),
        lambda: Releasing(story.store, batch.id).phases,
    )


def deposit(story: Story) -> Request:
    batch = story.generated(particular_batch(story))
    return Request(
        lambda: record_deposit(story.store, story.member, batch.id, batch.version),
        lambda: Releasing(story.store, batch.id).phases,
    )


REQUESTS = [
    generation,
    generation_for_the_treasury,
    deletion,
    cancel_of_the_unsent,
    cancel_after_a_reject,
    request_to_attest,
    attestation,
    deposit,
]


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


@pytest.mark.slow
@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("asked", REQUESTS)
def test_a_request_that_died_at_any_call_and_is_sent_again_counts_once(
    schools: Schools, asked: Callable[[Story], Request], applied: bool
) -> None:
    smooth = schools.another()
    request = asked(smooth)
    with dying_at(schools.world, 1_000_000, applied=False) as calls:
        request.send()
    request.worker().run()
    expected = outcome(smooth)
    assert calls[0] >= 2
    for call in range(1, calls[0] + 1):
        story = schools.another()
        request = asked(story)
        with dying_at(schools.world, call, applied=applied), pytest.raises(Died):
            request.send()
        assert_money_holds(story)
        request.send()
        request.worker().run()
        assert outcome(story) == expected, f"died at call {call}"
        assert_money_holds(story)


def test_the_number_of_a_message_is_taken_once_for_all_of_a_days_batches(schools: Schools) -> None:
    story = schools.another()
    batch = on_a_public_account(story)
    generated = story.generated(batch)
    customer = story.world.customer(
        story.store, "C9", address=story.store.registry.organisation().value.address
    )
    story.world.invoice(story.store, customer, (batch.collection_date, 900), number="F9")
    (second,) = story.batches_of(story.validated(story.selected(), "key-2"))
    again = story.generated(second)

    assert generated.message_id == "TGDFT027-DFT-SDD-26327-001"
    assert again.message_id == "TGDFT027-DFT-SDD-26327-002"
    assert dict(outcome(story)["counters"]) == {"MESSAGES#TGDFT027#2026-11-23": 2}


def test_a_withdrawal_sent_again_is_told_that_nothing_waits(schools: Schools) -> None:
    story = schools.another()
    asked = story.asked_to_cancel(story.generated(particular_batch(story)), CancellationGround.ATTESTATION)
    withdraw_cancellation(story.store, story.member, asked.id, asked.version)

    with pytest.raises(StateRefused):
        withdraw_cancellation(story.store, story.member, asked.id, asked.version)

    assert download(story.store, story.member, asked.id).file == asked.file
