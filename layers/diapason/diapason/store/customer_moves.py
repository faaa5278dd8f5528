"""What a batch moves on a customer beside what the school typed: one Update, since a transaction touches no
item twice.

``mandate_ends``   mandate id → the batch that holds its end (one-off, or final collection)
``presented``      mandate id → what was presented under it, guarded by ``presented_revision``
``month_YYYYMM``   cents that batches hold or have debited of the customer in a month, where the credited
                   account has a ceiling for it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diapason.domain.presentations import History
from diapason.store.documents import encode_text
from diapason.store.keys import Key
from diapason.store.transactions import Transaction

MONTH = "month_"


@dataclass(frozen=True, slots=True)
class MonthMove:
    """Cents added to a customer's month (``202612``), negative when they are given back; None: no ceiling."""

    month: str
    cents: int
    ceiling_cents: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerMove:
    """What one transaction moves on one customer. ``seen_revision`` is the one that ``histories`` were
    derived from."""

    batch_id: str
    ends_taken: Sequence[str] = ()
    ends_returned: Sequence[str] = ()
    histories: Mapping[str, History] = field(default_factory=dict)
    seen_revision: int = 0
    month: MonthMove | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.ends_taken or self.ends_returned or self.histories or self.month)

    def add_to(self, transaction: Transaction, table: str, key: Key) -> int:
        """Adds the Update under its conditions; returns the action's rank."""
        assert not self.is_empty
        writing = _Writing()
        for mandate in self.ends_taken:
            writing.sets(f"mandate_ends.#m_{mandate} = :batch")
            writing.needs(f"attribute_not_exists(mandate_ends.#m_{mandate})")
        for mandate in self.ends_returned:
            writing.removes(f"mandate_ends.#m_{mandate}")
            writing.needs(f"mandate_ends.#m_{mandate} = :batch")
        if self.ends_taken or self.ends_returned:
            writing.values["batch"] = self.batch_id
        if self.histories:
            self._write_histories(writing)
        if self.month is not None:
            _write_month(writing, self.month)
        return transaction.update(table, key, writing.expression(), writing.condition(), **writing.values)

    def _write_histories(self, writing: _Writing) -> None:
        for rank, (mandate, history) in enumerate(self.histories.items()):
            writing.sets(f"presented.#m_{mandate} = :history{rank}")
            writing.values[f"history{rank}"] = encode_text(history)
        writing.sets("presented_revision = presented_revision + :one")
        writing.needs("presented_revision = :seen")
        writing.values |= {"one": 1, "seen": self.seen_revision}


def _write_month(writing: _Writing, move: MonthMove) -> None:
    name = f"{MONTH}{move.month}"
    writing.values["cents"] = move.cents
    writing.values["none"] = 0
    writing.sets(f"{name} = if_not_exists({name}, :none) + :cents")
    if move.cents < 0:
        writing.needs(f"{name} >= :given_back")
        writing.values["given_back"] = -move.cents
    elif move.ceiling_cents is not None:
        room = move.ceiling_cents - move.cents
        # Above the ceiling by itself: a condition that no customer meets.
        is_free = f"(attribute_not_exists({name}) OR {name} <= :room)" if room >= 0 else f"{name} <= :room"
        writing.needs(is_free)
        writing.values["room"] = room


class _Writing:
    """The clauses of one Update as they gather."""

    def __init__(self) -> None:
        self._sets: list[str] = []
        self._removes: list[str] = []
        self._needs: list[str] = ["attribute_exists(PK)"]
        self.values: dict[str, object] = {}

    def sets(self, clause: str) -> None:
        self._sets.append(clause)

    def removes(self, path: str) -> None:
        self._removes.append(path)

    def needs(self, condition: str) -> None:
        self._needs.append(condition)

    def expression(self) -> str:
        parts = [f"SET {', '.join(self._sets)}"] if self._sets else []
        parts += [f"REMOVE {', '.join(self._removes)}"] if self._removes else []
        return " ".join(parts)

    def condition(self) -> str:
        return " AND ".join(self._needs)
