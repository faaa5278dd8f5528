"""The expressions of one request, with the names and values that they share.

Reading an expression costs more than evaluating it, and callers send the same text with other values again
and again: what a text becomes is kept, by the text and the names it uses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from infra.local.dynamodb.errors import SerializationError, ValidationError
from infra.local.dynamodb.expressions.compiled import Compiled, Predicate, Values
from infra.local.dynamodb.expressions.conditions import compile_condition
from infra.local.dynamodb.expressions.key_conditions import KeyRange, KeyRangeOf, compile_key_condition
from infra.local.dynamodb.expressions.projections import Projection, compile_projection
from infra.local.dynamodb.expressions.updates import Update, compile_update
from infra.local.dynamodb.keys import KeySchema
from infra.local.dynamodb.values import Item, canonical_value

_Names = tuple[tuple[str, str], ...]
_REMEMBERED = 2048

_NAMES = "ExpressionAttributeNames"
_VALUES = "ExpressionAttributeValues"
_NAME_PLACEHOLDER = re.compile(r"#[A-Za-z0-9_]+")
_VALUE_PLACEHOLDER = re.compile(r":[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class BoundCondition:
    """A condition with the values of one request."""

    predicate: Predicate
    values: Values
    attributes: frozenset[str]

    def holds(self, item: Item) -> bool:
        """Tell whether an item satisfies the condition; no item is an empty one."""
        return self.predicate(item, self.values)


@dataclass(frozen=True, slots=True)
class BoundUpdate:
    """An update with the values of one request."""

    update: Update
    values: Values
    attributes: frozenset[str]

    def applied_to(self, item: Item) -> Item:
        """Return the item that follows. Raises ValidationError where the item does not allow the update."""
        return self.update.apply(item, self.values)

    def touched(self, item: Item) -> Item:
        """Return the parts of an item that the update names."""
        return self.update.touched(item)


class Expressions:
    """Reads the expressions of a request, then refuses placeholders that are missing or unused."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._names: Mapping[str, str] = _placeholders(request, _NAMES, _NAME_PLACEHOLDER)
        self._values = {
            name: canonical_value(value)
            for name, value in _placeholders(request, _VALUES, _VALUE_PLACEHOLDER).items()
        }
        self._cache_key: _Names = tuple(self._names.items())
        self._used_names: frozenset[str] = frozenset()
        self._used_values: frozenset[str] = frozenset()
        self._has_expressions = False

    def condition(self, parameter: str) -> BoundCondition | None:
        """Return the condition that stands in `parameter`, such as ConditionExpression."""
        text = self._text(parameter)
        if text is None:
            return None
        compiled = _condition(parameter, text, self._cache_key)
        self._bind(parameter, compiled)
        return BoundCondition(compiled.function, self._values, compiled.attributes)

    def update(self, parameter: str) -> BoundUpdate | None:
        """Return the update that stands in `parameter`."""
        text = self._text(parameter)
        if text is None:
            return None
        compiled = _update(parameter, text, self._cache_key)
        self._bind(parameter, compiled)
        return BoundUpdate(compiled.function, self._values, compiled.attributes)

    def projection(self, parameter: str) -> Compiled[Projection] | None:
        """Return the projection that stands in `parameter`."""
        text = self._text(parameter)
        if text is None:
            return None
        compiled = _projection(parameter, text, self._cache_key)
        self._bind(parameter, compiled)
        return compiled

    def key_range(self, parameter: str, keys: KeySchema) -> KeyRange:
        """Return the range of `keys` that the key condition in `parameter` describes."""
        text = self._text(parameter)
        if text is None:
            raise ValidationError(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
                "request."
            )
        compiled = _key_condition(parameter, text, self._cache_key, keys)
        self._bind(parameter, compiled)
        return compiled.function(self._values)

    def refuse_unused(self) -> None:
        """Raise ValidationError where the request defines names or values that no expression uses."""
        self._refuse_unused(_NAMES, self._names.keys() - self._used_names)
        self._refuse_unused(_VALUES, self._values.keys() - self._used_values)

    def _refuse_unused(self, parameter: str, unused: set[str]) -> None:
        if not unused:
            return
        if not self._has_expressions:
            raise ValidationError(f"{parameter} can only be specified when using expressions")
        raise ValidationError(
            f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(sorted(unused))}}}"
        )

    def _text(self, parameter: str) -> str | None:
        text = self._request.get(parameter)
        if text is None:
            return None
        if not isinstance(text, str):
            raise SerializationError(f"{parameter} is a string")
        self._has_expressions = True
        return text

    def _bind(self, parameter: str, compiled: Compiled[object]) -> None:
        missing = compiled.used_values - self._values.keys()
        if missing:
            raise ValidationError(
                f"Invalid {parameter}: An expression attribute value used in expression is not defined; "
                f"attribute value: {min(missing)}"
            )
        for check in compiled.checks:
            check(self._values)
        self._used_names |= compiled.used_names
        self._used_values |= compiled.used_values


def _placeholders(request: Mapping[str, Any], parameter: str, pattern: re.Pattern[str]) -> Mapping[str, Any]:
    given = request.get(parameter)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise SerializationError(f"{parameter} is a map")
    if not given:
        raise ValidationError(f"{parameter} must not be empty")
    for name in given:
        if not pattern.fullmatch(name):
            raise ValidationError(f'{parameter} contains invalid key: Syntax error; key: "{name}"')
    return given


@lru_cache(_REMEMBERED)
def _condition(parameter: str, text: str, names: _Names) -> Compiled[Predicate]:
    return compile_condition(parameter, text, dict(names))


@lru_cache(_REMEMBERED)
def _update(parameter: str, text: str, names: _Names) -> Compiled[Update]:
    return compile_update(parameter, text, dict(names))


@lru_cache(_REMEMBERED)
def _projection(parameter: str, text: str, names: _Names) -> Compiled[Projection]:
    return compile_projection(parameter, text, dict(names))


@lru_cache(_REMEMBERED)
def _key_condition(parameter: str, text: str, names: _Names, keys: KeySchema) -> Compiled[KeyRangeOf]:
    return compile_key_condition(parameter, text, dict(names), keys)
