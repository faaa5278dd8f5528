"""Query and Scan: the Developer Guide's "Querying tables", "Scanning tables", "Secondary indexes"."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    definitions,
    index,
    invalid,
    key,
    new_table,
    number,
    text,
)

PARTITION = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("p")}}


@pytest.fixture
def indexed(dynamodb: Any) -> Iterator[TableUnderTest]:
    """A table with global indexes over `g` and `rank`, one for each projection, and a local one."""
    with new_table(
        dynamodb,
        AttributeDefinitions=definitions(pk="S", sk="S", g="S", rank="N"),
        GlobalSecondaryIndexes=[
            index("all", "g", "rank"),
            index("keys", "g", "rank", projection="KEYS_ONLY"),
            index("some", "g", projection="INCLUDE", included=("label",)),
        ],
        LocalSecondaryIndexes=[index("local", "pk", "rank", projection="KEYS_ONLY")],
    ) as table:
        yield table


def sort_keys(answer: dict[str, Any]) -> list[str]:
    """Return the sort keys of an answer's items."""
    return [item["sk"]["S"] for item in answer["Items"]]


def all_pages(read: Any, **parameters: Any) -> list[dict[str, Any]]:
    """Return the answers of a paged read, following LastEvaluatedKey to the end."""
    pages = [read(**parameters)]
    while "LastEvaluatedKey" in pages[-1]:
        pages.append(read(**parameters, ExclusiveStartKey=pages[-1]["LastEvaluatedKey"]))
    return pages


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("sk = :b", ["b"]),
        ("sk < :b", ["a", "ab"]),
        ("sk <= :b", ["a", "ab", "b"]),
        ("sk > :b", ["c"]),
        ("sk >= :b", ["b", "c"]),
        ("sk BETWEEN :a AND :b", ["a", "ab", "b"]),
        ("begins_with(sk, :a)", ["a", "ab"]),
        (":b <= sk", ["b", "c"]),
    ],
)
def test_sort_key_condition(table: TableUnderTest, condition: str, expected: list[str]) -> None:
    for sk in ("c", "ab", "b", "a"):
        table.put(sk)
    table.put_item(Item={"pk": text("other"), "sk": text("b")})
    values = {":p": text("p"), ":a": text("a"), ":b": text("b")}

    answer = table.query(
        KeyConditionExpression=f"pk = :p AND {condition}",
        ExpressionAttributeValues={name: values[name] for name in values if name in f":p {condition}"},
    )

    assert sort_keys(answer) == expected
    assert answer["Count"] == answer["ScannedCount"] == len(expected)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("sk = :v", ["Query condition missed key schema element: pk"]),
        ("pk > :v", ["Query key condition not supported"]),
        ("pk = :v AND label = :v", ["Query condition missed key schema element: sk"]),
        ("pk = :v AND sk <> :v", ["Invalid operator used in KeyConditionExpression: <>"]),
        ("pk = :v OR sk = :v", ["Invalid operator used in KeyConditionExpression: OR"]),
        ("pk = :v AND contains(sk, :v)", ["Invalid operator used in KeyConditionExpression: contains"]),
        ("pk = :v AND sk > :v AND sk < :v", ["only contain one condition per key"]),
        ("pk = :v AND sk > :v AND label = :v", ["number of query conditions (3) exceeds"]),
    ],
)
def test_invalid_key_condition_is_refused(table: TableUnderTest, condition: str, words: list[str]) -> None:
    with invalid(*words):
        table.query(KeyConditionExpression=condition, ExpressionAttributeValues={":v": text("p")})


def test_key_condition_of_another_type_is_refused(table: TableUnderTest) -> None:
    with invalid("Condition parameter type does not match schema type"):
        table.query(KeyConditionExpression="pk = :v", ExpressionAttributeValues={":v": number(1)})


def test_query_backwards_reads_the_last_first(table: TableUnderTest) -> None:
    for sk in "abcd":
        table.put(sk)

    pages = all_pages(table.query, **PARTITION, ScanIndexForward=False, Limit=3)

    assert [sort_keys(page) for page in pages] == [["d", "c", "b"], ["a"]]


def test_limit_that_is_reached_exactly_still_gives_a_last_key(table: TableUnderTest) -> None:
    for sk in "ab":
        table.put(sk)

    pages = all_pages(table.query, **PARTITION, Limit=2)

    assert pages[0]["LastEvaluatedKey"] == key("b")
    assert [sort_keys(page) for page in pages] == [["a", "b"], []]


def test_filter_is_applied_after_the_limit(table: TableUnderTest) -> None:
    for n in range(4):
        table.put(str(n), n=number(n))

    answer = table.query(
        KeyConditionExpression="pk = :p",
        FilterExpression="n > :least",
        ExpressionAttributeValues={":p": text("p"), ":least": number(1)},
        Limit=3,
    )

    assert sort_keys(answer) == ["2"]
    assert (answer["Count"], answer["ScannedCount"]) == (1, 3)
    assert answer["LastEvaluatedKey"] == key("2")


def test_filter_on_a_key_attribute_is_refused(table: TableUnderTest) -> None:
    with invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"):
        table.query(
            KeyConditionExpression="pk = :p",
            FilterExpression="sk = :p",
            ExpressionAttributeValues={":p": text("p")},
        )


def test_page_ends_before_1_mb(table: TableUnderTest) -> None:
    for n in range(5):
        table.put(str(n), filler=text("x" * 300_000))

    pages = all_pages(table.query, **PARTITION)

    assert [len(page["Items"]) for page in pages] == [3, 2]
    assert pages[0]["LastEvaluatedKey"] == key("2")


def test_count_returns_numbers_alone(table: TableUnderTest) -> None:
    for sk in "abc":
        table.put(sk)

    answer = table.query(**PARTITION, Select="COUNT")

    assert answer["Count"] == 3
    assert "Items" not in answer


def test_start_key_of_another_partition_is_refused(table: TableUnderTest) -> None:
    with invalid("The provided starting key"):
        table.query(**PARTITION, ExclusiveStartKey={"pk": text("other"), "sk": text("a")})


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("condition", ["sk BETWEEN :a AND :b", "begins_with(sk, :prefix)", "sk > :before"])
def test_pages_of_a_key_range_are_complete(table: TableUnderTest, condition: str, forward: bool) -> None:
    for sk in ("a", "k0", "k1", "k2", "k3", "k4", "z"):
        table.put(sk)
    values = {":a": text("k0"), ":b": text("k4"), ":prefix": text("k"), ":before": text("a")}
    expected = ["k0", "k1", "k2", "k3", "k4"] + (["z"] if condition == "sk > :before" else [])

    pages = all_pages(
        table.query,
        KeyConditionExpression=f"pk = :p AND {condition}",
        ExpressionAttributeValues={":p": text("p")}
        | {name: value for name, value in values.items() if name in condition.replace(")", " ").split()},
        ScanIndexForward=forward,
        Limit=2,
    )

    found = [sk for page in pages for sk in sort_keys(page)]
    assert found == (expected if forward else expected[::-1])


def test_start_key_outside_the_key_range_is_refused(table: TableUnderTest) -> None:
    with invalid("The provided starting key"):
        table.query(
            KeyConditionExpression="pk = :p AND sk > :b",
            ExpressionAttributeValues={":p": text("p"), ":b": text("b")},
            ExclusiveStartKey=key("a"),
        )


def test_start_key_that_is_no_key_is_refused(table: TableUnderTest) -> None:
    with invalid("The provided starting key is invalid"):
        table.query(**PARTITION, ExclusiveStartKey={"pk": text("p")})


def test_global_index_holds_only_items_with_its_keys(indexed: TableUnderTest) -> None:
    indexed.put("in", g=text("open"), rank=number(1))
    indexed.put("no hash", rank=number(1))
    indexed.put("no range", g=text("open"))

    answer = indexed.query(
        IndexName="all", KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": text("open")}
    )

    assert sort_keys(answer) == ["in"]


def test_item_leaves_a_sparse_index_when_it_loses_the_attribute(indexed: TableUnderTest) -> None:
    indexed.put("1", g=text("open"), rank=number(1))
    indexed.update("1", "REMOVE g")

    assert indexed.scan(IndexName="all")["Items"] == []
    assert len(indexed.scan()["Items"]) == 1


def test_item_moves_within_an_index(indexed: TableUnderTest) -> None:
    for sk, rank in (("a", 1), ("b", 2), ("c", 3)):
        indexed.put(sk, g=text("open"), rank=number(rank))
    indexed.update(
        "a",
        "SET #rank = :rank",
        ExpressionAttributeNames={"#rank": "rank"},
        ExpressionAttributeValues={":rank": number("2.5")},
    )

    answer = indexed.query(
        IndexName="all", KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": text("open")}
    )

    assert sort_keys(answer) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("all", {"pk", "sk", "g", "rank", "label", "extra"}),
        ("keys", {"pk", "sk", "g", "rank"}),
        ("some", {"pk", "sk", "g", "label"}),
        ("local", {"pk", "sk", "rank"}),
    ],
)
def test_index_returns_what_it_projects(indexed: TableUnderTest, name: str, expected: set[str]) -> None:
    indexed.put("1", g=text("open"), rank=number(1), label=text("x"), extra=text("y"))

    (item,) = indexed.scan(IndexName=name)["Items"]

    assert set(item) == expected


def test_index_copy_follows_its_item(indexed: TableUnderTest) -> None:
    indexed.put("1", g=text("open"), label=text("old"))
    indexed.put("1", g=text("open"), label=text("new"))

    assert [item["label"] for item in indexed.scan(IndexName="some")["Items"]] == [text("new")]
    indexed.delete_item(Key=key("1"))
    assert indexed.scan(IndexName="some")["Items"] == []


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_an_index_tell_equal_keys_apart(indexed: TableUnderTest, forward: bool) -> None:
    for n in range(7):
        indexed.put(str(n), g=text("open"), rank=number(n // 4))

    pages = all_pages(
        indexed.query,
        IndexName="keys",
        KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": text("open")},
        ScanIndexForward=forward,
        Limit=2,
    )

    assert sorted(sk for page in pages for sk in sort_keys(page)) == [str(n) for n in range(7)]
    assert set(pages[0]["LastEvaluatedKey"]) == {"pk", "sk", "g", "rank"}


def test_consistent_read_of_a_global_index_is_refused(indexed: TableUnderTest) -> None:
    with invalid("Consistent reads are not supported on global secondary indexes"):
        indexed.scan(IndexName="all", ConsistentRead=True)


def test_local_index_reads_consistently_and_fetches_what_it_lacks(indexed: TableUnderTest) -> None:
    whole = indexed.put("1", rank=number(1), label=text("x"))

    answer = indexed.query(**PARTITION, IndexName="local", Select="ALL_ATTRIBUTES", ConsistentRead=True)

    assert answer["Items"] == [whole]


def test_global_index_cannot_return_what_it_does_not_project(indexed: TableUnderTest) -> None:
    with invalid("Select type ALL_ATTRIBUTES is not supported for global secondary index keys"):
        indexed.scan(IndexName="keys", Select="ALL_ATTRIBUTES")
    with invalid("Global secondary index keys does not project"):
        indexed.scan(IndexName="keys", ProjectionExpression="label")


def test_unknown_index_is_refused(table: TableUnderTest) -> None:
    with invalid("The table does not have the specified index: nowhere"):
        table.scan(IndexName="nowhere")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"g": number(1)}, ["Type mismatch for Index Key g Expected: S Actual: N"]),
        ({"g": text("")}, ["cannot contain an empty string value", "g"]),
    ],
)
def test_invalid_index_key_is_refused(
    indexed: TableUnderTest, attributes: dict[str, Any], words: list[str]
) -> None:
    with invalid(*words):
        indexed.put("1", **attributes)


def test_segments_share_out_a_scan(table: TableUnderTest) -> None:
    for n in range(40):
        table.put_item(Item={"pk": text(f"p{n}"), "sk": text("x")})

    segments = [
        [
            item["pk"]["S"]
            for page in all_pages(table.scan, Segment=n, TotalSegments=3, Limit=5)
            for item in page["Items"]
        ]
        for n in range(3)
    ]

    assert sorted(pk for segment in segments for pk in segment) == sorted(f"p{n}" for n in range(40))
    assert all(segments)


def test_segment_beyond_the_total_is_refused(table: TableUnderTest) -> None:
    with invalid("must be less than parameter TotalSegments"):
        table.scan(Segment=4, TotalSegments=4)


def test_scan_filters_projects_and_pages(table: TableUnderTest) -> None:
    for n in range(6):
        table.put(str(n), n=number(n), more=text("x"))

    pages = all_pages(
        table.scan,
        FilterExpression="n >= :least",
        ProjectionExpression="n",
        ExpressionAttributeValues={":least": number(3)},
        Limit=4,
    )

    assert [item for page in pages for item in page["Items"]] == [{"n": number(n)} for n in (3, 4, 5)]
    assert sum(page["ScannedCount"] for page in pages) == 6


def test_consumed_capacity_is_told_when_asked_for(table: TableUnderTest) -> None:
    table.put("1", filler=text("x" * 5000))

    eventual = table.query(**PARTITION, ReturnConsumedCapacity="TOTAL")
    consistent = table.query(**PARTITION, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")

    assert eventual["ConsumedCapacity"] == {"TableName": table.name, "CapacityUnits": 1.0}
    assert consistent["ConsumedCapacity"]["CapacityUnits"] == 2.0
