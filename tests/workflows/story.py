"""Short ways to the states that the tests of batches begin with, and words for where they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from diapason.domain.batches import Batch, LineState
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.invoices import Instalment
from diapason.domain.members import Member
from diapason.store.documents import decode
from diapason.store.house import SchoolStore
from diapason.store.instalments import instalment_from_wire
from diapason.workflows.drafting import create_draft, select
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.registering import Registering, validate
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
            (mandate.reference, mandate.last_used_on or date.min, bool(mandate.consumed_by))
            for customer in store.customers.named("", 1_000).customers
            for mandate in customer.value.mandates
        ),
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
    claimed = Counter[str]()
    batches = [decode(text, Batch) for text in _documents(story, "BATCH")]
    for batch in batches:
        for chunk in story.store.batches.chunks(batch.id, range(batch.chunks)):
            if chunk.state is LineState.HELD:
                claimed.update({line.instalment_id: line.amount_cents for line in chunk.lines})
    for instalment in _instalments(story):
        assert instalment.in_flight_cents == claimed.pop(instalment.id, 0), instalment.invoice_number
        assert instalment.debited_cents + instalment.in_flight_cents <= instalment.amount_cents
        assert (instalment.claim is None) == (instalment.in_flight_cents == 0)
    assert not claimed


def _batch_outcome(store: SchoolStore, batch: Batch) -> tuple[object, ...]:
    chunks = list(store.batches.chunks(batch.id, range(batch.chunks)))
    lines = sorted(
        (line.invoice_number, line.amount_cents, chunk.state) for chunk in chunks for line in chunk.lines
    )
    handed_out = batch.handed_out.times if batch.handed_out else 0
    return (batch.number, batch.state, batch.phase, batch.count, batch.total_cents, handed_out, lines)


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
