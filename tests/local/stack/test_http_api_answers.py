"""What the gateway answers: for functions, and in its own name."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.local.gateway import api as api_module
from infra.local.gateway.api import HttpApi
from infra.local.gateway.authorizer import UnauthorizedError
from infra.local.gateway.cors import Cors
from infra.local.gateway.request import Request
from infra.local.gateway.responses import MalformedAnswerError, Response, response_of
from infra.local.gateway.routes import Route, find_route
from infra.local.sandbox.outcome import MAX_PAYLOAD_BYTES, Outcome

ROUTES = [Route("GET", "/health", "Fn", None), Route("ANY", "/{proxy+}", "Fn", "Members")]


class KnowsOneToken:
    def claims(self, authorization: str | None) -> Mapping[str, Any]:
        if authorization != "Bearer good":
            raise UnauthorizedError("not the good one")
        return {"sub": "s-1"}


def answer(
    invoke: Callable[[str, bytes], Outcome],
    path: str = "/health",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    cors: dict[str, Any] | None = None,
) -> Response:
    authorizers: Any = {"Members": KnowsOneToken()}
    api = HttpApi(ROUTES, authorizers, Cors(cors or {}), invoke)
    try:
        return api.answer(Request(method, path, list((headers or {}).items()), b"", "127.0.0.1"))
    finally:
        api.close()


def returning(value: Any) -> Callable[[str, bytes], Outcome]:
    return lambda _function, _event: Outcome(json.dumps(value).encode())


def unreachable(_function: str, _event: bytes) -> Outcome:
    raise AssertionError("the function must not be reached")


def test_the_functions_answer_becomes_the_response() -> None:
    response = answer(
        returning(
            {
                "statusCode": 201,
                "headers": {"content-type": "text/plain", "x-count": 3},
                "multiValueHeaders": {"x-many": ["a", "b"]},
                "cookies": ["a=1; Secure", "b=2"],
                "body": "é",
            }
        )
    )
    assert (response.status, response.body) == (201, "é".encode())
    assert list(response.headers)[:5] == [
        ("content-type", "text/plain"),
        ("x-count", "3"),
        ("x-many", "a,b"),
        ("Set-Cookie", "a=1; Secure"),
        ("Set-Cookie", "b=2"),
    ]


def test_an_answer_without_status_is_the_body() -> None:
    response = answer(returning({"a": 1}))
    assert (response.status, json.loads(response.body)) == (200, {"a": 1})
    assert ("Content-Type", "application/json") in response.headers


def test_binary_answers_are_decoded() -> None:
    response = answer(returning({"statusCode": 200, "body": "AAH/", "isBase64Encoded": True}))
    assert response.body == b"\x00\x01\xff"


@pytest.mark.parametrize(
    "bad",
    [
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "!", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"x": ["list"]}},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}},
    ],
)
def test_malformed_answers_are_server_errors(bad: Any) -> None:
    with pytest.raises(MalformedAnswerError):
        response_of(bad)
    response = answer(returning(bad))
    assert (response.status, response.body) == (500, b'{"message":"Internal Server Error"}')


def test_a_failed_function_is_a_server_error_that_tells_nothing() -> None:
    response = answer(lambda *_: Outcome(b'{"errorMessage":"FR76 secret"}', failed=True))
    assert (response.status, response.body) == (500, b'{"message":"Internal Server Error"}')


def test_a_function_that_is_too_slow_for_the_gateway_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "INTEGRATION_TIMEOUT_SECONDS", 0.05)
    done = threading.Event()

    def slow(_function: str, _event: bytes) -> Outcome:
        done.wait(10)
        return Outcome(b"{}")

    response = answer(slow)
    done.set()
    assert (response.status, response.body) == (503, b'{"message":"Service Unavailable"}')


def test_a_request_over_lambdas_limit_is_too_large() -> None:
    response = answer(unreachable, headers={"x-large": "x" * MAX_PAYLOAD_BYTES})
    assert (response.status, response.body) == (413, b'{"message":"Request Entity Too Large"}')


def test_an_unknown_path_is_not_found() -> None:
    response = answer(unreachable, "/")
    assert (response.status, response.body) == (404, b'{"message":"Not Found"}')


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer bad"}])
def test_without_a_valid_token_no_function_is_reached(headers: dict[str, str]) -> None:
    response = answer(unreachable, "/batches", headers=headers)
    assert (response.status, response.body) == (401, b'{"message":"Unauthorized"}')
    assert dict(response.headers)["WWW-Authenticate"].startswith("Bearer")


def test_the_claims_of_a_valid_token_reach_the_function() -> None:
    seen: list[Any] = []

    def record(_function: str, event: bytes) -> Outcome:
        seen.append(json.loads(event))
        return Outcome(b"{}")

    answer(record, "/batches", headers={"Authorization": "Bearer good"})
    assert seen[0]["requestContext"]["authorizer"]["jwt"]["claims"] == {"sub": "s-1"}


CORS = {
    "AllowOrigins": ["https://page.example"],
    "AllowMethods": ["GET"],
    "AllowHeaders": ["x-a"],
    "MaxAge": 9,
}
PREFLIGHT = {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}


def test_a_preflight_request_is_answered_by_the_gateway() -> None:
    response = answer(unreachable, "/batches", method="OPTIONS", headers=PREFLIGHT, cors=CORS)
    assert response.status == 204
    assert dict(response.headers).items() >= {
        ("Access-Control-Allow-Origin", "https://page.example"),
        ("Access-Control-Allow-Methods", "GET"),
        ("Access-Control-Allow-Headers", "x-a"),
        ("Access-Control-Max-Age", "9"),
    }


def test_a_foreign_origin_is_allowed_nothing() -> None:
    headers = {**PREFLIGHT, "Origin": "https://other.example"}
    response = answer(unreachable, "/batches", method="OPTIONS", headers=headers, cors=CORS)
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_answers_to_an_allowed_origin_say_so_even_when_refusing() -> None:
    response = answer(unreachable, "/batches", headers={"Origin": "https://page.example"}, cors=CORS)
    assert response.status == 401
    assert ("Access-Control-Allow-Origin", "https://page.example") in response.headers


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/a", "GET /a"),
        ("POST", "/a", "ANY /a"),
        ("GET", "/b", "GET /{one}"),
        ("GET", "/b/c", "ANY /{proxy+}"),
        ("DELETE", "/b", "ANY /{proxy+}"),
        ("GET", "/b/", "ANY /{proxy+}"),
        ("GET", "/", None),
    ],
)
def test_the_most_specific_route_is_taken(method: str, path: str, expected: str | None) -> None:
    routes = sorted(
        [
            Route("ANY", "/{proxy+}", "Fn", None),
            Route("GET", "/{one}", "Fn", None),
            Route("ANY", "/a", "Fn", None),
            Route("GET", "/a", "Fn", None),
        ],
        key=lambda route: route.precedence,
    )
    match = find_route(routes, method, path)
    assert (match.route.key if match else None) == expected


def test_a_route_is_literal_outside_its_parameters() -> None:
    assert find_route([Route("GET", "/a.b/{x}", "Fn", None)], "GET", "/aXb/1") is None
