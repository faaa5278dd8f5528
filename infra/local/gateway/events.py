"""Requests as events of payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from infra.local.gateway.request import Request
from infra.local.gateway.routes import Match
from infra.local.intrinsics import ACCOUNT

Claims = Mapping[str, Any]

API_ID = "diapason"
STAGE = "$default"
TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


def http_event(
    request: Request, match: Match, claims: Claims | None, request_id: str, now: dt.datetime
) -> dict[str, Any]:
    """The event a function gets. `claims` are those of the verified token, None on a public route."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.path,
        "rawQueryString": request.query_string,
        "headers": _headers(request),
        "requestContext": _context(request, match, claims, request_id, now),
        "isBase64Encoded": False,
    }
    if cookies := _cookies(request):
        event["cookies"] = cookies
    if query := _query_parameters(request.query_string):
        event["queryStringParameters"] = query
    if match.path_parameters:
        event["pathParameters"] = match.path_parameters
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request)
    return event


def _context(
    request: Request, match: Match, claims: Claims | None, request_id: str, now: dt.datetime
) -> dict[str, Any]:
    host = request.header("host") or ""
    context: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": host,
        "domainPrefix": host.split(".", 1)[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request_id,
        "routeKey": match.route.key,
        "stage": STAGE,
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        texts = {name: claim_text(value) for name, value in claims.items()}
        context["authorizer"] = {"jwt": {"claims": texts, "scopes": None}}
    return context


def claim_text(value: Any) -> str:
    """A claim as an HTTP API passes it on: always text, and a list as `[a b]`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + " ".join(claim_text(item) for item in value) + "]"
    return str(value)


def _headers(request: Request) -> dict[str, str]:
    """Names in lower case, repeated ones joined; cookies stand apart; what a proxy adds is added."""
    headers: dict[str, str] = {}
    for given, value in request.headers:
        name = given.lower()
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    came_through = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{came_through}, {request.source_ip}" if came_through else request.source_ip
    headers["x-forwarded-proto"] = "http"
    return headers


def _cookies(request: Request) -> list[str]:
    values = [value for name, value in request.headers if name.lower() == "cookie"]
    return [cookie.strip() for value in values for cookie in value.split(";") if cookie.strip()]


def _query_parameters(query_string: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _body(request: Request) -> tuple[str, bool]:
    """The body as text, or in base64 (second value) when its type is not one of text."""
    content_type = (request.header("content-type") or "").lower()
    if content_type.startswith(TEXT_TYPES):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True
