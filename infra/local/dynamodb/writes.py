"""Writes to single items: what must hold of the item that stands, and which item follows.

A request is read and checked as a whole before any item is looked at; `execute` then decides and writes
within the store's transaction. Single operations, batches and transactions all write through here.

Source: Amazon DynamoDB API Reference, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheck".
"""

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.dynamodb.errors import ConditionalCheckFailedError, ValidationError
from infra.local.dynamodb.expressions.request import BoundCondition, BoundUpdate, Expressions
from infra.local.dynamodb.keys import EncodedKey
from infra.local.dynamodb.parameters import (
    Request,
    choice,
    refuse_legacy,
    required_structure,
    required_text,
)
from infra.local.dynamodb.schema import Table
from infra.local.dynamodb.store import Store
from infra.local.dynamodb.values import Item, WeighedItem, canonical_item, refuse_too_deep, weighed

_OVERSIZED_PUT = "Item size has exceeded the maximum allowed size"
_OVERSIZED_UPDATE = "Item size to update has exceeded the maximum allowed size"

Successor = Callable[[Item | None], WeighedItem | None]


@dataclass(frozen=True, slots=True)
class Write:
    """A write to the item at `key`: `successor` makes the item that follows, None for deletion."""

    table: Table
    key: EncodedKey
    condition: BoundCondition | None
    successor: Successor
    returns_old_on_failure: bool
    update: BoundUpdate | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The item before and after a write."""

    old: Item | None
    new: WeighedItem | None


@dataclass(frozen=True, slots=True)
class ConditionCheck:
    """A condition that an item must satisfy for a transaction to succeed."""

    table: Table
    key: EncodedKey
    condition: BoundCondition
    returns_old_on_failure: bool


def put(table: Table, request: Request) -> Write:
    """Read a PutItem request. Raises ValidationError where the item or an expression is invalid."""
    condition = _condition(request)
    item = canonical_item(required_structure(request, "Item"))
    return Write(
        table=table,
        key=table.keys.of_item(item),
        condition=condition,
        successor=_always(_storable(table, item, _OVERSIZED_PUT)),
        returns_old_on_failure=_returns_old_on_failure(request),
    )


def delete(table: Table, request: Request) -> Write:
    """Read a DeleteItem request. Raises ValidationError where the key or an expression is invalid."""
    return Write(
        table=table,
        condition=_condition(request),
        key=_key(table, request)[1],
        successor=lambda _old: None,
        returns_old_on_failure=_returns_old_on_failure(request),
    )


def update(table: Table, request: Request) -> Write:
    """Read an UpdateItem request. Raises ValidationError where the key or an expression is invalid."""
    refuse_legacy(request)
    expressions = Expressions(request)
    bound = expressions.update("UpdateExpression")
    condition = expressions.condition("ConditionExpression")
    expressions.refuse_unused()
    key, encoded = _key(table, request)
    if bound is not None:
        _refuse_key_changes(table, bound)
    return Write(
        table=table,
        key=encoded,
        condition=condition,
        successor=_updated(table, key, bound),
        returns_old_on_failure=_returns_old_on_failure(request),
        update=bound,
    )


def condition_check(table: Table, request: Request) -> ConditionCheck:
    """Read the ConditionCheck of a transaction. Raises ValidationError where it is invalid."""
    required_text(request, "ConditionExpression")
    condition = _condition(request)
    assert condition is not None, "the expression is there"
    return ConditionCheck(table, _key(table, request)[1], condition, _returns_old_on_failure(request))


def execute(store: Store, write: Write) -> Outcome:
    """Write within the store's transaction.

    Raises ConditionalCheckFailedError where the condition does not hold, ValidationError where the item
    that stands does not allow the update.
    """
    old = store.read(write.table, write.key)
    if write.condition is not None:
        _demand(write.condition, old, returns_old=write.returns_old_on_failure)
    new = write.successor(old)
    if old is not None or new is not None:
        store.replace(write.table, write.key, old, new)
    return Outcome(old, new)


def verify(store: Store, check: ConditionCheck) -> Item | None:
    """Return the item that stands. Raises ConditionalCheckFailedError where the condition does not hold."""
    old = store.read(check.table, check.key)
    _demand(check.condition, old, returns_old=check.returns_old_on_failure)
    return old


def _demand(condition: BoundCondition, old: Item | None, *, returns_old: bool) -> None:
    if condition.holds(old or {}):
        return
    members = {"Item": old} if old is not None and returns_old else {}
    raise ConditionalCheckFailedError("The conditional request failed", **members)


def _condition(request: Request) -> BoundCondition | None:
    refuse_legacy(request)
    expressions = Expressions(request)
    condition = expressions.condition("ConditionExpression")
    expressions.refuse_unused()
    return condition


def _key(table: Table, request: Request) -> tuple[Item, EncodedKey]:
    key = canonical_item(required_structure(request, "Key"))
    return key, table.keys.of_key(key)


def _returns_old_on_failure(request: Request) -> bool:
    return choice(request, "ReturnValuesOnConditionCheckFailure", ("NONE", "ALL_OLD")) == "ALL_OLD"


def _storable(table: Table, item: Item, oversized: str) -> WeighedItem:
    for index in table.indexes.values():
        index.refuse_invalid_keys(item)
    return weighed(item, oversized)


def _always(new: WeighedItem) -> Successor:
    return lambda _old: new


def _updated(table: Table, key: Item, bound: BoundUpdate | None) -> Successor:
    def successor(old: Item | None) -> WeighedItem:
        base = key if old is None else old
        if bound is None:
            return _storable(table, base, _OVERSIZED_UPDATE)
        new = bound.applied_to(base)
        if bound.update.is_nested:
            refuse_too_deep(new)
        return _storable(table, new, _OVERSIZED_UPDATE)

    return successor


def _refuse_key_changes(table: Table, bound: BoundUpdate) -> None:
    for name in table.keys.names:
        if name in bound.attributes:
            raise ValidationError(
                f"One or more parameter values were invalid: Cannot update attribute {name}. "
                "This attribute is part of the key"
            )
