"""The HTTP side of the endpoint: connections that stay open, the loopback interface, one owner per file."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.dynamodb import Endpoint
from infra.local.dynamodb.server import Server
from tests.local.dynamodb.dynamodb_backends import REPOSITORY, served

LIST_TABLES = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}


@pytest.fixture
def server() -> Iterator[Server]:
    """A server in a thread of this process."""
    server = Server(0, Endpoint(":memory:", time.time))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    server.endpoint.close()


def test_one_connection_carries_many_requests(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.connect()
    port_of_client = connection.sock.getsockname()[1]
    for _ in range(3):
        connection.request("POST", "/", body=b"{}", headers=LIST_TABLES)
        response = connection.getresponse()

        assert (response.status, response.version) == (200, 11)
        assert response.read() == b'{"TableNames":[]}'
    assert connection.sock.getsockname()[1] == port_of_client
    connection.close()


def test_answers_leave_without_delay(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[tuple[int, int, int]] = []
    set_option = socket.socket.setsockopt

    def record(end: socket.socket, level: int, option: int, value: int) -> None:
        if end.getsockname()[1] == server.server_port:
            options.append((level, option, value))
        set_option(end, level, option, value)

    monkeypatch.setattr(socket.socket, "setsockopt", record)
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("POST", "/", body=b"{}", headers=LIST_TABLES)
    connection.getresponse().read()
    connection.close()

    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, True) in options


def test_server_listens_on_the_loopback_interface_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.slow
def test_second_server_on_one_file_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data.sqlite"
    command = [sys.executable, "-m", "infra.local.dynamodb", "--port", "0", "--data", str(data)]
    with served(data):
        second = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
        )

    assert second.returncode == 1
    assert "another process" in second.stderr
    assert "Traceback" not in second.stderr
