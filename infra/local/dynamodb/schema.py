"""Tables and their indexes, as the operations on items see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.dynamodb.errors import IndexKeyMismatchError, ValidationError
from infra.local.dynamodb.keys import EncodedKey, KeyAttribute, KeySchema
from infra.local.dynamodb.values import Item, type_of


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index: its own keys over copies of the items that have them.

    `projected` lists the attributes that the copies keep, None meaning all of them. `rows` names the rows
    of the index in the store.
    """

    name: str
    is_global: bool
    keys: KeySchema
    projected: frozenset[str] | None
    rows: str

    def key_of(self, item: Item | None) -> EncodedKey | None:
        """Return the place of a stored item in the index, None where it lacks a key attribute."""
        if item is None or any(name not in item for name in self.keys.names):
            return None
        return self.keys.encode(item)

    def projection_of(self, item: Item) -> Item:
        """Return what the index keeps of an item."""
        if self.projected is None:
            return item
        return {name: value for name, value in item.items() if name in self.projected}

    def refuse_invalid_keys(self, item: Item) -> None:
        """Raise ValidationError where the item has an index key of another type, empty or too long."""
        for attribute in self.keys.attributes:
            value = item.get(attribute.name)
            if value is None:
                continue
            actual = type_of(value)
            if actual != attribute.type:
                raise IndexKeyMismatchError(
                    "One or more parameter values were invalid: Type mismatch for Index Key "
                    f"{attribute.name} Expected: {attribute.type} Actual: {actual} IndexName: {self.name}"
                )
            if value[actual] == "":
                kind = "string" if actual == "S" else "binary"
                raise ValidationError(
                    "One or more parameter values are not valid. A value specified for a secondary index "
                    "key is not supported. The AttributeValue for a key attribute cannot contain an empty "
                    f"{kind} value. IndexName: {self.name}, IndexKey: {attribute.name}"
                )
            self.keys.encode_checked(attribute, value)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `definition` is what CreateTable said of it and DescribeTable repeats."""

    name: str
    keys: KeySchema
    indexes: Mapping[str, Index]
    rows: str
    definition: dict[str, Any]

    def index(self, name: str) -> Index:
        """Return the index called `name`. Raises ValidationError where the table has none."""
        if name not in self.indexes:
            raise ValidationError(f"The table does not have the specified index: {name}")
        return self.indexes[name]

    @property
    def is_protected(self) -> bool:
        """Whether DeleteTable is refused."""
        return bool(self.definition["DeletionProtectionEnabled"])


def table_of(definition: dict[str, Any], number: int) -> Table:
    """Return the table that a validated definition describes; `number` tells its rows from all others."""
    types = {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in definition["AttributeDefinitions"]
    }
    keys = _key_schema(definition["KeySchema"], types)
    indexes = [
        _index(index, is_global, keys, types, f"index_{number}_{kind}_{position}")
        for kind, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False))
        for position, index in enumerate(definition.get(kind, []))
    ]
    return Table(
        name=definition["TableName"],
        keys=keys,
        indexes={index.name: index for index in indexes},
        rows=f"table_{number}",
        definition=definition,
    )


def _index(
    definition: dict[str, Any], is_global: bool, table_keys: KeySchema, types: Mapping[str, str], rows: str
) -> Index:
    keys = _key_schema(definition["KeySchema"], types)
    projection = definition["Projection"]
    projected = None
    if projection["ProjectionType"] != "ALL":
        projected = frozenset({*table_keys.names, *keys.names, *projection.get("NonKeyAttributes", [])})
    return Index(definition["IndexName"], is_global, keys, projected, rows)


def _key_schema(elements: list[dict[str, str]], types: Mapping[str, str]) -> KeySchema:
    attributes = {
        element["KeyType"]: KeyAttribute(element["AttributeName"], types[element["AttributeName"]])
        for element in elements
    }
    return KeySchema(attributes["HASH"], attributes.get("RANGE"))
