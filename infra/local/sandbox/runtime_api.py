"""The Lambda Runtime API (2018-06-01) of one worker: it hands out one event at a time and takes the answer.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from infra.local.processes import LOOPBACK
from infra.local.sandbox.outcome import Outcome


@dataclass(frozen=True)
class Invocation:
    request_id: str
    event: bytes
    timeout_seconds: float


class RuntimeApi:
    """Serves one worker process on a loopback port of its own.

    `outcomes` gives what the worker answers, and None once when the worker is gone.
    """

    def __init__(self, function_arn: str) -> None:
        self.function_arn = function_arn
        self.outcomes: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._server.api = self
        threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._server.server_port}"

    def hand_out(self, invocation: Invocation) -> None:
        self._invocations.put(invocation)

    def next_invocation(self) -> Invocation | None:
        """Blocks until there is an event for the worker; None when the worker is gone."""
        return self._invocations.get()

    def close(self) -> None:
        """Release the thread that waits for an event, and whoever waits for an outcome."""
        self._invocations.put(None)
        self.outcomes.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi

    def handle_error(self, request: object, client_address: object) -> None:
        """A worker that was killed breaks its connection; its outcome tells."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each call costs 45 ms of delayed acknowledgement
    wbufsize = -1

    def do_GET(self) -> None:
        """`/runtime/invocation/next`"""
        invocation = self.server.api.next_invocation()
        if invocation is None:
            self.close_connection = True
            return
        deadline_ms = int((time.time() + invocation.timeout_seconds) * 1000)
        self.send_response_only(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", invocation.request_id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline_ms))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", self.server.api.function_arn)
        self._send(invocation.event)

    def do_POST(self) -> None:
        """`/runtime/invocation/{id}/response`, `/runtime/invocation/{id}/error`, `/runtime/init/error`"""
        payload = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response_only(202)
        self._send(b"{}")
        self.server.api.outcomes.put(Outcome(payload, failed=self.path.endswith("/error")))

    def _send(self, body: bytes) -> None:
        # The runtime client crashes without a content type.
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """The worker's own output is what its log file is for."""
