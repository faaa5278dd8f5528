"""Rows, criteria and totals of a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from diapason.domain.batches import DraftState
from diapason.domain.drafts import (
    Criteria,
    Draft,
    DraftPhase,
    GeneralInformation,
    Segment,
    brought_up_to_date,
    row_of,
    with_account,
    with_mandate,
)
from tests.unit.domain.examined_scenes import CUSTOMER, DUE, INSTALMENT

ROW = row_of(INSTALMENT, CUSTOMER)
LATER = date(2027, 1, 11)


def test_a_row_proposes_all_that_remains_at_the_due_date_from_the_account_of_the_mandate() -> None:
    partly = replace(INSTALMENT, debited_cents=4_000, remaining_cents=6_000, revision=5)

    row = row_of(partly, CUSTOMER)

    assert (row.total_cents, row.remaining_cents, row.amount_cents) == (10_000, 6_000, 6_000)
    assert (row.collection_date, row.revision) == (DUE, 5)
    assert (row.account_id, row.account_masked) == ("a1", "FR14••••2606")
    assert (row.mandate_id, row.mandate_reference, row.one_off) == ("m1", "RUM-1", False)


def test_a_row_without_a_customer_has_neither_account_nor_mandate() -> None:
    row = row_of(INSTALMENT, None)

    assert (row.account_id, row.account_masked, row.mandate_id, row.mandate_reference) == ("", "", "", "")


def test_an_unknown_account_or_mandate_leaves_the_row_without_one() -> None:
    assert with_account(ROW, CUSTOMER, "a7").account_id == ""
    assert with_account(ROW, CUSTOMER, "a7").account_masked == ""
    assert with_mandate(ROW, CUSTOMER, "m7").mandate_id == ""


def test_refreshing_takes_over_what_nobody_edited() -> None:
    moved = replace(INSTALMENT, due_date=LATER, amount_cents=7_000, remaining_cents=7_000, revision=2)

    row = brought_up_to_date(ROW, moved, CUSTOMER)

    assert row == row_of(moved, CUSTOMER)


def test_refreshing_keeps_the_date_and_the_amount_chosen_by_hand() -> None:
    edited = ROW._replace(collection_date=LATER, amount_cents=2_500)
    moved = replace(INSTALMENT, debited_cents=5_000, remaining_cents=5_000, revision=2)

    row = brought_up_to_date(edited, moved, CUSTOMER)

    assert (row.collection_date, row.amount_cents, row.remaining_cents) == (LATER, 2_500, 5_000)
    assert row.revision == 2


def test_refreshing_gives_up_an_amount_that_is_above_what_remains_now() -> None:
    edited = ROW._replace(amount_cents=6_000)
    moved = replace(INSTALMENT, debited_cents=5_000, remaining_cents=5_000, revision=2)

    assert brought_up_to_date(edited, moved, CUSTOMER).amount_cents == 5_000


def test_refreshing_keeps_account_and_mandate_chosen_by_hand_even_where_they_can_serve_no_more() -> None:
    """To fall back on another account would debit the one that the operator decided against."""
    chosen = with_mandate(with_account(ROW, CUSTOMER, "a2"), CUSTOMER, "m2")
    closed = replace(CUSTOMER, accounts=(CUSTOMER.accounts[0], replace(CUSTOMER.accounts[1], closed=True)))

    row = brought_up_to_date(chosen, INSTALMENT, closed)

    assert (row.account_id, row.mandate_id) == ("a2", "m2")


def test_refreshing_proposes_anew_where_the_customer_no_longer_has_what_was_chosen() -> None:
    chosen = with_mandate(with_account(ROW, CUSTOMER, "a2"), CUSTOMER, "m2")
    without = replace(CUSTOMER, accounts=CUSTOMER.accounts[:1], mandates=CUSTOMER.mandates[:1])

    row = brought_up_to_date(chosen, INSTALMENT, without)

    assert (row.account_id, row.mandate_id) == ("a1", "m1")


@pytest.mark.parametrize(
    ("criteria", "matches"),
    [
        (Criteria(DUE, DUE), True),
        (Criteria(date(2026, 12, 8), LATER), False),
        (Criteria(date(2026, 1, 1), date(2026, 12, 6)), False),
        (Criteria(DUE, DUE, min_cents=10_000, max_cents=10_000), True),
        (Criteria(DUE, DUE, min_cents=10_001), False),
        (Criteria(DUE, DUE, max_cents=9_999), False),
        (Criteria(DUE, DUE, min_cents=0, max_cents=0), False),
        (Criteria(DUE, DUE, activity="PIANO"), True),
        (Criteria(DUE, DUE, activity="piano"), False),
        (Criteria(DUE, DUE, activity="DANSE"), False),
    ],
)
def test_criteria_include_their_bounds(criteria: Criteria, matches: bool) -> None:
    assert criteria.match(INSTALMENT) is matches


def test_amounts_of_criteria_are_those_that_remain() -> None:
    partly = replace(INSTALMENT, debited_cents=4_000, remaining_cents=6_000)

    assert Criteria(DUE, DUE, min_cents=6_000, max_cents=6_000).match(partly)
    assert not Criteria(DUE, DUE, min_cents=10_000).match(partly)


def test_the_totals_of_a_draft_are_those_of_its_slices() -> None:
    draft = Draft(
        id="d",
        version=1,
        state=DraftState.OPEN,
        phase=DraftPhase.IDLE,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        created_by="operateur",
        general=GeneralInformation("main"),
        segments=(Segment("k1", 3, 600, 1, 0), Segment("k2", 2, 50, 0, 2)),
    )

    assert (draft.count, draft.total_cents, draft.blocked, draft.warned) == (5, 650, 1, 2)
    assert draft.at_phase(DraftPhase.CLAIM).phase is DraftPhase.CLAIM
