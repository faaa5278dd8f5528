"""The days on which an account can collect, and until when its bank takes the file of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from diapason.domain.calendar import earliest_collection_date, is_target_day, latest_submission
from diapason.domain.creditor import CreditedAccount

_ONE_DAY = timedelta(days=1)


class CollectionDay(NamedTuple):
    """``submit_before`` is the moment, in Paris, before which the bank must have the file; None on a day on
    which banks are closed."""

    day: date
    submit_before: datetime | None


def collection_days(account: CreditedAccount, first: date, last: date) -> Iterator[CollectionDay]:
    """Every day from first to last, both included."""
    day = first
    while day <= last:
        yield CollectionDay(day, submit_before(account, day) if is_target_day(day) else None)
        day += _ONE_DAY


def submit_before(account: CreditedAccount, day: date) -> datetime:
    """Until when the account's bank takes the file of that due date (Europe/Paris)."""
    return latest_submission(day, account.lead_days, account.cut_off_hour)


def earliest_date(account: CreditedAccount, now: datetime) -> date:
    """The first day for which the account's bank still takes a file."""
    return earliest_collection_date(now, account.lead_days, account.cut_off_hour)


def submission_words(moment: datetime) -> str:
    """``à remettre avant le 04/12/2026 à 12 h``; midnight ends the day before."""
    if moment.hour == 0:
        return f"à remettre avant le {moment - _ONE_DAY:%d/%m/%Y} à minuit"
    return f"à remettre avant le {moment:%d/%m/%Y} à {moment.hour}\u00a0h"
