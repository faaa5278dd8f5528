"""Key conditions: which partition a query reads and which part of it.

Source: Amazon DynamoDB Developer Guide, "Key condition expressions for the Query operation".
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.compiled import Compiled, Values
from infra.local.dynamodb.expressions.condition_syntax import read_condition
from infra.local.dynamodb.expressions.conditions import compile_condition
from infra.local.dynamodb.expressions.nodes import (
    Between,
    Call,
    Combination,
    Comparison,
    Condition,
    Operand,
    Path,
    Placeholder,
)
from infra.local.dynamodb.expressions.syntax import Reader
from infra.local.dynamodb.keys import KeyAttribute, KeySchema


@dataclass(frozen=True, slots=True)
class KeyRange:
    """A partition, and bounds on the sort key: pairs of a comparison and sortable bytes."""

    hash: bytes
    bounds: tuple[tuple[str, bytes], ...]

    def contains(self, range_key: bytes) -> bool:
        """Tell whether a sort key satisfies all bounds."""
        return all(_COMPARISONS[comparison](range_key, bound) for comparison, bound in self.bounds)


_COMPARISONS: Mapping[str, Callable[[bytes, bytes], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

KeyRangeOf: TypeAlias = Callable[[Values], KeyRange]


@dataclass(frozen=True, slots=True)
class _Term:
    """A condition on one key attribute."""

    attribute: str
    operator: str
    operands: tuple[str, ...]


def compile_key_condition(
    parameter: str, text: str, names: Mapping[str, str], keys: KeySchema
) -> Compiled[KeyRangeOf]:
    """Return the function from values to the range of `keys` that a key condition describes.

    Raises ValidationError where the text is invalid or is no condition on these keys.
    """
    condition = compile_condition(parameter, text, names)
    terms = _terms(parameter, read_condition(Reader(parameter, text, names)))
    by_attribute = {term.attribute: term for term in terms}
    if len(by_attribute) < len(terms):
        raise ValidationError(
            f"Invalid {parameter}: KeyConditionExpressions must only contain one condition per key"
        )
    if len(terms) > len(keys.attributes):
        raise ValidationError(
            f"The number of query conditions ({len(terms)}) exceeds the number of key attributes defined in "
            f"the schema ({len(keys.attributes)})"
        )
    _refuse_other_keys(by_attribute, keys)
    hash_term = by_attribute[keys.hash.name]
    range_term = by_attribute.get(keys.range.name) if keys.range else None

    def key_range(values: Values) -> KeyRange:
        ((_, encoded),) = _bounds(hash_term, keys, keys.hash, values)
        if range_term is None or keys.range is None:
            return KeyRange(encoded, ())
        return KeyRange(encoded, tuple(_bounds(range_term, keys, keys.range, values)))

    return Compiled(
        key_range, condition.used_names, condition.used_values, condition.attributes, condition.checks
    )


def _refuse_other_keys(by_attribute: Mapping[str, _Term], keys: KeySchema) -> None:
    if keys.hash.name not in by_attribute:
        raise ValidationError(f"Query condition missed key schema element: {keys.hash.name}")
    if by_attribute[keys.hash.name].operator != "=":
        raise ValidationError("Query key condition not supported")
    others = set(by_attribute) - set(keys.names)
    if others and keys.range is not None and keys.range.name not in by_attribute:
        raise ValidationError(f"Query condition missed key schema element: {keys.range.name}")
    if others:
        raise ValidationError("Query key condition not supported")


def _terms(parameter: str, condition: Condition) -> list[_Term]:
    match condition:
        case Combination("AND", left, right):
            return _terms(parameter, left) + _terms(parameter, right)
        case Comparison(comparison, Placeholder() as value, path) if comparison in _MIRRORED:
            return [_term(parameter, _MIRRORED[comparison], path, value)]
        case Comparison(comparison, path, value) if comparison in _MIRRORED:
            return [_term(parameter, comparison, path, value)]
        case Between(path, low, high):
            return [_term(parameter, "BETWEEN", path, low, high)]
        case Call("begins_with", (path, prefix)):
            return [_term(parameter, "begins_with", path, prefix)]
        case _:
            raise ValidationError(f"Invalid operator used in {parameter}: {_operator_of(condition)}")


def _operator_of(condition: Condition) -> str:
    match condition:
        case Comparison(comparison, _, _) | Combination(comparison, _, _):
            return comparison
        case Call(function, _):
            return function
        case _:
            return type(condition).__name__.upper()


def _term(parameter: str, comparison: str, path: Operand, *operands: Operand) -> _Term:
    if not isinstance(path, Path) or not all(isinstance(operand, Placeholder) for operand in operands):
        raise ValidationError(
            f"Invalid {parameter}: a key condition compares a key attribute with values of the request"
        )
    if len(path.elements) > 1:
        raise ValidationError(
            f"Invalid {parameter}: KeyConditionExpressions cannot have conditions on nested attributes"
        )
    names = tuple(operand.name for operand in operands if isinstance(operand, Placeholder))
    return _Term(path.attribute, comparison, names)


def _bounds(term: _Term, keys: KeySchema, attribute: KeyAttribute, values: Values) -> list[tuple[str, bytes]]:
    operands = [values[name] for name in term.operands]
    if any(attribute.type not in operand for operand in operands):
        raise ValidationError(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    encoded = [keys.encode_checked(attribute, operand) for operand in operands]
    if term.operator == "BETWEEN":
        return [(">=", encoded[0]), ("<=", encoded[1])]
    if term.operator == "begins_with":
        return _prefix_bounds(encoded[0])
    return [(term.operator, encoded[0])]


def _prefix_bounds(prefix: bytes) -> list[tuple[str, bytes]]:
    """Return the bounds of all that begins with `prefix`; bytes of 0xFF have no successor."""
    stem = prefix.rstrip(b"\xff")
    if not stem:
        return [(">=", prefix)]
    return [(">=", prefix), ("<", stem[:-1] + bytes([stem[-1] + 1]))]
