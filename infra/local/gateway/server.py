"""The HTTP server in front of the API."""

import contextlib
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from infra.local.gateway.request import Request
from infra.local.gateway.responses import LENGTH_REQUIRED, TOO_LARGE, Response
from infra.local.processes import LOOPBACK

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: payload size, 10 MB.
MAX_BODY_BYTES = 10 * 1024 * 1024
BODILESS = (204, 304)
FRAMING_HEADERS = ("content-length", "connection", "transfer-encoding")
STOP_POLL_SECONDS = 0.05
DROP_SECONDS = 2.0
DROPPED_AT_ONCE = 64 * 1024

Answer = Callable[[Request], Response]


class PortTakenError(Exception):
    """Another program listens on the gateway's port."""


class GatewayServer:
    """Takes its port (0: any free one) when made; requests that arrive before `serve` wait."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server((LOOPBACK, port), _Handler)
        except OSError as refused:
            raise PortTakenError(f"port {port} of {LOOPBACK} is taken ({refused.strerror})") from None
        self._serving = False

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def serve(self, answer: Answer) -> None:
        self._server.answer = answer
        threading.Thread(
            target=self._server.serve_forever, args=(STOP_POLL_SECONDS,), name="gateway", daemon=True
        ).start()
        self._serving = True

    def close(self) -> None:
        if self._serving:
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    answer: Answer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no event worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self) -> None:
        if "Transfer-Encoding" in self.headers:
            self._refuse(LENGTH_REQUIRED)
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self._refuse(TOO_LARGE)
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers=self.headers.items(),
            body=self.rfile.read(length),
            source_ip=self.client_address[0],
        )
        self._send(self.server.answer(request))

    # The base class finds the method for a request by this name.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _refuse(self, response: Response) -> None:
        """Answer at once, then drop what still comes: closing early would take the answer with it."""
        self.close_connection = True
        self._send(response)
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(DROP_SECONDS)
            while self.rfile.read(DROPPED_AT_ONCE):
                pass

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        for name, value in response.headers:
            if name.lower() not in FRAMING_HEADERS:
                self.send_header(name, value)
        has_body = response.status not in BODILESS
        if has_body:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """The API writes its own access log."""
