"""Messages that set workers to work. A message names its work and carries none of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diapason.store.documents import decode, encode_text

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class Work:
    """Which workflow of which school: a draft's, batch's or import's id."""

    school_id: str
    subject: str

    @classmethod
    def read(cls, body: str) -> Work:
        return decode(body, Work)


class Queue:
    """One SQS queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, work: Work) -> None:
        """At least once: workers find out by themselves whether the work is done already."""
        self._client.send_message(QueueUrl=self._url, MessageBody=encode_text(work))
