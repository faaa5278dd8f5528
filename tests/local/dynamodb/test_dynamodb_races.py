"""Sixteen threads at once: no wrong winner, no torn transaction, no lost write.

The races run through the endpoint in process, where threads meet most closely, and over HTTP.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from infra.local.dynamodb import Endpoint
from tests.local.dynamodb.dynamodb_backends import client_for
from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    key,
    new_table,
    number,
    table_parameters,
    text,
)
from tests.local.dynamodb_in_process import DYNAMODB_URL, in_process_dynamodb

THREADS = 16
ROUNDS = 8

Result = TypeVar("Result")


@pytest.fixture(params=["in process", pytest.param("http", marks=pytest.mark.slow)])
def raced(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TableUnderTest]:
    """A table in a file, in process or over HTTP."""
    if request.param == "http":
        with new_table(client_for(request.getfixturevalue("http_url"))) as table:
            yield table
        return
    endpoint = Endpoint(str(tmp_path / "data.sqlite"), time.time)
    with in_process_dynamodb(endpoint), new_table(client_for(DYNAMODB_URL)) as table:
        yield table
    endpoint.close()


def race(runner: Callable[[int], Result]) -> list[Result]:
    """Run `runner` in all threads at once, with the number of each."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(runner, range(THREADS)))


def succeeds(table: TableUnderTest, call: Callable[[], Any]) -> bool:
    """Tell whether a conditional call succeeds."""
    try:
        call()
    except (
        table.client.exceptions.ConditionalCheckFailedException,
        table.client.exceptions.TransactionCanceledException,
    ):
        return False
    return True


def test_one_of_equal_tables_is_created(raced: TableUnderTest) -> None:
    name = f"{raced.name}-twin"

    def create(_thread: int) -> bool:
        try:
            raced.client.create_table(**table_parameters(name))
        except raced.client.exceptions.ResourceInUseException:
            return False
        return True

    assert race(create).count(True) == 1
    raced.client.delete_table(TableName=name)


def test_one_conditional_put_wins_and_stands(raced: TableUnderTest) -> None:
    def attempt(thread: int, sk: str) -> bool:
        item = {**key(sk), "winner": number(thread)}
        return succeeds(
            raced, lambda: raced.put_item(Item=item, ConditionExpression="attribute_not_exists(pk)")
        )

    for sk in map(str, range(ROUNDS)):
        won = race(lambda thread, sk=sk: attempt(thread, sk))  # type: ignore[misc]

        assert won.count(True) == 1
        assert raced.get(sk) == {**key(sk), "winner": number(won.index(True))}


def test_one_conditional_update_wins_each_version(raced: TableUnderTest) -> None:
    raced.put("1", version=number(0))

    def claim(version: int) -> bool:
        return succeeds(
            raced,
            lambda: raced.update(
                "1",
                "SET version = :next",
                ConditionExpression="version = :version",
                ExpressionAttributeValues={":next": number(version + 1), ":version": number(version)},
            ),
        )

    wins = race(lambda _: sum(claim(version) for version in range(ROUNDS)))

    assert sum(wins) == ROUNDS
    assert raced.get("1") == {**key("1"), "version": number(ROUNDS)}


def test_atomic_counter_counts_every_increment(raced: TableUnderTest) -> None:
    def increment(_thread: int) -> None:
        for _ in range(ROUNDS):
            raced.update("1", "ADD visits :one", ExpressionAttributeValues={":one": number(1)})

    race(increment)

    assert raced.get("1") == {**key("1"), "visits": number(THREADS * ROUNDS)}


def test_one_of_overlapping_transactions_claims_an_item(raced: TableUnderTest) -> None:
    for n in range(ROUNDS):
        raced.put(str(n))

    def claim(thread: int) -> bool:
        claims = [
            {
                "Update": {
                    "TableName": raced.name,
                    "Key": key(str(n)),
                    "UpdateExpression": "SET claimed_by = :thread",
                    "ConditionExpression": "attribute_not_exists(claimed_by)",
                    "ExpressionAttributeValues": {":thread": number(thread)},
                }
            }
            for n in ([*range(ROUNDS)] if thread % 2 else reversed(range(ROUNDS)))
        ]
        return succeeds(raced, lambda: raced.client.transact_write_items(TransactItems=claims))

    won = race(claim)

    assert won.count(True) == 1
    winner = number(won.index(True))
    assert [raced.get(str(n)) for n in range(ROUNDS)] == [
        {**key(str(n)), "claimed_by": winner} for n in range(ROUNDS)
    ]


def test_transfers_keep_the_sum_and_readers_never_see_half_of_one(raced: TableUnderTest) -> None:
    accounts = [f"account {n}" for n in range(4)]
    for account in accounts:
        raced.put(account, balance=number(100))

    def transfer(thread: int, round_number: int) -> bool:
        source, target = accounts[thread % 4], accounts[(thread + 1 + round_number % 3) % 4]
        amount = {":amount": number(thread + 1)}
        names = {"TableName": raced.name, "ExpressionAttributeValues": amount}
        debit = {
            **names,
            "Key": key(source),
            "UpdateExpression": "SET balance = balance - :amount",
            "ConditionExpression": "balance >= :amount",
        }
        credit = {**names, "Key": key(target), "UpdateExpression": "SET balance = balance + :amount"}
        actions = [{"Update": debit}, {"Update": credit}]
        return succeeds(raced, lambda: raced.client.transact_write_items(TransactItems=actions))

    def total() -> int:
        gets = [{"Get": {"TableName": raced.name, "Key": key(account)}} for account in accounts]
        answer = raced.client.transact_get_items(TransactItems=gets)
        return sum(int(response["Item"]["balance"]["N"]) for response in answer["Responses"])

    def work(thread: int) -> list[int]:
        totals = []
        for round_number in range(ROUNDS):
            transfer(thread, round_number)
            totals.append(total())
        return totals

    totals = race(work)

    assert {seen for by_thread in totals for seen in by_thread} == {400}


def test_plain_puts_survive_beside_failing_transactions(raced: TableUnderTest) -> None:
    doomed = [
        {"Put": {"TableName": raced.name, "Item": {**key("torn"), "never": text("seen")}}},
        {
            "ConditionCheck": {
                "TableName": raced.name,
                "Key": key("missing"),
                "ConditionExpression": "attribute_exists(pk)",
            }
        },
    ]

    def work(thread: int) -> bool:
        for n in range(ROUNDS):
            if thread % 2:
                raced.put(f"put {thread} {n}")
            elif succeeds(raced, lambda: raced.client.transact_write_items(TransactItems=doomed)):
                return False
        return True

    assert all(race(work))
    stored = {item["sk"]["S"] for item in raced.scan(ConsistentRead=True)["Items"]}
    assert stored == {f"put {thread} {n}" for thread in range(1, THREADS, 2) for n in range(ROUNDS)}


def test_one_client_token_takes_effect_once(raced: TableUnderTest) -> None:
    request = {
        "ClientRequestToken": "token",
        "TransactItems": [
            {
                "Update": {
                    "TableName": raced.name,
                    "Key": key("1"),
                    "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": number(1)},
                }
            }
        ],
    }

    race(lambda _thread: raced.client.transact_write_items(**request))

    assert raced.get("1") == {**key("1"), "n": number(1)}
