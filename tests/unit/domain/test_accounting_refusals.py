"""One invoice goes one way: which invoices accounting cannot be given, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.accounting_exports import refusal_of
from diapason.domain.invoices import (
    Channel,
    Claim,
    Instalment,
    Invoice,
    InvoiceKind,
    Sending,
    Share,
    instalments_of,
)

DAY = date(2026, 12, 7)
INVOICE = Invoice(
    id="i1",
    number="F0001",
    kind=InvoiceKind.INVOICE,
    customer_id="c1",
    customer_name="Famille Noël",
    issued_on=date(2026, 11, 1),
    label="Piano",
    activity="PIANO",
    amount_cents=300,
    sending=Sending.SENT,
)
FIRST, SECOND = instalments_of(INVOICE, [Share(DAY, 100), Share(DAY, 200)])
CLAIMED = replace(
    SECOND,
    in_flight_cents=200,
    remaining_cents=0,
    claim=Claim("b1", "20261123-120000-001", "e1", 200, DAY),
)
DEBITED = replace(SECOND, debited_cents=50, remaining_cents=150)


def test_what_nothing_claims_or_debited_can_be_given() -> None:
    assert refusal_of(INVOICE, [FIRST, SECOND], keeps_debits=True) == ""


def test_what_was_paid_another_way_can_be_given() -> None:
    paid = replace(SECOND, paid_cents=200, remaining_cents=0)

    assert refusal_of(INVOICE, [FIRST, paid], keeps_debits=True) == ""


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (CLAIMED, "20261123-120000-001"),
        (DEBITED, "déjà prélevée"),
        (replace(SECOND, channel=Channel.ACCOUNTING, channel_reference="CPT-000007"), "CPT-000007"),
        (replace(SECOND, channel=Channel.PES, channel_reference="PES-3"), "PES-3"),
    ],
)
def test_a_part_that_goes_another_way_keeps_the_whole_back(second: Instalment, words: str) -> None:
    assert words in refusal_of(INVOICE, [FIRST, second], keeps_debits=True)


@pytest.mark.parametrize("second", [CLAIMED, DEBITED])
def test_remittances_do_not_hinder_entries_whose_debits_are_not_kept(second: Instalment) -> None:
    assert refusal_of(INVOICE, [FIRST, second], keeps_debits=False) == ""


def test_an_invoice_of_the_other_channel_is_never_booked_twice() -> None:
    exported = replace(SECOND, channel=Channel.PES, channel_reference="PES-3")

    assert "PES-3" in refusal_of(INVOICE, [FIRST, exported], keeps_debits=False)


def test_an_amount_of_the_wrong_sign_is_not_booked() -> None:
    for wrong in (
        replace(INVOICE, kind=InvoiceKind.CREDIT_NOTE),
        replace(INVOICE, amount_cents=-300),
        replace(INVOICE, amount_cents=0),
    ):
        assert "montant" in refusal_of(wrong, [FIRST, SECOND], keeps_debits=False)


def test_instalments_make_the_total() -> None:
    assert "total" in refusal_of(INVOICE, [FIRST], keeps_debits=False)
