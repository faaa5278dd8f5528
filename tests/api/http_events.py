"""Requests as API Gateway hands them to the function: payload format 2.0, claims verified."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

REQUEST_ID = "JKJaXmPLvHcESHA="
CLIENT_ID = "57cbishk4j24pabc1234567890"


def access_claims(username: str, *groups: str) -> dict[str, str]:
    """The claims of an access token, as an HTTP API passes them on: texts, and a list as ``[a b]``."""
    claims = {
        "token_use": "access",
        "client_id": CLIENT_ID,
        "iss": "https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_ExaMPle",
        "scope": "aws.cognito.signin.user.admin",
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "username": username,
    }
    return {**claims, "cognito:groups": f"[{' '.join(groups)}]"} if groups else claims


def http_event(
    method: str,
    path: str,
    claims: dict[str, str] | None,
    *,
    query: dict[str, str] | None = None,
    body: str | None = None,
    content_type: str = "application/json",
) -> dict[str, Any]:
    """An event of an HTTP API with one greedy route."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {
            "accept": "application/json",
            "authorization": "Bearer eyJ…",
            "host": "api.example",
            "x-forwarded-for": "192.0.2.1",
        },
        "pathParameters": {"proxy": path.removeprefix("/")},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "r3pmxmplak",
            "domainName": "api.example",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": REQUEST_ID,
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
            "time": "04/Jan/2027:09:30:00 +0000",
            "timeEpoch": 1798968600000,
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    if body is not None:
        event["body"] = body
        event["headers"]["content-type"] = content_type
        event["headers"]["content-length"] = str(len(body.encode()))
    return event


@dataclass(frozen=True)
class Answer:
    """What the function answered."""

    status: int
    headers: dict[str, str]
    text: str
    json: Any = field(repr=False)

    @classmethod
    def of(cls, response: dict[str, Any]) -> Answer:
        text = response["body"] or ""
        headers = {name.lower(): value for name, value in response["headers"].items()}
        return cls(response["statusCode"], headers, text, json.loads(text) if text else None)
