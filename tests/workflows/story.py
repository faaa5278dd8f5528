"""Short ways to the states that the tests of batches begin with, and a photograph of where they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import boto3

from diapason.domain.batches import Batch
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.invoices import Instalment
from diapason.domain.members import Member
from diapason.store.house import SchoolStore
from diapason.workflows.drafting import create_draft, select
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.registering import Registering, validate
from tests.world import World

DECEMBER = date(2026, 12, 7)
JANUARY = date(2027, 1, 7)
ALL_WINTER = Criteria(date(2026, 12, 1), date(2027, 2, 28))


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


JOURNAL_AND_LIFE_SIGNS = {"work_sk", "claimed_lines"}


def photograph(world: World) -> dict[str, Any]:
    """Every item of every table but the journal, and every object's bytes: two runs that end alike are
    equal. Versions are left out: a run that was stopped may have taken more steps."""
    taken: dict[str, Any] = {}
    environment = world.house.environment
    for table in (environment.registry_table, environment.billing_table, environment.collection_table):
        for item in _items(table):
            kept = {name: value for name, value in item.items() if name not in JOURNAL_AND_LIFE_SIGNS}
            taken[f"{table} {item['PK']['S']} {item['SK']['S']}"] = kept
    s3 = boto3.client("s3")
    for bucket in (environment.outputs_bucket, environment.work_bucket):
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            taken[f"{bucket} {found['Key']}"] = body
    return taken


def journal_of(world: World) -> list[tuple[str, str, str]]:
    """(subject, event, facts) of every row, sorted: what was recorded, whatever the order."""
    return sorted(
        (item["PK"]["S"], item["event"]["S"], item.get("facts", {}).get("S", ""))
        for item in _items(world.house.environment.journal_table)
    )


def _items(table: str) -> Iterator[dict[str, Any]]:
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]
