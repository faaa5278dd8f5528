"""When an account can collect, and until when its bank takes each file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from diapason.domain.clock import PARIS
from diapason.domain.collection_days import (
    collection_days,
    earliest_date,
    submission_words,
    submit_before,
)
from diapason.domain.creditor import CreditedAccount

ACCOUNT = CreditedAccount("main", "Compte", "FR7630001007941234567890185", lead_days=2, cut_off_hour=12)


def test_each_open_day_has_its_limit_and_closed_days_have_none() -> None:
    days = dict(collection_days(ACCOUNT, date(2026, 12, 24), date(2026, 12, 29)))

    assert days == {
        date(2026, 12, 24): datetime(2026, 12, 22, 12, tzinfo=PARIS),
        date(2026, 12, 25): None,
        date(2026, 12, 26): None,
        date(2026, 12, 27): None,
        date(2026, 12, 28): datetime(2026, 12, 23, 12, tzinfo=PARIS),
        date(2026, 12, 29): datetime(2026, 12, 24, 12, tzinfo=PARIS),
    }


@pytest.mark.parametrize("minute", [0, 59])
def test_a_day_is_reachable_just_until_its_limit(minute: int) -> None:
    before = datetime(2026, 12, 22, 10, minute, tzinfo=UTC)  # 11 h in Paris
    limit = submit_before(ACCOUNT, date(2026, 12, 24))

    assert before < limit
    assert earliest_date(ACCOUNT, before) == date(2026, 12, 24)
    assert earliest_date(ACCOUNT, limit) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 12, 4, 12, tzinfo=PARIS), "à remettre avant le 04/12/2026 à 12\u00a0h"),
        (datetime(2026, 12, 5, 0, tzinfo=PARIS), "à remettre avant le 04/12/2026 à minuit"),
    ],
)
def test_the_limit_is_told_in_words(moment: datetime, words: str) -> None:
    assert submission_words(moment) == words
