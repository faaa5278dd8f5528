"""Freezing sequence and amendment on a chunk's lines, and what the histories of their mandates become.

Most lines carry neither: their mandate goes on as it was, and the plain sequence needs no freezing. Where a
line is a mandate's first or last, or says that something changed, that is written on its chunk together
with the histories, so that no other file says the same a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diapason.domain.batches import Batch, Chunk, Line, Marking
from diapason.domain.parties import Customer
from diapason.domain.presentations import History
from diapason.domain.sequences import CreditorAsWritten, amendment_of, presentation_of, sequence_of
from diapason.store.customer_moves import CustomerMove
from diapason.workflows.bank_message import creditor_as_written
from diapason.workflows.chunk_moves import by_customer


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The markings of a chunk, and by customer what is written with them."""

    markings: tuple[Marking, ...]
    moves: Mapping[str, CustomerMove]


def sequenced(batch: Batch, chunk: Chunk, customers: Mapping[str, Customer]) -> Sequenced:
    """What generation would freeze on a chunk, from the histories as they are."""
    creditor = creditor_as_written(batch.creditor)
    markings: list[Marking] = []
    moves: dict[str, CustomerMove] = {}
    for customer_id, lines in by_customer(chunk.lines).items():
        customer = customers[customer_id]
        running: dict[str, History] = {}
        marked: dict[str, History] = {}
        for line in lines:
            history = running.get(line.mandate_id) or _history_of(customer, line)
            marking = _marking_of(batch, line, customer, creditor, history)
            presentation = presentation_of(line, batch.id, batch.collection_date, creditor, marking.sequence)
            running[line.mandate_id] = history.having(presentation)
            if marking != Marking(line.position, line.plain_sequence):
                markings.append(marking)
                own = marked.get(line.mandate_id) or _own_history(customer, line)
                marked[line.mandate_id] = own.having(presentation)
        if marked:
            seen = customer.presented_revision
            moves[customer_id] = CustomerMove(batch.id, histories=marked, seen_revision=seen)
    return Sequenced(tuple(markings), moves)


def presented(batch: Batch, chunk: Chunk, customers: Mapping[str, Customer]) -> dict[str, CustomerMove]:
    """What debiting a chunk adds to the histories: the lines that were not written when they were marked."""
    creditor = creditor_as_written(batch.creditor)
    written = {marking.position for marking in chunk.markings}
    unwritten = [line for line in chunk.lines if line.position not in written]
    moves = {}
    for customer_id, lines in by_customer(unwritten).items():
        customer = customers[customer_id]
        histories: dict[str, History] = {}
        for line in lines:
            before = histories.get(line.mandate_id) or _own_history(customer, line)
            presentation = presentation_of(
                line, batch.id, batch.collection_date, creditor, line.plain_sequence
            )
            histories[line.mandate_id] = before.having(presentation)
        seen = customer.presented_revision
        moves[customer_id] = CustomerMove(batch.id, histories=histories, seen_revision=seen)
    return moves


def unpresented(batch_id: str, lines: Sequence[Line], customer: Customer) -> dict[str, History]:
    """What the histories of these lines' mandates become when their batch is as if it had not been; only
    those that change. Nothing is counted down: the next file reads what lives."""
    changed = {}
    for line in lines:
        before = _own_history(customer, line)
        after = before.without(batch_id)
        if after != before:
            changed[line.mandate_id] = after
    return changed


def _marking_of(
    batch: Batch, line: Line, customer: Customer, creditor: CreditorAsWritten, history: History
) -> Marking:
    rule = batch.creditor.account.sequence_rule
    return Marking(
        line.position,
        sequence_of(line, customer, history, rule),
        amendment_of(line, creditor, history, customer),
    )


def _history_of(customer: Customer, line: Line) -> History:
    """With what was presented under a mandate that this one continues."""
    mandate = customer.mandate(line.mandate_id)
    return customer.history_of(mandate) if mandate else History()


def _own_history(customer: Customer, line: Line) -> History:
    mandate = customer.mandate(line.mandate_id)
    return mandate.history if mandate else History()
