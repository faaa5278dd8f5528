"""Operations on one item.

Source: Amazon DynamoDB API Reference, "GetItem", "PutItem", "UpdateItem", "DeleteItem".
"""

from typing import Any

from infra.local.dynamodb import writes
from infra.local.dynamodb.capacity import Meter
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.request import Expressions
from infra.local.dynamodb.parameters import Request, choice, refuse_legacy, required_structure
from infra.local.dynamodb.store import Store
from infra.local.dynamodb.values import Item, canonical_item, item_size
from infra.local.dynamodb.writes import Outcome, Write

Answer = dict[str, Any]

_RETURN_VALUES = ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")


class Items:
    """Reads and writes one item per request."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog = catalog
        self._store = store

    def get(self, request: Request) -> Answer:
        """Answer GetItem."""
        table = self._catalog.table(request)
        refuse_legacy(request)
        expressions = Expressions(request)
        projection = expressions.projection("ProjectionExpression")
        expressions.refuse_unused()
        key = table.keys.of_key(canonical_item(required_structure(request, "Key")))
        meter = Meter(request, in_transaction=False)
        with self._store.reading():
            item = self._store.read(table, key)
        answer: Answer = {}
        if item is not None:
            answer["Item"] = projection.function(item) if projection else item
        if meter.is_asked_for:
            consistent = bool(request.get("ConsistentRead"))
            meter.charge_read(table, None, item_size(item or {}), consistent=consistent)
            meter.add_total(answer)
        return answer

    def put(self, request: Request) -> Answer:
        """Answer PutItem."""
        return_values = _returned_by_replacement(request)
        return self._write(request, writes.put(self._catalog.table(request), request), return_values)

    def delete(self, request: Request) -> Answer:
        """Answer DeleteItem."""
        return_values = _returned_by_replacement(request)
        return self._write(request, writes.delete(self._catalog.table(request), request), return_values)

    def update(self, request: Request) -> Answer:
        """Answer UpdateItem."""
        return_values = choice(request, "ReturnValues", _RETURN_VALUES)
        return self._write(request, writes.update(self._catalog.table(request), request), return_values)

    def _write(self, request: Request, write: Write, return_values: str) -> Answer:
        meter = Meter(request, in_transaction=False)
        with self._store.writing():
            outcome = writes.execute(self._store, write)
        answer: Answer = {}
        attributes = _returned_attributes(write, outcome, return_values)
        if attributes:
            answer["Attributes"] = attributes
        meter.charge_write(write.table, outcome.old, outcome.new.item if outcome.new else None)
        meter.add_total(answer)
        return answer


def _returned_by_replacement(request: Request) -> str:
    return_values = choice(request, "ReturnValues", _RETURN_VALUES)
    if return_values not in ("NONE", "ALL_OLD"):
        raise ValidationError("ReturnValues can only be ALL_OLD or NONE")
    return return_values


def _returned_attributes(write: Write, outcome: Outcome, return_values: str) -> Item | None:
    """Return what ReturnValues asks for: the whole item or the parts that the update names."""
    if return_values == "NONE":
        return None
    item = outcome.old if return_values.endswith("OLD") else outcome.new and outcome.new.item
    if item is None or return_values.startswith("ALL"):
        return item
    return write.update.touched(item) if write.update else None
