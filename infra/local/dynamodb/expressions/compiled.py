"""What an expression becomes once it is read: a function and what it needs from a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from infra.local.dynamodb.values import AttributeValue, Item

Values: TypeAlias = Mapping[str, AttributeValue]
Predicate: TypeAlias = Callable[[Item, Values], bool]
Evaluator: TypeAlias = Callable[[Item, Values], AttributeValue | None]
ValueCheck: TypeAlias = Callable[[Values], None]

Function_co = TypeVar("Function_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Compiled(Generic[Function_co]):
    """An expression, ready for any number of requests that use its text and names with other values.

    `checks` look at the values of one request and raise ValidationError for types that an operator cannot
    take, whatever the item holds.
    """

    function: Function_co
    used_names: frozenset[str]
    used_values: frozenset[str]
    attributes: frozenset[str]
    checks: tuple[ValueCheck, ...]
