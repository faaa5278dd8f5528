"""Rows of a table or an index, in order: one partition of it, or all of it.

Source: Amazon DynamoDB Developer Guide, "Paginating table query results", "Parallel scan".
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.dynamodb import limits
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.key_conditions import KeyRange
from infra.local.dynamodb.keys import KeySchema, reduced
from infra.local.dynamodb.schema import Index, Table
from infra.local.dynamodb.store import Parameter, Store, StoredRow
from infra.local.dynamodb.values import Item


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: a table, or an index of it."""

    table: Table
    index: Index | None

    @property
    def keys(self) -> KeySchema:
        """The keys that order the rows."""
        return self.index.keys if self.index else self.table.keys

    @property
    def rows(self) -> str:
        """The name of the rows in the store."""
        return self.index.rows if self.index else self.table.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that order the rows; in an index, the table's key tells equal keys apart."""
        return ("hash", "range", "table_hash", "table_range") if self.index else ("hash", "range")

    @property
    def key_names(self) -> tuple[str, ...]:
        """The attributes that say where a page ended, each once."""
        return tuple(dict.fromkeys((*self.table.keys.names, *self.keys.names)))

    def position(self, start_key: Item) -> tuple[bytes, ...]:
        """Return the place of an ExclusiveStartKey. Raises ValidationError where it is none."""
        if set(start_key) != set(self.key_names):
            raise ValidationError("The provided starting key is invalid")
        for keys in {self.table.keys, self.keys}:
            if not keys.describes(reduced(start_key, keys.names)):
                raise ValidationError("The provided starting key is invalid")
        table_key = self.table.keys.encode(start_key)
        return (*self.index.keys.encode(start_key), *table_key) if self.index else table_key


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a table read in parallel."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class PageOfRows:
    """The rows that one answer evaluates; `is_last` tells that nothing follows them."""

    rows: list[StoredRow]
    size: int
    is_last: bool


def partition_rows(
    store: Store, source: Source, key_range: KeyRange, start: tuple[bytes, ...] | None, *, forward: bool
) -> sqlite3.Cursor:
    """Select the rows of a key range, after `start` in the direction of reading."""
    terms = ["hash = ?"]
    parameters: list[Parameter] = [key_range.hash]
    # A bound behind the start adds nothing, and would keep SQLite from seeking to the start.
    behind = () if start is None else (">", ">=") if forward else ("<", "<=")
    for comparison, bound in key_range.bounds:
        if comparison in behind:
            continue
        terms.append(f"range {comparison} ?")
        parameters.append(bound)
    order = source.columns[1:]
    if start is not None:
        terms.append(_beyond(order, ">" if forward else "<"))
        parameters.extend(start[1:])
    return _select(store, source, terms, parameters, order, "ASC" if forward else "DESC")


def all_rows(
    store: Store, source: Source, start: tuple[bytes, ...] | None, segment: Segment | None
) -> sqlite3.Cursor:
    """Select all rows, or those of one segment, after `start`."""
    terms = ["TRUE"]
    parameters: list[Parameter] = []
    if start is not None:
        terms.append(_beyond(source.columns, ">"))
        parameters.extend(start)
    if segment is not None:
        terms.append("segment_of(hash, ?) = ?")
        parameters.extend((segment.total, segment.number))
    return _select(store, source, terms, parameters, source.columns, "ASC")


def take_page(rows: sqlite3.Cursor, limit: int | None) -> PageOfRows:
    """Take rows up to 1 MB, or up to `limit` rows; at the limit nobody looks whether more follow."""
    page: list[StoredRow] = []
    size = 0
    for row in rows:
        if page and size + row[1] > limits.PAGE_BYTES:
            return PageOfRows(page, size, is_last=False)
        page.append(row)
        size += row[1]
        if len(page) == limit:
            return PageOfRows(page, size, is_last=False)
    return PageOfRows(page, size, is_last=True)


def _beyond(columns: Sequence[str], comparison: str) -> str:
    return f"({', '.join(columns)}) {comparison} ({', '.join('?' * len(columns))})"


def _select(
    store: Store,
    source: Source,
    terms: Sequence[str],
    parameters: Sequence[Parameter],
    order: Sequence[str],
    direction: str,
) -> sqlite3.Cursor:
    ordering = ", ".join(f"{column} {direction}" for column in order)
    return store.execute(
        f"SELECT document, size FROM {source.rows} "  # noqa: S608
        f"WHERE {' AND '.join(terms)} ORDER BY {ordering}",
        parameters,
    )
