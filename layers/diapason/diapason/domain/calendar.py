"""Days on which euro payments settle, and what follows for the dates of a collection. All dates Europe/Paris.

TARGET closes on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December
(Eurosystem, T2 operating days). French public holidays such as 14 July are open days.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from diapason.domain.clock import PARIS, in_paris

SATURDAY: Final = 5
_MIDNIGHT: Final = 24
_ONE_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=64)
def target_holidays(year: int) -> frozenset[date]:
    """The six closing days of a year, whether or not they fall on a weekend."""
    from holidays import financial_holidays

    return frozenset(financial_holidays("ECB", years=year))


def is_target_day(day: date) -> bool:
    """Whether euro payments settle on that day."""
    return day.weekday() < SATURDAY and day not in target_holidays(day.year)


def next_target_day(day: date) -> date:
    """That day if payments settle on it, else the first later one."""
    while not is_target_day(day):
        day += _ONE_DAY
    return day


def previous_target_day(day: date) -> date:
    """That day if payments settle on it, else the last earlier one."""
    while not is_target_day(day):
        day -= _ONE_DAY
    return day


def add_target_days(day: date, count: int) -> date:
    """The count-th TARGET day strictly after that day, or strictly before it where count is negative.

    Zero gives the day itself, open or closed.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_target_day(day):
            day += step
    return day


def latest_submission(due_date: date, lead_days: int, cut_off_hour: int) -> datetime:
    """Moment, Paris time, before which the bank must have the file of that due date.

    Args:
        due_date: the requested collection date.
        lead_days: TARGET days the bank wants between reception and due date, at least 1.
        cut_off_hour: hour of the day from which a file counts as received on the next TARGET day; 24 for
            a bank that takes files until midnight.

    Raises:
        ValueError: a setting is out of its range.
    """
    _check_bank_delays(lead_days, cut_off_hour)
    submission_day = add_target_days(due_date, -lead_days)
    return datetime.combine(submission_day, time(), tzinfo=PARIS) + timedelta(hours=cut_off_hour)


def earliest_collection_date(now: datetime, lead_days: int, cut_off_hour: int) -> date:
    """First TARGET day whose file can still be handed to the bank at that moment.

    Args:
        now: an aware moment.
        lead_days: as in :func:`latest_submission`.
        cut_off_hour: as in :func:`latest_submission`.

    Raises:
        ValueError: a setting is out of its range, or ``now`` has no time zone.
    """
    _check_bank_delays(lead_days, cut_off_hour)
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone does not say which day it is in Paris")
    in_paris_now = in_paris(now)
    missed_today = in_paris_now.hour >= cut_off_hour
    received_on = next_target_day(in_paris_now.date() + (_ONE_DAY if missed_today else timedelta()))
    return add_target_days(received_on, lead_days)


def _check_bank_delays(lead_days: int, cut_off_hour: int) -> None:
    if lead_days < 1:
        raise ValueError("a bank wants the file at least one TARGET day before the due date")
    if not 0 <= cut_off_hour <= _MIDNIGHT:
        raise ValueError("a cut-off hour lies between 0 and 24")


def months_after(day: date, months: int) -> date:
    """The same day some months later, or earlier if negative; the last day where the month is shorter."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
