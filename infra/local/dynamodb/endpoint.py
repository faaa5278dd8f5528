"""The endpoint: one request in, one answer out, whatever carries them."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from infra.local.dynamodb.batches import Batches
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import SerializationError, ServiceError, UnknownOperationError
from infra.local.dynamodb.items import Items
from infra.local.dynamodb.parameters import Request
from infra.local.dynamodb.queries import Queries
from infra.local.dynamodb.store import Store
from infra.local.dynamodb.tables import Tables
from infra.local.dynamodb.transactions import Transactions

CONTENT_TYPE = "application/x-amz-json-1.0"
TARGET_PREFIX = "DynamoDB_20120810."

_OK = 200
_BAD_REQUEST = 400

Operation = Callable[[Request], dict[str, Any]]


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


class Endpoint:
    """DynamoDB over the SQLite file at `path`, or in memory for `:memory:`.

    `clock` gives seconds since the epoch: client request tokens age by it. Any number of threads may call
    `handle`.
    """

    def __init__(self, path: str, clock: Callable[[], float]) -> None:
        self._store = Store(path)
        self._operations = _operations(self._store, clock)

    def handle(self, target: str, body: bytes) -> Answer:
        """Answer one request; `target` is its X-Amz-Target header, such as DynamoDB_20120810.PutItem."""
        try:
            document = self._operation(target)(_parsed(body))
        except ServiceError as error:
            return _answer(_BAD_REQUEST, error.document())
        return _answer(_OK, document)

    def close(self) -> None:
        """Release the file."""
        self._store.close()

    def _operation(self, target: str) -> Operation:
        name = target.removeprefix(TARGET_PREFIX)
        if name == target or name not in self._operations:
            raise UnknownOperationError(f"This endpoint offers no operation called {target}")
        return self._operations[name]


def _operations(store: Store, clock: Callable[[], float]) -> dict[str, Operation]:
    catalog = Catalog(store)
    tables = Tables(catalog, clock)
    items = Items(catalog, store)
    batches = Batches(catalog, store)
    transactions = Transactions(catalog, store, clock)
    queries = Queries(catalog, store)
    return {
        "BatchGetItem": batches.get,
        "BatchWriteItem": batches.write,
        "CreateTable": tables.create,
        "DeleteItem": items.delete,
        "DeleteTable": tables.delete,
        "DescribeContinuousBackups": tables.describe_continuous_backups,
        "DescribeTable": tables.describe,
        "DescribeTimeToLive": tables.describe_time_to_live,
        "GetItem": items.get,
        "ListTables": tables.list,
        "PutItem": items.put,
        "Query": queries.query,
        "Scan": queries.scan,
        "TransactGetItems": transactions.get,
        "TransactWriteItems": transactions.write,
        "UpdateContinuousBackups": tables.update_continuous_backups,
        "UpdateItem": items.update,
        "UpdateTable": tables.update,
        "UpdateTimeToLive": tables.update_time_to_live,
    }


def _parsed(body: bytes) -> Request:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SerializationError(f"The body is no JSON document: {error}") from error
    if not isinstance(document, dict):
        raise SerializationError("The body is no JSON object")
    return document


def _answer(status: int, document: dict[str, Any]) -> Answer:
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
    return Answer(status, headers, msgspec.json.encode(document))
