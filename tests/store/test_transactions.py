"""Transactions: all or nothing, told by rank what failed, tried again when others were in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ConnectionClosedError

from diapason.store.bulk import read_one
from diapason.store.keys import Key
from diapason.store.transactions import (
    CONFLICT_ATTEMPTS,
    MAX_ACTIONS,
    ConditionFailed,
    Transaction,
    Transactions,
    attribute_value,
)
from tests.local.dynamodb_in_process import DYNAMODB_HOST, DYNAMODB_URL
from tests.world import World, opened_world

TABLE = "transactions"
A, B, NOTHING = Key("k", "a"), Key("k", "b"), Key("k", "nothing")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here."""
    with opened_world() as opened:
        yield opened


@pytest.fixture(scope="module")
def client(world: World) -> Any:
    client = world.house.dynamodb
    keys = {"PK": "HASH", "SK": "RANGE"}
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],  # type: ignore[typeddict-item]
    )
    return client


@pytest.fixture
def pauses() -> list[float]:
    """How long was waited between attempts; nobody waits in fact."""
    return []


@pytest.fixture
def transactions(client: Any, pauses: list[float]) -> Iterator[Transactions]:
    yield Transactions(client, pauses.append)
    for key in (A, B):
        client.delete_item(TableName=TABLE, Key={"PK": {"S": key.pk}, "SK": {"S": key.sk}})


def standing(client: Any, key: Key) -> dict[str, Any] | None:
    item = read_one(client, TABLE, key)
    return {name: value for name, value in item.items() if name not in {"PK", "SK"}} if item else None


def given(transactions: Transactions, key: Key, **item: object) -> None:
    transaction = transactions.begin()
    transaction.put(TABLE, key, item, "")
    transaction.commit()


def test_all_actions_are_written_together(client: Any, transactions: Transactions) -> None:
    given(transactions, B, cents=5)
    transaction = transactions.begin()
    assert transaction.put_new(TABLE, A, {"cents": 1}) == 0
    assert transaction.update(TABLE, B, "SET cents = cents + :more", "cents = :seen", more=2, seen=5) == 1
    assert transaction.check(TABLE, NOTHING, "attribute_not_exists(PK)") == 2
    assert len(transaction) == 3

    transaction.commit()

    assert standing(client, A) == {"cents": {"N": "1"}}
    assert standing(client, B) == {"cents": {"N": "7"}}


def test_failing_conditions_are_told_by_rank_with_the_item_as_it_stands(
    client: Any, transactions: Transactions
) -> None:
    given(transactions, A, cents=1)
    transaction = transactions.begin()
    transaction.put_new(TABLE, B, {"cents": 9})
    transaction.put_new(TABLE, A, {"cents": 9})
    transaction.delete(TABLE, NOTHING, "cents = :seen", seen=1)

    with pytest.raises(ConditionFailed) as failure:
        transaction.commit()

    assert set(failure.value.failed) == {1, 2}
    item = failure.value.failed[1]
    assert item is not None
    assert item["cents"] == {"N": "1"}
    assert not failure.value.failed[2]
    assert standing(client, A) == {"cents": {"N": "1"}}
    assert standing(client, B) is None


def test_each_kind_of_action_obeys_its_condition(client: Any, transactions: Transactions) -> None:
    given(transactions, A, cents=1)
    actions: list[Callable[[Transaction], int]] = [
        lambda one: one.put(TABLE, A, {"cents": 9}, "cents = :seen", seen=2),
        lambda one: one.update(TABLE, A, "SET cents = :new", "cents = :seen", new=9, seen=2),
        lambda one: one.delete(TABLE, A, "cents = :seen", seen=2),
        lambda one: one.check(TABLE, A, "cents = :seen", seen=2),
    ]
    for add in actions:
        transaction = transactions.begin()
        transaction.put_new(TABLE, B, {"cents": 9})
        add(transaction)
        with pytest.raises(ConditionFailed) as failure:
            transaction.commit()
        assert list(failure.value.failed) == [1]
    assert standing(client, A) == {"cents": {"N": "1"}}
    assert standing(client, B) is None


def test_reserved_words_and_map_entries_are_reached_by_names(client: Any, transactions: Transactions) -> None:
    given(transactions, A, state="open", uses={})
    transaction = transactions.begin()
    transaction.update(
        TABLE,
        A,
        "SET #state = :after, uses.#m_0a1b = :batch",
        "#state = :before AND attribute_not_exists(uses.#m_0a1b)",
        before="open",
        after="closed",
        batch="b1",
    )

    transaction.commit()

    assert standing(client, A) == {"state": {"S": "closed"}, "uses": {"M": {"0a1b": {"S": "b1"}}}}


def test_an_attribute_of_none_is_absent(client: Any, transactions: Transactions) -> None:
    given(transactions, A, cents=1, note=None)

    assert standing(client, A) == {"cents": {"N": "1"}}


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("text", {"S": "text"}),
        ("", {"S": ""}),
        (Colour.RED, {"S": "red"}),
        (0, {"N": "0"}),
        (-12, {"N": "-12"}),
        (99_999_999_999, {"N": "99999999999"}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        (None, {"NULL": True}),
        ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ({}, {"M": {}}),
        ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    ],
)
def test_each_type_of_value_has_its_form_on_the_wire(
    client: Any, transactions: Transactions, value: object, wire: dict[str, Any]
) -> None:
    assert attribute_value(value) == wire
    if value is not None:
        given(transactions, A, value=value)
        assert standing(client, A) == {"value": wire}


@pytest.mark.parametrize("amount", [19.99, 0.0, float("nan")])
def test_a_float_never_reaches_the_database(amount: float) -> None:
    with pytest.raises(TypeError):
        attribute_value(amount)


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": reasons,
    }
    return ClientError(response, "TransactWriteItems")


@contextmanager
def answers(client: Any, *outcomes: Exception | None) -> Iterator[list[int]]:
    """Lets the database answer so, call by call; yields one entry for each call."""
    calls: list[int] = []

    def answer(**request: Any) -> dict[str, Any]:
        outcome = outcomes[len(calls)]
        calls.append(len(request["TransactItems"]))
        if outcome:
            raise outcome
        return {}

    with patch.object(client, "transact_write_items", answer):
        yield calls


def a_transaction(transactions: Transactions) -> Transaction:
    transaction = transactions.begin()
    transaction.put_new(TABLE, A, {})
    transaction.put_new(TABLE, B, {})
    return transaction


def test_a_conflict_is_tried_again_until_it_passes(
    client: Any, transactions: Transactions, pauses: list[float]
) -> None:
    conflict = cancelled("None", "TransactionConflict")

    with answers(client, conflict, conflict, None) as calls:
        a_transaction(transactions).commit()

    assert len(calls) == 3
    assert len(pauses) == 2
    assert all(0 <= pause <= 0.05 * 2**rank for rank, pause in enumerate(pauses))


def test_a_conflict_that_lasts_is_raised_and_is_no_answer(
    client: Any, transactions: Transactions, pauses: list[float]
) -> None:
    conflicts = [cancelled("TransactionConflict", "None")] * CONFLICT_ATTEMPTS

    with answers(client, *conflicts) as calls, pytest.raises(ClientError, match="TransactionCanceled"):
        a_transaction(transactions).commit()

    assert len(calls) == CONFLICT_ATTEMPTS
    assert len(pauses) == CONFLICT_ATTEMPTS - 1


def test_a_condition_that_failed_beside_a_conflict_is_the_answer(
    client: Any, transactions: Transactions
) -> None:
    with (
        answers(client, cancelled("ConditionalCheckFailed", "TransactionConflict")) as calls,
        pytest.raises(ConditionFailed) as failure,
    ):
        a_transaction(transactions).commit()

    assert len(calls) == 1
    assert failure.value.failed == {0: None}


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"])
def test_any_other_reason_is_raised_as_it_came(
    client: Any, transactions: Transactions, pauses: list[float], code: str
) -> None:
    with answers(client, cancelled(code, "TransactionConflict")) as calls, pytest.raises(ClientError):
        a_transaction(transactions).commit()

    assert (len(calls), pauses) == (1, [])


def test_an_error_that_is_no_cancellation_is_raised_as_it_came(
    client: Any, transactions: Transactions
) -> None:
    refused = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "TransactWriteItems")

    with answers(client, refused), pytest.raises(ClientError, match="AccessDenied"):
        a_transaction(transactions).commit()


@pytest.mark.parametrize("count", [0, MAX_ACTIONS + 1])
def test_none_or_more_than_a_hundred_actions_never_leave_the_house(
    client: Any, transactions: Transactions, count: int
) -> None:
    transaction = transactions.begin()
    for rank in range(count):
        transaction.put_new(TABLE, Key("many", str(rank)), {})

    with answers(client) as calls, pytest.raises(AssertionError, match=f"{count} actions"):
        transaction.commit()

    assert calls == []


def test_a_hundred_actions_are_written(client: Any, transactions: Transactions) -> None:
    transaction = transactions.begin()
    for rank in range(MAX_ACTIONS):
        transaction.put(TABLE, Key("hundred", str(rank)), {"rank": rank}, "")

    transaction.commit()

    assert standing(client, Key("hundred", "99")) == {"rank": {"N": "99"}}


def test_a_write_whose_answer_is_lost_is_sent_again_and_applied_once(
    world: World, client: Any, transactions: Transactions
) -> None:
    """botocore sends the same token with the second try: the database knows that it is one request."""
    given(transactions, A, cents=0)
    handle = world.routes.handler_of(DYNAMODB_URL)
    assert handle is not None
    tries: list[AWSPreparedRequest] = []

    def loses_the_first_answer(request: AWSPreparedRequest) -> AWSResponse:
        answer = handle(request)
        if b"TransactWriteItems" in bytes(str(request.headers["X-Amz-Target"]), "ascii"):
            tries.append(request)
            if len(tries) == 1:
                raise ConnectionClosedError(endpoint_url=DYNAMODB_URL)
        return answer

    transaction = transactions.begin()
    transaction.update(TABLE, A, "SET cents = cents + :more", "attribute_exists(PK)", more=7)
    world.routes.route(DYNAMODB_HOST, loses_the_first_answer)
    with patch("botocore.endpoint.time.sleep"):
        transaction.commit()
    world.routes.route(DYNAMODB_HOST, handle)

    assert len(tries) == 2
    assert standing(client, A) == {"cents": {"N": "7"}}
