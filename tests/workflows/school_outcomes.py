"""Where a school stands, in words that do not depend on ids, and what its tables hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from diapason.domain.batches import Batch
from diapason.domain.drafts import Draft
from diapason.domain.invoices import Instalment
from diapason.domain.mandates import Mandate
from diapason.domain.parties import Customer
from diapason.store.documents import decode
from diapason.store.house import SchoolStore
from diapason.store.instalments import instalment_from_wire
from tests.workflows.story import Story

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def outcome(story: Story) -> dict[str, Any]:
    """Where a school stands, in words that do not depend on ids: two runs that end alike are equal."""
    store = story.store
    drafts = [decode(text, Draft) for text in _documents(story, "DRAFT")]
    batches = [decode(text, Batch) for text in _documents(story, "BATCH")]
    return {
        "drafts": sorted((one.state, one.phase, one.count, one.blocked, one.notice) for one in drafts),
        "batches": sorted(_batch_outcome(store, one) for one in batches),
        "instalments": sorted(_instalment_outcome(one) for one in stored_instalments(story)),
        "invoices": sorted(
            (one.value.number, one.value.reception, one.value.debited_cents)
            for one in store.invoices.numbered("", 1_000).invoices
        ),
        "mandates": sorted(
            _mandate_outcome(mandate) for customer in stored_customers(story) for mandate in customer.mandates
        ),
        "months": sorted((one.reference, sorted(one.months.items())) for one in stored_customers(story)),
        "counters": sorted(_counters(story)),
        "selectable": sorted(
            one.invoice_number for one in store.instalments.open_between(date.min, date.max)
        ),
        "files": len(_objects(store.outputs.name, store.keys.school_id)),
    }


def recorded_events(story: Story) -> list[tuple[str, str]]:
    """Every row of the school's journal: its subject and its event."""
    prefix = f"{story.store.keys.school_id}#JOURNAL#"
    return [
        (item["PK"]["S"].removeprefix(prefix), item["event"]["S"])
        for item in _items(story.world.house.environment.journal_table, prefix)
    ]


def journal_events(story: Story) -> Counter[str]:
    """How often each event of drafts and batches was recorded."""
    return Counter(
        event for subject, event in recorded_events(story) if subject.startswith(("draft-", "batch-"))
    )


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
    presented = [(one.collected_on, one.amount_cents, one.sequence) for one in mandate.history.recent]
    return (mandate.reference, mandate.last_used_on or date.min, bool(mandate.consumed_by), presented)


def _counters(story: Story) -> Iterator[tuple[str, int]]:
    prefix = f"{story.store.keys.school_id}#COUNTER#"
    for item in _items(story.world.house.environment.collection_table, prefix):
        yield item["PK"]["S"].removeprefix(prefix), int(item["value"]["N"])


def _instalment_outcome(one: Instalment) -> tuple[object, ...]:
    claim = one.claim.batch_number if one.claim else ""
    amounts = (one.amount_cents, one.debited_cents, one.in_flight_cents, one.remaining_cents)
    return (one.invoice_number, one.due_date, one.state, claim, amounts)


def stored_batches(story: Story) -> list[Batch]:
    """All of them, those that no list shows too."""
    return [decode(text, Batch) for text in _documents(story, "BATCH")]


def stored_customers(story: Story) -> list[Customer]:
    return [found.value for found in story.store.customers.named("", 1_000).customers]


def _documents(story: Story, sort_key: str) -> Iterator[str]:
    school = f"{story.store.keys.school_id}#"
    for item in _items(story.world.house.environment.collection_table, school):
        if item["SK"]["S"] == sort_key:
            yield item["document"]["S"]


def stored_instalments(story: Story) -> Iterator[Instalment]:
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
