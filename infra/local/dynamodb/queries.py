"""Reading many items of a table or an index, page by page.

Source: Amazon DynamoDB API Reference, "Query", "Scan".
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from infra.local.dynamodb import limits
from infra.local.dynamodb.capacity import Meter
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.key_conditions import KeyRange
from infra.local.dynamodb.expressions.projections import Projection
from infra.local.dynamodb.expressions.request import BoundCondition, Expressions
from infra.local.dynamodb.keys import reduced
from infra.local.dynamodb.parameters import (
    Request,
    constraint_error,
    positive_integer,
    refuse_legacy,
)
from infra.local.dynamodb.ranges import PageOfRows, Segment, Source, all_rows, partition_rows, take_page
from infra.local.dynamodb.selection import Selection, read_selection
from infra.local.dynamodb.store import Store, decoded
from infra.local.dynamodb.values import Item, canonical_item

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What Query and Scan have in common, read from a request."""

    source: Source
    condition: BoundCondition | None
    projection: Projection | None
    selection: Selection
    limit: int | None
    start: tuple[bytes, ...] | None
    consistent: bool


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows, and the whole items where the rows hold copies that do not suffice."""

    rows: PageOfRows
    wholes: list[Item] | None


class Queries:
    """Answers Query and Scan."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog = catalog
        self._store = store

    def query(self, request: Request) -> Answer:
        """Answer Query: one partition, in the order of the sort key or backwards."""
        source = self._source(request)
        expressions = Expressions(request)
        key_range = expressions.key_range("KeyConditionExpression", source.keys)
        reading = _read(request, source, expressions)
        if reading.condition is not None:
            _refuse_key_attributes(source, reading.condition)
        if reading.start is not None:
            _refuse_start_outside(key_range, reading.start)
        forward = request.get("ScanIndexForward") is not False
        meter = Meter(request, in_transaction=False)
        with self._store.reading():
            rows = partition_rows(self._store, source, key_range, reading.start, forward=forward)
            page = self._page(reading, rows)
        return _answer(reading, page, meter)

    def scan(self, request: Request) -> Answer:
        """Answer Scan: all items, or those of one segment."""
        source = self._source(request)
        reading = _read(request, source, Expressions(request))
        segment = _segment(request)
        meter = Meter(request, in_transaction=False)
        with self._store.reading():
            rows = all_rows(self._store, source, reading.start, segment)
            page = self._page(reading, rows)
        return _answer(reading, page, meter)

    def _source(self, request: Request) -> Source:
        table = self._catalog.table(request)
        refuse_legacy(request)
        name = request.get("IndexName")
        source = Source(table, None if name is None else table.index(name))
        if source.index is not None and source.index.is_global and request.get("ConsistentRead"):
            raise ValidationError("Consistent reads are not supported on global secondary indexes")
        return source

    def _page(self, reading: _Reading, cursor: sqlite3.Cursor) -> _Page:
        """Take a page; where a local index's copies do not suffice, fetch the items from the table."""
        with closing(cursor):
            page = take_page(cursor, reading.limit)
        if not reading.selection.fetches_from_table:
            return _Page(page, None)
        table = reading.source.table
        copies = (decoded(document) for document, _ in page.rows)
        wholes = (self._store.read(table, table.keys.encode(copy)) for copy in copies)
        return _Page(page, [whole for whole in wholes if whole is not None])


def _answer(reading: _Reading, page: _Page, meter: Meter) -> Answer:
    read = [decoded(document) for document, _ in page.rows.rows]
    items = read if page.wholes is None else page.wholes
    if reading.condition is not None:
        items = [item for item in items if reading.condition.holds(item)]
    answer: Answer = {"Count": len(items), "ScannedCount": len(read)}
    if not reading.selection.counts_only:
        answer["Items"] = [reading.projection(item) for item in items] if reading.projection else items
    source = reading.source
    if not page.rows.is_last:
        answer["LastEvaluatedKey"] = reduced(read[-1], source.key_names)
    meter.charge_read(source.table, source.index, page.rows.size, consistent=reading.consistent)
    meter.add_total(answer)
    return answer


def _read(request: Request, source: Source, expressions: Expressions) -> _Reading:
    condition = expressions.condition("FilterExpression")
    projection = expressions.projection("ProjectionExpression")
    expressions.refuse_unused()
    start_key = request.get("ExclusiveStartKey")
    return _Reading(
        source=source,
        condition=condition,
        projection=projection.function if projection else None,
        selection=read_selection(request, source, projection.attributes if projection else None),
        limit=positive_integer(request, "Limit"),
        start=None if start_key is None else source.position(canonical_item(start_key)),
        consistent=bool(request.get("ConsistentRead")),
    )


def _refuse_key_attributes(source: Source, condition: BoundCondition) -> None:
    for name in source.keys.names:
        if name in condition.attributes:
            raise ValidationError(
                "Filter Expression can only contain non-primary key attributes: "
                f"Primary key attribute: {name}"
            )


def _refuse_start_outside(key_range: KeyRange, start: tuple[bytes, ...]) -> None:
    if start[0] != key_range.hash:
        raise ValidationError(
            "The provided starting key is outside query boundaries based on provided conditions"
        )
    if not key_range.contains(start[1]):
        raise ValidationError("The provided starting key does not match the range key predicate")


def _segment(request: Request) -> Segment | None:
    number = request.get("Segment")
    total = positive_integer(request, "TotalSegments")
    if number is None and total is None:
        return None
    if number is None:
        raise ValidationError(
            "The Segment parameter is required but was not present in the request "
            "when parameter TotalSegments is present"
        )
    if total is None:
        raise ValidationError(
            "The TotalSegments parameter is required but was not present in the request "
            "when Segment parameter is present"
        )
    if total > limits.SCAN_SEGMENTS:
        raise constraint_error(
            total,
            "TotalSegments",
            f"Member must have value less than or equal to {limits.SCAN_SEGMENTS}",
        )
    if number < 0:
        raise constraint_error(number, "Segment", "Member must have value greater than or equal to 0")
    if number >= total:
        raise ValidationError(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {number} is not less than TotalSegments: {total}"
        )
    return Segment(number, total)
