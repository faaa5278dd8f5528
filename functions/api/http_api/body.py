"""The shape of a request, before its content: size, media type, one JSON object, known parameters."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from diapason.domain.errors import FieldError, InvalidInput
from http_api.french import SENTENCES
from http_api.limits import MAX_BODY_BYTES
from http_api.problems import MalformedRequest, RequestTooLarge, UnsupportedMediaType

JSON = "application/json"


def check_shape(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """The middleware in front of validation, which would let some of this pass: powertools takes the first
    element of a list for the object, and ignores parameters that no route knows."""
    _check_body(app.current_event)
    _check_parameters(app)
    return next_middleware(app)


def _check_body(event: BaseProxyEvent) -> None:
    if not event.body:
        return
    if len(event.body) > MAX_BODY_BYTES:
        raise RequestTooLarge
    if event.headers.get("content-type", JSON).partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType
    try:
        body = event.json_body
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(body, dict):
        raise MalformedRequest


def _check_parameters(app: ApiGatewayResolver) -> None:
    """A misspelt criterion must not select everything."""
    known = {field.alias for field in app.context["_route"].dependant.query_params}
    unknown = sorted(set(app.current_event.query_string_parameters) - known)
    if unknown:
        raise InvalidInput(
            [FieldError(name, "unknown_parameter", SENTENCES["unknown_parameter"]) for name in unknown]
        )
