"""Unusual sums: a batch is confirmed a second time, a line or a month above its ceiling is not debited."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.batches import DraftState
from diapason.domain.ceilings import ConfirmationReason
from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.errors import InvalidInput
from diapason.workflows.confirming import confirmations_of
from diapason.workflows.draft_table import read_rows
from diapason.workflows.draft_view import recap
from diapason.workflows.drafting import create_draft, refresh, select
from diapason.workflows.registering import Registering, validate
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def with_ceilings(story: Story, **ceilings: int) -> None:
    account = story.store.registry.credited_account("main")
    changed = replace(account.value, ceilings=Ceilings(**ceilings))
    story.store.registry.put_credited_account(changed, account.revision, "test")


def validated(story: Story, draft: Draft, *confirmed: date) -> Draft:
    figures = draft.count, draft.total_cents
    return validate(story.store, story.member, draft.id, draft.version, "key-1", *figures, confirmed)


def faults(story: Story, draft: Draft, *confirmed: date) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        validated(story, draft, *confirmed)
    return [(error.path, error.code) for error in refusal.value.errors]


def confirmations(story: Story, draft: Draft) -> list[Any]:
    return confirmations_of(story.store, draft, recap(story.store, draft))


def a_habit(story: Story, cents: int = 1_000, batches: int = 3) -> None:
    """So many generated batches of that sum."""
    for rank in range(batches):
        customer = story.world.customer(story.store)
        day = date(2026, 12, 1 + rank)
        story.world.invoice(story.store, customer, (day, cents))
        draft = story.selected(Criteria(day, day))
        story.validated(draft, f"key-habit-{rank}")
        Registering(story.store, draft.id).phases.run()
    for batch in story.batches():
        story.generated(batch)


def test_a_batch_above_the_ceiling_is_confirmed_by_its_date(story: Story) -> None:
    story.families(2, DECEMBER, JANUARY)  # 2 001 cents a date
    with_ceilings(story, batch_cents=2_000)
    draft = story.selected()
    assert [(one.collection_date, one.reason) for one in confirmations(story, draft)] == [
        (DECEMBER, ConfirmationReason.CEILING),
        (JANUARY, ConfirmationReason.CEILING),
    ]

    assert faults(story, draft) == [
        ("confirmed.2026-12-07", "confirmation_required"),
        ("confirmed.2027-01-07", "confirmation_required"),
    ]
    assert faults(story, draft, DECEMBER) == [("confirmed.2027-01-07", "confirmation_required")]
    assert story.store.drafts.get(draft.id) == draft
    done = validated(story, draft, DECEMBER, JANUARY)

    assert done.registration is not None
    assert done.registration.confirmed == (DECEMBER, JANUARY)
    (row,) = (row for row in story.store.journal.of(f"draft-{draft.id}") if row.event == "validated")
    assert row.facts["confirmed"] == ["2026-12-07", "2027-01-07"]
    assert len(story.batches()) == 0
    Registering(story.store, draft.id).phases.run()
    assert len(story.batches()) == 2


def test_a_sum_at_the_ceiling_needs_no_confirmation_and_what_is_superfluous_is_passed_over(
    story: Story,
) -> None:
    story.families(2)
    with_ceilings(story, batch_cents=2_001)
    draft = story.selected()

    done = validated(story, draft, DECEMBER, JANUARY)

    assert done.registration is not None
    assert done.registration.confirmed == ()


def test_a_confirmation_does_not_outlive_the_table_that_it_was_made_on(story: Story) -> None:
    story.families(2)
    with_ceilings(story, batch_cents=2_000)
    draft = story.selected()
    story.families(1)
    grown = select(story.store, story.member, draft.id, draft.version, Criteria(DECEMBER, DECEMBER))

    with pytest.raises(InvalidInput) as refusal:
        validate(
            story.store, story.member, draft.id, grown.version, "key-1", 2, draft.total_cents, [DECEMBER]
        )

    assert [error.code for error in refusal.value.errors] == ["outdated"]


def test_the_same_request_again_needs_no_second_confirmation(story: Story) -> None:
    story.families(2)
    with_ceilings(story, batch_cents=2_000)
    draft = story.selected()

    done = validated(story, draft, DECEMBER)

    assert validated(story, draft) == done


def test_a_batch_far_above_the_habit_of_its_account_is_confirmed(story: Story) -> None:
    a_habit(story)
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (JANUARY, 2_001))
    draft = story.selected()

    (found,) = confirmations(story, draft)

    assert (found.reason, found.total_cents, found.compared_cents) == (ConfirmationReason.HABIT, 2_001, 1_000)
    assert faults(story, draft) == [("confirmed.2027-01-07", "confirmation_required")]
    assert validated(story, draft, JANUARY).state is DraftState.REGISTERING


@pytest.mark.parametrize(("batches", "cents"), [(2, 50_000), (3, 2_000)])
def test_what_has_no_habit_or_is_not_far_above_it_needs_no_confirmation(
    story: Story, batches: int, cents: int
) -> None:
    a_habit(story, batches=batches)
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (JANUARY, cents))

    assert confirmations(story, story.selected()) == []


def test_the_habit_of_another_account_counts_for_nothing(story: Story) -> None:
    a_habit(story)
    main = story.store.registry.credited_account("main").value
    story.store.registry.put_credited_account(replace(main, id="other"), None, "test")
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (JANUARY, 90_000))
    draft = create_draft(story.store, story.member, GeneralInformation("other"))
    draft = select(story.store, story.member, draft.id, draft.version, Criteria(JANUARY, JANUARY))

    assert confirmations(story, draft) == []


# Lines and months


def test_a_line_above_its_ceiling_blocks_its_row(story: Story) -> None:
    story.families(2)  # 1 000 and 1 001 cents
    with_ceilings(story, line_cents=1_000)

    rows = read_rows(story.store, story.selected())

    assert [[found.code for found in row.anomalies] for row in rows if row.amount_cents > 1_000] == [
        [AnomalyCode.AMOUNT_ABOVE_CEILING]
    ]
    assert sum(row.is_blocked for row in rows) == 1


def two_drafts_of_one_month(story: Story) -> tuple[Draft, Draft]:
    """Each by itself below the ceiling of the customer's month, both together above it."""
    with_ceilings(story, customer_month_cents=1_500)
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (DECEMBER, 1_000))
    story.world.invoice(story.store, customer, (date(2026, 12, 9), 900))
    first = story.selected(Criteria(DECEMBER, DECEMBER))
    second = story.selected(Criteria(date(2026, 12, 9), date(2026, 12, 9)))
    assert (first.blocked, second.blocked) == (0, 0)
    return first, second


def test_of_two_drafts_above_a_months_ceiling_the_second_is_given_back_with_its_row_flagged(
    story: Story,
) -> None:
    first, second = two_drafts_of_one_month(story)
    for rank, draft in enumerate((first, second)):
        story.validated(draft, f"key-{rank}")
    # Both were frozen before either claims: what stops the second is the condition in the database.
    Registering(story.store, first.id).phases.step()
    Registering(story.store, second.id).phases.step()

    won, lost = (Registering(story.store, draft.id).phases.run() for draft in (first, second))

    assert (won.state, lost.state) == (DraftState.REGISTERED, DraftState.OPEN)
    (row,) = read_rows(story.store, lost)
    (anomaly,) = row.anomalies
    assert (anomaly.code, anomaly.detail) == (AnomalyCode.MONTH_ABOVE_CEILING, "19,00\u00a0€")
    assert_money_holds(story)
    (batch,) = story.batches()
    assert batch.total_cents == 1_000


@pytest.mark.slow
def test_two_drafts_racing_for_a_months_ceiling_never_pass_it(world: World) -> None:
    story = a_story(world)
    drafts = two_drafts_of_one_month(story)
    for rank, draft in enumerate(drafts):
        story.validated(draft, f"key-{rank}")
    start = threading.Barrier(2)

    def race(draft_id: str) -> None:
        start.wait()
        Registering(world.school(), draft_id).phases.run()

    threads = [threading.Thread(target=race, args=(draft.id,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for draft in drafts:
        Registering(story.store, draft.id).phases.run()

    states = sorted(story.store.drafts.get(draft.id).state for draft in drafts)
    assert states.count(DraftState.REGISTERED) == len(story.batches()) <= 1
    assert sum(batch.total_cents for batch in story.batches()) <= 1_500
    assert_money_holds(story)


def test_a_month_that_a_deleted_batch_gave_back_can_be_taken_again(story: Story) -> None:
    first, second = two_drafts_of_one_month(story)
    story.validated(first, "key-first")
    Registering(story.store, first.id).phases.run()
    second = refresh(story.store, story.member, second.id, second.version)
    assert second.blocked == 1
    (batch,) = story.batches()
    request_deletion(story.store, story.member, batch.id, batch.version)
    Releasing(story.store, batch.id).phases.run()

    second = refresh(story.store, story.member, second.id, second.version)

    assert second.blocked == 0
