"""Numbers of batches, and the identifiers that follow from them: short enough for a bank, and never twice."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from diapason.domain.numbering import (
    PREFIX_LIMIT,
    InvalidPrefix,
    NumberingKind,
    NumberingRule,
    checked_prefix,
    end_to_end_id,
    public_account_end_to_end_id,
    public_account_message_id,
    stamp_of,
    timestamp_number,
    yearly_number,
)
from diapason.domain.presentations import SequenceType
from diapason.sepa.text import is_sepa_reference

IDENTIFIER_LIMIT = 35
"""Max35Text of ISO 20022."""

LAST_LINE = 999_999
STAMP = stamp_of(datetime(2026, 11, 23, 10, 0, 0))  # noqa: DTZ001 the moment is Paris's already


@pytest.mark.parametrize("prefix", ["", "PRLV-", "A", "EMNB2026", "A-B-C-D-", "1"])
def test_a_prefix_of_capitals_digits_and_single_hyphens_is_kept(prefix: str) -> None:
    assert checked_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["prlv-", "É-", "-A", "A--B", "A B", "A/", "ABCDEFGHI", "\n", "A\n"])
def test_another_prefix_is_refused_in_french(prefix: str) -> None:
    with pytest.raises(InvalidPrefix, match="8 caractères au plus"):
        checked_prefix(prefix)


@pytest.mark.parametrize("prefix", ["", "A" * PREFIX_LIMIT, "A" * (PREFIX_LIMIT - 1) + "-"])
@pytest.mark.parametrize("kind", NumberingKind)
def test_with_the_longest_prefix_every_identifier_is_one_that_a_bank_takes(
    prefix: str, kind: NumberingKind
) -> None:
    rule = NumberingRule(kind, checked_prefix(prefix))
    is_counted = kind is NumberingKind.YEARLY
    number = yearly_number(rule, 2026, 99_999) if is_counted else timestamp_number(rule, STAMP, 999)

    identifiers = [
        number,
        end_to_end_id(number, LAST_LINE),
        public_account_end_to_end_id("080012", number, rule, LAST_LINE),
        *(f"{number}-{sequence}" for sequence in SequenceType),
    ]

    assert all(is_sepa_reference(identifier) for identifier in identifiers)
    assert max(map(len, identifiers)) <= IDENTIFIER_LIMIT


def test_the_treasurys_reference_is_the_number_without_prefix_and_signs() -> None:
    rule = NumberingRule(prefix="PRLV-")
    number = timestamp_number(rule, STAMP, 1)

    assert number == "PRLV-20261123-100000-001"
    assert public_account_end_to_end_id("080012", number, rule, 0) == "1D080012020261123100000001000001"


def test_two_batches_and_two_lines_never_share_a_treasury_reference() -> None:
    rules = [NumberingRule(prefix="PRLV-"), NumberingRule(NumberingKind.YEARLY, "PRLV-")]
    numbers = [(rules[0], timestamp_number(rules[0], STAMP, rank)) for rank in (1, 2)]
    numbers += [(rules[1], yearly_number(rules[1], 2026, count)) for count in (1, 11)]

    references = [
        public_account_end_to_end_id("080012", number, rule, position)
        for rule, number in numbers
        for position in (0, 1, 10)
    ]

    assert len(set(references)) == len(references)


def test_a_message_to_the_treasury_is_named_by_service_day_of_the_year_and_rank() -> None:
    assert public_account_message_id("TGDFT027", date(2026, 11, 21), 1) == "TGDFT027-DFT-SDD-26325-001"
