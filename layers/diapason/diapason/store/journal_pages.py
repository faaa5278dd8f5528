"""Reading the journal page by page, the latest row first: of records, or of the whole school by month."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from diapason.store.bulk import WireItem, query
from diapason.store.documents import decode
from diapason.store.journal import JournalRow
from diapason.store.repository import Repository

MAX_MONTHS = 24
"""How far back one question to the school's journal reaches."""

READ_AT_ONCE = 200
"""Rows of a month that are read to fill a page, of which some are not shown."""


class Place(NamedTuple):
    """Where a row stands: its subject and its own key, which begins with its moment (UTC)."""

    subject: str
    entry: str

    @property
    def month(self) -> str:
        return self.entry[:7]

    @property
    def time_sort_key(self) -> str:
        return f"{self.entry.partition('#')[0]}#{self.subject}"


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with its place; ``row.facts`` are as they were recorded."""

    place: Place
    row: JournalRow


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Part of the journal, and the place of its last row where more follow."""

    rows: list[PlacedRow]
    next: Place | None


Wanted = Callable[[PlacedRow], bool]


class JournalPages(Repository):
    """One school's journal, for reading."""

    def of_subjects(self, subjects: Sequence[str], limit: int, before: Place | None = None) -> JournalPage:
        """The rows of these records taken together."""
        first = f"{before.entry}" if before else "~"
        streams = [self._of_subject(subject, first) for subject in subjects]
        merged = heapq.merge(*streams, key=lambda found: found.place.entry, reverse=True)
        return _page(islice(merged, limit + 1), limit)

    def between(
        self, start: datetime, end: datetime, limit: int, wanted: Wanted, before: Place | None = None
    ) -> JournalPage:
        """The school's rows from ``start`` until before ``end`` (instants, at most MAX_MONTHS apart), as far
        as they are wanted."""
        found = (one for one in self._between(start, end, before) if wanted(one))
        return _page(islice(found, limit + 1), limit)

    def events_of(self, subject: str, event: str) -> Iterator[JournalRow]:
        """One record's rows of one event, oldest first."""
        found = query(
            self._client,
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :pk",
            FilterExpression="event = :event",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.journal(subject, "").pk},
                ":event": {"S": event},
            },
        )
        return (_row(item) for item in found)

    def _of_subject(self, subject: str, before: str) -> Iterator[PlacedRow]:
        found = query(
            self._client,
            TableName=self.table,
            ConsistentRead=True,
            ScanIndexForward=False,
            KeyConditionExpression="PK = :pk AND SK < :before",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.journal(subject, "").pk},
                ":before": {"S": before},
            },
            Limit=READ_AT_ONCE,
        )
        return (self._placed(item) for item in found)

    def _between(self, start: datetime, end: datetime, before: Place | None) -> Iterator[PlacedRow]:
        for month in _months_back(start, end):
            if before is not None and month > before.month:
                continue
            started = self._started(before) if before is not None and month == before.month else {}
            found = query(
                self._client,
                TableName=self.table,
                IndexName="by_time",
                ScanIndexForward=False,
                KeyConditionExpression="time_pk = :month AND time_sk BETWEEN :start AND :end",
                ExpressionAttributeValues={
                    ":month": {"S": self._keys.journal_month(month)},
                    ":start": {"S": _moment(start)},
                    ":end": {"S": _moment(end)},
                },
                Limit=READ_AT_ONCE,
                **started,
            )
            yield from (self._placed(item) for item in found)

    def _started(self, before: Place) -> dict[str, object]:
        key = self._keys.journal(before.subject, before.entry)
        return {
            "ExclusiveStartKey": {
                "PK": {"S": key.pk},
                "SK": {"S": key.sk},
                "time_pk": {"S": self._keys.journal_month(before.month)},
                "time_sk": {"S": before.time_sort_key},
            }
        }

    def _placed(self, item: WireItem) -> PlacedRow:
        subject = item["PK"]["S"].removeprefix(self._keys.journal("", "").pk)
        return PlacedRow(Place(subject, item["SK"]["S"]), _row(item))


def _row(item: WireItem) -> JournalRow:
    facts = decode(item["facts"]["S"], dict[str, object]) if "facts" in item else {}
    at = datetime.fromisoformat(item["at"]["S"])
    return JournalRow(at, item["who"]["S"], item["event"]["S"], facts)


def _page(found: Iterator[PlacedRow], limit: int) -> JournalPage:
    rows = list(found)
    shown = rows[:limit]
    return JournalPage(shown, shown[-1].place if len(rows) > limit else None)


def _moment(instant: datetime) -> str:
    """As rows say it, without the fraction's end, so that a whole second is a bound of its own."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _months_back(start: datetime, end: datetime) -> Iterator[str]:
    """``2026-11``, the latest first."""
    first = start.astimezone(UTC)
    at = end.astimezone(UTC)
    year, month = at.year, at.month
    while (year, month) >= (first.year, first.month):
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
