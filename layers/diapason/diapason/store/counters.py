"""Counters: numbers that are taken once, in the very transaction that stores what they were taken for."""

from __future__ import annotations

from diapason.store.bulk import read_one
from diapason.store.repository import Repository
from diapason.store.transactions import Transaction


class Counters(Repository):
    """One school's counters, each by its name."""

    def value(self, name: str) -> int:
        """What was taken last; 0 before the first."""
        item = read_one(self._client, self.table, self._keys.counter(name))
        return int(item["value"]["N"]) if item else 0

    def add_take(self, transaction: Transaction, name: str, seen: int, count: int = 1) -> int:
        """Adds the taking of the next ``count`` numbers after ``seen``, which fails where another was
        faster; returns the action's rank."""
        assert count > 0
        return transaction.update(
            self.table,
            self._keys.counter(name),
            "SET #value = :after",
            "#value = :seen" if seen else "attribute_not_exists(PK)",
            after=seen + count,
            **({"seen": seen} if seen else {}),
        )
