"""SQS queues, dead-letter queues first: SQS refuses a redrive to a queue that does not exist."""

import json
from collections.abc import Mapping
from typing import Any

from infra.local.intrinsics import Names
from infra.local.template import Resource, Template

SQS_ATTRIBUTES = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)


def create_queues(template: Template, names: Names, sqs: Any) -> None:
    for queue in sorted(
        template.of_type("AWS::SQS::Queue"), key=lambda queue: "RedrivePolicy" in queue.properties
    ):
        _create_queue(queue, names, sqs)


def _create_queue(queue: Resource, names: Names, sqs: Any) -> None:
    name = names.attributes[queue.logical_id, "QueueName"]
    created = sqs.create_queue(QueueName=name)
    attributes = queue_attributes(names.resolve(queue.properties))
    if attributes:
        # Not at creation: SQS refuses to create a queue again whose attributes have changed in the template.
        sqs.set_queue_attributes(QueueUrl=created["QueueUrl"], Attributes=attributes)
    names.add(queue.logical_id, created["QueueUrl"], QueueUrl=created["QueueUrl"])


def queue_attributes(declared: Mapping[str, Any]) -> dict[str, str]:
    """SQS takes every attribute as text, and the redrive policy as JSON text."""
    attributes = {name: str(declared[name]) for name in SQS_ATTRIBUTES if name in declared}
    if "RedrivePolicy" in declared:
        attributes["RedrivePolicy"] = json.dumps(declared["RedrivePolicy"])
    return attributes
