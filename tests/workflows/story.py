"""Short ways to the states that the tests of batches begin with, and words for where they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from diapason.domain.batches import Batch, BatchState, Chunk, Collection, Line, LineState
from diapason.domain.cancellations import CancellationGround, CancellationRequest
from diapason.domain.ceilings import month_of
from diapason.domain.clock import paris_date
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.errors import NotFound
from diapason.domain.invoices import Instalment
from diapason.domain.mandates import Mandate
from diapason.domain.members import Member
from diapason.domain.parties import Customer
from diapason.domain.presentations import SequenceType
from diapason.store.documents import decode
from diapason.store.house import SchoolStore
from diapason.store.instalments import instalment_from_wire
from diapason.workflows.cancelling import attest_cancellation, request_cancellation
from diapason.workflows.drafting import create_draft, select
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.registering import Registering, validate
from diapason.workflows.releasing import Releasing
from tests.world import World

DECEMBER = date(2026, 12, 7)
JANUARY = date(2027, 1, 7)
ALL_WINTER = Criteria(date(2026, 12, 1), date(2027, 2, 28))

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass
class Story:
    """A founded school with its operator."""

    world: World
    store: SchoolStore
    member: Member

    def families(self, count: int, *due_dates: date, **changes: Any) -> list[Instalment]:
        """So many families, each with one invoice of one instalment a due date; amounts tell them apart."""
        made = []
        for rank in range(count):
            customer = self.world.customer(self.store, **changes)
            made += self.world.invoice(
                self.store, customer, *[(day, 1_000 + rank) for day in due_dates or (DECEMBER,)]
            )
        return made

    def selected(self, criteria: Criteria = ALL_WINTER) -> Draft:
        draft = create_draft(self.store, self.member, GeneralInformation("main", "EXT-1", "premier lot"))
        return select(self.store, self.member, draft.id, draft.version, criteria)

    def validated(self, draft: Draft | None = None, request_key: str = "key-1") -> Draft:
        draft = draft or self.selected()
        return validate(
            self.store, self.member, draft.id, draft.version, request_key, draft.count, draft.total_cents
        )

    def registered(self) -> list[Batch]:
        draft = Registering(self.store, self.validated().id).phases.run()
        assert draft.state == "registered", draft.notice
        return self.batches()

    def batches(self) -> list[Batch]:
        """By due date, the earliest first."""
        return sorted(self.store.batches.listed(), key=lambda batch: batch.collection_date)

    def generated(self, batch: Batch) -> Batch:
        requested = request_generation(self.store, self.member, batch.id, batch.version)
        return Generating(self.store, requested.id).phases.run()

    def asked_to_cancel(
        self,
        batch: Batch,
        ground: CancellationGround = CancellationGround.NEVER_HANDED_OUT,
        member: Member | None = None,
    ) -> Batch:
        """Cancelling asked for, on this ground; an attestation is still to be given."""
        of_reject = ground is CancellationGround.BANK_REJECT
        request = CancellationRequest(
            ground,
            "Fichier refait avec la bonne date",
            reject_reference="REJ-2026-118" if of_reject else "",
            rejected_on=paris_date(self.store.clock.now()) if of_reject else None,
        )
        return request_cancellation(self.store, member or self.member, batch.id, batch.version, request)

    def cancelled(
        self, batch: Batch, ground: CancellationGround = CancellationGround.NEVER_HANDED_OUT
    ) -> Batch:
        asked = self.asked_to_cancel(batch, ground)
        if ground is CancellationGround.ATTESTATION:
            attest_cancellation(self.store, self.second_person(), asked.id, asked.version)
        return Releasing(self.store, asked.id).phases.run()

    def second_person(self) -> Member:
        """Another operator of the school."""
        try:
            return self.store.members.get("second").value
        except NotFound:
            return self.world.member(self.store, username="second")

    def account_changed(self, **changes: Any) -> None:
        """The credited account, with other settings."""
        account = self.store.registry.credited_account("main")
        changed = replace(account.value, **changes)
        self.store.registry.put_credited_account(changed, account.revision, "test")

    def customer_changed(self, customer_id: str, **changes: Any) -> Customer:
        customer = self.store.customers.get(customer_id)
        changed = replace(customer.value, **changes)
        self.store.customers.replace(changed, customer.revision, "test")
        return changed

    def collections(self, batch: Batch) -> list[Collection]:
        """The lines with what generation froze on them, in their order."""
        chunks = self.store.batches.chunks(batch.id, range(batch.chunks))
        return [collection for chunk in chunks for collection in chunk.collections()]

    def instalment(self, instalment: Instalment) -> Instalment:
        return self.store.instalments.get(instalment.id)


def a_story(world: World, school_id: str = "ecole-demo") -> Story:
    store = world.founded(school_id)
    return Story(world, store, world.member(store))


def outcome(story: Story) -> dict[str, Any]:
    """Where a school stands, in words that do not depend on ids: two runs that end alike are equal."""
    store = story.store
    drafts = [decode(text, Draft) for text in _documents(story, "DRAFT")]
    batches = [decode(text, Batch) for text in _documents(story, "BATCH")]
    return {
        "drafts": sorted((one.state, one.phase, one.count, one.blocked, one.notice) for one in drafts),
        "batches": sorted(_batch_outcome(store, one) for one in batches),
        "instalments": sorted(_instalment_outcome(one) for one in _instalments(story)),
        "invoices": sorted(
            (one.value.number, one.value.reception, one.value.debited_cents)
            for one in store.invoices.numbered("", 1_000).invoices
        ),
        "mandates": sorted(
            _mandate_outcome(mandate) for customer in _customers(story) for mandate in customer.mandates
        ),
        "months": sorted((one.reference, sorted(one.months.items())) for one in _customers(story)),
        "counters": sorted(_counters(story)),
        "selectable": sorted(
            one.invoice_number for one in store.instalments.open_between(date.min, date.max)
        ),
        "files": len(_objects(store.outputs.name, store.keys.school_id)),
    }


def journal_events(story: Story) -> Counter[str]:
    """How often each event of drafts and batches was recorded."""
    prefix = f"{story.store.keys.school_id}#JOURNAL#"
    return Counter(
        item["event"]["S"]
        for item in _items(story.world.house.environment.journal_table, prefix)
        if item["PK"]["S"].startswith((f"{prefix}draft-", f"{prefix}batch-"))
    )


def assert_money_holds(story: Story) -> None:
    """What must be true of a school after any step whatever."""
    live = list(_live_lines(story))
    _assert_instalments(story, live)
    _assert_invoices(story)
    for customer in _customers(story):
        _assert_mandates(customer, live)
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
    for text in _documents(story, "BATCH"):
        batch = decode(text, Batch)
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
    for instalment in _instalments(story):
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


def _assert_mandates(customer: Customer, live: list[LiveLine]) -> None:
    for mandate in customer.mandates:
        own = [one for one in live if one.line.mandate_id == mandate.id]
        known = {one.line.end_to_end_id for one in own if one.is_presented}
        told = {presentation.end_to_end_id for presentation in mandate.history.recent}
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


def _customers(story: Story) -> list[Customer]:
    return [found.value for found in story.store.customers.named("", 1_000).customers]


def _batch_outcome(store: SchoolStore, batch: Batch) -> tuple[object, ...]:
    lines = sorted(
        (
            collection.line.invoice_number,
            collection.line.amount_cents,
            chunk.state,
            collection.sequence,
            collection.amendment.is_empty,
        )
        for chunk in store.batches.chunks(batch.id, range(batch.chunks))
        for collection in chunk.collections()
    )
    handed_out = batch.handed_out.times if batch.handed_out else 0
    header = (batch.number, batch.state, batch.phase, batch.message_id, batch.count, batch.total_cents)
    groups = [(group.sequence, group.count, group.total_cents) for group in batch.groups]
    decided_by = batch.cancellation.decided_by if batch.cancellation else ""
    return (*header, handed_out, decided_by, groups, lines)


def _mandate_outcome(mandate: Mandate) -> tuple[object, ...]:
    presented = [(one.end_to_end_id, one.sequence) for one in mandate.history.recent]
    return (mandate.reference, mandate.last_used_on or date.min, bool(mandate.consumed_by), presented)


def _counters(story: Story) -> Iterator[tuple[str, int]]:
    prefix = f"{story.store.keys.school_id}#COUNTER#"
    for item in _items(story.world.house.environment.collection_table, prefix):
        yield item["PK"]["S"].removeprefix(prefix), int(item["value"]["N"])


def _instalment_outcome(one: Instalment) -> tuple[object, ...]:
    claim = one.claim.batch_number if one.claim else ""
    amounts = (one.amount_cents, one.debited_cents, one.in_flight_cents, one.remaining_cents)
    return (one.invoice_number, one.due_date, one.state, claim, amounts)


def _documents(story: Story, sort_key: str) -> Iterator[str]:
    school = f"{story.store.keys.school_id}#"
    for item in _items(story.world.house.environment.collection_table, school):
        if item["SK"]["S"] == sort_key:
            yield item["document"]["S"]


def _instalments(story: Story) -> Iterator[Instalment]:
    school = f"{story.store.keys.school_id}#"
    for item in _items(story.world.house.environment.billing_table, school):
        if item["SK"]["S"].startswith("INSTALMENT#"):
            yield instalment_from_wire(item)


def _items(table: str, school: str) -> Iterator[dict[str, Any]]:
    pages = (
        _client()
        .get_paginator("scan")
        .paginate(
            TableName=table,
            FilterExpression="begins_with(PK, :school)",
            ExpressionAttributeValues={":school": {"S": school}},
        )
    )
    for page in pages:
        yield from page["Items"]


@cache
def _client() -> DynamoDBClient:
    return boto3.client("dynamodb")


def _objects(bucket: str, school_id: str) -> list[str]:
    found = boto3.client("s3").list_object_versions(Bucket=bucket, Prefix=f"{school_id}/")
    return [version["Key"] for version in found.get("Versions", [])]
