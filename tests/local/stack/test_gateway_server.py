"""The gateway on the wire."""

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from infra.local.gateway.request import Request
from infra.local.gateway.responses import Response
from infra.local.gateway.server import MAX_BODY_BYTES, GatewayServer, PortTakenError


class Recorder:
    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(200, [("x-a", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"hello")


@pytest.fixture
def answer() -> Recorder:
    return Recorder()


@pytest.fixture
def connection(answer: Recorder) -> Iterator[http.client.HTTPConnection]:
    server = GatewayServer(0)
    server.serve(answer)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    yield connection
    connection.close()
    server.close()


def test_requests_and_responses_pass_whole(answer: Recorder, connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/a%20b?c=d", body=b"\x00body", headers={"X-Twice": "1"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"hello")
    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    (request,) = answer.requests
    assert (request.method, request.target, request.body) == ("POST", "/a%20b?c=d", b"\x00body")
    assert request.header("x-twice") == "1"
    assert request.source_ip == "127.0.0.1"


def test_a_connection_serves_several_requests(
    answer: Recorder, connection: http.client.HTTPConnection
) -> None:
    for _ in range(3):
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"hello"
    assert len(answer.requests) == 3


def test_a_head_request_gets_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/")
    response = connection.getresponse()
    assert (response.getheader("Content-Length"), response.read()) == ("5", b"")


def test_a_body_over_ten_megabytes_is_refused_unread(
    answer: Recorder, connection: http.client.HTTPConnection
) -> None:
    connection.request("POST", "/", body=bytes(MAX_BODY_BYTES + 1))
    response = connection.getresponse()
    assert (response.status, response.read()) == (413, b'{"message":"Request Entity Too Large"}')
    assert answer.requests == []


def test_a_body_of_ten_megabytes_is_taken(answer: Recorder, connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/", body=bytes(MAX_BODY_BYTES))
    assert connection.getresponse().status == 200
    assert len(answer.requests[0].body) == MAX_BODY_BYTES


def test_a_body_of_unknown_length_is_refused(
    answer: Recorder, connection: http.client.HTTPConnection
) -> None:
    connection.request(
        "POST", "/", body=iter([b"part"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert connection.getresponse().status == 411
    assert answer.requests == []


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTakenError):
        GatewayServer(other.getsockname()[1])
