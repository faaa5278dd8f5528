"""The tables that exist."""

import json
from typing import Any

from infra.local.dynamodb.errors import ResourceInUseError, ResourceNotFoundError
from infra.local.dynamodb.parameters import Request, required_text
from infra.local.dynamodb.schema import Table, table_of
from infra.local.dynamodb.store import Store


class Catalog:
    """Table definitions, kept in the store and in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.reading():
            rows = store.execute("SELECT number, definition FROM tables").fetchall()
        tables = [table_of(json.loads(definition), number) for number, definition in rows]
        self._tables = {table.name: table for table in tables}

    def table(self, request: Request) -> Table:
        """Return the table that a request names, by name or by ARN. Raises ResourceNotFoundError."""
        return self.named(required_text(request, "TableName"))

    def named(self, name_or_arn: str) -> Table:
        """Return a table by name or by ARN. Raises ResourceNotFoundError."""
        table = self._tables.get(name_or_arn.rpartition(":table/")[2])
        if table is None:
            raise ResourceNotFoundError("Requested resource not found")
        return table

    def names(self) -> list[str]:
        """Return the names of all tables in order."""
        return sorted(self._tables)

    def add(self, definition: dict[str, Any]) -> Table:
        """Create a table from a validated definition. Raises ResourceInUseError where it exists."""
        name = definition["TableName"]
        with self._store.reading():
            if name in self._tables:
                raise ResourceInUseError(f"Table already exists: {name}")
            self._tables[name] = self._stored(definition)
            return self._tables[name]

    def redefine(self, table: Table, changes: dict[str, Any]) -> Table:
        """Change members of a table's definition that its rows do not depend on."""
        with self._store.reading():
            definition = {**self.named(table.name).definition, **changes}
            with self._store.writing():
                ((number,),) = self._store.execute(
                    "UPDATE tables SET definition = ? WHERE name = ? RETURNING number",
                    (json.dumps(definition), table.name),
                ).fetchall()
            self._tables[table.name] = table_of(definition, number)
            return self._tables[table.name]

    def remove(self, table: Table) -> None:
        """Delete a table with its items."""
        with self._store.reading():
            del self._tables[self.named(table.name).name]
            with self._store.writing():
                self._store.execute("DELETE FROM tables WHERE name = ?", (table.name,))
                self._store.drop_rows(table)

    def item_count(self, table: Table) -> tuple[int, int]:
        """Return how many items a table holds, and their weight in bytes."""
        with self._store.reading():
            count, size = self._store.execute(
                f"SELECT count(*), coalesce(sum(size), 0) FROM {table.rows}"  # noqa: S608
            ).fetchone()
        return count, size

    def _stored(self, definition: dict[str, Any]) -> Table:
        with self._store.writing():
            number = self._store.execute(
                "INSERT INTO tables (name, definition) VALUES (?, ?)",
                (definition["TableName"], json.dumps(definition)),
            ).lastrowid
            assert number is not None, "an insertion numbers its row"
            table = table_of(definition, number)
            self._store.create_rows(table)
        return table
