"""What the endpoint acknowledged is there after its process was killed, and nothing half done is."""

import itertools
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.local.dynamodb.dynamodb_backends import UNANSWERED, client_for, start_server, stop
from tests.local.dynamodb.dynamodb_tables import key, number, table_parameters, text

TABLE = "durable"
WRITERS = 4
ACKNOWLEDGED_BEFORE_KILL = 200
PARTS = 5

pytestmark = pytest.mark.slow


class Writer(threading.Thread):
    """Sends single writes and transactions in turn until the server is gone."""

    def __init__(self, url: str, name: str, enough: threading.Event) -> None:
        super().__init__(name=name)
        self._client = client_for(url)
        self._enough = enough
        self.acknowledged: list[int] = []

    def run(self) -> None:
        """Write, and note each write whose answer came."""
        for n in itertools.count():
            try:
                self._write(n)
            except UNANSWERED:
                return
            self.acknowledged.append(n)
            if len(self.acknowledged) == ACKNOWLEDGED_BEFORE_KILL // WRITERS:
                self._enough.set()

    def _write(self, n: int) -> None:
        if n % 2:
            self._client.put_item(TableName=TABLE, Item=item(self.name, n, 0))
            return
        puts = [{"Put": {"TableName": TABLE, "Item": item(self.name, n, part)}} for part in range(PARTS)]
        self._client.transact_write_items(TransactItems=puts)


def item(writer: str, n: int, part: int) -> dict[str, Any]:
    """Return one item of a write."""
    return {
        **key(f"{writer} {n} {part}"),
        "writer": text(writer),
        "n": number(n),
        "filler": text("x" * 2000),
    }


def parts_by_write(client: Any) -> dict[tuple[str, int], int]:
    """Return how many items of each write stand in the table."""
    parts: dict[tuple[str, int], int] = {}
    for page in client.get_paginator("scan").paginate(TableName=TABLE):
        for stored in page["Items"]:
            write = (stored["writer"]["S"], int(stored["n"]["N"]))
            parts[write] = parts.get(write, 0) + 1
    return parts


def test_acknowledged_writes_survive_kill_9_and_no_transaction_is_torn(tmp_path: Path) -> None:
    data = tmp_path / "data.sqlite"
    process, url = start_server(data)
    client_for(url).create_table(**table_parameters(TABLE))
    enough = threading.Event()
    writers = [Writer(url, f"writer {n}", enough) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(timeout=60)

    os.kill(process.pid, signal.SIGKILL)
    for writer in writers:
        writer.join(timeout=60)
        assert not writer.is_alive()
    stop(process)

    process, url = start_server(data)
    parts = parts_by_write(client_for(url))
    stop(process)

    assert all(count == (1 if n % 2 else PARTS) for (_, n), count in parts.items())
    for writer in writers:
        assert len(writer.acknowledged) > 0
        assert {(writer.name, n) for n in writer.acknowledged} <= parts.keys()


def test_tables_items_and_indexes_are_there_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data.sqlite"
    process, url = start_server(data)
    client = client_for(url)
    client.create_table(**table_parameters(TABLE, DeletionProtectionEnabled=True))
    client.put_item(TableName=TABLE, Item=key("1"))
    stop(process)

    process, url = start_server(data)
    client = client_for(url)
    description = client.describe_table(TableName=TABLE)["Table"]
    items = client.scan(TableName=TABLE)["Items"]
    stop(process)

    assert description["DeletionProtectionEnabled"] is True
    assert items == [key("1")]
