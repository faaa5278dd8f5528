"""Every write of a record: one atomic TransactWriteItems, with its conditions and its journal row.

Expressions are written out as DynamoDB reads them, so that a rule about money stands in the code as the
very condition that the database enforces.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from diapason.store.keys import Key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MAX_ACTIONS = 100
"""TransactWriteItems takes at most 100 actions, none twice on one item."""

CONFLICT_ATTEMPTS = 6
"""How often a transaction that met another one on its way is tried again."""

AttributeValue = Mapping[str, Any]


def attribute_value(value: object) -> AttributeValue:
    """A Python value as DynamoDB's wire carries it: str, bool, int, None, list, dict. Raises TypeError."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list():
            return {"L": [attribute_value(element) for element in value]}
        case dict():
            return {"M": {name: attribute_value(member) for name, member in value.items()}}
    raise TypeError(f"no attribute holds a {type(value).__name__}")


class ConditionFailed(Exception):
    """At least one condition did not hold, and nothing was written.

    ``failed`` holds, for each action whose condition failed, its rank and the item as it stands
    (None when there is none).
    """

    def __init__(self, failed: dict[int, AttributeValue | None]) -> None:
        super().__init__(f"conditions failed on actions {sorted(failed)}")
        self.failed = failed


class Transaction:
    """Actions gathered to be written all or not at all."""

    def __init__(self, client: DynamoDBClient, pause: Callable[[float], None]) -> None:
        self._client = client
        self._pause = pause
        self._actions: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._actions)

    def put(self, table: str, key: Key, item: Mapping[str, object], condition: str, **values: object) -> int:
        """Adds a Put of ``item`` (plain Python values, absent where None); returns the action's rank."""
        wire = {name: attribute_value(value) for name, value in item.items() if value is not None}
        action = {"TableName": table, "Item": {**wire_key(key), **wire}}
        return self._add("Put", action, condition, values)

    def put_new(self, table: str, key: Key, item: Mapping[str, object]) -> int:
        """Adds a Put that fails where an item stands already."""
        return self.put(table, key, item, "attribute_not_exists(PK)")

    def update(self, table: str, key: Key, expression: str, condition: str, **values: object) -> int:
        """Adds an Update. ``:name`` in the texts takes the keyword value of that name; ``#name`` is the
        attribute ``name``, ``#m_id`` the entry ``id`` of a map."""
        action = {"TableName": table, "Key": wire_key(key), "UpdateExpression": expression}
        return self._add("Update", action, condition, values)

    def delete(self, table: str, key: Key, condition: str, **values: object) -> int:
        return self._add("Delete", {"TableName": table, "Key": wire_key(key)}, condition, values)

    def check(self, table: str, key: Key, condition: str, **values: object) -> int:
        """Adds a ConditionCheck: the transaction holds only if the item is as the condition says."""
        return self._add("ConditionCheck", {"TableName": table, "Key": wire_key(key)}, condition, values)

    def commit(self) -> None:
        """Writes everything or nothing; raises ConditionFailed where a condition did not hold.

        A conflict with another transaction is no answer: it is tried again, and if it lasts, raised as
        botocore's error, so that the worker's message is delivered again.
        """
        assert 0 < len(self._actions) <= MAX_ACTIONS, f"{len(self._actions)} actions in one transaction"
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self._client.transact_write_items(TransactItems=self._actions)  # type: ignore[arg-type]
                return
            except ClientError as error:
                reasons = error.response.get("CancellationReasons")
                if error.response["Error"]["Code"] != "TransactionCanceledException" or reasons is None:
                    raise
                failed = {
                    rank: reason.get("Item")
                    for rank, reason in enumerate(reasons)
                    if reason.get("Code") == "ConditionalCheckFailed"
                }
                if failed:
                    raise ConditionFailed(failed) from None  # type: ignore[arg-type]
                codes = {reason.get("Code") for reason in reasons} - {"None"}
                if codes != {"TransactionConflict"} or attempt == CONFLICT_ATTEMPTS - 1:
                    raise
                self._pause(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 jitter, no secret

    def _add(self, kind: str, action: dict[str, Any], condition: str, values: Mapping[str, object]) -> int:
        if condition:
            action["ConditionExpression"] = condition
            action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        names = _names_in(f"{action.get('UpdateExpression', '')} {condition}")
        if names:
            action["ExpressionAttributeNames"] = names
        if values:
            action["ExpressionAttributeValues"] = {
                f":{name}": attribute_value(v) for name, v in values.items()
            }
        self._actions.append({kind: action})
        return len(self._actions) - 1


def wire_key(key: Key) -> dict[str, AttributeValue]:
    return {"PK": {"S": key.pk}, "SK": {"S": key.sk}}


class Transactions:
    """Begins transactions on one client; ``pause`` waits between attempts (seconds)."""

    def __init__(self, client: DynamoDBClient, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._pause = pause

    def begin(self) -> Transaction:
        return Transaction(self._client, self._pause)


_NAME = re.compile(r"#\w+")


def _names_in(text: str) -> dict[str, str]:
    return {word: word.removeprefix("#").removeprefix("m_") for word in _NAME.findall(text)}
