"""Condition expressions, as the Developer Guide's "Condition and filter expressions" describes them."""

from typing import Any

import pytest

from infra.local.dynamodb.expressions.reserved_words import RESERVED_WORDS
from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    invalid,
    key,
    new_table,
    number,
    refused,
    text,
)

VALUES = {
    ":ten": number(10),
    ":two": number(2),
    ":text": text("abc"),
    ":prefix": text("ab"),
    ":bytes": {"B": b"\x01\x02"},
    ":member": text("red"),
    ":type": text("SS"),
    ":true": {"BOOL": True},
}


def used(expression: str, values: dict[str, Any] = VALUES) -> dict[str, Any]:
    """Return the ExpressionAttributeValues that an expression uses, if any."""
    found = {name: value for name, value in values.items() if name in expression}
    return {"ExpressionAttributeValues": found} if found else {}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("amount = :ten", True),
        ("amount <> :ten", False),
        ("amount > :two", True),
        ("amount < :two", False),
        ("amount BETWEEN :two AND :ten", True),
        ("amount IN (:two, :ten)", True),
        ("amount IN (:two, :text)", False),
        ("nowhere = :ten", False),
        ("nowhere <> :ten", True),
        ("nowhere < :ten", False),
        ("NOT nowhere = :ten", True),
        ("amount > :text", False),
        ("amount <> :text", True),
        ("attribute_exists(amount)", True),
        ("attribute_exists(address.city)", True),
        ("attribute_not_exists(address.street)", True),
        ("attribute_exists(parts[1])", True),
        ("attribute_exists(parts[2])", False),
        ("attribute_type(colours, :type)", True),
        ("attribute_type(amount, :type)", False),
        ("begins_with(label, :prefix)", True),
        ("begins_with(amount, :prefix)", False),
        ("contains(label, :prefix)", True),
        ("contains(colours, :member)", True),
        ("contains(parts, :text)", True),
        ("contains(amount, :text)", False),
        ("size(label) > :two", True),
        ("size(colours) = :two", True),
        ("size(content) = :two", True),
        ("size(amount) > :two", False),
        ("content = :bytes", True),
        ("paid = :true", True),
        ("address.city = :text", True),
        ("parts[0] = :text", True),
        ("amount = :two OR label = :text AND paid = :true", True),
        ("(amount = :two OR label = :text) AND NOT paid = :true", False),
        ("NOT amount = :two AND label = :text", True),
        ("amount = amount_again", True),
        ("between_years = :text and not ( amount = :two )", False),
    ],
)
def test_condition(table: TableUnderTest, condition: str, expected: bool) -> None:
    table.put(
        "1",
        amount=number("10.0"),
        amount_again=number("1e1"),
        label=text("abc"),
        colours={"SS": ["red", "blue"]},
        content={"B": b"\x01\x02"},
        paid={"BOOL": True},
        address={"M": {"city": text("abc")}},
        parts={"L": [text("abc"), number(1)]},
    )

    assert table.holds("1", condition, **used(condition)) is expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("amount = ", ["Invalid ConditionExpression: Syntax error", "<EOF>"]),
        ("amount == :two", ["Invalid ConditionExpression: Syntax error"]),
        ("amount = :two extra", ['Syntax error; token: "extra", near: ":two extra"']),
        ("status = :text", ["Attribute name is a reserved keyword; reserved keyword: status"]),
        ("matches(amount)", ["Invalid function name; function: matches"]),
        ("begins_with(label)", ["Incorrect number of operands", "begins_with"]),
        ("begins_with(label, :ten)", ["Incorrect operand type", "begins_with"]),
        ("attribute_exists(:text)", ["requires a document path", "attribute_exists"]),
        ("attribute_type(label, :text)", ["Invalid attribute type name found"]),
        ("amount < :true", ["Incorrect operand type for operator or function; operator or function: <"]),
        ("amount BETWEEN :ten AND :two", ["upper bound to be greater than or equal to lower bound"]),
        ("amount BETWEEN :two AND :text", ["same data type"]),
        ("((amount = :two))", ["redundant parentheses"]),
        ("amount = amount", ["first operand must be distinct"]),
        ("amount = :missing", ["expression attribute value used in expression is not defined", ":missing"]),
        (
            "#missing = :two",
            ["expression attribute name used in the document path is not defined", "#missing"],
        ),
    ],
)
def test_invalid_condition_is_refused(table: TableUnderTest, condition: str, words: list[str]) -> None:
    with invalid(*words):
        table.delete_item(Key=key("1"), ConditionExpression=condition, **used(condition))


def test_all_573_reserved_words_are_known() -> None:
    assert len(RESERVED_WORDS) == 573
    assert {"ABORT", "BATCH", "COUNTER", "STATE", "STATUS", "TTL", "ZONE"} <= RESERVED_WORDS


def test_empty_condition_is_refused(table: TableUnderTest) -> None:
    with invalid("Invalid ConditionExpression: The expression can not be empty"):
        table.delete_item(Key=key("1"), ConditionExpression="")


def test_condition_beyond_4_kb_is_refused(table: TableUnderTest) -> None:
    condition = "attribute_exists(" + "a" * 4096 + ")"

    with invalid("Expression size has exceeded the maximum allowed size"):
        table.delete_item(Key=key("1"), ConditionExpression=condition)


def test_in_takes_at_most_100_operands(table: TableUnderTest) -> None:
    values = {f":v{n}": number(n) for n in range(101)}

    with invalid("operands"):
        table.delete_item(
            Key=key("1"),
            ConditionExpression=f"amount IN ({', '.join(values)})",
            ExpressionAttributeValues=values,
        )


def test_unused_value_is_refused(table: TableUnderTest) -> None:
    with invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}"):
        table.delete_item(
            Key=key("1"),
            ConditionExpression="amount = :used",
            ExpressionAttributeValues={":used": number(1), ":unused": number(2)},
        )


def test_unused_name_is_refused(table: TableUnderTest) -> None:
    with invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}"):
        table.delete_item(
            Key=key("1"),
            ConditionExpression="attribute_exists(#used)",
            ExpressionAttributeNames={"#used": "a", "#unused": "b"},
        )


def test_names_without_any_expression_are_refused(table: TableUnderTest) -> None:
    with invalid("ExpressionAttributeNames can only be specified when using expressions"):
        table.delete_item(Key=key("1"), ExpressionAttributeNames={"#name": "a"})


def test_name_placeholder_reaches_a_reserved_word_and_a_dotted_name(table: TableUnderTest) -> None:
    table.put("1", status=text("open"), **{"a.b": number(1)})

    assert table.holds(
        "1",
        "#status = :open AND #dotted = :one",
        ExpressionAttributeNames={"#status": "status", "#dotted": "a.b"},
        ExpressionAttributeValues={":open": text("open"), ":one": number(1)},
    )


def test_failed_condition_leaves_the_item_and_tells_it_when_asked(table: TableUnderTest) -> None:
    item = table.put("1", amount=number(1))

    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        table.put_item(Item=key("1"), ConditionExpression="attribute_not_exists(pk)")
    with pytest.raises(table.client.exceptions.ConditionalCheckFailedException) as failure:
        table.put_item(
            Item=key("1"),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert failure.value.response["Item"] == item
    assert table.get("1") == item


def test_condition_on_a_missing_item_sees_an_empty_one(table: TableUnderTest) -> None:
    table.put_item(Item=key("1"), ConditionExpression="attribute_not_exists(pk)")

    assert table.get("1") == key("1")


def test_sets_are_equal_in_any_order(table: TableUnderTest) -> None:
    table.put("1", numbers={"NS": ["3", "1.0", "20"]})

    assert table.holds(
        "1", "numbers = :numbers", ExpressionAttributeValues={":numbers": {"NS": ["20", "3", "1"]}}
    )


def test_legacy_conditions_are_refused(in_process_client: Any) -> None:
    with new_table(in_process_client) as table, invalid("legacy parameter Expected is not supported"):
        table.put_item(Item=key("1"), Expected={"pk": {"Exists": False}})
