"""Chunks of lines on their way: what their transactions have in common, and giving their claims back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from diapason.domain.batches import BatchState, Chunk, Line, LineState
from diapason.domain.mandates import MandateType
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed

ALIVE_CHUNKS = 50
"""How often a worker tells the sweeper that it is at a batch."""


def mandates_by_customer(
    lines: Iterable[Line], wanted: Callable[[Line], bool] = lambda line: True
) -> dict[str, list[str]]:
    """Customer id → the mandates of these lines, each once, in a fixed order."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        if wanted(line):
            found[line.customer_id][line.mandate_id] = None
    return {customer: list(mandates) for customer, mandates in found.items()}


def is_one_off(line: Line) -> bool:
    return line.mandate_type is MandateType.ONE_OFF


def cents_by_invoice(lines: Iterable[Line]) -> dict[str, int]:
    """Invoice id → the cents that these lines debit of it."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.invoice_id] += line.amount_cents
    return dict(sums)


def release_chunk(store: SchoolStore, chunk: Chunk, fence: BatchState, who: str) -> None:
    """Gives the claims of a chunk back, where it still holds them; the batch must be in the fenced state."""
    if chunk.state is not LineState.HELD:
        return
    transaction = store.transactions.begin()
    store.batches.add_fence(transaction, chunk.batch_id, fence)
    store.batches.add_chunk_move(transaction, chunk, LineState.RELEASED)
    for line in chunk.lines:
        store.instalments.add_release(transaction, line, chunk.batch_id)
    for customer_id, mandates in mandates_by_customer(chunk.lines, is_one_off).items():
        store.customers.add_one_off_returns(transaction, customer_id, mandates, chunk.batch_id)
    store.journal.record(
        transaction, f"batch-{chunk.batch_id}", who, "chunk-released", chunk=chunk.number, count=chunk.count
    )
    try:
        transaction.commit()
    except ConditionFailed:
        now = store.batches.chunk(chunk.batch_id, chunk.number)
        if now is None or now.state is LineState.HELD:
            raise  # not another worker's release: the records contradict each other, and a person must look
