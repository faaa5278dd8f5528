"""The journal: every change of state writes its row in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diapason.domain.clock import Clock
from diapason.store.documents import encode_text
from diapason.store.keys import SchoolKeys
from diapason.store.tables import JournalItem
from diapason.store.transactions import Transaction

HOUSE = "diapason"
"""Who acts when nobody asked: the house itself."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """``at`` is UTC; ``facts`` hold what, before and after, never an account number."""

    at: datetime
    who: str
    event: str
    facts: Mapping[str, Any]


class Journal:
    """One school's journal."""

    def __init__(self, table: str, keys: SchoolKeys, clock: Clock) -> None:
        self._table = table
        self._keys = keys
        self._clock = clock

    def record(self, transaction: Transaction, subject: str, who: str, event: str, **facts: object) -> None:
        """Adds the row to the transaction that makes the change."""
        at = self._clock.now().isoformat(timespec="microseconds")
        transaction.put_new(
            self._table,
            self._keys.journal(subject, f"{at}#{uuid.uuid4().hex[:12]}"),
            {
                "at": at,
                "who": who,
                "event": event,
                "facts": encode_text(facts) if facts else None,
                "time_pk": self._keys.journal_month(at[:7]),
                "time_sk": f"{at}#{subject}",
            },
        )

    def of(self, subject: str) -> Iterator[JournalRow]:
        """All rows of a batch, draft, invoice or customer, oldest first."""
        for item in JournalItem.query(self._keys.journal(subject, "").pk, consistent_read=True):
            yield JournalRow(datetime.fromisoformat(item.at), item.who, item.event, item.facts or {})
