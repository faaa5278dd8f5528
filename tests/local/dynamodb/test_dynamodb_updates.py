"""Update expressions, as the Developer Guide's "Using update expressions in DynamoDB" describes them."""

from typing import Any

import pytest

from tests.local.dynamodb.dynamodb_tables import TableUnderTest, invalid, key, number, text

START: dict[str, dict[str, Any]] = {
    "amount": number(10),
    "label": text("a"),
    "parts": {"L": [text("zero"), text("one"), text("two")]},
    "address": {"M": {"city": text("Lyon"), "zip": text("69001")}},
    "colours": {"SS": ["blue", "red"]},
    "numbers": {"NS": ["1", "2"]},
}
VALUES = {
    ":one": number(1),
    ":half": number("0.5"),
    ":text": text("b"),
    ":list": {"L": [text("three")]},
    ":green": {"SS": ["green", "red"]},
    ":both": {"SS": ["blue", "red"]},
    ":three": {"NS": ["3", "2.0"]},
}


def used(expression: str) -> dict[str, Any]:
    """Return the ExpressionAttributeValues that an expression uses, if any."""
    found = {name: value for name, value in VALUES.items() if name in expression}
    return {"ExpressionAttributeValues": found} if found else {}


def as_sets(value: Any) -> Any:
    """Return a value in which the order of sets plays no part."""
    return {kind: set(content) if kind in ("SS", "NS") else content for kind, content in value.items()}


@pytest.mark.parametrize(
    ("expression", "attribute", "expected"),
    [
        ("SET label = :text", "label", text("b")),
        ("set label = :text", "label", text("b")),
        ("SET amount = amount + :one", "amount", number(11)),
        ("SET amount = amount - :half", "amount", number("9.5")),
        ("SET amount = :one - amount", "amount", number(-9)),
        ("SET seen = if_not_exists(seen, :one)", "seen", number(1)),
        ("SET amount = if_not_exists(amount, :one)", "amount", number(10)),
        ("SET seen = if_not_exists(seen, :one) + :one", "seen", number(2)),
        ("SET fresh = label", "fresh", text("a")),
        (
            "SET parts = list_append(parts, :list)",
            "parts",
            {"L": [text("zero"), text("one"), text("two"), text("three")]},
        ),
        (
            "SET parts = list_append(:list, parts)",
            "parts",
            {"L": [text("three"), text("zero"), text("one"), text("two")]},
        ),
        ("SET fresh = list_append(if_not_exists(fresh, :list), :list)", "fresh", {"L": [text("three")] * 2}),
        ("SET parts[1] = :text", "parts", {"L": [text("zero"), text("b"), text("two")]}),
        ("SET parts[9] = :text", "parts", {"L": [text("zero"), text("one"), text("two"), text("b")]}),
        ("SET address.city = :text", "address", {"M": {"city": text("b"), "zip": text("69001")}}),
        (
            "SET address.street = :text",
            "address",
            {"M": {"city": text("Lyon"), "zip": text("69001"), "street": text("b")}},
        ),
        ("REMOVE label", "label", None),
        ("REMOVE nowhere", "nowhere", None),
        ("REMOVE address.zip", "address", {"M": {"city": text("Lyon")}}),
        ("REMOVE parts[0], parts[2]", "parts", {"L": [text("one")]}),
        ("REMOVE parts[7]", "parts", START["parts"]),
        ("ADD amount :one", "amount", number(11)),
        ("ADD fresh :one", "fresh", number(1)),
        ("ADD colours :green", "colours", {"SS": ["blue", "green", "red"]}),
        ("ADD numbers :three", "numbers", {"NS": ["1", "2", "3"]}),
        ("ADD fresh :green", "fresh", {"SS": ["green", "red"]}),
        ("DELETE colours :green", "colours", {"SS": ["blue"]}),
        ("DELETE colours :both", "colours", None),
        ("DELETE nowhere :green", "nowhere", None),
    ],
)
def test_update(table: TableUnderTest, expression: str, attribute: str, expected: Any) -> None:
    table.put("1", **START)

    table.update("1", expression, **used(expression))

    item = table.get("1")
    assert item is not None
    if expected is None:
        assert attribute not in item
    else:
        assert as_sets(item[attribute]) == as_sets(expected)
    untouched = {name: as_sets(value) for name, value in START.items() if name != attribute}
    assert {name: as_sets(item[name]) for name in untouched} == untouched


@pytest.mark.parametrize(
    ("kind", "members", "ordered"),
    [
        ("SS", ["b", "", "Z", "é"], ["", "Z", "b", "é"]),
        ("NS", ["10", "-1", "9"], ["-1", "9", "10"]),
        ("BS", [b"\xff", b"\x00", b"\x3e"], [b"\x00", b"\x3e", b"\xff"]),
    ],
)
def test_sets_come_back_in_order(
    table: TableUnderTest, kind: str, members: list[Any], ordered: list[Any]
) -> None:
    table.update("1", "ADD members :members", ExpressionAttributeValues={":members": {kind: members}})

    assert table.get("1") == {**key("1"), "members": {kind: ordered}}


def test_operands_are_evaluated_before_any_action(table: TableUnderTest) -> None:
    table.put("1", a=number(1), b=number(2))

    table.update("1", "SET a = b, b = a")

    assert table.get("1") == {**key("1"), "a": number(2), "b": number(1)}


def test_update_creates_an_item_that_is_missing(table: TableUnderTest) -> None:
    table.update("new", "ADD visits :one", ExpressionAttributeValues={":one": number(1)})

    assert table.get("new") == {**key("new"), "visits": number(1)}


def test_update_without_expression_creates_the_bare_item(table: TableUnderTest) -> None:
    table.update_item(Key=key("bare"))

    assert table.get("bare") == key("bare")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("SET sk = :text", ["Cannot update attribute sk. This attribute is part of the key"]),
        ("SET nowhere = nowhere + :one", ["attribute that does not exist in the item"]),
        ("SET label = label + :one", ["incorrect data type"]),
        ("SET amount = amount + :text", ["Incorrect operand type", "+"]),
        ("SET fresh = list_append(label, :list)", ["incorrect data type"]),
        ("SET fresh = list_append(:text, :list)", ["Incorrect operand type", "list_append"]),
        ("SET nowhere.deep = :one", ["document path provided in the update expression is invalid"]),
        ("SET label.deep = :one", ["document path provided in the update expression is invalid"]),
        ("SET parts.deep = :one", ["document path provided in the update expression is invalid"]),
        ("SET label[0] = :one", ["document path provided in the update expression is invalid"]),
        ("REMOVE nowhere.deep", ["document path provided in the update expression is invalid"]),
        ("ADD label :one", ["incorrect data type"]),
        ("ADD fresh :text", ["Incorrect operand type", "ADD"]),
        ("DELETE colours :one", ["Incorrect operand type", "DELETE"]),
        ("DELETE amount :green", ["incorrect data type"]),
        ("SET label = :text SET amount = :one", ["can only be used once"]),
        ("SET label = :text, label = :text", ["Two document paths overlap"]),
        ("SET address = :text REMOVE address.city", ["Two document paths overlap"]),
        ("SET parts[0] = :text REMOVE parts.deep", ["Two document paths conflict"]),
        ("SET label := :text", ["Syntax error"]),
        ("label = :text", ["Syntax error"]),
        ("SET label = uppercase(label)", ["Invalid function name; function: uppercase"]),
        ("SET label = if_not_exists(:text, :one)", ["requires a document path", "if_not_exists"]),
        ("SET total = :one", ["reserved keyword; reserved keyword: total"]),
    ],
)
def test_invalid_update_is_refused(table: TableUnderTest, expression: str, words: list[str]) -> None:
    before = table.put("1", **START)

    with invalid(*words):
        table.update("1", expression, **used(expression))

    after = table.get("1")
    assert after is not None
    assert {name: as_sets(value) for name, value in after.items()} == {
        name: as_sets(value) for name, value in before.items()
    }


@pytest.mark.parametrize(
    ("return_values", "expected"),
    [
        ("NONE", None),
        ("ALL_OLD", {**key("1"), "a": number(1), "m": {"M": {"x": number(1), "y": number(2)}}}),
        ("UPDATED_OLD", {"a": number(1), "m": {"M": {"x": number(1)}}}),
        (
            "ALL_NEW",
            {**key("1"), "a": number(2), "m": {"M": {"x": number(5), "y": number(2)}}, "b": number(5)},
        ),
        ("UPDATED_NEW", {"a": number(2), "m": {"M": {"x": number(5)}}, "b": number(5)}),
    ],
)
def test_return_values_of_an_update(table: TableUnderTest, return_values: str, expected: Any) -> None:
    table.put("1", a=number(1), m={"M": {"x": number(1), "y": number(2)}})

    answer = table.update(
        "1",
        "SET a = a + :one, m.x = :five, b = :five",
        ExpressionAttributeValues={":one": number(1), ":five": number(5)},
        ReturnValues=return_values,
    )

    assert answer.get("Attributes") == expected


def test_old_values_of_an_item_that_was_missing_are_absent(table: TableUnderTest) -> None:
    answer = table.update(
        "1", "SET a = :one", ExpressionAttributeValues={":one": number(1)}, ReturnValues="UPDATED_OLD"
    )

    assert "Attributes" not in answer


def test_put_and_delete_return_the_old_item(table: TableUnderTest) -> None:
    first = table.put("1", a=number(1))
    second = {**key("1"), "a": number(2)}

    assert table.put_item(Item=second, ReturnValues="ALL_OLD")["Attributes"] == first
    assert table.delete_item(Key=key("1"), ReturnValues="ALL_OLD")["Attributes"] == second
    assert "Attributes" not in table.delete_item(Key=key("1"), ReturnValues="ALL_OLD")


def test_put_cannot_return_new_values(table: TableUnderTest) -> None:
    with invalid():
        table.put_item(Item=key("1"), ReturnValues="ALL_NEW")


def test_projection_returns_nested_parts(table: TableUnderTest) -> None:
    table.put("1", **START)

    answer = table.get_item(
        Key=key("1"),
        ProjectionExpression="address.city, parts[2], parts[0], #a, nowhere",
        ExpressionAttributeNames={"#a": "amount"},
    )

    assert answer["Item"] == {
        "address": {"M": {"city": text("Lyon")}},
        "parts": {"L": [text("zero"), text("two")]},
        "amount": number(10),
    }


def test_overlapping_projections_are_refused(table: TableUnderTest) -> None:
    with invalid("Two document paths overlap"):
        table.get_item(Key=key("1"), ProjectionExpression="address, address.city")
