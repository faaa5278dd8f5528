"""What was presented under a mandate: kept as long as its file counts, and never counted."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.presentations import (
    NO_AMENDMENT,
    PRESENTATIONS_KEPT,
    Amendment,
    History,
    Presentation,
    SequenceType,
)

FIRST_DAY = date(2026, 1, 5)


def presented(rank: int, batch_id: str = "", collected_on: date | None = None) -> Presentation:
    return Presentation(
        batch_id=batch_id or f"b{rank}",
        end_to_end_id=f"e{rank}",
        collected_on=collected_on or FIRST_DAY + timedelta(days=rank),
        amount_cents=1_000 + rank,
        sequence=SequenceType.RECURRENT,
        iban="FR1420041010050500013M02606",
        reference="RUM-1",
        creditor_id="FR72ZZZ123456",
        creditor_name="Conservatoire",
    )


def history_of(*ranks: int) -> History:
    history = History()
    for rank in ranks:
        history = history.having(presented(rank))
    return history


def test_nothing_was_presented_under_a_new_mandate() -> None:
    assert History().is_empty
    assert History().latest is None
    assert History().last_collected_on is None


def test_the_latest_is_that_of_the_last_file_and_not_that_of_the_last_day() -> None:
    """January's file may be made before December's: the bank learns in the order of files."""
    january = presented(1, collected_on=date(2027, 1, 7))
    december = presented(2, collected_on=date(2026, 12, 7))

    history = History().having(january).having(december)

    assert history.latest == december
    assert history.last_collected_on == date(2027, 1, 7)


def test_the_same_presentation_again_changes_nothing() -> None:
    """A message that is delivered twice."""
    once = history_of(1, 2)

    assert once.having(presented(1)) == once


def test_a_file_that_no_longer_counts_takes_its_presentations_along() -> None:
    both = History().having(presented(1, "b1")).having(presented(2, "b2")).having(presented(3, "b2"))

    assert both.without("b2") == history_of(1)
    assert both.without("b2").without("b1").is_empty
    assert both.without("another") == both


def test_a_presentation_that_fell_off_the_list_still_counts() -> None:
    long_ago = history_of(*range(1, PRESENTATIONS_KEPT + 3))

    assert long_ago.recent[0].end_to_end_id == "e3"
    assert long_ago.earlier_until == FIRST_DAY + timedelta(days=2)
    emptied = long_ago
    for rank in range(1, PRESENTATIONS_KEPT + 3):
        emptied = emptied.without(f"b{rank}")
    assert not emptied.is_empty
    assert emptied.last_collected_on == FIRST_DAY + timedelta(days=2)


@given(st.lists(st.dates(date(2024, 1, 1), date(2030, 1, 1)), min_size=1, max_size=20))
def test_the_months_of_a_mandate_count_from_the_last_day_that_was_ever_collected(days: list[date]) -> None:
    history = History()
    for rank, day in enumerate(days):
        history = history.having(presented(rank, collected_on=day))

    assert history.last_collected_on == max(days)
    assert len(history.recent) == min(len(days), PRESENTATIONS_KEPT)
    assert [one.collected_on for one in history.recent] == days[-PRESENTATIONS_KEPT:]


def test_an_amendment_is_empty_until_it_says_something() -> None:
    assert Amendment().is_empty
    assert NO_AMENDMENT.is_empty
    assert not Amendment(another_bank=True).is_empty
    assert not Amendment(original_reference="RUM-0").is_empty
