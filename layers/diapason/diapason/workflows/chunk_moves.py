"""Chunks of lines on their way: what their transactions have in common, and giving their claims back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from diapason.domain.batches import Batch, BatchState, Chunk, Line, LineState
from diapason.domain.ceilings import month_of
from diapason.domain.creditor import Ceilings
from diapason.store.customer_moves import CustomerMove, MonthMove
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed

ALIVE_CHUNKS = 50
"""How often a worker tells the sweeper that it is at a batch."""


def by_customer(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each customer, in their order."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.customer_id].append(line)
    return found


def ends_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """The mandates that end with these lines, each once, in a fixed order."""
    return tuple(dict.fromkeys(line.mandate_id for line in lines if line.ends_mandate))


def cents_by_invoice(lines: Iterable[Line]) -> dict[str, int]:
    """Invoice id → the cents that these lines debit of it."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.invoice_id] += line.amount_cents
    return dict(sums)


def claims_of_customers(
    lines: Iterable[Line], batch_id: str, collected_on: date, ceilings: Ceilings
) -> Iterator[tuple[str, CustomerMove]]:
    """What claiming these lines moves on their customers: the ends of mandates, and the month's sum where
    the credited account has a ceiling for it."""
    for customer_id, own in by_customer(lines).items():
        month = None
        if ceilings.customer_month_cents is not None:
            cents = sum(line.amount_cents for line in own)
            month = MonthMove(month_of(collected_on), cents, ceilings.customer_month_cents)
        move = CustomerMove(batch_id, ends_taken=ends_of(own), month=month)
        if not move.is_empty:
            yield customer_id, move


def returned_month(lines: Iterable[Line], batch: Batch) -> MonthMove | None:
    """The cents that these lines of one customer give back to their month, where claiming counted them: the
    header's account is the one that was looked at then."""
    if batch.creditor.account.ceilings.customer_month_cents is None:
        return None
    return MonthMove(month_of(batch.collection_date), -sum(line.amount_cents for line in lines))


def release_chunk(store: SchoolStore, batch: Batch, chunk: Chunk, fence: BatchState, who: str) -> None:
    """Gives the claims of a chunk back, where it still holds them; the batch must be in the fenced state."""
    if chunk.state is not LineState.HELD:
        return
    transaction = store.transactions.begin()
    store.batches.add_fence(transaction, chunk.batch_id, fence)
    store.batches.add_chunk_move(transaction, chunk, LineState.RELEASED)
    for line in chunk.lines:
        store.instalments.add_release(transaction, line, chunk.batch_id)
    for customer_id, own in by_customer(chunk.lines).items():
        move = CustomerMove(batch.id, ends_returned=ends_of(own), month=returned_month(own, batch))
        if not move.is_empty:
            store.customers.add_move(transaction, customer_id, move)
    store.journal.record(
        transaction, f"batch-{chunk.batch_id}", who, "chunk-released", chunk=chunk.number, count=chunk.count
    )
    try:
        transaction.commit()
    except ConditionFailed:
        now = store.batches.chunk(chunk.batch_id, chunk.number)
        if now is None or now.state is LineState.HELD:
            raise  # not another worker's release: the records contradict each other, and a person must look
