"""Payments seen another way: each counts once, by conditions of the database, wherever the request dies."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.drafts import GeneralInformation
from diapason.domain.errors import InvalidInput, NotFound, StateRefused
from diapason.domain.invoices import Channel, Instalment, InstalmentState, InvoiceKind, Reception
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import Payment, Receipt
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import attach, create_draft, refresh
from diapason.workflows.registering import Registering
from diapason.workflows.settling import record_payment, withdraw_payment
from tests.workflows.faults import Died, Schools, dying_at
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.school_outcomes import outcome
from tests.workflows.story import DECEMBER, Story, a_story
from tests.world import World

SEEN = date(2026, 11, 20)
CHEQUE = Receipt(1_000, PaymentMethod.CHEQUE, SEEN, "n° 0012345")


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


def owed(story: Story, cents: int = 2_500) -> Instalment:
    customer = story.world.customer(story.store, "C1")
    return story.world.invoice(story.store, customer, (DECEMBER, cents), number="F1")[0]


def paid(story: Story, one: Instalment, receipt: Receipt = CHEQUE, key: str = "key-1") -> Payment:
    return record_payment(story.store, story.member, one.id, key, receipt)


def withdrawn(story: Story, payment: Payment) -> Payment:
    return withdraw_payment(story.store, story.member, payment.instalment_id, payment.id, "Chèque impayé")


def amounts(one: Instalment) -> tuple[int, int, int, int]:
    return one.debited_cents, one.in_flight_cents, one.paid_cents, one.remaining_cents


def selectable(story: Story) -> list[str]:
    return [one.id for one in story.store.instalments.open_between(date.min, date.max)]


def test_a_part_paid_another_way_leaves_the_rest_to_debit(story: Story) -> None:
    one = owed(story)

    payment = paid(story, one)

    now = story.instalment(one)
    assert amounts(now) == (0, 0, 1_000, 1_500)
    assert (now.state, selectable(story)) == (InstalmentState.NOT_DEBITED, [one.id])
    invoice = story.store.invoices.get(one.invoice_id)[0].value
    assert (invoice.paid_cents, invoice.reception) == (1_000, Reception.PARTLY_PAID)
    assert story.store.payments.of_invoice(one.invoice_id) == [payment]
    assert (payment.receipt, payment.recorded_by) == (CHEQUE, story.member.username)
    (journal,) = (
        row for row in story.store.journal.of(f"invoice-{one.invoice_id}") if row.event == "payment-recorded"
    )
    assert journal.who == story.member.username
    assert (journal.facts["amount_cents"], journal.facts["method"]) == (1_000, "cheque")


def test_what_is_paid_whole_is_no_longer_selectable(story: Story) -> None:
    one = owed(story)

    paid(story, one, replace(CHEQUE, amount_cents=2_500))

    now = story.instalment(one)
    assert (now.state, selectable(story)) == (InstalmentState.PAID, [])
    assert story.store.invoices.get(one.invoice_id)[0].value.reception is Reception.PAID


def test_two_payments_and_a_debit_fill_an_instalment(story: Story) -> None:
    one = owed(story)
    paid(story, one)
    paid(story, one, replace(CHEQUE, amount_cents=500, method=PaymentMethod.CASH), "key-2")
    (batch,) = story.registered()

    story.generated(batch)

    assert amounts(story.instalment(one)) == (1_000, 0, 1_500, 0)
    assert story.store.invoices.get(one.invoice_id)[0].value.reception is Reception.PAID


def test_the_same_request_again_counts_once(story: Story) -> None:
    one = owed(story)

    assert paid(story, one) == paid(story, one)

    assert story.instalment(one).paid_cents == 1_000
    assert len(story.store.payments.of_invoice(one.invoice_id)) == 1


def test_a_key_that_served_for_something_else_is_refused(story: Story) -> None:
    one = owed(story)
    paid(story, one)

    with pytest.raises(InvalidInput) as refusal:
        paid(story, one, replace(CHEQUE, amount_cents=1_001))

    assert [error.path for error in refusal.value.errors] == ["request_key"]
    assert story.instalment(one).paid_cents == 1_000


@pytest.mark.parametrize(
    ("receipt", "path"),
    [
        (replace(CHEQUE, amount_cents=2_501), "amount_cents"),
        (replace(CHEQUE, amount_cents=0), "amount_cents"),
        (replace(CHEQUE, amount_cents=-1), "amount_cents"),
        (replace(CHEQUE, paid_on=date(2026, 11, 24)), "paid_on"),
        (replace(CHEQUE, method=PaymentMethod.DIRECT_DEBIT), "method"),
    ],
)
def test_a_receipt_that_cannot_be_is_named(story: Story, receipt: Receipt, path: str) -> None:
    one = owed(story)

    with pytest.raises(InvalidInput) as refusal:
        paid(story, one, receipt)

    assert [error.path for error in refusal.value.errors] == [path]
    assert story.instalment(one) == one


def test_a_payment_is_withdrawn_once_and_owed_again(story: Story) -> None:
    one = owed(story)
    payment = paid(story, one, replace(CHEQUE, amount_cents=2_500))

    first, again = withdrawn(story, payment), withdrawn(story, payment)

    assert first == again
    assert first.withdrawal is not None
    assert (first.withdrawal.by, first.withdrawal.reason) == (story.member.username, "Chèque impayé")
    assert amounts(story.instalment(one)) == (0, 0, 0, 2_500)
    assert selectable(story) == [one.id]
    assert story.store.invoices.get(one.invoice_id)[0].value.reception is Reception.UNPAID
    events = sorted(row.event for row in story.store.journal.of(f"invoice-{one.invoice_id}"))
    assert events == ["created", "payment-recorded", "payment-withdrawn"]
    assert paid(story, one, replace(CHEQUE, amount_cents=2_500)) == first, "the old request stays fulfilled"


def test_what_a_batch_holds_is_neither_paid_nor_owed_again(story: Story) -> None:
    one = owed(story)
    payment = paid(story, one)
    (batch,) = story.registered()
    held = story.instalment(one)

    for act in (lambda: paid(story, one, key="key-2"), lambda: withdrawn(story, payment)):
        with pytest.raises(StateRefused, match=batch.number):
            act()

    assert story.instalment(one) == held


def test_what_another_channel_collects_is_neither_paid_nor_owed_again(story: Story) -> None:
    one = owed(story)
    payment = paid(story, one)
    transaction = story.store.transactions.begin()
    story.store.instalments.add_channel(
        transaction, one.id, story.instalment(one).revision, Channel.ACCOUNTING, "EXP-7"
    )
    transaction.commit()

    for act in (lambda: paid(story, one, key="key-2"), lambda: withdrawn(story, payment)):
        with pytest.raises(StateRefused, match="EXP-7"):
            act()

    assert story.instalment(one).paid_cents == 1_000


def test_a_credit_note_is_not_paid(story: Story) -> None:
    customer = story.world.customer(story.store)
    (credit,) = story.world.invoice(story.store, customer, (DECEMBER, -500), kind=InvoiceKind.CREDIT_NOTE)

    with pytest.raises(StateRefused, match="avoir"):
        paid(story, credit)


def test_payments_of_another_school_are_unknown(story: Story) -> None:
    one = owed(story)
    payment = paid(story, one)
    neighbour = a_story(story.world, "ecole-voisine")

    with pytest.raises(NotFound):
        paid(neighbour, one)
    with pytest.raises(NotFound):
        withdrawn(neighbour, payment)


def test_a_draft_says_what_was_paid_meanwhile(story: Story) -> None:
    one = owed(story)
    draft = story.selected()
    paid(story, one)

    draft = Registering(story.store, story.validated(draft).id).phases.run()

    (row,) = read_rows(story.store, draft)
    told = {found.code: found.detail for found in row.anomalies}
    assert told[AnomalyCode.CHANGED] == (
        "reste à prélever 25,00\u00a0€ → 15,00\u00a0€ (10,00\u00a0€ réglés autrement)"
    )
    draft = refresh(story.store, story.member, draft.id, draft.version)
    assert (draft.blocked, draft.total_cents) == (0, 1_500)


def test_what_was_paid_whole_blocks_its_row(story: Story) -> None:
    one = owed(story)
    paid(story, one, replace(CHEQUE, amount_cents=2_500))
    draft = create_draft(story.store, story.member, GeneralInformation("main"))

    draft = attach(story.store, story.member, draft.id, draft.version, [one.id])

    (row,) = read_rows(story.store, draft)
    assert [found.code for found in row.anomalies] == [AnomalyCode.PAID_OTHERWISE]


# Faults


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("cents", [1_000, 2_500])
def test_a_request_that_dies_at_any_call_and_comes_again_counts_once(
    schools: Schools, applied: bool, cents: int
) -> None:
    receipt = replace(CHEQUE, amount_cents=cents)

    def whole(story: Story, one: Instalment) -> None:
        withdrawn(story, paid(story, one, key="key-0"))
        paid(story, one, receipt)

    smooth = schools.another()
    one = owed(smooth)
    with dying_at(schools.world, 1_000_000, applied=False) as calls:
        whole(smooth, one)
    expected = outcome(smooth)
    assert calls[0] > 5
    for call in range(1, calls[0] + 1):
        story = schools.another()
        one = owed(story)
        with dying_at(schools.world, call, applied=applied), pytest.raises(Died):
            whole(story, one)
        assert_money_holds(story)
        whole(story, one)
        assert outcome(story) == expected, f"died at call {call}"
        assert len(story.store.payments.of_invoice(one.invoice_id)) == 2


@pytest.mark.slow
def test_payments_racing_with_each_other_and_with_a_remittance_never_take_too_much(world: World) -> None:
    story = a_story(world)
    one = owed(story)
    draft = story.validated()
    start = threading.Barrier(5)
    answers: list[object] = []

    def pay(key: str) -> None:
        start.wait()
        try:
            answers.append(paid(Story(world, world.school(), story.member), one, key=key))
        except (InvalidInput, StateRefused) as refusal:
            answers.append(refusal)

    def claim() -> None:
        start.wait()
        Registering(world.school(), draft.id).phases.run()

    threads = [threading.Thread(target=pay, args=(f"key-{rank}",)) for rank in (1, 1, 2, 3)]
    threads.append(threading.Thread(target=claim))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Registering(story.store, draft.id).phases.run()

    now = story.instalment(one)
    assert len(answers) == 4
    assert sum(amounts(now)) == 2_500
    recorded = story.store.payments.of_invoice(one.invoice_id)
    assert now.paid_cents == sum(payment.receipt.amount_cents for payment in recorded)
    assert (now.claim is None) or now.paid_cents == 0
    assert_money_holds(story)
