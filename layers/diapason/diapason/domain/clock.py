"""The one clock. Instants are aware UTC datetimes; business dates are dates in Europe/Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the instant; tests hand in one that they can set."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self, instant: datetime) -> None:
        assert instant.tzinfo is not None, "an instant without a time zone is not an instant"
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def in_paris(instant: datetime) -> datetime:
    """The same instant on a clock in Paris."""
    return instant.astimezone(PARIS)


def paris_date(instant: datetime) -> date:
    """The business date of an instant: the date in Europe/Paris."""
    return in_paris(instant).date()
