"""Batches: the API Reference's "BatchWriteItem" and "BatchGetItem"."""

from typing import Any

from tests.local.dynamodb.dynamodb_tables import TableUnderTest, invalid, key, number, refused, text


def put_request(sk: str, **attributes: Any) -> dict[str, Any]:
    """Return the put of an item into partition `p`."""
    return {"PutRequest": {"Item": {**key(sk), **attributes}}}


def test_batch_writes_and_deletes(table: TableUnderTest) -> None:
    table.put("old")

    answer = table.client.batch_write_item(
        RequestItems={table.name: [put_request("new"), {"DeleteRequest": {"Key": key("old")}}]}
    )

    assert answer["UnprocessedItems"] == {}
    assert table.get("new") == key("new")
    assert table.get("old") is None


def test_batch_takes_25_writes(table: TableUnderTest) -> None:
    writes = [put_request(str(n)) for n in range(26)]

    with invalid("less than or equal to 25"):
        table.client.batch_write_item(RequestItems={table.name: writes})
    table.client.batch_write_item(RequestItems={table.name: writes[:25]})

    assert table.scan(Select="COUNT")["Count"] == 25


def test_batch_cannot_write_one_item_twice(table: TableUnderTest) -> None:
    with invalid("Provided list of item keys contains duplicates"):
        table.client.batch_write_item(
            RequestItems={table.name: [put_request("1"), {"DeleteRequest": {"Key": key("1")}}]}
        )


def test_invalid_write_refuses_the_whole_batch(table: TableUnderTest) -> None:
    with invalid():
        table.client.batch_write_item(
            RequestItems={table.name: [put_request("1"), put_request("2", n=number("many"))]}
        )

    assert table.get("1") is None


def test_put_whose_key_does_not_fit_the_table_is_refused(table: TableUnderTest) -> None:
    with invalid("The provided key element does not match the schema"):
        table.client.batch_write_item(
            RequestItems={table.name: [{"PutRequest": {"Item": {"pk": text("p"), "sk": number(1)}}}]}
        )


def test_batch_for_an_unknown_table_is_refused(table: TableUnderTest) -> None:
    with refused("ResourceNotFoundException"):
        table.client.batch_write_item(RequestItems={"nowhere": [put_request("1")]})


def test_batch_reads_what_it_finds(table: TableUnderTest) -> None:
    items = [table.put(str(n), n=number(n)) for n in range(3)]

    answer = table.client.batch_get_item(
        RequestItems={table.name: {"Keys": [key("0"), key("2"), key("missing")], "ConsistentRead": True}}
    )

    found = sorted(answer["Responses"][table.name], key=lambda item: str(item["sk"]))
    assert found == [items[0], items[2]]
    assert answer["UnprocessedKeys"] == {}


def test_batch_read_projects(table: TableUnderTest) -> None:
    table.put("1", n=number(1), total=number(2))

    answer = table.client.batch_get_item(
        RequestItems={
            table.name: {
                "Keys": [key("1")],
                "ProjectionExpression": "#total",
                "ExpressionAttributeNames": {"#total": "total"},
            }
        }
    )

    assert answer["Responses"][table.name] == [{"total": number(2)}]


def test_batch_takes_100_keys(table: TableUnderTest) -> None:
    keys = [key(str(n)) for n in range(101)]

    with invalid("100"):
        table.client.batch_get_item(RequestItems={table.name: {"Keys": keys}})
    assert table.client.batch_get_item(RequestItems={table.name: {"Keys": keys[:100]}})["Responses"]


def test_batch_cannot_read_one_item_twice(table: TableUnderTest) -> None:
    with invalid("Provided list of item keys contains duplicates"):
        table.client.batch_get_item(RequestItems={table.name: {"Keys": [key("1"), key("1")]}})


def test_batch_leaves_keys_beyond_16_mb_unprocessed(table: TableUnderTest) -> None:
    count = 45
    for n in range(count):
        table.put(f"{n:02}", filler=text("x" * 399_000))
    wanted = {table.name: {"Keys": [key(f"{n:02}") for n in range(count)]}}

    first = table.client.batch_get_item(RequestItems=wanted)
    rest = table.client.batch_get_item(RequestItems=first["UnprocessedKeys"])

    assert 0 < len(first["UnprocessedKeys"][table.name]["Keys"]) < count
    read = [item["sk"]["S"] for answer in (first, rest) for item in answer["Responses"][table.name]]
    assert sorted(read) == [f"{n:02}" for n in range(count)]
    assert rest["UnprocessedKeys"] == {}
