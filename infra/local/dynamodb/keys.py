"""Keys: which attributes identify an item, and the bytes that stand for them in order.

Source: Amazon DynamoDB Developer Guide, "Core components: Primary key" and "Constraints: Partition keys and
sort keys".
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from infra.local.dynamodb import limits, numbers
from infra.local.dynamodb.errors import KeyMismatchError, ValidationError
from infra.local.dynamodb.values import AttributeValue, Item, type_of

NO_KEY_OF_SCHEMA = "The provided key element does not match the schema"


class EncodedKey(NamedTuple):
    """A key as bytes that sort in the order of its values; `range` is empty where there is no sort key."""

    hash: bytes
    range: bytes


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """An attribute that is part of a key, with its declared type: S, N or B."""

    name: str
    type: str


@dataclass(frozen=True)
class KeySchema:
    """The partition key and, where there is one, the sort key of a table or an index."""

    hash: KeyAttribute
    range: KeyAttribute | None

    @cached_property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        """The key attributes, partition key first."""
        return (self.hash,) if self.range is None else (self.hash, self.range)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the key attributes, partition key first."""
        return tuple(attribute.name for attribute in self.attributes)

    def of_item(self, item: Item) -> EncodedKey:
        """Return the table key of a whole item.

        Raises KeyMismatchError where the item has none, ValidationError where it is empty or too long.
        """
        for attribute in self.attributes:
            if attribute.name not in item:
                raise KeyMismatchError(
                    f"One or more parameter values were invalid: Missing the key {attribute.name} in the item"
                )
            actual = type_of(item[attribute.name])
            if actual != attribute.type:
                raise KeyMismatchError(
                    "One or more parameter values were invalid: Type mismatch for key "
                    f"{attribute.name} expected: {attribute.type} actual: {actual}"
                )
        return self._checked(item)

    def of_key(self, key: Item) -> EncodedKey:
        """Return the table key that a request names.

        Raises KeyMismatchError unless it is exactly a key, ValidationError where it is empty or too long.
        """
        if not self.describes(key):
            raise KeyMismatchError(NO_KEY_OF_SCHEMA)
        return self._checked(key)

    def describes(self, key: Item) -> bool:
        """Tell whether `key` consists of exactly the key attributes, each with its declared type."""
        return len(key) == len(self.attributes) and all(
            attribute.name in key and attribute.type in key[attribute.name] for attribute in self.attributes
        )

    def encode(self, item: Item) -> EncodedKey:
        """Return the key of an item that is known to have a valid one."""
        sort_key = b"" if self.range is None else sortable_bytes(item[self.range.name])
        return EncodedKey(sortable_bytes(item[self.hash.name]), sort_key)

    def encode_checked(self, attribute: KeyAttribute, value: AttributeValue) -> bytes:
        """Return the bytes of one key value. Raises ValidationError where it is empty or too long."""
        encoded = sortable_bytes(value)
        if not encoded:
            kind = "string" if attribute.type == "S" else "binary"
            raise ValidationError(
                "One or more parameter values are not valid. The AttributeValue for a key attribute "
                f"cannot contain an empty {kind} value. Key: {attribute.name}"
            )
        self.refuse_oversized(attribute, encoded)
        return encoded

    def refuse_oversized(self, attribute: KeyAttribute, encoded: bytes) -> None:
        """Raise ValidationError where a key value exceeds 2048 bytes (partition) or 1024 (sort)."""
        if attribute is self.hash and len(encoded) > limits.HASH_KEY_BYTES:
            raise ValidationError(
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size "
                f"limit of {limits.HASH_KEY_BYTES} bytes"
            )
        if attribute is self.range and len(encoded) > limits.RANGE_KEY_BYTES:
            raise ValidationError(
                "One or more parameter values were invalid: Aggregated size of all range keys has exceeded "
                f"the size limit of {limits.RANGE_KEY_BYTES} bytes"
            )

    def _checked(self, item: Item) -> EncodedKey:
        sort_key = b"" if self.range is None else self.encode_checked(self.range, item[self.range.name])
        return EncodedKey(self.encode_checked(self.hash, item[self.hash.name]), sort_key)


def sortable_bytes(value: AttributeValue) -> bytes:
    """Return bytes that sort as the service sorts key values of one type."""
    ((kind, content),) = value.items()
    if kind == "S":
        encoded: bytes = content.encode()
        return encoded
    if kind == "N":
        return numbers.sortable_bytes(content)
    assert kind == "B", f"values of type {kind} are no keys"
    return base64.b64decode(content)


def reduced(item: Item, names: Collection[str]) -> Item:
    """Return the attributes of `item` that `names` lists."""
    return {name: item[name] for name in names if name in item}
