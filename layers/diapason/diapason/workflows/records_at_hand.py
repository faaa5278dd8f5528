"""The records that rows are examined against, for one piece of work.

A customer is read once, however many rows the table has of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from diapason.domain.drafts import DraftRow
from diapason.domain.examination import Ground, examine_row
from diapason.domain.invoices import Instalment
from diapason.domain.parties import Customer
from diapason.store.house import SchoolStore
from diapason.workflows.texts import bank_texts

T = TypeVar("T")

READ_ROWS = 2_000
"""Rows whose records are read together."""

CUSTOMERS_KEPT = 20_000
"""Customers kept at hand: some forty megabytes."""


class RecordsAtHand:
    """Instalments and customers as they stand while one piece of work goes on."""

    def __init__(self, store: SchoolStore) -> None:
        self._store = store
        self._customers: dict[str, Customer | None] = {}

    def instalments(self, identifiers: Iterable[str]) -> dict[str, Instalment]:
        """The instalments that exist, by id, read now."""
        return self._store.instalments.many(identifiers)

    def customers(self, identifiers: Iterable[str]) -> dict[str, Customer | None]:
        """The customers, by id, None where there is none; read when they were first asked for."""
        if len(self._customers) > CUSTOMERS_KEPT:
            self._customers.clear()
        wanted = list(dict.fromkeys(identifiers))
        missing = [identifier for identifier in wanted if identifier not in self._customers]
        found = self._store.customers.many(missing)
        self._customers.update({identifier: found.get(identifier) for identifier in missing})
        return {identifier: self._customers[identifier] for identifier in wanted}

    def examine(self, ground: Ground, rows: Iterable[DraftRow]) -> Iterator[DraftRow]:
        """The rows with the anomalies that the records raise now, each row for itself."""
        for part in in_parts(rows):
            for row, instalment, customer in self.of_rows(part):
                yield examine_against(row, instalment, customer, ground)

    def of_rows(
        self, rows: Sequence[DraftRow]
    ) -> Iterator[tuple[DraftRow, Instalment | None, Customer | None]]:
        """Each row with its records."""
        instalments = self.instalments(row.instalment_id for row in rows)
        customers = self.customers(row.customer_id for row in rows)
        for row in rows:
            yield row, instalments.get(row.instalment_id), customers[row.customer_id]


def examine_against(
    row: DraftRow, instalment: Instalment | None, customer: Customer | None, ground: Ground
) -> DraftRow:
    """One row with its anomalies, against records that were read."""
    texts = bank_texts(ground.organisation.remittance_rule, row, instalment, customer)
    return examine_row(row, instalment, customer, texts, ground)


def in_parts(items: Iterable[T]) -> Iterator[list[T]]:
    """Parts of at most READ_ROWS: memory holds a part's records, not the school's."""
    waiting = iter(items)
    while part := list(islice(waiting, READ_ROWS)):
        yield part
