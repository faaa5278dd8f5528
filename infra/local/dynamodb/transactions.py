"""Transactions: up to 100 actions on distinct items, all of them or none.

Source: Amazon DynamoDB Developer Guide, "Amazon DynamoDB Transactions: How it works"; API Reference,
"TransactWriteItems", "TransactGetItems".
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from infra.local.dynamodb import limits, writes
from infra.local.dynamodb.capacity import Meter
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import (
    ConditionalCheckFailedError,
    IdempotentParameterMismatchError,
    KeyMismatchError,
    TransactionCanceledError,
    ValidationError,
)
from infra.local.dynamodb.expressions.request import Expressions
from infra.local.dynamodb.keys import EncodedKey
from infra.local.dynamodb.parameters import (
    Request,
    constraint_error,
    refuse_too_many,
    required_list,
    required_structure,
)
from infra.local.dynamodb.schema import Table
from infra.local.dynamodb.store import Store
from infra.local.dynamodb.values import Item, canonical_item, item_size
from infra.local.dynamodb.writes import ConditionCheck, Outcome, Write

Answer = dict[str, Any]
Clock: TypeAlias = Callable[[], float]
Action: TypeAlias = Write | ConditionCheck
Reason: TypeAlias = dict[str, Any]

_ACTIONS: Mapping[str, Callable[[Table, Request], Action]] = {
    "ConditionCheck": writes.condition_check,
    "Delete": writes.delete,
    "Put": writes.put,
    "Update": writes.update,
}
_NO_REASON: Reason = {"Code": "None"}


class Transactions:
    """Reads and writes many items at one moment; `clock` gives seconds since the epoch."""

    def __init__(self, catalog: Catalog, store: Store, clock: Clock) -> None:
        self._catalog = catalog
        self._store = store
        self._tokens = _ClientTokens(store, clock)

    def write(self, request: Request) -> Answer:
        """Answer TransactWriteItems.

        Raises TransactionCanceledError where an action fails, with a reason for each action;
        IdempotentParameterMismatchError where the client token was used with other actions.
        """
        requested = required_list(request, "TransactItems")
        refuse_too_many(requested, "TransactItems", limits.TRANSACTION_ACTIONS)
        actions = self._actions(requested)
        _refuse_repeated([(action.table.name, action.key) for action in actions])
        meter = Meter(request, in_transaction=True)
        token = _client_token(request)
        with self._store.writing():
            if token is None or self._tokens.claim(token, _digest(requested)):
                self._execute(actions, meter)
        answer: Answer = {}
        meter.add_totals(answer)
        return answer

    def get(self, request: Request) -> Answer:
        """Answer TransactGetItems."""
        requested = required_list(request, "TransactItems")
        refuse_too_many(requested, "TransactItems", limits.TRANSACTION_ACTIONS)
        reads = [self._read(required_structure(entry, "Get")) for entry in requested]
        _refuse_repeated([(read.table.name, read.key) for read in reads])
        meter = Meter(request, in_transaction=True)
        with self._store.reading():
            items = [self._store.read(read.table, read.key) for read in reads]
        sizes = [item_size(item or {}) for item in items]
        _refuse_too_large(sum(sizes))
        for read, size in zip(reads, sizes, strict=True):
            meter.charge_read(read.table, None, size, consistent=True)
        answer: Answer = {
            "Responses": [
                {} if item is None else {"Item": read.project(item)}
                for read, item in zip(reads, items, strict=True)
            ]
        }
        meter.add_totals(answer)
        return answer

    def _actions(self, requested: list[Any]) -> list[Action]:
        """Read all actions; a key that does not fit its table cancels them, any other fault refuses them."""
        actions: list[Action] = []
        reasons: list[Reason] = []
        for entry in requested:
            try:
                actions.append(self._action(entry))
            except KeyMismatchError as error:
                reasons.append(_reason(error))
            else:
                reasons.append(_NO_REASON)
        _cancel_for(reasons)
        return actions

    def _action(self, entry: Any) -> Action:
        if not isinstance(entry, dict) or len(entry) != 1 or not entry.keys() <= _ACTIONS.keys():
            raise ValidationError("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, request),) = entry.items()
        return _ACTIONS[kind](self._catalog.table(request), request)

    def _read(self, request: dict[str, Any]) -> "_Read":
        table = self._catalog.table(request)
        expressions = Expressions(request)
        projection = expressions.projection("ProjectionExpression")
        expressions.refuse_unused()
        key = table.keys.of_key(canonical_item(required_structure(request, "Key")))
        return _Read(table, key, projection.function if projection else lambda item: item)

    def _execute(self, actions: list[Action], meter: Meter) -> None:
        reasons: list[Reason] = []
        size = 0
        for action in actions:
            try:
                outcome = self._perform(action)
            except (ConditionalCheckFailedError, ValidationError) as error:
                reasons.append(_reason(error))
                continue
            reasons.append(_NO_REASON)
            size += outcome.new.size if outcome.new else item_size(outcome.old or {})
            if isinstance(action, Write):
                meter.charge_write(action.table, outcome.old, outcome.new.item if outcome.new else None)
        _cancel_for(reasons)
        _refuse_too_large(size)

    def _perform(self, action: Action) -> Outcome:
        if isinstance(action, ConditionCheck):
            return Outcome(writes.verify(self._store, action), None)
        return writes.execute(self._store, action)


@dataclass(frozen=True, slots=True)
class _Read:
    table: Table
    key: EncodedKey
    project: Callable[[Item], Item]


class _ClientTokens:
    """Client request tokens of committed transactions, remembered for ten minutes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def claim(self, token: str, digest: bytes) -> bool:
        """Remember a token, within the transaction; tell whether it is new.

        Raises IdempotentParameterMismatchError where it came with other actions before.
        """
        now = self._clock()
        self._store.execute("DELETE FROM client_tokens WHERE expires <= ?", (now,))
        known = self._store.execute("SELECT digest FROM client_tokens WHERE token = ?", (token,)).fetchone()
        if known is None:
            self._store.execute(
                "INSERT INTO client_tokens VALUES (?, ?, ?)",
                (token, digest, now + limits.CLIENT_TOKEN_SECONDS),
            )
            return True
        if known[0] != digest:
            raise IdempotentParameterMismatchError(
                "The request uses the same client token as a previous, but non-identical request. "
                "Do not reuse a client token with different requests, unless the requests are identical"
            )
        return False


def _reason(error: ConditionalCheckFailedError | ValidationError) -> Reason:
    code = "ValidationError" if isinstance(error, ValidationError) else "ConditionalCheckFailed"
    return {"Code": code, "Message": error.message, **error.members}


def _cancel_for(reasons: list[Reason]) -> None:
    """Raise TransactionCanceledError where an action has a reason."""
    if all(reason is _NO_REASON for reason in reasons):
        return
    codes = ", ".join(reason["Code"] for reason in reasons)
    raise TransactionCanceledError(
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def _client_token(request: Request) -> str | None:
    token = request.get("ClientRequestToken")
    if token is None:
        return None
    if not 1 <= len(token) <= limits.CLIENT_TOKEN_CHARACTERS:
        raise constraint_error(
            token,
            "ClientRequestToken",
            f"Member must have length less than or equal to {limits.CLIENT_TOKEN_CHARACTERS}",
        )
    return str(token)


def _digest(requested: list[Any]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(requested, order="sorted")).digest()


def _refuse_repeated(keys: list[tuple[str, EncodedKey]]) -> None:
    if len(set(keys)) < len(keys):
        raise ValidationError("Transaction request cannot include multiple operations on one item")


def _refuse_too_large(size: int) -> None:
    if size > limits.TRANSACTION_BYTES:
        raise ValidationError("The aggregate size of the items in the transaction exceeded 4 MB")
