from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.calendar import (
    add_target_days,
    earliest_collection_date,
    is_target_day,
    latest_submission,
    months_after,
    next_target_day,
    previous_target_day,
    target_holidays,
)

PARIS = ZoneInfo("Europe/Paris")
NEW_YEAR_2026 = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("year", range(2002, 2100))
def test_closing_days_are_four_fixed_ones_good_friday_and_easter_monday(year):
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}
    assert fixed <= target_holidays(year)
    friday, monday = sorted(target_holidays(year) - fixed)
    assert (friday.weekday(), monday - friday) == (4, timedelta(days=3))
    assert date(year, 3, 20) <= friday <= date(year, 4, 23)


@pytest.mark.parametrize(
    "closed",
    [
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2028, 4, 14),
        date(2028, 4, 17),
        date(2026, 1, 1),
        date(2026, 5, 1),
        date(2028, 12, 25),
        date(2028, 12, 26),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ],
)
def test_payments_do_not_settle_on_closing_days_and_weekends(closed):
    assert not is_target_day(closed)


@pytest.mark.parametrize(
    "open_day", [date(2026, 7, 14), date(2026, 11, 11), date(2026, 12, 24), date(2026, 5, 14)]
)
def test_payments_settle_on_french_public_holidays(open_day):
    assert is_target_day(open_day)


def test_the_next_open_day_is_proposed_over_easter():
    assert next_target_day(date(2026, 4, 2)) == date(2026, 4, 2)
    assert next_target_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert previous_target_day(date(2026, 4, 6)) == date(2026, 4, 2)


def test_days_are_counted_over_christmas():
    assert add_target_days(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert add_target_days(date(2026, 12, 28), -1) == date(2026, 12, 24)
    assert add_target_days(date(2026, 12, 25), 0) == date(2026, 12, 25)


@given(day=DAYS, count=st.integers(1, 30))
def test_counting_back_undoes_counting_on(day, count):
    start = next_target_day(day)
    assert add_target_days(add_target_days(start, count), -count) == start


def test_a_file_goes_one_bank_day_ahead_before_the_cut_off():
    assert latest_submission(date(2026, 4, 7), 1, 12) == datetime(2026, 4, 2, 12, tzinfo=PARIS)
    assert latest_submission(date(2026, 12, 1), 2, 16) == datetime(2026, 11, 27, 16, tzinfo=PARIS)


def test_a_cut_off_at_midnight_is_the_end_of_the_day():
    assert latest_submission(date(2026, 12, 2), 1, 24) == datetime(2026, 12, 2, 0, tzinfo=PARIS)


def test_a_cut_off_is_a_time_in_paris_in_summer_and_in_winter():
    assert latest_submission(date(2026, 7, 15), 1, 12).astimezone(UTC).hour == 10
    assert latest_submission(date(2026, 1, 15), 1, 12).astimezone(UTC).hour == 11


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (datetime(2026, 11, 23, 11, 59, 59, tzinfo=PARIS), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 12, 0, tzinfo=PARIS), date(2026, 11, 25)),
        (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 21, 9, 0, tzinfo=PARIS), date(2026, 11, 24)),
        (datetime(2026, 11, 21, 18, 0, tzinfo=PARIS), date(2026, 11, 24)),
        (datetime(2026, 11, 20, 12, 0, tzinfo=PARIS), date(2026, 11, 24)),
    ],
)
def test_the_earliest_date_depends_on_the_cut_off(now, earliest):
    assert earliest_collection_date(now, lead_days=1, cut_off_hour=12) == earliest


@given(
    now=st.integers(0, 3 * 366 * 24 * 60).map(lambda minute: NEW_YEAR_2026 + timedelta(minutes=minute)),
    lead_days=st.integers(1, 5),
    cut_off_hour=st.integers(0, 24),
)
def test_the_earliest_date_is_the_first_whose_deadline_has_not_passed(now, lead_days, cut_off_hour):
    earliest = earliest_collection_date(now, lead_days, cut_off_hour)
    assert is_target_day(earliest)
    assert now < latest_submission(earliest, lead_days, cut_off_hour)
    day_before = previous_target_day(earliest - timedelta(days=1))
    assert now >= latest_submission(day_before, lead_days, cut_off_hour)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="TARGET day"):
        latest_submission(date(2026, 12, 1), 0, 12)
    with pytest.raises(ValueError, match="cut-off"):
        latest_submission(date(2026, 12, 1), 1, 25)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        earliest_collection_date(datetime(2026, 11, 21, 9, 0), 1, 12)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2023, 9, 5), 36, date(2026, 9, 5)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(day, months, after):
    assert months_after(day, months) == after
