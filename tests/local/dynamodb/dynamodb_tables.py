"""Tables and short forms that the DynamoDB tests share."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

Value = dict[str, Any]
Item = dict[str, Value]


class TableUnderTest:
    """A table with a partition key `pk` (S) and a sort key `sk` (S), and calls that name it."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def __getattr__(self, operation: str) -> Any:
        """Return an operation of the client with TableName filled in."""
        call = getattr(self.client, operation)
        return lambda **parameters: call(TableName=self.name, **parameters)

    def put(self, sk: str, **attributes: dict[str, Any]) -> Item:
        """Put an item into partition `p` and return it."""
        item = {**key(sk), **attributes}
        self.client.put_item(TableName=self.name, Item=item)
        return item

    def get(self, sk: str) -> Item | None:
        """Return the item that stands in partition `p`, read consistently."""
        answer = self.client.get_item(TableName=self.name, Key=key(sk), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def update(self, sk: str, expression: str, **parameters: Any) -> Any:
        """Update an item of partition `p`."""
        return self.client.update_item(
            TableName=self.name, Key=key(sk), UpdateExpression=expression, **parameters
        )

    def holds(self, sk: str, condition: str, **parameters: Any) -> bool:
        """Tell whether a condition holds of the item, without changing it."""
        check = {"TableName": self.name, "Key": key(sk), "ConditionExpression": condition, **parameters}
        try:
            self.client.transact_write_items(TransactItems=[{"ConditionCheck": check}])
        except self.client.exceptions.TransactionCanceledException as canceled:
            (reason,) = canceled.response["CancellationReasons"]
            if reason["Code"] != "ConditionalCheckFailed":
                raise
            return False
        return True


def key(sk: str) -> Item:
    """Return the key of an item in partition `p`."""
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def text(value: str) -> dict[str, str]:
    """Return a string value."""
    return {"S": value}


def number(value: object) -> dict[str, str]:
    """Return a number value."""
    return {"N": str(value)}


def table_parameters(name: str, **further: Any) -> dict[str, Any]:
    """Return the parameters that create the table of these tests."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": definitions(pk="S", sk="S"),
        "KeySchema": key_schema("pk", "sk"),
        **further,
    }


def definitions(**types: str) -> list[dict[str, str]]:
    """Return attribute definitions."""
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def key_schema(hash_key: str, range_key: str | None = None) -> list[dict[str, str]]:
    """Return a key schema."""
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return schema if range_key is None else [*schema, {"AttributeName": range_key, "KeyType": "RANGE"}]


def index(name: str, *keys: str, projection: str = "ALL", included: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the definition of an index."""
    projected: dict[str, Any] = {"ProjectionType": projection}
    if included:
        projected["NonKeyAttributes"] = list(included)
    return {"IndexName": name, "KeySchema": key_schema(*keys), "Projection": projected}


@contextlib.contextmanager
def new_table(client: Any, **further: Any) -> Iterator[TableUnderTest]:
    """Create a table of a fresh name, and delete it when the block ends."""
    name = f"cases-{uuid.uuid4()}"
    client.create_table(**table_parameters(name, **further))
    try:
        yield TableUnderTest(client, name)
    finally:
        client.delete_table(TableName=name)


@contextlib.contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    """Expect an error of the service with a code, and words in its message."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    for word in words:
        assert word in error["Message"], error


@contextlib.contextmanager
def invalid(*words: str) -> Iterator[None]:
    """Expect a ValidationException with words in its message."""
    with refused("ValidationException", *words):
        yield
