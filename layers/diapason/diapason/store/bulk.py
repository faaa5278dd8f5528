"""Reading many items at once, as DynamoDB's wire carries them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from diapason.store.keys import Key
from diapason.store.transactions import wire_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH_GET_KEYS = 100
"""BatchGetItem takes at most 100 keys."""

LONGEST_PAUSE_SECONDS = 0.2
"""Between two requests for keys that DynamoDB was too busy to read."""

WireItem = Mapping[str, Any]


def read_many(
    client: DynamoDBClient, table: str, keys: Iterable[Key], only: Sequence[str] = ()
) -> Iterator[tuple[Key, WireItem]]:
    """The items that exist, read consistently, in no particular order; keys may repeat.

    ``only`` names the attributes to read beside the key; none means all.
    """
    projection = {}
    if only:
        names = {f"#{name}": name for name in ("PK", "SK", *only)}
        projection = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    waiting = iter(dict.fromkeys(keys))
    while part := list(islice(waiting, BATCH_GET_KEYS)):
        request: Any = {
            table: {"Keys": [wire_key(key) for key in part], "ConsistentRead": True, **projection}
        }
        while request:
            answer = client.batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(table, []):
                yield Key(item["PK"]["S"], item["SK"]["S"]), item
            request = answer.get("UnprocessedKeys")
            if request:
                time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))  # noqa: S311 jitter, no secret


def read_one(client: DynamoDBClient, table: str, key: Key) -> WireItem | None:
    """The item, read consistently, or None."""
    return client.get_item(TableName=table, Key=wire_key(key), ConsistentRead=True).get("Item")


def query(client: DynamoDBClient, **request: Any) -> Iterator[WireItem]:
    """All items of a query, page after page."""
    while True:
        answer = client.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
