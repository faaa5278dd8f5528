"""Serves an endpoint over HTTP on the loopback interface."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from infra.local.dynamodb.endpoint import Endpoint

LOOPBACK = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """One thread for each connection; clients keep theirs open."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, endpoint: Endpoint) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.endpoint = endpoint


class _Handler(BaseHTTPRequestHandler):
    server: Server

    protocol_version = "HTTP/1.1"
    # An answer leaves in one packet, at once: otherwise a delayed acknowledgement costs 45 ms a call.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer one request; signatures are not looked at."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.endpoint.handle(self.headers.get("X-Amz-Target", ""), body)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep silent: requests hold what families owe."""
