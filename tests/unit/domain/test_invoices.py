"""Invoices and instalments: amounts that add up, and states that follow from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.errors import StateRefused
from diapason.domain.invoices import (
    INSTALMENT_STATE_WORDS,
    RECEPTION_WORDS,
    SENDING,
    Claim,
    Instalment,
    InstalmentState,
    Invoice,
    InvoiceKind,
    Reception,
    Sending,
    SendingEvent,
    Share,
    instalment_id,
    instalments_of,
    normalised_number,
)

INVOICE = Invoice(
    id="f1",
    number="F1",
    kind=InvoiceKind.INVOICE,
    customer_id="c1",
    customer_name="Famille Lefèvre",
    issued_on=date(2026, 11, 1),
    label="Piano",
    activity="PIANO",
    amount_cents=10_000,
    sending=Sending.SENT,
)
CLAIM = Claim("b1", "2026-1", "2026-1-000001", 4_000, date(2026, 12, 7))


def instalment(debited: int = 0, in_flight: int = 0, claim: Claim | None = None) -> Instalment:
    (made,) = instalments_of(INVOICE, [Share(date(2026, 12, 5), 10_000)])
    return replace(
        made,
        debited_cents=debited,
        in_flight_cents=in_flight,
        remaining_cents=10_000 - debited - in_flight,
        claim=claim,
    )


@pytest.mark.parametrize(
    ("debited", "reception"),
    [
        (0, Reception.UNPAID),
        (1, Reception.PARTLY_PAID),
        (9_999, Reception.PARTLY_PAID),
        (10_000, Reception.PAID),
    ],
)
def test_reception_follows_from_what_was_debited(debited: int, reception: Reception) -> None:
    assert replace(INVOICE, debited_cents=debited).reception is reception
    assert replace(INVOICE, debited_cents=debited, cancelled=True).reception is Reception.CANCELLED


@pytest.mark.parametrize(
    ("debited", "state"),
    [
        (0, InstalmentState.NOT_DEBITED),
        (1, InstalmentState.PARTLY_DEBITED),
        (9_999, InstalmentState.PARTLY_DEBITED),
        (10_000, InstalmentState.DEBITED),
    ],
)
def test_an_instalments_state_follows_from_what_was_debited(debited: int, state: InstalmentState) -> None:
    assert instalment(debited).state is state
    assert replace(instalment(debited), cancelled=True).state is InstalmentState.CANCELLED


def test_a_claim_alone_leaves_the_instalment_not_debited_and_closed_to_others() -> None:
    claimed = instalment(in_flight=4_000, claim=CLAIM)

    assert claimed.state is InstalmentState.NOT_DEBITED
    assert not claimed.is_open


def test_what_remains_after_a_part_can_be_selected_again() -> None:
    assert instalment(debited=4_000).is_open
    assert not instalment(debited=10_000).is_open
    assert not replace(instalment(), cancelled=True).is_open
    assert not replace(instalment(), invoice_kind=InvoiceKind.CREDIT_NOTE).is_open


def test_amounts_that_do_not_add_up_are_no_instalment() -> None:
    with pytest.raises(AssertionError):
        replace(instalment(), remaining_cents=9_999)


def test_instalments_are_ranked_and_repeat_their_invoice() -> None:
    first, second = instalments_of(INVOICE, [Share(date(2026, 12, 5), 6_000), Share(date(2027, 1, 5), 4_000)])

    assert [first.id, second.id] == ["f1-001", "f1-002"] == [instalment_id("f1", 1), instalment_id("f1", 2)]
    assert (second.due_date, second.amount_cents, second.remaining_cents) == (date(2027, 1, 5), 4_000, 4_000)
    assert (second.invoice_number, second.customer_name, second.activity) == (
        "F1",
        "Famille Lefèvre",
        "PIANO",
    )
    assert (second.invoice_sending, second.revision, second.claim) == (Sending.SENT, 1, None)


@pytest.mark.parametrize("cents", [[], [9_999], [5_000, 5_001], [1] * 49])
def test_instalments_must_make_up_the_invoice(cents: list[int]) -> None:
    with pytest.raises(AssertionError):
        instalments_of(INVOICE, [Share(date(2026, 12, 5), amount) for amount in cents])


def test_numbers_compare_without_case_and_blanks() -> None:
    assert normalised_number(" f 2026-01\u00a0") == normalised_number("F  2026-01") == "F 2026-01"


def test_a_sent_invoice_stays_sent() -> None:
    for event in SendingEvent:
        with pytest.raises(StateRefused, match="envoyée au destinataire"):
            SENDING.after(Sending.SENT, event)


def test_every_state_that_is_not_sent_leads_to_sending() -> None:
    assert SENDING.sources(SendingEvent.SEND) == frozenset(Sending) - {Sending.SENT}


def test_every_state_has_its_words() -> None:
    assert set(SENDING.words) == set(Sending)
    assert set(RECEPTION_WORDS) == set(Reception)
    assert set(INSTALMENT_STATE_WORDS) == set(InstalmentState)
