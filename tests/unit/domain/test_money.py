"""Integer cents, from text and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.money import (
    MAX_CENTS,
    InvalidAmount,
    decimal_text,
    french_euros,
    parse_cents,
    split_cents,
)

CENTS = st.integers(-MAX_CENTS, MAX_CENTS)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("19.99", 1_999),
        ("19,9", 1_990),
        ("0,01", 1),
        ("-0,01", -1),
        ("12", 1_200),
        ("1 234,56", 123_456),
        ("1\u202f234\u00a0567,89\u00a0€", 123_456_789),
        ("999 999 999,99", MAX_CENTS),
        ("007", 700),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", "€", "-", ",5", "5,", "1,234.56", "1.234,56", "10,005", "1 23", "12 34,00", "--1", "+1", "1e3",
     "0x10", "NaN", "inf", "٣", "１", "1_000", "1\n2", "9" * 5_000],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_cents(text)


@given(CENTS)
def test_a_decimal_text_reads_back(cents: int) -> None:
    assert parse_cents(decimal_text(cents)) == cents


@given(CENTS)
def test_french_euros_read_back(cents: int) -> None:
    assert parse_cents(french_euros(cents)) == cents


@pytest.mark.parametrize(
    ("cents", "iso", "french"),
    [
        (0, "0.00", "0,00\u00a0€"),
        (5, "0.05", "0,05\u00a0€"),
        (-123_450, "-1234.50", "-1\u202f234,50\u00a0€"),
        (MAX_CENTS, "999999999.99", "999\u202f999\u202f999,99\u00a0€"),
    ],
)
def test_amounts_are_written_for_banks_and_for_people(cents: int, iso: str, french: str) -> None:
    assert decimal_text(cents) == iso
    assert french_euros(cents) == french


@given(CENTS, st.integers(1, 48))
def test_a_split_is_exact_and_even(total: int, parts: int) -> None:
    shares = split_cents(total, parts)

    assert len(shares) == parts
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)
