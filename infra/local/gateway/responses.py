"""What functions return, as HTTP responses (payload format 2.0), and the gateway's own answers."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class MalformedAnswerError(Exception):
    """The function returned something that is no answer of payload format 2.0."""


def gateway_message(status: int, message: str, *headers: tuple[str, str]) -> Response:
    """An answer of the gateway itself: `{"message": "Not Found"}`."""
    body = json.dumps({"message": message}, separators=(",", ":")).encode()
    return Response(status, [("Content-Type", "application/json"), *headers], body)


NOT_FOUND = gateway_message(404, "Not Found")
TOO_LARGE = gateway_message(413, "Request Entity Too Large")
LENGTH_REQUIRED = gateway_message(411, "Length Required")
SERVER_ERROR = gateway_message(500, "Internal Server Error")
UNAVAILABLE = gateway_message(503, "Service Unavailable")


def response_of(answer: Any) -> Response:
    """The response that a function's answer stands for. Raises MalformedAnswerError.

    An answer without `statusCode` is itself the body, as JSON, with status 200.
    """
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        return Response(200, [("Content-Type", "application/json")], json.dumps(answer).encode())
    try:
        status = int(answer["statusCode"])
    except (TypeError, ValueError):
        raise MalformedAnswerError("statusCode is not a number") from None
    headers = [(name, _header_text(value)) for name, value in (answer.get("headers") or {}).items()]
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers.append((name, ",".join(_header_text(value) for value in values)))
    headers += [("Set-Cookie", cookie) for cookie in answer.get("cookies") or []]
    return Response(status, headers, _body(answer))


def _header_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise MalformedAnswerError("a header is neither text nor a number")
    text = str(value)
    if "\r" in text or "\n" in text:
        raise MalformedAnswerError("a header holds a line break")
    return text


def _body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswerError("the body is not text")
    if not answer.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedAnswerError("the body is not base64") from None
