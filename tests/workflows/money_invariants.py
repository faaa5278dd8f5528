"""What must be true of a school's money after any step whatever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from diapason.domain.batches import Batch, BatchState, Chunk, Collection, Line, LineState
from diapason.domain.ceilings import month_of
from diapason.domain.parties import Customer
from diapason.domain.presentations import SequenceType
from tests.workflows.school_outcomes import stored_batches, stored_customers, stored_instalments
from tests.workflows.story import Story


def assert_money_holds(story: Story) -> None:
    """What must be true of a school after any step whatever."""
    live = list(_live_lines(story))
    batches = {batch.id for batch in stored_batches(story)}
    _assert_instalments(story, live)
    _assert_invoices(story)
    for customer in stored_customers(story):
        _assert_mandates(customer, live, batches)
        assert customer.months == _months(customer, live), customer.reference


@dataclass(frozen=True)
class LiveLine:
    """A line whose batch holds its instalment, or has debited it."""

    batch: Batch
    chunk: Chunk
    collection: Collection

    @property
    def line(self) -> Line:
        return self.collection.line

    @property
    def is_presented(self) -> bool:
        """Whether the history of its mandate must tell of it."""
        return self.chunk.state is LineState.DEBITED or self.line.position in {
            marking.position for marking in self.chunk.markings
        }


def _live_lines(story: Story) -> Iterator[LiveLine]:
    for batch in stored_batches(story):
        for chunk in story.store.batches.chunks(batch.id, range(batch.chunks)):
            if chunk.state in {LineState.HELD, LineState.DEBITED}:
                for collection in chunk.collections():
                    yield LiveLine(batch, chunk, collection)


def _assert_instalments(story: Story, live: list[LiveLine]) -> None:
    held, debited = Counter[str](), Counter[str]()
    for one in live:
        into = held if one.chunk.state is LineState.HELD else debited
        into[one.line.instalment_id] += one.line.amount_cents
    selectable = {one.id for one in story.store.instalments.open_between(date.min, date.max)}
    for instalment in stored_instalments(story):
        assert instalment.in_flight_cents == held.pop(instalment.id, 0), instalment.invoice_number
        assert instalment.debited_cents == debited.pop(instalment.id, 0), instalment.invoice_number
        assert instalment.debited_cents + instalment.in_flight_cents <= max(instalment.amount_cents, 0)
        assert (instalment.claim is None) == (instalment.in_flight_cents == 0)
        assert (instalment.id in selectable) == instalment.is_open, instalment.invoice_number
    assert not held
    assert not debited


def _assert_invoices(story: Story) -> None:
    for found in story.store.invoices.numbered("", 1_000).invoices:
        instalments = story.store.instalments.of_invoice(found.value.id)
        assert found.value.debited_cents == sum(one.debited_cents for one in instalments)
        assert found.value.paid_cents == sum(one.paid_cents for one in instalments)
        payments = story.store.payments.of_invoice(found.value.id)
        live = [one.receipt.amount_cents for one in payments if one.withdrawal is None]
        assert found.value.paid_cents == sum(live), found.value.number


def _assert_mandates(customer: Customer, live: list[LiveLine], batches: set[str]) -> None:
    for mandate in customer.mandates:
        own = [one for one in live if one.line.mandate_id == mandate.id]
        known = {one.line.end_to_end_id for one in own if one.is_presented}
        recent = mandate.history.recent
        told = {one.end_to_end_id for one in recent if one.batch_id in batches}
        assert told <= known, f"{mandate.reference}: the history tells of what is not presented"
        forgotten = [
            one
            for one in own
            if one.is_presented
            and one.line.end_to_end_id not in told
            and one.batch.state is not BatchState.CANCELLING
        ]
        assert not forgotten or mandate.history.earlier_until is not None, mandate.reference
        firsts = [one for one in own if one.collection.sequence is SequenceType.FIRST]
        assert len(firsts) <= 1, f"{mandate.reference} was begun twice"
        assert {mandate.consumed_by} - {""} == {one.batch.id for one in own if one.line.ends_mandate}


def _months(customer: Customer, live: list[LiveLine]) -> dict[str, int]:
    """What the customer's months must come to; a month that was given back whole stays at nothing."""
    sums = dict.fromkeys(customer.months, 0)
    for one in live:
        has_ceiling = one.batch.creditor.account.ceilings.customer_month_cents is not None
        if has_ceiling and one.line.customer_id == customer.id:
            month = month_of(one.batch.collection_date)
            sums[month] = sums.get(month, 0) + one.line.amount_cents
    return sums
