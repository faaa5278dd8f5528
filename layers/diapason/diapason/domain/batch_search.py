"""Finding batches again, by every field that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from diapason.domain.batches import BATCH, Batch, BatchState
from diapason.domain.clock import paris_date


class BatchSort(StrEnum):
    COLLECTION_DATE = "collection_date"
    CREATED_AT = "created_at"
    NUMBER = "number"
    EXTERNAL_NUMBER = "external_number"
    STATE = "state"
    COUNT = "count"
    TOTAL = "total"
    ACCOUNT = "account"


_SORT_KEYS: Mapping[BatchSort, Callable[[Batch], Any]] = {
    BatchSort.COLLECTION_DATE: lambda batch: batch.collection_date,
    BatchSort.CREATED_AT: lambda batch: batch.created_at,
    BatchSort.NUMBER: lambda batch: batch.number,
    BatchSort.EXTERNAL_NUMBER: lambda batch: batch.external_number.casefold(),
    BatchSort.STATE: lambda batch: BATCH.words[batch.state],
    BatchSort.COUNT: lambda batch: batch.count,
    BatchSort.TOTAL: lambda batch: batch.total_cents,
    BatchSort.ACCOUNT: lambda batch: batch.creditor.account.label.casefold(),
}


@dataclass(frozen=True, slots=True)
class BatchCriteria:
    """All that is said must hold. Texts match anywhere in the field, whatever their case; dates
    (Europe/Paris) and amounts (cents) are bounds, both included; ``created_by`` is a username."""

    states: frozenset[BatchState] = frozenset()
    collected_from: date = date.min
    collected_to: date = date.max
    created_from: date = date.min
    created_to: date = date.max
    number: str = ""
    external_number: str = ""
    comment: str = ""
    message_id: str = ""
    amount_min: int = 0
    amount_max: int | None = None
    account_id: str = ""
    created_by: str = ""

    def match(self, batch: Batch) -> bool:
        """Whether the batch is one of those; the index has looked at the collection date already."""
        return (
            (not self.states or batch.state in self.states)
            and self.collected_from <= batch.collection_date <= self.collected_to
            and self.created_from <= paris_date(batch.created_at) <= self.created_to
            and self.amount_min <= batch.total_cents
            and (self.amount_max is None or batch.total_cents <= self.amount_max)
            and self.account_id in {"", batch.creditor.account.id}
            and self.created_by in {"", batch.created_by}
            and self._match_texts(batch)
        )

    def _match_texts(self, batch: Batch) -> bool:
        pairs = (
            (self.number, batch.number),
            (self.external_number, batch.external_number),
            (self.comment, batch.comment),
            (self.message_id, batch.message_id),
        )
        return all(wanted.casefold() in text.casefold() for wanted, text in pairs)


def sorted_batches(found: Iterable[Batch], sort: BatchSort, *, descending: bool) -> list[Batch]:
    """By the field, and among equals the latest number first or last as the order goes."""
    key = _SORT_KEYS[sort]
    return sorted(found, key=lambda batch: (key(batch), batch.number), reverse=descending)
