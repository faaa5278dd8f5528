"""Batches: many independent reads or writes in one request.

Source: Amazon DynamoDB API Reference, "BatchGetItem", "BatchWriteItem".
"""

from typing import Any

from infra.local.dynamodb import limits, writes
from infra.local.dynamodb.capacity import Meter
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import IndexKeyMismatchError, KeyMismatchError, ValidationError
from infra.local.dynamodb.expressions.compiled import Compiled
from infra.local.dynamodb.expressions.projections import Projection
from infra.local.dynamodb.expressions.request import Expressions
from infra.local.dynamodb.keys import NO_KEY_OF_SCHEMA, EncodedKey
from infra.local.dynamodb.parameters import (
    Request,
    constraint_error,
    refuse_legacy,
    refuse_too_many,
    required_list,
    required_structure,
)
from infra.local.dynamodb.schema import Table
from infra.local.dynamodb.store import Store
from infra.local.dynamodb.values import Item, canonical_item, item_size
from infra.local.dynamodb.writes import Write

Answer = dict[str, Any]


class Batches:
    """Reads up to 100 items, writes up to 25, of any tables."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog = catalog
        self._store = store

    def write(self, request: Request) -> Answer:
        """Answer BatchWriteItem. Nothing is ever left unprocessed: all writes share one commit."""
        planned = self._planned_writes(_tables_of(request))
        keys = {(write.table.name, write.key) for write in planned}
        if len(keys) < len(planned):
            raise ValidationError("Provided list of item keys contains duplicates")
        meter = Meter(request, in_transaction=False)
        with self._store.writing():
            for write in planned:
                outcome = writes.execute(self._store, write)
                meter.charge_write(write.table, outcome.old, outcome.new.item if outcome.new else None)
        answer: Answer = {"UnprocessedItems": {}}
        meter.add_totals(answer)
        return answer

    def get(self, request: Request) -> Answer:
        """Answer BatchGetItem; keys beyond 16 MB of items come back unprocessed."""
        reads = [
            _TableRead(self._catalog.named(name), name, table_request)
            for name, table_request in _tables_of(request).items()
        ]
        if sum(len(read.keys) for read in reads) > limits.BATCH_GET_KEYS:
            raise ValidationError("Too many items requested for the BatchGetItem call")
        meter = Meter(request, in_transaction=False)
        answer: Answer = {"Responses": {}, "UnprocessedKeys": {}}
        budget = limits.BATCH_GET_BYTES
        with self._store.reading():
            for read in reads:
                budget = read.answer_within(budget, self._store, meter, answer)
        meter.add_totals(answer)
        return answer

    def _planned_writes(self, tables: dict[str, Any]) -> list[Write]:
        requested = [
            (self._catalog.named(name), action) for name in tables for action in required_list(tables, name)
        ]
        if len(requested) > limits.BATCH_WRITE_ACTIONS or not all(tables.values()):
            raise constraint_error(
                "{...}",
                "RequestItems",
                "Map value must satisfy constraint: "
                f"[Member must have length less than or equal to {limits.BATCH_WRITE_ACTIONS}, "
                "Member must have length greater than or equal to 1]",
            )
        return [_planned_write(table, action) for table, action in requested]


class _TableRead:
    """The keys that a batch reads of one table."""

    def __init__(self, table: Table, name: str, request: Any) -> None:
        refuse_legacy(request)
        expressions = Expressions(request)
        self._projection: Compiled[Projection] | None = expressions.projection("ProjectionExpression")
        expressions.refuse_unused()
        self._table = table
        self._name = name
        self._request = request
        requested = required_list(request, "Keys")
        refuse_too_many(requested, "Keys", limits.BATCH_GET_KEYS)
        self._requested: list[Item] = [canonical_item(key) for key in requested]
        self.keys: list[EncodedKey] = [table.keys.of_key(key) for key in self._requested]
        if len(set(self.keys)) < len(self.keys):
            raise ValidationError("Provided list of item keys contains duplicates")

    def answer_within(self, budget: int, store: Store, meter: Meter, answer: Answer) -> int:
        """Add items to the answer while `budget` bytes last; return what is left of it."""
        found: list[Item] = []
        unprocessed: list[Item] = []
        consistent = bool(self._request.get("ConsistentRead"))
        for requested, key in zip(self._requested, self.keys, strict=True):
            if budget <= 0:
                unprocessed.append(requested)
                continue
            item = store.read(self._table, key)
            size = item_size(item or {})
            if size > budget:
                unprocessed.append(requested)
                budget = 0
                continue
            budget -= size
            meter.charge_read(self._table, None, size, consistent=consistent)
            if item is not None:
                found.append(self._projection.function(item) if self._projection else item)
        answer["Responses"][self._name] = found
        if unprocessed:
            answer["UnprocessedKeys"][self._name] = {**self._request, "Keys": unprocessed}
        return budget


def _tables_of(request: Request) -> dict[str, Any]:
    tables = required_structure(request, "RequestItems")
    if not tables:
        raise constraint_error("{}", "RequestItems", "Member must have length greater than or equal to 1")
    return tables


def _planned_write(table: Table, action: dict[str, Any]) -> Write:
    match action:
        case {"PutRequest": {"Item": attributes}} if len(action) == 1:
            return _planned_put(table, attributes)
        case {"DeleteRequest": {"Key": key}} if len(action) == 1:
            return writes.delete(table, {"Key": key})
        case _:
            raise ValidationError(
                "Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest"
            )


def _planned_put(table: Table, attributes: object) -> Write:
    """Read a put; of a table key that does not fit, a batch says less than PutItem does."""
    try:
        return writes.put(table, {"Item": attributes})
    except IndexKeyMismatchError:
        raise
    except KeyMismatchError as error:
        raise KeyMismatchError(NO_KEY_OF_SCHEMA) from error
