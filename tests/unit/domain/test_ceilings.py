"""How much is too much."""

from __future__ import annotations

from datetime import date

import pytest

from diapason.domain.ceilings import (
    Confirmation,
    ConfirmationReason,
    confirmations,
    faults_of_month,
    is_unusual,
    month_of,
)
from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import DraftRow, row_of
from tests.unit.domain.examined_scenes import CUSTOMER, DUE, INSTALMENT

JANUARY = date(2027, 1, 4)


def row(cents: int, **cells: object) -> DraftRow:
    return row_of(INSTALMENT, CUSTOMER)._replace(amount_cents=cents, **cells)  # type: ignore[arg-type]


def test_a_month_is_that_of_the_collection() -> None:
    assert month_of(date(2027, 1, 31)) == "202701"


def test_rows_and_other_batches_of_one_month_count_together() -> None:
    rows = [row(4_000, month_cents=3_000), row(4_000, month_cents=3_000), row(9_000, collection_date=JANUARY)]

    assert faults_of_month(rows, 10_999) == {("c", "202612"): 11_000}
    assert faults_of_month(rows, 11_000) == {}


def test_customers_do_not_count_for_each_other() -> None:
    assert faults_of_month([row(6_000), row(6_000, customer_id="d")], 10_000) == {}


def test_without_a_ceiling_no_month_is_above_it() -> None:
    assert faults_of_month([row(10**9)], None) == {}


@pytest.mark.parametrize(
    ("cents", "usual", "unusual"),
    [(6_000, 2_000, False), (6_001, 2_000, True), (4_999, 100, False), (5_000, 1_666, True)],
)
def test_three_times_the_habit_is_unusual_from_fifty_euros_on(cents: int, usual: int, unusual: bool) -> None:
    assert is_unusual(cents, usual) is unusual


def test_a_batch_above_its_ceiling_is_confirmed() -> None:
    totals = [(DUE, 10_001), (JANUARY, 10_000)]

    (found,) = confirmations(totals, Ceilings(batch_cents=10_000), [])

    assert found == Confirmation(DUE, 10_001, ConfirmationReason.CEILING, 10_000)
    assert "100,01" in found.words
    assert "07/12/2026" in found.words


@pytest.mark.parametrize(
    ("recent", "cents", "confirmed"),
    [
        ([5_000, 4_000, 3_000], 10_000, False),
        ([5_000, 4_000, 3_000], 10_001, True),
        ([5_000, 4_000], 10**9, False),
    ],
)
def test_a_batch_far_above_the_last_ones_is_confirmed_once_there_is_a_habit(
    recent: list[int], cents: int, confirmed: bool
) -> None:
    found = confirmations([(DUE, cents)], Ceilings(), recent)

    assert [one.reason for one in found] == ([ConfirmationReason.HABIT] if confirmed else [])
