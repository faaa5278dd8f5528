"""Updates as functions from an item and the request's values to the item that follows.

Every operand is evaluated against the item as it was before the update.

Source: Amazon DynamoDB Developer Guide, "Using update expressions in DynamoDB".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from infra.local.dynamodb import numbers
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.compiled import Compiled, Evaluator, ValueCheck, Values
from infra.local.dynamodb.expressions.nodes import (
    Arithmetic,
    Call,
    Operand,
    Path,
    Placeholder,
    UpdateAction,
)
from infra.local.dynamodb.expressions.paths import (
    Elements,
    change_in_copy,
    refuse_overlaps,
    value_at,
)
from infra.local.dynamodb.expressions.projections import Projection, projection_of
from infra.local.dynamodb.expressions.syntax import Reader
from infra.local.dynamodb.expressions.update_syntax import read_update
from infra.local.dynamodb.values import AttributeValue, Item, set_of, type_of

_SETS = frozenset({"SS", "NS", "BS"})
_ADDABLE = _SETS | {"N"}
_ARITHMETIC: dict[str, Callable[[str, str], str]] = {"+": numbers.add, "-": numbers.subtract}

# What an action does to one path: None as outcome removes what the path leads to.
_Change: TypeAlias = Evaluator


@dataclass(frozen=True, slots=True)
class Update:
    """A compiled update: `apply` makes the new item, `touched` reduces an item to the paths it names.

    `is_nested` tells that a path leads into a container, so that values may come to lie deeper.
    """

    apply: Callable[[Item, Values], Item]
    touched: Projection
    is_nested: bool


def compile_update(parameter: str, text: str, names: Mapping[str, str]) -> Compiled[Update]:
    """Return the function that applies an update. Raises ValidationError where the text is invalid."""
    reader = Reader(parameter, text, names)
    actions = read_update(reader)
    paths = [action.path for action in actions]
    refuse_overlaps(parameter, paths)
    compiler = _Compiler(parameter)
    changes = [(action.path.elements, compiler.change(action)) for action in _in_order(actions)]
    return Compiled(
        function=Update(
            apply=_applied(changes),
            touched=projection_of(paths),
            is_nested=any(len(path.elements) > 1 for path in paths),
        ),
        used_names=frozenset(reader.used_names),
        used_values=frozenset(reader.used_values),
        attributes=frozenset(path.attribute for path in paths),
        checks=tuple(compiler.checks),
    )


def _in_order(actions: list[UpdateAction]) -> list[UpdateAction]:
    """Order actions so that list positions keep their meaning: appends upwards, removals last, downwards."""
    removals = [action for action in actions if action.clause == "REMOVE"]
    others = [action for action in actions if action.clause != "REMOVE"]
    return sorted(others, key=_positions) + sorted(removals, key=_positions, reverse=True)


def _positions(action: UpdateAction) -> list[int]:
    return [element for element in action.path.elements if isinstance(element, int)]


def _applied(changes: list[tuple[Elements, _Change]]) -> Callable[[Item, Values], Item]:
    def apply(item: Item, values: Values) -> Item:
        outcomes = [(elements, change(item, values)) for elements, change in changes]
        following = dict(item)
        for elements, outcome in outcomes:
            change_in_copy(following, elements, outcome)
        return following

    return apply


class _Compiler:
    def __init__(self, parameter: str) -> None:
        self.checks: list[ValueCheck] = []
        self._parameter = parameter

    def change(self, action: UpdateAction) -> _Change:
        elements = action.path.elements
        match action.clause, action.operand:
            case "REMOVE", _:
                return lambda _item, _values: None
            case "ADD", Placeholder(name):
                self._require_types(action.operand, "ADD", _ADDABLE)
                return lambda item, values: _sum(value_at(item, elements), values[name])
            case "DELETE", Placeholder(name):
                self._require_types(action.operand, "DELETE", _SETS)
                return lambda item, values: _difference(value_at(item, elements), values[name])
            case _, operand:
                assert operand is not None, "the grammar gives SET an operand"
                return _present(self._operand(operand))

    def _operand(self, operand: Operand) -> Evaluator:
        match operand:
            case Path(elements):
                return lambda item, _values: value_at(item, elements)
            case Placeholder(name):
                return lambda _item, values: values[name]
            case Call("if_not_exists", (path, default)):
                return _if_not_exists(self._operand(path), self._operand(default))
            case Call(_, (head, tail)):
                for argument in (head, tail):
                    self._require_types(argument, "list_append", frozenset({"L"}))
                return _list_append(_present(self._operand(head)), _present(self._operand(tail)))
            case Arithmetic(operator, left, right):
                for argument in (left, right):
                    self._require_types(argument, operator, frozenset({"N"}))
                return _arithmetic(
                    _ARITHMETIC[operator], _present(self._operand(left)), _present(self._operand(right))
                )
            case _:
                raise AssertionError(f"no operand of an update: {operand}")

    def _require_types(self, operand: Operand | None, operator_name: str, allowed: frozenset[str]) -> None:
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


def _present(operand: Evaluator) -> Evaluator:
    def value(item: Item, values: Values) -> AttributeValue:
        found = operand(item, values)
        if found is None:
            raise ValidationError(
                "The provided expression refers to an attribute that does not exist in the item"
            )
        return found

    return value


def _if_not_exists(path: Evaluator, default: Evaluator) -> Evaluator:
    def value(item: Item, values: Values) -> AttributeValue | None:
        found = path(item, values)
        return default(item, values) if found is None else found

    return value


def _list_append(head: Evaluator, tail: Evaluator) -> Evaluator:
    def appended(item: Item, values: Values) -> AttributeValue:
        return {"L": [*_content(head(item, values), "L"), *_content(tail(item, values), "L")]}

    return appended


def _arithmetic(function: Callable[[str, str], str], left: Evaluator, right: Evaluator) -> Evaluator:
    def result(item: Item, values: Values) -> AttributeValue:
        return {"N": function(_content(left(item, values), "N"), _content(right(item, values), "N"))}

    return result


def _content(value: AttributeValue | None, kind: str) -> Any:
    if value is None or kind not in value:
        raise ValidationError("An operand in the update expression has an incorrect data type")
    return value[kind]


def _sum(current: AttributeValue | None, addend: AttributeValue) -> AttributeValue:
    if current is None:
        return addend
    ((kind, content),) = addend.items()
    held = _content(current, kind)
    if kind == "N":
        return {"N": numbers.add(held, content)}
    return set_of(kind, {*held, *content})


def _difference(current: AttributeValue | None, removed: AttributeValue) -> AttributeValue | None:
    if current is None:
        return None
    ((kind, content),) = removed.items()
    remaining = set(_content(current, kind)) - set(content)
    return set_of(kind, remaining) if remaining else None
