"""How messages reach a function and what becomes of them."""

import json
import threading
from typing import Any

import pytest

from infra.local.pumps import queue_pump
from infra.local.pumps.queue_pump import HIDDEN_SECONDS, PAUSE_SECONDS, QueuePump, QueueSource
from infra.local.pumps.sqs_event import failed_message_ids, sqs_event
from infra.local.sandbox.outcome import Outcome

QUEUE_ARN = "arn:aws:sqs:eu-west-3:000000000000:jobs"


class FakeSqs:
    """A queue that gives its messages once and remembers what was said of each."""

    def __init__(self, *ids: str) -> None:
        self._messages = [
            {
                "MessageId": message_id,
                "ReceiptHandle": f"handle-{message_id}",
                "Body": f"body-{message_id}",
                "MD5OfBody": "md5",
                "Attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795248303250"},
            }
            for message_id in ids
        ]
        self.deleted: list[str] = []
        self.visible_in: list[tuple[str, int]] = []
        self.renewed = threading.Event()

    def receive_message(self, **arguments: Any) -> dict[str, Any]:
        count = arguments["MaxNumberOfMessages"]
        given, self._messages = self._messages[:count], self._messages[count:]
        return {"Messages": given} if given else {}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - boto3's names
        assert QueueUrl == "http://queue"
        self.deleted.append(ReceiptHandle)

    def change_message_visibility(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        ReceiptHandle: str,  # noqa: N803
        VisibilityTimeout: int,  # noqa: N803
    ) -> None:
        assert QueueUrl == "http://queue"
        self.visible_in.append((ReceiptHandle, VisibilityTimeout))
        self.renewed.set()


def deliver(sqs: FakeSqs, outcome: Outcome, *, reports_failures: bool = True) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []

    def invoke(event: bytes) -> Outcome:
        events.append(json.loads(event))
        return outcome

    source = QueueSource("http://queue", QUEUE_ARN, batch_size=10, reports_failures=reports_failures)
    QueuePump(source, sqs, invoke).deliver_once()
    return events


def answering(answer: Any) -> Outcome:
    return Outcome(json.dumps(answer).encode())


def failing(*ids: Any) -> Any:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in ids]}


def test_an_event_carries_messages_as_lambda_does() -> None:
    (event,) = deliver(FakeSqs("m-1"), answering(None))
    assert event == {
        "Records": [
            {
                "messageId": "m-1",
                "receiptHandle": "handle-m-1",
                "body": "body-m-1",
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795248303250"},
                "messageAttributes": {},
                "md5OfBody": "md5",
                "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE_ARN,
                "awsRegion": "eu-west-3",
            }
        ]
    }


def test_message_attributes_are_renamed() -> None:
    message = {
        "MessageId": "m",
        "ReceiptHandle": "h",
        "Body": "b",
        "MD5OfBody": "md5",
        "MessageAttributes": {"kind": {"StringValue": "import", "DataType": "String"}},
    }
    (record,) = sqs_event([message], QUEUE_ARN)["Records"]
    assert record["messageAttributes"]["kind"]["stringValue"] == "import"
    assert record["messageAttributes"]["kind"]["dataType"] == "String"


def test_an_empty_queue_invokes_nothing() -> None:
    assert deliver(FakeSqs(), answering(None)) == []


def test_messages_that_were_dealt_with_are_deleted() -> None:
    sqs = FakeSqs("a", "b")
    deliver(sqs, answering(failing()))
    assert (sqs.deleted, sqs.visible_in) == (["handle-a", "handle-b"], [])


def test_only_the_reported_failures_come_back() -> None:
    sqs = FakeSqs("a", "b", "c")
    deliver(sqs, answering(failing("b")))
    assert sqs.deleted == ["handle-a", "handle-c"]
    assert sqs.visible_in == [("handle-b", PAUSE_SECONDS)]


def test_a_function_that_failed_gets_every_message_again() -> None:
    sqs = FakeSqs("a", "b")
    deliver(sqs, Outcome(b"{}", failed=True))
    assert sqs.deleted == []
    assert sqs.visible_in == [("handle-a", PAUSE_SECONDS), ("handle-b", PAUSE_SECONDS)]


def test_without_the_declared_response_type_reports_are_ignored() -> None:
    sqs = FakeSqs("a")
    deliver(sqs, answering(failing("a")), reports_failures=False)
    assert sqs.deleted == ["handle-a"]


def test_messages_stay_hidden_as_long_as_the_function_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_pump, "RENEWAL_SECONDS", 0.01)
    sqs = FakeSqs("a")

    def invoke(_event: bytes) -> Outcome:
        assert sqs.renewed.wait(10)
        return answering(None)

    QueuePump(QueueSource("http://queue", QUEUE_ARN, 1, reports_failures=True), sqs, invoke).deliver_once()
    assert sqs.visible_in[0] == ("handle-a", HIDDEN_SECONDS)
    assert sqs.deleted == ["handle-a"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ("", set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"statusCode": 200}, set()),
        (failing("a"), {"a"}),
        (failing("a", "a"), {"a"}),
        (failing("a", "b"), {"a", "b"}),
        (failing("stranger"), {"a", "b"}),
        (failing(""), {"a", "b"}),
        (failing(None), {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": ["a"]}, {"a", "b"}),
        ({"batchItemFailures": "a"}, {"a", "b"}),
        ("text", {"a", "b"}),
        ([1], {"a", "b"}),
    ],
)
def test_which_messages_failed(answer: Any, failed: set[str]) -> None:
    assert failed_message_ids(answer, ["a", "b"]) == failed
