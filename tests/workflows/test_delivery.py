"""Messages of a queue, each taken for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from diapason.store.documents import encode_text
from diapason.store.house import SchoolStore
from diapason.store.queue import Queue, Work
from diapason.workflows.delivery import take_messages
from diapason.workflows.phases import Deadline
from tests.world import World

AMPLE = 900_000
SCARCE = 1_000


@dataclass
class Context:
    """What Lambda tells of an invocation."""

    milliseconds: int = AMPLE

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def messages(*subjects: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": subject,
                "body": encode_text(Work("ecole-demo", subject)),
                "eventSource": "aws:sqs",
                "receiptHandle": "r",
            }
            for subject in subjects
        ]
    }


def queue_of(store: SchoolStore) -> Queue:
    return store.create_batches_queue


def delivered(world: World, event: dict[str, Any], drive: Any, context: Context | None = None) -> Any:
    return take_messages(event, context or Context(), world.house, drive, queue_of)  # type: ignore[arg-type]


def test_each_message_drives_its_own_workflow(world: World) -> None:
    driven = []
    answer = delivered(
        world,
        messages("one", "two"),
        lambda store, subject, _: driven.append((store.keys.school_id, subject)),
    )

    assert driven == [("ecole-demo", "one"), ("ecole-demo", "two")]
    assert answer == {"batchItemFailures": []}


def test_a_workflow_that_fails_comes_again_alone(world: World) -> None:
    def drive(store: SchoolStore, subject: str, deadline: Deadline) -> None:
        if subject == "bad":
            raise RuntimeError("stopped")

    answer = delivered(world, messages("good", "bad"), drive)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_a_workflow_short_of_time_sends_itself_on_and_its_message_is_done(world: World) -> None:
    def drive(store: SchoolStore, subject: str, deadline: Deadline) -> None:
        deadline.check()

    answer = delivered(world, messages("long"), drive, Context(SCARCE))

    assert answer == {"batchItemFailures": []}
    url = world.house.environment.create_batches_queue_url
    (message,) = world.house.sqs.receive_message(QueueUrl=url)["Messages"]
    assert Work.read(message["Body"]) == Work("ecole-demo", "long")


def test_with_ample_time_the_deadline_lets_work_go_on(world: World) -> None:
    def drive(store: SchoolStore, subject: str, deadline: Deadline) -> None:
        deadline.check()

    delivered(world, messages("short"), drive)

    url = world.house.environment.create_batches_queue_url
    assert "Messages" not in world.house.sqs.receive_message(QueueUrl=url)


def test_an_event_without_messages_is_done(world: World) -> None:
    def drive(store: SchoolStore, subject: str, deadline: Deadline) -> None:
        pytest.fail("there is nothing to drive")

    assert delivered(world, {"Records": []}, drive) == {"batchItemFailures": []}
