"""The three places where the conformance cases run: in process, over HTTP, and at ministack."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotocoreConnectionError

REPOSITORY = Path(__file__).parents[3]
MINISTACK = Path(os.environ.get("DIAPASON_MINISTACK", REPOSITORY / ".local/ministack/bin/ministack"))

START_SECONDS = 60

# What a client raises when the server does not answer.
UNANSWERED = (BotocoreConnectionError, HTTPClientError)


@cache
def client_for(url: str) -> Any:
    """Return the client for an endpoint; it sends each request once, so that no retry hides a fault."""
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="eu-west-3",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
    )


def start_server(data: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the endpoint in a process of its own; return the process and the URL it announces."""
    command = [sys.executable, "-m", "infra.local.dynamodb", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    announcement = process.stdout.readline()
    assert announcement.startswith("DynamoDB endpoint ready on "), f"the server said {announcement!r}"
    return process, announcement.split()[-1]


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Run the endpoint over HTTP until the block ends."""
    process, url = start_server(data)
    try:
        yield url
    finally:
        stop(process)


@contextmanager
def served_by_ministack(folder: Path) -> Iterator[str]:
    """Run ministack until the block ends."""
    port = _free_port()
    environment = os.environ | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": "dynamodb",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with (folder / "ministack.log").open("w") as log:
        process = subprocess.Popen([MINISTACK], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _await_answer(client_for(url))
            yield url
        finally:
            stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """End a process that a test started, and wait until it is gone."""
    process.terminate()
    process.wait(timeout=START_SECONDS)
    if process.stdout is not None:
        process.stdout.close()


def _await_answer(client: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.list_tables()
        except (ClientError, *UNANSWERED):
            assert time.monotonic() < deadline, "ministack did not answer in time"
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
