"""The product's own template on the embedded stack: everything that it declares starts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.pumps.sqs_event import sqs_event
from infra.local.stack import Stack
from tests.local.stack.stack_client import call

pytestmark = [pytest.mark.slow, pytest.mark.ministack]

WORKERS = {
    "CreateBatchesFunction",
    "GenerateBankFileFunction",
    "ReleaseBatchFunction",
    "ImportRecordsFunction",
    "ExportAccountingFunction",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("product")) as stack:
        yield stack


def test_every_declared_function_is_there(stack: Stack) -> None:
    assert set(stack.functions) == {"ApiFunction", "MaintainFunction", *WORKERS}


def test_the_api_answers_signed_in_members_only(stack: Stack) -> None:
    assert call(stack.url + "/batches").status == 401
    answer = call(stack.url + "/batches", token=stack.token("operateur@ecole-demo.example"))
    assert answer.status in (200, 403), "403 as long as the member has no record"
    assert answer.headers["Content-Type"].startswith(("application/json", "application/problem+json"))


@pytest.mark.parametrize("worker", sorted(WORKERS))
def test_a_worker_starts_and_reports_a_message_that_it_cannot_read(stack: Stack, worker: str) -> None:
    message = {"MessageId": "m-1", "ReceiptHandle": "h", "Body": '{"subject": 1}', "MD5OfBody": "x"}
    outcome = stack.invoke(worker, json.dumps(sqs_event([message], "arn:aws:sqs:::q")).encode())
    assert not outcome.failed, outcome.payload
    assert outcome.value() == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_the_sweeper_runs(stack: Stack) -> None:
    outcome = stack.invoke("MaintainFunction", b"{}")
    assert not outcome.failed, outcome.payload


def test_the_buckets_own_test_message_is_taken_in(stack: Stack) -> None:
    """S3 sends one when notifications are set up; it must not end as a dead letter."""
    sqs = stack.client("sqs")

    def messages(queue: str) -> int:
        attributes: dict[str, Any] = sqs.get_queue_attributes(
            QueueUrl=stack.names.refs[queue],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return sum(int(value) for value in attributes.values())

    stack.wait_for(lambda: messages("ImportRecordsQueue") == 0, "the queue is empty")
    assert messages("ImportRecordsDeadLetterQueue") == 0
