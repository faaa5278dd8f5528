"""Items in SQLite: one SQLite table for each table and each index, rows in the order of their keys.

A row holds its key as sortable bytes, the item as JSON and the item's weight. Index rows hold copies, as the
service does, so that a query reads one SQLite table in order. Every write is durable when its transaction
ends: write-ahead log, synchronised at each commit.
"""

import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import msgspec

from infra.local.dynamodb.keys import EncodedKey
from infra.local.dynamodb.schema import Index, Table
from infra.local.dynamodb.values import Item, WeighedItem, item_size

Parameter: TypeAlias = bytes | int | str
StoredRow: TypeAlias = tuple[str, int]

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Item)

_SETTINGS = """
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 8192;
    PRAGMA cache_size = -65536;
    CREATE TABLE IF NOT EXISTS tables (
        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS client_tokens (
        token TEXT PRIMARY KEY, digest BLOB NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID;
"""


class StoreUnavailableError(Exception):
    """The file cannot be used."""


class Store:
    """One SQLite file, or memory for `:memory:`, used by one process and any number of its threads.

    Raises StoreUnavailableError where another process holds the file, or where it cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _opened(path)
        except sqlite3.OperationalError as error:
            raise StoreUnavailableError(
                f"{path} is held by another process or cannot be written: {error}"
            ) from error

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let no other thread read or write until the block ends."""
        with self._lock:
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make all the block's writes durable at its end, or none of them where it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def execute(self, statement: str, parameters: Sequence[Parameter | float] = ()) -> sqlite3.Cursor:
        """Execute one statement; the caller is within `reading` or `writing`."""
        return self._connection.execute(statement, parameters)

    def create_rows(self, table: Table) -> None:
        """Make room for the items of a new table."""
        self.execute(
            f"CREATE TABLE {table.rows} (hash BLOB, range BLOB, document TEXT, size INTEGER, "
            "PRIMARY KEY (hash, range))"
        )
        for index in table.indexes.values():
            self.execute(
                f"CREATE TABLE {index.rows} (hash BLOB, range BLOB, table_hash BLOB, table_range BLOB, "
                "document TEXT, size INTEGER, PRIMARY KEY (hash, range, table_hash, table_range))"
            )

    def drop_rows(self, table: Table) -> None:
        """Remove all the items of a table."""
        for rows in (table.rows, *(index.rows for index in table.indexes.values())):
            self.execute(f"DROP TABLE {rows}")

    def read(self, table: Table, key: EncodedKey) -> Item | None:
        """Return the item at `key`, or None."""
        row = self.execute(
            f"SELECT document FROM {table.rows} WHERE hash = ? AND range = ?",  # noqa: S608
            key,
        ).fetchone()
        return None if row is None else decoded(row[0])

    def replace(self, table: Table, key: EncodedKey, old: Item | None, new: WeighedItem | None) -> None:
        """Put `new` in the place of `old`, in the table and its indexes; None stands for no item."""
        if new is None:
            self.execute(f"DELETE FROM {table.rows} WHERE hash = ? AND range = ?", key)  # noqa: S608
        else:
            self.execute(
                f"INSERT INTO {table.rows} VALUES (?, ?, ?, ?) ON CONFLICT (hash, range) "  # noqa: S608
                "DO UPDATE SET document = excluded.document, size = excluded.size",
                (*key, _encoded(new.item), new.size),
            )
        for index in table.indexes.values():
            self._replace_in_index(index, key, old, new.item if new else None)

    def _replace_in_index(self, index: Index, key: EncodedKey, old: Item | None, new: Item | None) -> None:
        before, after = index.key_of(old), index.key_of(new)
        if before is not None and before != after:
            self.execute(
                f"DELETE FROM {index.rows} WHERE hash = ? AND range = ? "  # noqa: S608
                "AND table_hash = ? AND table_range = ?",
                (*before, *key),
            )
        if after is None or new is None:
            return
        copy = index.projection_of(new)
        if before == after and old is not None and index.projection_of(old) == copy:
            return
        self.execute(
            f"INSERT OR REPLACE INTO {index.rows} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            (*after, *key, _encoded(copy), item_size(copy)),
        )


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.create_function("segment_of", 2, _segment_of, deterministic=True)
    connection.executescript(_SETTINGS)
    return connection


def decoded(document: str) -> Item:
    """Return the item that a row's document holds."""
    return _DECODER.decode(document)


def _encoded(item: Item) -> str:
    return _ENCODER.encode(item).decode()


def _segment_of(hash_key: bytes, total_segments: int) -> int:
    """Spread partition keys evenly over the segments of a parallel scan."""
    return zlib.crc32(hash_key) % total_segments
