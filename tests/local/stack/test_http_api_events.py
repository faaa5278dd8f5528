"""Requests as events of payload format 2.0."""

import base64
import datetime as dt
from typing import Any

import pytest

from infra.local.gateway.events import claim_text, http_event
from infra.local.gateway.request import Request
from infra.local.gateway.routes import Match, Route

NOW = dt.datetime(2026, 11, 21, 8, 5, 3, 250_000, tzinfo=dt.UTC)
MATCH = Match(Route("ANY", "/{proxy+}", "ApiFunction", "Members"), {"proxy": "batches/7"})


def event_of(**changes: Any) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": "POST",
        "target": "/batches/7",
        "headers": [("Host", "localhost:8480")],
        "body": b"",
        "source_ip": "127.0.0.1",
    }
    claims = changes.pop("claims", {"sub": "s-1"})
    return http_event(Request(**{**request, **changes}), MATCH, claims, "request-1", NOW)


def test_the_event_has_the_documented_form() -> None:
    event = event_of(
        target="/batches/7?state=pending&state=open&empty=",
        headers=[
            ("Host", "localhost:8480"),
            ("User-Agent", "page/1"),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Accept", "text/html"),
            ("ACCEPT", "application/json"),
            ("Cookie", "a=1; b=2"),
        ],
        body='{"name":"Zoé"}'.encode(),
        claims={"sub": "s-1", "cognito:groups": ["ecole-demo", "ecole-b"], "email_verified": True, "exp": 5},
    )
    assert event == {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": "/batches/7",
        "rawQueryString": "state=pending&state=open&empty=",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "localhost:8480",
            "user-agent": "page/1",
            "content-type": "application/json; charset=utf-8",
            "accept": "text/html,application/json",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"state": "pending,open", "empty": ""},
        "pathParameters": {"proxy": "batches/7"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "diapason",
            "authorizer": {
                "jwt": {
                    "claims": {
                        "sub": "s-1",
                        "cognito:groups": "[ecole-demo ecole-b]",
                        "email_verified": "true",
                        "exp": "5",
                    },
                    "scopes": None,
                }
            },
            "domainName": "localhost:8480",
            "domainPrefix": "localhost:8480",
            "http": {
                "method": "POST",
                "path": "/batches/7",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "page/1",
            },
            "requestId": "request-1",
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
            "time": "21/Nov/2026:08:05:03 +0000",
            "timeEpoch": 1795248303250,
        },
        "body": '{"name":"Zoé"}',
        "isBase64Encoded": False,
    }


def test_parts_that_a_request_does_not_have_are_absent() -> None:
    event = event_of(claims=None)
    assert not {"body", "cookies", "queryStringParameters"} & set(event)
    assert "authorizer" not in event["requestContext"]


def test_the_path_is_decoded_and_the_query_string_is_not() -> None:
    event = event_of(target="/%C3%A9cole/a%20b?q=%C3%A9+a")
    assert event["rawPath"] == "/école/a b"
    assert event["rawQueryString"] == "q=%C3%A9+a"
    assert event["queryStringParameters"] == {"q": "é a"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/octet-stream", b"\x00\xff"),
        ("application/x-www-form-urlencoded", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/json", b'"\xff"'),
        (None, b"anything"),
    ],
)
def test_what_is_not_text_comes_in_base64(content_type: str | None, body: bytes) -> None:
    headers = [] if content_type is None else [("Content-Type", content_type)]
    event = event_of(headers=headers, body=body)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


@pytest.mark.parametrize(
    ("claim", "text"),
    [("x", "x"), (3, "3"), (True, "true"), ([], "[]"), (["a"], "[a]"), (["a", "b"], "[a b]")],
)
def test_claims_are_passed_on_as_text(claim: Any, text: str) -> None:
    assert claim_text(claim) == text
