"""Attribute values: what a request may carry, in one canonical form, and what each weighs.

An attribute value keeps the shape of the wire, a dictionary of one member that names its type:
`{"S": "text"}`, `{"M": {...}}`. Canonical means that equal values are equal dictionaries: numbers have one
text, sets one order, binary one base64 text. Everything stored and compared is canonical.

Source: Amazon DynamoDB API Reference, "AttributeValue"; Developer Guide, "Supported data types and naming
rules" and "DynamoDB Item sizes and formats".
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from infra.local.dynamodb import limits, numbers
from infra.local.dynamodb.errors import SerializationError, ValidationError

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]


class WeighedItem(NamedTuple):
    """An item with its weight in bytes."""

    item: Item
    size: int


_CONTAINER_OVERHEAD = 3
_ELEMENT_OVERHEAD = 1


def canonical_item(attributes: object) -> Item:
    """Return the attributes of a request in canonical form.

    Raises SerializationError for a document of another shape, ValidationError for values that the service
    refuses: empty sets, duplicates in a set, numbers out of range, nesting beyond 32 levels.
    """
    if not isinstance(attributes, dict):
        raise SerializationError("Start of structure or map found where not expected.")
    return {name: canonical_value(value, 1) for name, value in attributes.items()}


def canonical_value(value: object, level: int = 1) -> AttributeValue:
    """Return one attribute value in canonical form; `level` counts from 1 at the top of the item."""
    if not isinstance(value, dict):
        raise SerializationError("Unexpected value type in payload: an attribute value is a structure")
    if level > limits.NESTING_LEVELS:
        raise _too_deep()
    if len(value) != 1:
        raise _wrong_number_of_types(value)
    ((kind, content),) = value.items()
    if kind == "S" and isinstance(content, str):
        return value
    canonical = _CANONICAL.get(kind)
    if canonical is None:
        raise _wrong_number_of_types({})
    return {kind: canonical(content, level)}


def type_of(value: AttributeValue) -> str:
    """Return the type of a value as the wire names it: S, N, B, SS, NS, BS, M, L, BOOL or NULL."""
    return next(iter(value))


def ordinal(value: AttributeValue) -> str | Decimal | bytes:
    """Return what orders a string, number or binary value among those of its type.

    Strings order by their UTF-8 bytes, which is the order of code points, hence that of Python strings.
    """
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    if kind == "B":
        return base64.b64decode(content)
    assert kind == "S", f"values of type {kind} have no order"
    text: str = content
    return text


def set_of(kind: str, elements: Iterable[str]) -> AttributeValue:
    """Return the canonical set of type `kind` (SS, NS or BS) that holds the canonical `elements`."""
    return {kind: sorted(elements, key=_ORDER_IN_SET[kind])}


def item_size(item: Item) -> int:
    """Return the weight of an item in bytes: its attribute names and values."""
    size = 0
    for name, value in item.items():
        ((kind, content),) = value.items()
        size += len(name) if name.isascii() else len(name.encode())
        if kind == "S" and content.isascii():  # by far the most frequent: without a call
            size += len(content)
        else:
            size += _SIZES[kind](content)
    return size


def value_size(value: AttributeValue) -> int:
    """Return the weight of a value in bytes."""
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def weighed(item: Item, oversized: str) -> WeighedItem:
    """Return the item with its weight. Raises ValidationError, saying `oversized`, beyond 400 KB."""
    size = item_size(item)
    if size > limits.ITEM_BYTES:
        raise ValidationError(oversized)
    return WeighedItem(item, size)


def refuse_too_deep(item: Item) -> None:
    """Raise ValidationError where lists and maps nest beyond 32 levels."""
    level = 0
    values = list(item.values())
    while values:
        level += 1
        if level > limits.NESTING_LEVELS:
            raise _too_deep()
        values = [child for value in values for child in _children(value)]


def _children(value: AttributeValue) -> Iterable[AttributeValue]:
    if "M" in value:
        members: Item = value["M"]
        return members.values()
    elements: list[AttributeValue] = value.get("L", [])
    return elements


def _wrong_number_of_types(value: dict[str, Any]) -> ValidationError:
    if value:
        return ValidationError(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    return ValidationError(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


def _string(content: object, _level: int) -> str:
    if not isinstance(content, str):
        raise SerializationError(f"{_json_type(content)} cannot be converted to String")
    return content


def _number(content: object, level: int) -> str:
    return numbers.canonical_text(_string(content, level))


def _binary(content: object, level: int) -> str:
    try:
        decoded = base64.b64decode(_string(content, level), validate=True)
    except binascii.Error as error:
        raise SerializationError(f"Invalid base64 content: {error}") from error
    return base64.b64encode(decoded).decode("ascii")


def _boolean(content: object, _level: int) -> bool:
    if not isinstance(content, bool):
        raise SerializationError(f"{_json_type(content)} cannot be converted to Boolean")
    return content


def _null(content: object, level: int) -> bool:
    if not _boolean(content, level):
        raise ValidationError(
            "One or more parameter values were invalid: "
            "Null attribute value types must have the value of true"
        )
    return True


def _set(
    kind: str, refusal_of_none: str, canonical: Callable[[object, int], str]
) -> Callable[[object, int], list[str]]:
    def canonical_set(content: object, level: int) -> list[str]:
        if not isinstance(content, list):
            raise SerializationError("Unexpected value type in payload: a set is a list")
        if not content:
            raise ValidationError(f"One or more parameter values were invalid: {refusal_of_none}")
        elements = [canonical(element, level) for element in content]
        if len(set(elements)) < len(elements):
            raise ValidationError(
                "One or more parameter values were invalid: "
                f"Input collection [{', '.join(elements)}] contains duplicates."
            )
        ordered: list[str] = set_of(kind, elements)[kind]
        return ordered

    return canonical_set


def _list(content: object, level: int) -> list[AttributeValue]:
    if not isinstance(content, list):
        raise SerializationError("Unexpected value type in payload: expected a list")
    return [canonical_value(element, level + 1) for element in content]


def _map(content: object, level: int) -> dict[str, AttributeValue]:
    if not isinstance(content, dict):
        raise SerializationError("Unexpected value type in payload: expected a map")
    return {name: canonical_value(member, level + 1) for name, member in content.items()}


def _too_deep() -> ValidationError:
    return ValidationError(
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def _json_type(content: object) -> str:
    if content is None:
        return "NULL_VALUE"
    if isinstance(content, bool):
        return f"{str(content).upper()}_VALUE"
    if isinstance(content, int | float):
        return "NUMBER_VALUE"
    return "STRING_VALUE" if isinstance(content, str) else "START_STRUCTURE"


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _binary_size(content: str) -> int:
    return len(content) // 4 * 3 - content.count("=", -2)


def _list_size(elements: list[AttributeValue]) -> int:
    return _CONTAINER_OVERHEAD + sum(_ELEMENT_OVERHEAD + value_size(element) for element in elements)


def _map_size(members: Item) -> int:
    return _CONTAINER_OVERHEAD + len(members) * _ELEMENT_OVERHEAD + item_size(members)


_CANONICAL: dict[str, Callable[[object, int], Any]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "SS": _set("SS", "An string set  may not be empty", _string),
    "NS": _set("NS", "An number set  may not be empty", _number),
    "BS": _set("BS", "Binary sets should not be empty", _binary),
    "L": _list,
    "M": _map,
}

_ORDER_IN_SET: dict[str, Callable[[str], Any]] = {"SS": str, "NS": Decimal, "BS": base64.b64decode}

_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text_size,
    "N": numbers.byte_size,
    "B": _binary_size,
    "BOOL": lambda _content: 1,
    "NULL": lambda _content: 1,
    "SS": lambda elements: sum(map(_text_size, elements)),
    "NS": lambda elements: sum(map(numbers.byte_size, elements)),
    "BS": lambda elements: sum(map(_binary_size, elements)),
    "L": _list_size,
    "M": _map_size,
}
