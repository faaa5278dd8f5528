"""Conditions and filters as functions of an item and the request's values.

A comparison with an attribute that the item lacks is false, except `<>`; so is an ordering between values of
different types.

Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions".
"""

import base64
import operator
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.compiled import Compiled, Evaluator, Predicate, ValueCheck, Values
from infra.local.dynamodb.expressions.condition_syntax import read_condition
from infra.local.dynamodb.expressions.nodes import (
    Between,
    Call,
    Combination,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Path,
    Placeholder,
)
from infra.local.dynamodb.expressions.paths import value_at
from infra.local.dynamodb.expressions.syntax import Reader
from infra.local.dynamodb.values import AttributeValue, Item, ordinal, type_of

_ORDERED_TYPES = frozenset({"S", "N", "B"})
_PREFIXED_TYPES = frozenset({"S", "B"})
_TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")
_MEASURED_TYPES = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})
_ELEMENT_TYPE_OF_SET = {"SS": "S", "NS": "N", "BS": "B"}
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_condition(parameter: str, text: str, names: Mapping[str, str]) -> Compiled[Predicate]:
    """Return the function that decides a condition. Raises ValidationError where the text is invalid."""
    reader = Reader(parameter, text, names)
    node = read_condition(reader)
    compiler = _Compiler(parameter)
    return Compiled(
        function=compiler.predicate(node),
        used_names=frozenset(reader.used_names),
        used_values=frozenset(reader.used_values),
        attributes=frozenset(reader.attributes),
        checks=tuple(compiler.checks),
    )


class _Compiler:
    def __init__(self, parameter: str) -> None:
        self.checks: list[ValueCheck] = []
        self._parameter = parameter

    def predicate(self, node: Condition) -> Predicate:
        match node:
            case Comparison():
                return self._comparison(node)
            case Between():
                return self._between(node)
            case In(operand, candidates):
                return _in(_operand(operand), [_operand(candidate) for candidate in candidates])
            case Call():
                return self._call(node)
            case Not(condition):
                return _not(self.predicate(condition))
            case Combination("AND", left, right):
                return _and(self.predicate(left), self.predicate(right))
            case Combination(_, left, right):
                return _or(self.predicate(left), self.predicate(right))

    def _comparison(self, node: Comparison) -> Predicate:
        left, right = _operand(node.left), _operand(node.right)
        if node.operator == "=":
            return _equal(left, right)
        if node.operator == "<>":
            return _different(left, right)
        for operand in (node.left, node.right):
            self._require_types(operand, node.operator, _ORDERED_TYPES)
        return _ordered(_ORDERINGS[node.operator], left, right)

    def _between(self, node: Between) -> Predicate:
        for operand in (node.operand, node.low, node.high):
            self._require_types(operand, "BETWEEN", _ORDERED_TYPES)
        if isinstance(node.low, Placeholder) and isinstance(node.high, Placeholder):
            self.checks.append(_bounds_check(self._parameter, node.low.name, node.high.name))
        tested = _operand(node.operand)
        return _and(
            _ordered(operator.ge, tested, _operand(node.low)),
            _ordered(operator.le, tested, _operand(node.high)),
        )

    def _call(self, node: Call) -> Predicate:
        first = _operand(node.arguments[0])
        match node.function:
            case "attribute_exists":
                return lambda item, values: first(item, values) is not None
            case "attribute_not_exists":
                return lambda item, values: first(item, values) is None
            case "attribute_type":
                self._require_type_name(node.arguments[1])
                return _has_type(first, _operand(node.arguments[1]))
            case "begins_with":
                self._require_types(node.arguments[1], "begins_with", _PREFIXED_TYPES)
                return _both_present(_begins_with, first, _operand(node.arguments[1]))
            case _:
                return _both_present(_contains, first, _operand(node.arguments[1]))

    def _require_types(self, operand: Operand, operator_name: str, allowed: frozenset[str]) -> None:
        """Check, before any item is looked at, that a supplied value has a type the operator takes."""
        if not isinstance(operand, Placeholder):
            return
        name = operand.name

        def check(values: Values) -> None:
            kind = type_of(values[name])
            if kind not in allowed:
                raise ValidationError(
                    f"Invalid {self._parameter}: Incorrect operand type for operator or function; "
                    f"operator or function: {operator_name}, operand type: {kind}"
                )

        self.checks.append(check)

    def _require_type_name(self, operand: Operand) -> None:
        if not isinstance(operand, Placeholder):
            raise ValidationError(
                f"Invalid {self._parameter}: Incorrect operand type for operator or function; "
                "operator or function: attribute_type, operand type: document path"
            )
        self._require_types(operand, "attribute_type", frozenset({"S"}))
        name = operand.name

        def check(values: Values) -> None:
            type_name = values[name]["S"]
            if type_name not in _TYPES:
                raise ValidationError(
                    f"Invalid {self._parameter}: Invalid attribute type name found; "
                    f"type: {type_name}, valid types: {{{','.join(_TYPES)}}}"
                )

        self.checks.append(check)


def _bounds_check(parameter: str, low_name: str, high_name: str) -> ValueCheck:
    def check(values: Values) -> None:
        low, high = values[low_name], values[high_name]
        bounds = (
            f"lower bound operand: AttributeValue: {_shown(low)}, "
            f"upper bound operand: AttributeValue: {_shown(high)}"
        )
        if type_of(low) != type_of(high):
            raise ValidationError(
                f"Invalid {parameter}: The BETWEEN operator requires same data type for lower and upper "
                f"bounds; {bounds}"
            )
        if _ordered(operator.gt, lambda _item, _values: low, lambda _item, _values: high)({}, values):
            raise ValidationError(
                f"Invalid {parameter}: The BETWEEN operator requires upper bound to be greater than or "
                f"equal to lower bound; {bounds}"
            )

    return check


def _shown(value: AttributeValue) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"


def _operand(operand: Operand) -> Evaluator:
    match operand:
        case Path(elements) if len(elements) == 1:
            attribute = operand.attribute
            return lambda item, _values: item.get(attribute)
        case Path(elements):
            return lambda item, _values: value_at(item, elements)
        case Placeholder(name):
            return lambda _item, values: values[name]
        case Call(_, (measured,)):
            return _size(_operand(measured))
        case _:
            raise AssertionError(f"no operand of a condition: {operand}")


def _size(measured: Evaluator) -> Evaluator:
    def size(item: Item, values: Values) -> AttributeValue | None:
        value = measured(item, values)
        if value is None or type_of(value) not in _MEASURED_TYPES:
            return None
        ((kind, content),) = value.items()
        return {"N": str(len(base64.b64decode(content) if kind == "B" else content))}

    return size


def _equal(left: Evaluator, right: Evaluator) -> Predicate:
    def equal(item: Item, values: Values) -> bool:
        value = left(item, values)
        return value is not None and value == right(item, values)

    return equal


def _different(left: Evaluator, right: Evaluator) -> Predicate:
    return lambda item, values: left(item, values) != right(item, values)


def _ordered(ordering: Callable[[Any, Any], bool], left: Evaluator, right: Evaluator) -> Predicate:
    def in_order(one: AttributeValue, other: AttributeValue) -> bool:
        kind = type_of(one)
        if kind not in _ORDERED_TYPES or kind != type_of(other):
            return False
        return ordering(ordinal(one), ordinal(other))

    return _both_present(in_order, left, right)


def _both_present(
    test: Callable[[AttributeValue, AttributeValue], bool], left: Evaluator, right: Evaluator
) -> Predicate:
    def passes(item: Item, values: Values) -> bool:
        one, other = left(item, values), right(item, values)
        return one is not None and other is not None and test(one, other)

    return passes


def _has_type(operand: Evaluator, type_name: Evaluator) -> Predicate:
    return _both_present(lambda value, name: type_of(value) == name["S"], operand, type_name)


def _begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    kind = type_of(value)
    if kind not in _PREFIXED_TYPES or kind != type_of(prefix):
        return False
    text: Any = ordinal(value)
    return bool(text.startswith(ordinal(prefix)))


def _contains(value: AttributeValue, part: AttributeValue) -> bool:
    ((kind, content),) = value.items()
    if kind == "L":
        return part in content
    if kind in _ELEMENT_TYPE_OF_SET:
        return part.get(_ELEMENT_TYPE_OF_SET[kind]) in content
    if kind not in _PREFIXED_TYPES or kind != type_of(part):
        return False
    text: Any = ordinal(value)
    return ordinal(part) in text


def _in(operand: Evaluator, candidates: list[Evaluator]) -> Predicate:
    def is_one_of(item: Item, values: Values) -> bool:
        value = operand(item, values)
        return value is not None and any(value == candidate(item, values) for candidate in candidates)

    return is_one_of


def _not(condition: Predicate) -> Predicate:
    return lambda item, values: not condition(item, values)


def _and(left: Predicate, right: Predicate) -> Predicate:
    return lambda item, values: left(item, values) and right(item, values)


def _or(left: Predicate, right: Predicate) -> Predicate:
    return lambda item, values: left(item, values) or right(item, values)
