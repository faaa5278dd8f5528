"""Cancelling an invoice by a credit note: both or neither, and only what nothing was taken of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.errors import AlreadyExists, NotFound, StateRefused, VersionConflict
from diapason.domain.invoices import (
    MAX_INSTALMENTS,
    Channel,
    Instalment,
    InstalmentState,
    Invoice,
    InvoiceKind,
    Reception,
    Sending,
    SendingEvent,
)
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import Receipt
from diapason.workflows.crediting import cancel_invoice
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import RowChange, edit_row, refresh
from diapason.workflows.registering import Registering
from diapason.workflows.settling import record_payment
from tests.workflows.faults import Died, Schools, dying_at
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.school_outcomes import outcome
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


@pytest.fixture
def schools(world: World) -> Schools:
    return Schools(world)


def invoiced(story: Story, *shares: tuple[date, int], **fields: Any) -> list[Instalment]:
    customer = story.world.customer(story.store, "C1")
    dues = shares or ((DECEMBER, 1_000), (JANUARY, 2_000))
    return story.world.invoice(story.store, customer, *dues, number="F1", **fields)


def cancelled(story: Story, one: Instalment, number: str = "A1", revision: int = 1) -> Invoice:
    return cancel_invoice(story.store, story.member, one.invoice_id, revision, number, "Désistement")


def test_an_invoice_and_its_credit_note_are_tied_and_nothing_is_left_to_debit(story: Story) -> None:
    dues = invoiced(story, pupil="Zélie")

    credit_note = cancelled(story, dues[0])

    versioned, instalments = story.store.invoices.get(dues[0].invoice_id)
    invoice = versioned.value
    assert (invoice.reception, invoice.cancelled_by) == (Reception.CANCELLED, credit_note.id)
    assert {one.state for one in instalments} == {InstalmentState.CANCELLED}
    assert list(story.store.instalments.open_between(date.min, date.max)) == []
    stored, shares = story.store.invoices.get(credit_note.id)
    assert stored.value == credit_note
    assert (credit_note.kind, credit_note.amount_cents, credit_note.cancels) == (
        InvoiceKind.CREDIT_NOTE,
        -3_000,
        invoice.id,
    )
    assert (credit_note.issued_on, credit_note.pupil, credit_note.sending) == (
        date(2026, 11, 23),
        "Zélie",
        Sending.WAITING,
    )
    assert [share.amount_cents for share in shares] == [-3_000]
    assert [found.value.number for found in story.store.invoices.numbered("A", 9).invoices] == ["A1"]
    rows = {row.event: row.facts for row in story.store.journal.of(f"invoice-{invoice.id}")}
    assert rows["cancelled"] == {"credit_note": "A1", "reason": "Désistement"}
    assert [row.event for row in story.store.journal.of(f"invoice-{credit_note.id}")] == ["created"]


def test_an_invoice_of_the_most_instalments_is_cancelled_in_one_transaction(story: Story) -> None:
    shares = [(DECEMBER, 100)] * MAX_INSTALMENTS
    dues = invoiced(story, *shares)

    assert cancelled(story, dues[0]).amount_cents == -100 * MAX_INSTALMENTS


def test_asking_again_answers_the_credit_note_that_stands(story: Story) -> None:
    dues = invoiced(story)
    first = cancelled(story, dues[0])

    assert cancelled(story, dues[0], "a1 ") == first
    with pytest.raises(StateRefused, match="A1"):
        cancelled(story, dues[0], "A2", revision=2)


def test_a_number_that_is_taken_cancels_nothing(story: Story) -> None:
    dues = invoiced(story)

    with pytest.raises(AlreadyExists, match="F1"):
        cancelled(story, dues[0], "F1")

    assert story.instalment(dues[0]) == dues[0]


def test_an_older_revision_is_a_conflict(story: Story) -> None:
    dues = invoiced(story, sending=Sending.READY)
    story.store.invoices.change_sending(dues[0].invoice_id, SendingEvent.SEND, 1, "test")

    with pytest.raises(VersionConflict):
        cancelled(story, dues[0])


def refused(story: Story, one: Instalment) -> str:
    """Why, once nothing moved."""
    before = outcome(story)
    with pytest.raises(StateRefused) as refusal:
        cancelled(story, one)
    assert outcome(story) == before
    return refusal.value.message


def test_what_a_batch_holds_is_not_cancelled_before_the_batch_is_deleted(story: Story) -> None:
    dues = invoiced(story)
    batch = story.registered()[0]

    assert batch.number in refused(story, dues[0])


def test_what_is_partly_debited_is_not_cancelled_and_says_what_to_do(story: Story) -> None:
    dues = invoiced(story)
    draft = story.selected()
    change = RowChange(amount_cents=400)
    draft = edit_row(story.store, story.member, draft.id, draft.version, dues[0].id, change)
    Registering(story.store, story.validated(draft).id).phases.run()
    for batch in story.batches():
        story.generated(batch)

    assert "remboursez la famille" in refused(story, dues[0])


def test_what_is_partly_paid_is_not_cancelled_before_the_payments_are_withdrawn(story: Story) -> None:
    dues = invoiced(story)
    receipt = Receipt(100, PaymentMethod.CASH, date(2026, 11, 20))
    record_payment(story.store, story.member, dues[0].id, "key-1", receipt)

    assert "retirez d’abord ses règlements" in refused(story, dues[0])


def test_what_another_channel_collects_is_not_cancelled(story: Story) -> None:
    dues = invoiced(story)
    transaction = story.store.transactions.begin()
    story.store.instalments.add_channel(transaction, dues[1].id, 1, Channel.PES, "EXP-7")
    transaction.commit()

    assert "EXP-7" in refused(story, dues[0])


def test_a_credit_note_and_a_cancelled_invoice_are_not_cancelled(story: Story) -> None:
    dues = invoiced(story)
    credit_note = cancelled(story, dues[0])
    (share,) = story.store.instalments.of_invoice(credit_note.id)

    assert "avoir" in refused(story, share)
    with pytest.raises(StateRefused, match="annulée"):
        story.store.invoices.change_sending(dues[0].invoice_id, SendingEvent.KEEP, 2, "test")


def test_the_invoice_of_another_school_is_unknown(story: Story) -> None:
    dues = invoiced(story)

    with pytest.raises(NotFound):
        cancelled(a_story(story.world, "ecole-voisine"), dues[0])


def test_a_claim_that_comes_between_reading_and_writing_refuses_the_cancellation(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database decides, not what was read."""
    dues = invoiced(story)
    seen = story.store.invoices.get(dues[0].invoice_id)
    story.registered()
    before = outcome(story)
    monkeypatch.setattr(story.store.invoices, "get", lambda identifier: seen)

    with pytest.raises(VersionConflict):
        cancelled(story, dues[0])

    assert outcome(story) == before


@pytest.mark.parametrize("taken", ["paid", "channel"])
def test_what_is_taken_between_reading_and_writing_refuses_the_cancellation(
    story: Story, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    dues = invoiced(story)
    seen = story.store.invoices.get(dues[0].invoice_id)
    if taken == "paid":
        receipt = Receipt(100, PaymentMethod.CASH, date(2026, 11, 20))
        record_payment(story.store, story.member, dues[1].id, "key-1", receipt)
    else:
        transaction = story.store.transactions.begin()
        story.store.instalments.add_channel(transaction, dues[1].id, 1, Channel.ACCOUNTING, "EXP-7")
        transaction.commit()
    monkeypatch.setattr(story.store.invoices, "get", lambda identifier: seen)

    with pytest.raises(VersionConflict):
        cancelled(story, dues[0])


def test_a_draft_says_that_the_invoice_was_cancelled_meanwhile(story: Story) -> None:
    dues = invoiced(story)
    draft = story.selected()
    cancelled(story, dues[0])

    draft = Registering(story.store, story.validated(draft).id).phases.run()

    assert draft.notice.startswith("Rien n’a été enregistré : 2 ligne(s)")
    codes = {found.code for row in read_rows(story.store, draft) for found in row.anomalies}
    assert codes == {AnomalyCode.INVOICE_CANCELLED}
    draft = refresh(story.store, story.member, draft.id, draft.version)
    assert draft.blocked == 2


@pytest.mark.parametrize("applied", [False, True])
def test_a_request_that_dies_at_any_call_and_comes_again_cancels_once(
    schools: Schools, applied: bool
) -> None:
    smooth = schools.another()
    dues = invoiced(smooth)
    with dying_at(schools.world, 1_000_000, applied=False) as calls:
        cancelled(smooth, dues[0])
    expected = outcome(smooth)
    assert calls[0] >= 3
    for call in range(1, calls[0] + 1):
        story = schools.another()
        dues = invoiced(story)
        with dying_at(schools.world, call, applied=applied), pytest.raises(Died):
            cancelled(story, dues[0])
        assert_money_holds(story)
        assert cancelled(story, dues[0]).number == "A1"
        assert outcome(story) == expected, f"died at call {call}"
