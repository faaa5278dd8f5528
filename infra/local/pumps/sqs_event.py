"""SQS messages as Lambda hands them to a function, and what the function says of them.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.intrinsics import REGION

Message = Mapping[str, Any]
"""A message as ReceiveMessage gives it."""


def sqs_event(messages: Sequence[Message], queue_arn: str) -> dict[str, Any]:
    return {"Records": [_record(message, queue_arn) for message in messages]}


def _record(message: Message, queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: _message_attribute(attribute)
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _message_attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stringValue": attribute.get("StringValue"),
        "binaryValue": attribute.get("BinaryValue"),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute["DataType"],
    }


def failed_message_ids(answer: Any, delivered: Sequence[str]) -> set[str]:
    """Which of the delivered messages a function with ReportBatchItemFailures did not deal with.

    No answer, or an empty list, is complete success. An answer of another form, or one that names a message
    that was not delivered, is complete failure.
    """
    everything = set(delivered)
    if not answer:
        return set()
    if not isinstance(answer, Mapping):
        return everything
    failures = answer.get("batchItemFailures")
    if not failures:
        return set()
    if not isinstance(failures, list):
        return everything
    failed: set[Any] = {
        failure.get("itemIdentifier") if isinstance(failure, Mapping) else None for failure in failures
    }
    # Not a minimum: sets are ordered by inclusion only in part.
    return failed if failed <= everything else everything  # noqa: FURB136
