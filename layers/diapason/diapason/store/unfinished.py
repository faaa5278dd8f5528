"""Work that did not reach its end: a sparse index, by the moment at which a worker last was at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from diapason.store.bulk import query
from diapason.store.keys import SchoolKeys

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class Worker(StrEnum):
    """Who drives a record on."""

    REGISTER = "register"
    GENERATE = "generate"
    RELEASE = "release"
    EXPORT_ACCOUNTING = "export_accounting"


class Unfinished(NamedTuple):
    """A record at a recovery point."""

    worker: Worker
    subject: str


def work_sort_key(alive_at: datetime, worker: Worker, subject: str) -> str:
    """Sorts by the last sign of life (UTC)."""
    return f"{alive_at.isoformat(timespec='microseconds')}#{worker}#{subject}"


def unfinished_before(
    client: DynamoDBClient, table: str, keys: SchoolKeys, moment: datetime
) -> Iterator[Unfinished]:
    """What nobody has been at since that moment, in a school's collection table."""
    found = query(
        client,
        TableName=table,
        IndexName="work",
        KeyConditionExpression="work_pk = :pk AND work_sk < :moment",
        ExpressionAttributeValues={
            ":pk": {"S": keys.work()},
            ":moment": {"S": moment.isoformat(timespec="microseconds")},
        },
    )
    for item in found:
        _, worker, subject = item["work_sk"]["S"].split("#", 2)
        yield Unfinished(Worker(worker), subject)
