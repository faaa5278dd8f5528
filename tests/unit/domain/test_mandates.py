"""When a mandate authorises."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.mandates import MANDATE_STATE_WORDS, Mandate, MandateState, MandateType

SIGNED = Mandate("m", "RUM", "a", MandateState.SIGNED, date(2026, 1, 31))


def of_kind(kind: MandateType, **changes: object) -> Mandate:
    return Mandate("m", "RUM", "a", MandateState.SIGNED, date(2026, 1, 31), type=kind, **changes)  # type: ignore[arg-type]


def test_every_state_has_its_word() -> None:
    assert set(MANDATE_STATE_WORDS) == set(MandateState)


@pytest.mark.parametrize("state", MandateState)
def test_only_a_signed_mandate_is_active(state: MandateState) -> None:
    assert Mandate("m", "RUM", "a", state).is_active is (state is MandateState.SIGNED)


def test_a_mandate_that_was_never_signed_does_not_lapse() -> None:
    assert not Mandate("m", "RUM", "a", MandateState.DRAFT).has_lapsed(date(2099, 1, 1))


def test_a_debit_begins_the_36_months_anew() -> None:
    used = of_kind(MandateType.RECURRENT, used_before_on=date(2028, 6, 15))

    assert SIGNED.has_lapsed(date(2029, 2, 1))
    assert not used.has_lapsed(date(2031, 6, 15))
    assert used.has_lapsed(date(2031, 6, 16))


@given(signed_on=st.dates(date(2000, 1, 1), date(2060, 1, 1)), days=st.integers(0, 1_500))
def test_a_mandate_stays_lapsed_once_it_is(signed_on: date, days: int) -> None:
    mandate = Mandate("m", "RUM", "a", MandateState.SIGNED, signed_on)
    day = signed_on + timedelta(days)

    assert not mandate.has_lapsed(day) or mandate.has_lapsed(day + timedelta(days=1))
    assert mandate.has_lapsed(day) == (
        days > (date(signed_on.year + 3, *_same_day(signed_on)) - signed_on).days
    )


def _same_day(day: date) -> tuple[int, int]:
    return (2, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day)


@pytest.mark.parametrize(
    ("mandate", "is_spent"),
    [
        (of_kind(MandateType.ONE_OFF), False),
        (of_kind(MandateType.ONE_OFF, consumed_by="batch"), True),
        (of_kind(MandateType.ONE_OFF, used_before_on=date(2026, 12, 7)), True),
        (of_kind(MandateType.RECURRENT, used_before_on=date(2026, 12, 7)), False),
    ],
)
def test_a_one_off_mandate_is_spent_by_one_batch(mandate: Mandate, is_spent: bool) -> None:
    assert mandate.is_spent is is_spent
