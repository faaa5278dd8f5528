"""Values, keys and sizes: the Developer Guide's "Data types", "Constraints", "Item sizes and formats"."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.dynamodb import numbers
from infra.local.dynamodb.values import canonical_item, item_size
from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    definitions,
    invalid,
    key,
    key_schema,
    new_table,
    number,
    text,
)

KIB = 1024


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("+7", "7"),
        ("1.50", "1.5"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("-1.20E-2", "-0.012"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("0.10000000000000000000000000000000000001", "0.10000000000000000000000000000000000001"),
        ("9.9E125", "99" + "0" * 124),
        ("1E-130", "0." + "0" * 129 + "1"),
    ],
)
def test_number_is_kept_exactly(table: TableUnderTest, given_text: str, kept: str) -> None:
    table.put("1", n=number(given_text))

    item = table.get("1")

    assert item is not None
    assert item["n"] == number(kept)


@pytest.mark.parametrize(
    ("given_text", "words"),
    [
        ("", "cannot be converted to a numeric value"),
        ("abc", "cannot be converted to a numeric value"),
        ("NaN", "cannot be converted to a numeric value"),
        ("Infinity", "cannot be converted to a numeric value"),
        ("1_000", "cannot be converted to a numeric value"),
        ("123456789012345678901234567890123456789", "38 significant digits"),
        ("1E126", "Number overflow"),
        ("-1E126", "Number overflow"),
        ("1E-131", "Number underflow"),
    ],
)
def test_number_out_of_bounds_is_refused(table: TableUnderTest, given_text: str, words: str) -> None:
    with invalid(words):
        table.put("1", n=number(given_text))


def test_sum_beyond_38_digits_is_refused(table: TableUnderTest) -> None:
    table.put("1", n=number("1E37"))

    with invalid():
        table.update("1", "ADD n :tiny", ExpressionAttributeValues={":tiny": number("0.1")})


NUMBERS = st.one_of(
    st.integers(min_value=-(10**38) + 1, max_value=10**38 - 1).map(Decimal),
    st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent),
        st.integers(min_value=-999, max_value=999),
        st.integers(min_value=-130, max_value=120),
    ),
)


@given(NUMBERS, NUMBERS)
def test_sortable_bytes_keep_the_order_of_numbers(one: Decimal, other: Decimal) -> None:
    encoded = [numbers.sortable_bytes(numbers.canonical_text(str(value))) for value in (one, other)]

    assert (encoded[0] < encoded[1]) == (one < other)
    assert (encoded[0] == encoded[1]) == (one == other)


def test_numeric_sort_keys_are_ordered_by_value(dynamodb: Any) -> None:
    ordered = ["-1E100", "-12", "-1.5", "-1.25", "-1", "-0.01", "0", "1E-100", "0.9", "1", "1.05", "2", "10"]
    schema = {"AttributeDefinitions": definitions(pk="S", sk="N"), "KeySchema": key_schema("pk", "sk")}
    with new_table(dynamodb, **schema) as table:
        for value in reversed(ordered):
            table.put_item(Item={"pk": text("p"), "sk": number(value), "as_given": text(value)})

        answer = table.query(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": text("p")})

    assert [item["as_given"]["S"] for item in answer["Items"]] == ordered


def test_equal_numbers_are_one_key(dynamodb: Any) -> None:
    schema = {"AttributeDefinitions": definitions(pk="N"), "KeySchema": key_schema("pk")}
    with new_table(dynamodb, **schema) as table:
        table.put_item(Item={"pk": number("1.0")})

        assert table.get_item(Key={"pk": number("1")})["Item"] == {"pk": number(1)}


def test_binary_keys_are_ordered_by_unsigned_bytes(dynamodb: Any) -> None:
    schema = {"AttributeDefinitions": definitions(pk="S", sk="B"), "KeySchema": key_schema("pk", "sk")}
    ordered = [b"\x00", b"\x01\xff", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    with new_table(dynamodb, **schema) as table:
        for value in reversed(ordered):
            table.put_item(Item={"pk": text("p"), "sk": {"B": value}})

        answer = table.query(
            KeyConditionExpression="pk = :p AND sk >= :least",
            ExpressionAttributeValues={":p": text("p"), ":least": {"B": b"\x01"}},
        )

    assert [item["sk"]["B"] for item in answer["Items"]] == ordered[1:]


@pytest.mark.parametrize(
    "value",
    [
        {"S": ""},
        {"B": b""},
        {"L": []},
        {"M": {}},
        {"BOOL": False},
        {"NULL": True},
        {"S": "école 🎻"},
        {"L": [{"M": {"deep": {"L": [{"N": "1"}]}}}]},
        {"BS": [b"\x01", b"\x02"]},
    ],
)
def test_value_comes_back_as_it_went_in(table: TableUnderTest, value: dict[str, Any]) -> None:
    item = table.put("1", value=value)

    assert table.get("1") == item


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"SS": []}, "may not be empty"),
        ({"NS": []}, "may not be empty"),
        ({"BS": []}, "Binary sets should not be empty"),
        ({"SS": ["a", "a"]}, "contains duplicates"),
        ({"NS": ["1", "1.0"]}, "contains duplicates"),
        ({"NULL": False}, "Null attribute value types must have the value of true"),
    ],
)
def test_invalid_value_is_refused(table: TableUnderTest, value: dict[str, Any], words: str) -> None:
    with invalid(words):
        table.put("1", value=value)


def nested(levels: int) -> dict[str, Any]:
    """Return a string within `levels` lists."""
    value: dict[str, Any] = text("deep")
    for _ in range(levels):
        value = {"L": [value]}
    return value


def test_values_lie_32_levels_deep_and_no_more(table: TableUnderTest) -> None:
    table.put("1", document=nested(31))

    with invalid("Nesting Levels have exceeded supported limits"):
        table.put("2", document=nested(32))


def test_update_cannot_nest_beyond_32_levels(table: TableUnderTest) -> None:
    table.put("1", document={"M": {}})

    with invalid("Nesting Levels have exceeded supported limits"):
        table.update("1", "SET document.part = :part", ExpressionAttributeValues={":part": nested(31)})


def test_missing_key_is_refused(table: TableUnderTest) -> None:
    with invalid("Missing the key sk in the item"):
        table.put_item(Item={"pk": text("p")})


def test_key_of_another_type_is_refused(table: TableUnderTest) -> None:
    with invalid("Type mismatch for key sk expected: S actual: N"):
        table.put_item(Item={"pk": text("p"), "sk": number(1)})


@pytest.mark.parametrize(
    "wrong", [{"pk": text("p")}, {**key("1"), "more": text("x")}, {"pk": text("p"), "sk": number(1)}]
)
def test_key_that_is_not_exactly_a_key_is_refused(table: TableUnderTest, wrong: dict[str, Any]) -> None:
    with invalid("The provided key element does not match the schema"):
        table.get_item(Key=wrong)


def test_empty_key_is_refused(table: TableUnderTest) -> None:
    with invalid("The AttributeValue for a key attribute cannot contain an empty string value. Key: sk"):
        table.put_item(Item=key(""))


def test_partition_key_takes_2048_bytes(table: TableUnderTest) -> None:
    table.put_item(Item={"pk": text("é" * 1024), "sk": text("1")})

    with invalid("2048 bytes"):
        table.put_item(Item={"pk": text("é" * 1024 + "x"), "sk": text("1")})


def test_sort_key_takes_1024_bytes(table: TableUnderTest) -> None:
    table.put_item(Item=key("x" * 1024))

    with invalid("range keys has exceeded the size limit"):
        table.put_item(Item=key("x" * 1025))


def test_item_takes_400_kb_with_its_names(table: TableUnderTest) -> None:
    room = 400 * KIB - len("pkpsk1filler")
    table.put("1", filler=text("x" * room))

    with invalid("Item size has exceeded the maximum allowed size"):
        table.put("1", filler=text("x" * (room + 1)))


def test_update_cannot_grow_an_item_beyond_400_kb(table: TableUnderTest) -> None:
    table.put("1", filler=text("x" * 300 * KIB))

    with invalid("Item size to update has exceeded the maximum allowed size"):
        table.update("1", "SET more = :more", ExpressionAttributeValues={":more": text("x" * 101 * KIB)})


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": "AAEC"}, 3),
        ({"N": "0"}, 1),
        ({"N": "100"}, 2),
        ({"N": "1234"}, 3),
        ({"N": "12345"}, 4),
        ({"N": "-12345"}, 5),
        ({"N": "3.14159"}, 5),
        ({"N": "1E125"}, 2),
        ({"N": "1E-130"}, 2),
        ({"N": "0.5"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"key": {"S": "ab"}}}, 9),
    ],
)
def test_value_weighs_what_the_service_counts(value: dict[str, Any], size: int) -> None:
    assert item_size(canonical_item({"name": value})) == len("name") + size
