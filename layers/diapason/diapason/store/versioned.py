"""Records that are read as typed models, and replaced under the revision that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pynamodb.exceptions import DoesNotExist

from diapason.domain.errors import NotFound
from diapason.store.documents import decode, encode_text
from diapason.store.keys import Key
from diapason.store.tables import RegistryItem
from diapason.store.transactions import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """A record as it was read: writing it back names the revision that it replaces."""

    value: T
    revision: int


def read(key: Key, kind: type[T]) -> Versioned[T]:
    """Raises NotFound."""
    try:
        item = RegistryItem.get(key.pk, key.sk, consistent_read=True)
    except DoesNotExist:
        raise NotFound from None
    return _versioned(item, kind)


def read_all(prefix: Key, kind: type[T]) -> Iterator[Versioned[T]]:
    """The records of a partition whose sort key begins so; all of them where nothing is said."""
    beginning = RegistryItem.SK.startswith(prefix.sk) if prefix.sk else None
    for item in RegistryItem.query(prefix.pk, beginning, consistent_read=True):
        yield _versioned(item, kind)


def add_put(transaction: Transaction, table: str, key: Key, value: object, revision: int | None) -> int:
    """Adds the Put that replaces the revision that was read (None: that creates); returns its rank."""
    item = {"revision": (revision or 0) + 1, "document": encode_text(value)}
    if revision is None:
        return transaction.put_new(table, key, item)
    return transaction.put(table, key, item, "revision = :seen", seen=revision)


def _versioned(item: RegistryItem, kind: type[T]) -> Versioned[T]:
    return Versioned(decode(item.document, kind), int(item.revision))
