"""The capacity that requests consume, as ReturnConsumedCapacity asks for it.

Source: Amazon DynamoDB Developer Guide, "DynamoDB read and write operations: capacity unit consumption".
"""

from collections import defaultdict
from typing import Any

from infra.local.dynamodb import limits
from infra.local.dynamodb.parameters import Request, choice
from infra.local.dynamodb.schema import Index, Table
from infra.local.dynamodb.values import Item, item_size

_READ_BLOCK_BYTES = 4 * limits.KIB
_WRITE_BLOCK_BYTES = limits.KIB
_TRANSACTION_FACTOR = 2


class Meter:
    """Adds up the capacity units of one request; `in_transaction` doubles them."""

    def __init__(self, request: Request, *, in_transaction: bool) -> None:
        self._detail = choice(request, "ReturnConsumedCapacity", ("NONE", "TOTAL", "INDEXES"))
        self._factor = _TRANSACTION_FACTOR if in_transaction else 1
        self._units: dict[str, dict[Index | None, float]] = defaultdict(lambda: defaultdict(float))

    @property
    def is_asked_for(self) -> bool:
        """Whether the answer tells the capacity at all."""
        return self._detail != "NONE"

    def charge_read(self, table: Table, index: Index | None, size: int, *, consistent: bool) -> None:
        """Charge for reading `size` bytes; an eventually consistent read costs half."""
        blocks = max(1, -(-size // _READ_BLOCK_BYTES))
        self._charge(table, index, blocks if consistent else blocks / 2)

    def charge_write(self, table: Table, old: Item | None, new: Item | None) -> None:
        """Charge for turning one item into another, in the table and in each index that holds it."""
        if not self.is_asked_for:
            return
        self._charge(table, None, _write_blocks(old, new))
        for index in table.indexes.values():
            before = None if index.key_of(old) is None or old is None else index.projection_of(old)
            after = None if index.key_of(new) is None or new is None else index.projection_of(new)
            if before != after:
                self._charge(table, index, _write_blocks(before, after))

    def add_total(self, answer: dict[str, Any]) -> None:
        """Add the consumption of the one table of a request to its answer, if it was asked for."""
        if self.is_asked_for:
            (answer["ConsumedCapacity"],) = self._consumptions()

    def add_totals(self, answer: dict[str, Any]) -> None:
        """Add the consumption of each table of a request to its answer, if it was asked for."""
        if self.is_asked_for:
            answer["ConsumedCapacity"] = self._consumptions()

    def _charge(self, table: Table, index: Index | None, units: float) -> None:
        if self.is_asked_for:
            self._units[table.name][index] += units * self._factor

    def _consumptions(self) -> list[dict[str, Any]]:
        return [self._consumption(name, units) for name, units in self._units.items()]

    def _consumption(self, table_name: str, units: dict[Index | None, float]) -> dict[str, Any]:
        consumption: dict[str, Any] = {"TableName": table_name, "CapacityUnits": sum(units.values())}
        if self._detail == "TOTAL":
            return consumption
        consumption["Table"] = {"CapacityUnits": units.get(None, 0.0)}
        for index, index_units in units.items():
            if index is not None:
                kind = "GlobalSecondaryIndexes" if index.is_global else "LocalSecondaryIndexes"
                consumption.setdefault(kind, {})[index.name] = {"CapacityUnits": index_units}
        return consumption


def _write_blocks(old: Item | None, new: Item | None) -> int:
    size = max(item_size(item) if item else 0 for item in (old, new))
    return max(1, -(-size // _WRITE_BLOCK_BYTES))
