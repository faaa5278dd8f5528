"""Polls a queue and invokes its function, as Lambda's event source mapping does.

A message is hidden from other readers only as long as its function works on it: the pump renews a short
visibility timeout, so that whatever is killed, the message comes back within HIDDEN_SECONDS. A failed message
comes back after a short pause. On AWS both take the queue's own visibility timeout. After the queue's
maxReceiveCount, SQS itself moves the message to the dead-letter queue.
"""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.cloud import LONG_POLL_SECONDS
from infra.local.pumps.sqs_event import Message, failed_message_ids, sqs_event
from infra.local.sandbox.function import StoppedError
from infra.local.sandbox.outcome import Outcome

HIDDEN_SECONDS = 15
RENEWAL_SECONDS = 5.0
PAUSE_SECONDS = 1
AFTER_ERROR_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueueSource:
    """An event source mapping of Lambda: which queue, how many messages an event holds at most."""

    queue_url: str
    queue_arn: str
    batch_size: int
    reports_failures: bool


class QueuePump:
    """Moves messages from one queue into one function; `run` serves one thread and may run in several."""

    def __init__(self, source: QueueSource, sqs: Any, invoke: Callable[[bytes], Outcome]) -> None:
        self._source = source
        self._sqs = sqs
        self._invoke = invoke
        self._stopping = threading.Event()

    def run(self) -> None:
        """Deliver until `stop`. Errors of the queue service are logged and waited out."""
        while not self._stopping.is_set():
            try:
                self.deliver_once()
            except StoppedError:
                return
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.is_set():
                    logger.warning("%s: %s", self._source.queue_arn, error)
                    self._stopping.wait(AFTER_ERROR_SECONDS)

    def stop(self) -> None:
        self._stopping.set()

    def deliver_once(self) -> int:
        """Wait for messages, invoke the function on them, settle each. Returns how many were delivered."""
        received = self._sqs.receive_message(
            QueueUrl=self._source.queue_url,
            MaxNumberOfMessages=self._source.batch_size,
            WaitTimeSeconds=LONG_POLL_SECONDS,
            VisibilityTimeout=HIDDEN_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[Message] = received.get("Messages", [])
        if messages:
            self._settle(messages, self._failed(messages, self._invoke_hidden(messages)))
        return len(messages)

    def _invoke_hidden(self, messages: Sequence[Message]) -> Outcome:
        """Invoke, and keep the messages hidden meanwhile."""
        done = threading.Event()
        renewal = threading.Thread(target=self._renew, args=(messages, done), daemon=True)
        renewal.start()
        try:
            event = sqs_event(messages, self._source.queue_arn)
            return self._invoke(json.dumps(event).encode())
        finally:
            done.set()
            renewal.join()

    def _renew(self, messages: Sequence[Message], done: threading.Event) -> None:
        while not done.wait(RENEWAL_SECONDS):
            for message in messages:
                self._make_visible_in(HIDDEN_SECONDS, message)

    def _failed(self, messages: Sequence[Message], outcome: Outcome) -> set[str]:
        delivered = [message["MessageId"] for message in messages]
        if outcome.failed:
            logger.warning("%s: %s", self._source.queue_arn, outcome.payload.decode(errors="replace"))
            return set(delivered)
        if not self._source.reports_failures:
            return set()
        try:
            return failed_message_ids(outcome.value(), delivered)
        except ValueError:
            return set(delivered)

    def _settle(self, messages: Sequence[Message], failed: set[str]) -> None:
        for message in messages:
            if message["MessageId"] in failed:
                self._make_visible_in(PAUSE_SECONDS, message)
            else:
                self._sqs.delete_message(
                    QueueUrl=self._source.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )

    def _make_visible_in(self, seconds: int, message: Message) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._source.queue_url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=seconds,
        )
