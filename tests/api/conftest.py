"""The API in this process, over a house of its own, and people who ask."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from diapason.domain.clock import FixedClock
from diapason.domain.creditor import Organisation, School
from diapason.domain.members import Member, Role
from diapason.store.environment import Environment
from diapason.store.house import House, SchoolStore
from infra.local.dynamodb import Endpoint
from infra.local.resources.naming import names_of
from infra.local.resources.tables import create_tables
from infra.local.template import read_template
from tests.api.http_events import Answer, access_claims, http_event
from tests.local.dynamodb_in_process import DYNAMODB_URL, in_process_dynamodb

PROJECT = Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT / "functions" / "api"))

from http_api.application import application  # noqa: E402

MONDAY = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
SCHOOL, OTHER_SCHOOL = "conservatoire-a", "conservatoire-b"
REGION = "eu-west-3"


@dataclass
class Api:
    """The API, and the house behind it."""

    house: House

    def __post_init__(self) -> None:
        self._handler = application(lambda: self.house)

    def school(self, school_id: str = SCHOOL) -> SchoolStore:
        return self.house.school(school_id)

    def send(self, event: dict[str, Any]) -> Answer:
        return Answer.of(self._handler(event, SimpleNamespace(aws_request_id="1")))

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: Role = Role.ADMINISTRATOR,
        school: str = SCHOOL,
        **query: object,
    ) -> Answer:
        """What a member of that role is answered."""
        text = None if body is None else json.dumps(body)
        asked = {name: str(value) for name, value in query.items()}
        claims = access_claims(username_of(role), school)
        return self.send(http_event(method, path, claims, query=asked, body=text))


def username_of(role: Role) -> str:
    return f"user-{role}"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An API over two schools, each with a member of every role."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_DYNAMODB": DYNAMODB_URL,
    }.items():
        monkeypatch.setenv(name, value)
    endpoint = Endpoint(":memory:", time.time)
    with mock_aws(), in_process_dynamodb(endpoint):
        house = House(_environment(), FixedClock(MONDAY))
        for school_id in (SCHOOL, OTHER_SCHOOL):
            _found(house.school(school_id))
        yield Api(house)
    endpoint.close()


def _environment() -> Environment:
    template = read_template(PROJECT / "template.yaml")
    names = names_of(template, {"SiteOrigin": "https://page.example"})
    create_tables(template, names, boto3.client("dynamodb"))
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    buckets = {}
    for role in ("OutputsBucket", "WorkBucket", "UploadsBucket"):
        s3.create_bucket(
            Bucket=names.refs[role], CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )
        buckets[role] = names.refs[role]
    s3.put_bucket_versioning(Bucket=buckets["OutputsBucket"], VersioningConfiguration={"Status": "Enabled"})
    queues = {
        name: sqs.create_queue(QueueName=name)["QueueUrl"]
        for name in ("create-batches", "generate-bank-file", "release-batch", "import-records")
    }
    return Environment(
        registry_table=names.refs["RegistryTable"],
        billing_table=names.refs["BillingTable"],
        collection_table=names.refs["CollectionTable"],
        journal_table=names.refs["JournalTable"],
        outputs_bucket=buckets["OutputsBucket"],
        work_bucket=buckets["WorkBucket"],
        uploads_bucket=buckets["UploadsBucket"],
        create_batches_queue_url=queues["create-batches"],
        generate_bank_file_queue_url=queues["generate-bank-file"],
        release_batch_queue_url=queues["release-batch"],
        import_records_queue_url=queues["import-records"],
    )


def _found(store: SchoolStore) -> None:
    school_id = store.keys.school_id
    store.registry.put_school(School(school_id, f"École {school_id}", direct_debit=True), "platform")
    organisation = Organisation("Conservatoire", "FR72ZZZ123456")
    store.registry.put_organisation(organisation, None, "platform")
    for role in Role:
        member = Member(username_of(role), school_id, f"Membre {role}", role)
        store.registry.put_member(member, None, "platform")
