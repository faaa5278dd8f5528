"""Answers AWS requests inside the test process, whichever client sends them.

boto3 and PynamoDB build their clients apart, but every request of botocore leaves through one method,
`URLLib3Session.send`. `intercepted_requests` stands there: requests for a routed host go to its handler,
all others go their way. A handler is a function, so a test can wrap one to lose answers, delay or fail.

    with intercepted_requests() as routes:
        routes.route("dynamodb.test", dynamodb_handler(endpoint))
        client = boto3.client("dynamodb", endpoint_url="http://dynamodb.test", ...)
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from infra.local.dynamodb import Endpoint

DYNAMODB_HOST = "dynamodb.test"
DYNAMODB_URL = f"http://{DYNAMODB_HOST}"

Handler: TypeAlias = Callable[[AWSPreparedRequest], AWSResponse]


class Routes:
    """Which handler answers for which host."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def route(self, host: str, handler: Handler) -> None:
        """Let `handler` answer all requests for `host` from now on."""
        self._handlers[host] = handler

    def handler_of(self, url: str) -> Handler | None:
        """Return the handler that answers for the host of `url`."""
        return self._handlers.get(urlsplit(url).hostname or "")


@contextmanager
def intercepted_requests() -> Iterator[Routes]:
    """Stand between botocore and the network until the block ends."""
    routes = Routes()
    send_over_network = URLLib3Session.send

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        handler = routes.handler_of(request.url)
        return send_over_network(session, request) if handler is None else handler(request)

    with patch.object(URLLib3Session, "send", send):
        yield routes


def dynamodb_handler(endpoint: Endpoint) -> Handler:
    """Return a handler that answers by `endpoint`."""

    def handle(request: AWSPreparedRequest) -> AWSResponse:
        answer = endpoint.handle(_text(request.headers["X-Amz-Target"]), _body(request))
        return aws_response(request.url, answer.status, answer.headers, answer.body)

    return handle


def aws_response(url: str, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    """Return a response as botocore's own HTTP session would."""
    message = HTTPHeaders()
    for name, value in headers.items():
        message[name] = value
    return AWSResponse(url, status, message, _RawBody(body))


@contextmanager
def in_process_dynamodb(endpoint: Endpoint) -> Iterator[Routes]:
    """Let `endpoint` answer at DYNAMODB_URL until the block ends."""
    with intercepted_requests() as routes:
        routes.route(DYNAMODB_HOST, dynamodb_handler(endpoint))
        yield routes


class _RawBody(io.BytesIO):
    """The part of a urllib3 response that botocore reads."""

    def stream(self) -> Iterator[bytes]:
        """Yield the whole body."""
        yield self.read()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _body(request: AWSPreparedRequest) -> bytes:
    body = request.body
    assert isinstance(body, str | bytes | bytearray), "requests of DynamoDB carry a JSON document"
    return body.encode() if isinstance(body, str) else bytes(body)
