"""Transactions: the Developer Guide's "Amazon DynamoDB Transactions: How it works"."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.dynamodb import Endpoint
from tests.local.dynamodb.dynamodb_backends import client_for
from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    invalid,
    key,
    new_table,
    number,
    refused,
    text,
)
from tests.local.dynamodb_in_process import DYNAMODB_URL, in_process_dynamodb

TEN_MINUTES = 600


def put(table: TableUnderTest, sk: str, **attributes: Any) -> dict[str, Any]:
    """Return a Put action."""
    return {"Put": {"TableName": table.name, "Item": {**key(sk), **attributes}}}


def increment(table: TableUnderTest, sk: str, **further: Any) -> dict[str, Any]:
    """Return an Update action that adds 1 to `n`."""
    update = {
        "TableName": table.name,
        "Key": key(sk),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": number(1)},
    }
    return {"Update": {**update, **further}}


def require(table: TableUnderTest, sk: str, condition: str, **further: Any) -> dict[str, Any]:
    """Return a ConditionCheck action."""
    check = {"TableName": table.name, "Key": key(sk), "ConditionExpression": condition}
    return {"ConditionCheck": {**check, **further}}


def delete(table: TableUnderTest, sk: str) -> dict[str, Any]:
    """Return a Delete action."""
    return {"Delete": {"TableName": table.name, "Key": key(sk)}}


def cancellation_reasons(client: Any, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reasons for which a transaction is cancelled."""
    with pytest.raises(client.exceptions.TransactionCanceledException) as canceled:
        client.transact_write_items(TransactItems=actions)
    reasons: list[dict[str, Any]] = canceled.value.response["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in reasons)
    assert f"[{codes}]" in canceled.value.response["Error"]["Message"]
    return reasons


def test_all_actions_take_effect_together(table: TableUnderTest) -> None:
    table.put("changed", n=number(1))
    table.put("deleted")
    table.put("checked")

    table.client.transact_write_items(
        TransactItems=[
            put(table, "new"),
            increment(table, "changed"),
            delete(table, "deleted"),
            require(table, "checked", "attribute_exists(pk)"),
        ]
    )

    assert table.get("new") == key("new")
    assert table.get("changed") == {**key("changed"), "n": number(2)}
    assert table.get("deleted") is None


def test_one_failed_condition_cancels_everything_and_says_which(table: TableUnderTest) -> None:
    item = table.put("1", n=number(1))

    reasons = cancellation_reasons(
        table.client,
        [
            put(table, "new"),
            require(table, "1", "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
            require(table, "missing", "attribute_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        ],
    )

    assert [reason["Code"] for reason in reasons] == [
        "None",
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
    ]
    assert reasons[1]["Message"] == "The conditional request failed"
    assert reasons[1]["Item"] == item
    assert "Item" not in reasons[2]
    assert table.get("new") is None


def test_item_is_not_told_unless_asked_for(table: TableUnderTest) -> None:
    table.put("1")

    (reason,) = cancellation_reasons(table.client, [require(table, "1", "attribute_not_exists(pk)")])

    assert "Item" not in reason


def test_update_that_the_item_does_not_allow_cancels_with_a_validation_error(table: TableUnderTest) -> None:
    table.put("1", n=text("no number"))

    reasons = cancellation_reasons(table.client, [put(table, "new"), increment(table, "1")])

    assert [reason["Code"] for reason in reasons] == ["None", "ValidationError"]
    assert "incorrect data type" in reasons[1]["Message"]
    assert table.get("new") is None


def test_key_that_does_not_fit_its_table_cancels_the_transaction(table: TableUnderTest) -> None:
    misfits = [{"pk": text("p"), "sk": number(n)} for n in (1, 2)]

    reasons = cancellation_reasons(
        table.client,
        [
            put(table, "new"),
            {"Put": {"TableName": table.name, "Item": misfits[0]}},
            {"Delete": {"TableName": table.name, "Key": misfits[1]}},
        ],
    )

    assert [reason["Code"] for reason in reasons] == ["None", "ValidationError", "ValidationError"]
    assert "Type mismatch for key sk expected: S actual: N" in reasons[1]["Message"]
    assert "The provided key element does not match the schema" in reasons[2]["Message"]
    assert table.get("new") is None


def test_empty_key_refuses_the_whole_request(table: TableUnderTest) -> None:
    with invalid("cannot contain an empty string value. Key: sk"):
        table.client.transact_write_items(TransactItems=[put(table, "new"), put(table, "")])


def test_put_beyond_400_kb_refuses_the_whole_request(table: TableUnderTest) -> None:
    with invalid("Item size has exceeded the maximum allowed size"):
        table.client.transact_write_items(
            TransactItems=[put(table, "new"), put(table, "1", filler=text("x" * 410_000))]
        )


def test_update_beyond_400_kb_cancels_the_transaction(table: TableUnderTest) -> None:
    growing = {
        "TableName": table.name,
        "Key": key("1"),
        "UpdateExpression": "SET filler = :filler",
        "ExpressionAttributeValues": {":filler": text("x" * 410_000)},
    }

    (reason,) = cancellation_reasons(table.client, [{"Update": growing}])

    assert reason["Code"] == "ValidationError"
    assert "Item size to update has exceeded the maximum allowed size" in reason["Message"]


def test_item_cannot_appear_twice(table: TableUnderTest) -> None:
    with invalid("Transaction request cannot include multiple operations on one item"):
        table.client.transact_write_items(
            TransactItems=[put(table, "1"), require(table, "1", "attribute_exists(pk)")]
        )


def test_transaction_takes_100_actions(table: TableUnderTest) -> None:
    actions = [put(table, str(n)) for n in range(101)]

    with invalid("Member must have length less than or equal to 100"):
        table.client.transact_write_items(TransactItems=actions)
    table.client.transact_write_items(TransactItems=actions[:100])

    assert table.scan(Select="COUNT")["Count"] == 100


def test_transaction_takes_4_mb(table: TableUnderTest) -> None:
    actions = [put(table, str(n), filler=text("x" * 399_000)) for n in range(11)]

    with invalid():
        table.client.transact_write_items(TransactItems=actions)

    assert table.get("0") is None


def test_invalid_expression_refuses_the_whole_request(table: TableUnderTest) -> None:
    with invalid("Invalid ConditionExpression: Syntax error"):
        table.client.transact_write_items(
            TransactItems=[put(table, "new"), require(table, "1", "attribute_exists(pk")]
        )


def test_unknown_table_refuses_the_whole_request(table: TableUnderTest) -> None:
    nowhere = {"Put": {"TableName": "nowhere", "Item": key("1")}}

    with refused("ResourceNotFoundException"):
        table.client.transact_write_items(TransactItems=[put(table, "new"), nowhere])

    assert table.get("new") is None


def test_same_token_and_actions_take_effect_once(table: TableUnderTest) -> None:
    token = str(uuid.uuid4())

    for _ in range(3):
        table.client.transact_write_items(ClientRequestToken=token, TransactItems=[increment(table, "1")])

    assert table.get("1") == {**key("1"), "n": number(1)}


def test_same_token_with_other_actions_is_refused(table: TableUnderTest) -> None:
    token = str(uuid.uuid4())
    table.client.transact_write_items(ClientRequestToken=token, TransactItems=[increment(table, "1")])

    with refused("IdempotentParameterMismatchException"):
        table.client.transact_write_items(ClientRequestToken=token, TransactItems=[increment(table, "2")])

    assert table.get("2") is None


def test_token_of_a_cancelled_transaction_can_be_used_again(table: TableUnderTest) -> None:
    request = {
        "ClientRequestToken": str(uuid.uuid4()),
        "TransactItems": [increment(table, "1", ConditionExpression="attribute_exists(pk)")],
    }
    with pytest.raises(table.client.exceptions.TransactionCanceledException):
        table.client.transact_write_items(**request)
    table.put("1")

    table.client.transact_write_items(**request)

    assert table.get("1") == {**key("1"), "n": number(1)}


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of `timed_table`."""
    return Clock()


@pytest.fixture
def timed_table(clock: Clock) -> Iterator[TableUnderTest]:
    """A table of an endpoint that lives by `clock`."""
    endpoint = Endpoint(":memory:", clock)
    with in_process_dynamodb(endpoint), new_table(client_for(DYNAMODB_URL)) as table:
        yield table
    endpoint.close()


@pytest.mark.parametrize(("elapsed", "times"), [(TEN_MINUTES - 1, 1), (TEN_MINUTES, 2)])
def test_token_is_remembered_for_ten_minutes(
    timed_table: TableUnderTest, clock: Clock, elapsed: int, times: int
) -> None:
    request = {"ClientRequestToken": "token", "TransactItems": [increment(timed_table, "1")]}
    timed_table.client.transact_write_items(**request)

    clock.now += elapsed
    timed_table.client.transact_write_items(**request)

    assert timed_table.get("1") == {**key("1"), "n": number(times)}


def test_transactional_get_answers_in_order(table: TableUnderTest) -> None:
    first = table.put("1", n=number(1), more=text("x"))

    answer = table.client.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": table.name, "Key": key("missing")}},
            {"Get": {"TableName": table.name, "Key": key("1")}},
        ]
    )

    assert answer["Responses"] == [{}, {"Item": first}]


def test_transactional_get_projects(table: TableUnderTest) -> None:
    table.put("1", n=number(1), more=text("x"))

    answer = table.client.transact_get_items(
        TransactItems=[{"Get": {"TableName": table.name, "Key": key("1"), "ProjectionExpression": "n"}}]
    )

    assert answer["Responses"] == [{"Item": {"n": number(1)}}]


def test_transactional_write_consumes_twice_the_capacity(table: TableUnderTest) -> None:
    answer = table.client.transact_write_items(
        TransactItems=[put(table, "1", filler=text("x" * 1500))], ReturnConsumedCapacity="TOTAL"
    )

    (consumed,) = answer["ConsumedCapacity"]
    assert (consumed["TableName"], consumed["CapacityUnits"]) == (table.name, 4.0)
