"""The HTTP API: a request becomes an event, the event an invocation, its outcome a response."""

import datetime as dt
import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.gateway.authorizer import JwtAuthorizer, UnauthorizedError
from infra.local.gateway.cors import Cors
from infra.local.gateway.events import http_event
from infra.local.gateway.request import Request
from infra.local.gateway.responses import (
    NOT_FOUND,
    SERVER_ERROR,
    TOO_LARGE,
    UNAVAILABLE,
    MalformedAnswerError,
    Response,
    gateway_message,
    response_of,
)
from infra.local.gateway.routes import Match, Route, find_route
from infra.local.sandbox.function import StoppedError
from infra.local.sandbox.outcome import MAX_PAYLOAD_BYTES, Outcome

INTEGRATION_TIMEOUT_SECONDS = 30.0
MAX_CONCURRENT_INTEGRATIONS = 32

Invoke = Callable[[str, bytes], Outcome]
"""Invokes the function with a logical id on a JSON event."""

logger = logging.getLogger(__name__)


class HttpApi:
    """`authorizers` by name; `invoke` runs a function and waits for it."""

    def __init__(
        self, routes: Sequence[Route], authorizers: Mapping[str, JwtAuthorizer], cors: Cors, invoke: Invoke
    ) -> None:
        self._routes = routes
        self._authorizers = authorizers
        self._cors = cors
        self._invoke = invoke
        self._integrations = ThreadPoolExecutor(MAX_CONCURRENT_INTEGRATIONS, thread_name_prefix="integration")

    def answer(self, request: Request) -> Response:
        """Everything API Gateway does with a request; never raises for what a client or a function did."""
        request_id = uuid.uuid4().hex
        response = self._cors.preflight(request) or self._routed(request, request_id)
        logger.info("%s %s %s %s", request_id, request.method, request.path, response.status)
        headers = [*response.headers, *self._cors.headers(request), ("Apigw-Requestid", request_id)]
        return Response(response.status, headers, response.body)

    def close(self) -> None:
        self._integrations.shutdown(wait=False, cancel_futures=True)

    def _routed(self, request: Request, request_id: str) -> Response:
        match = find_route(self._routes, request.method, request.path)
        if match is None:
            return NOT_FOUND
        try:
            claims = self._claims(match, request)
        except UnauthorizedError as refused:
            logger.info("%s unauthorized: %s", request_id, refused)
            return _unauthorized(request)
        event = http_event(request, match, claims, request_id, dt.datetime.now(dt.UTC))
        return self._integrate(match.route.function, event)

    def _claims(self, match: Match, request: Request) -> Mapping[str, Any] | None:
        if match.route.authorizer is None:
            return None
        return self._authorizers[match.route.authorizer].claims(request.header("authorization"))

    def _integrate(self, function: str, event: Mapping[str, Any]) -> Response:
        payload = json.dumps(event).encode()
        if len(payload) > MAX_PAYLOAD_BYTES:
            return TOO_LARGE
        invocation = self._integrations.submit(self._invoke, function, payload)
        try:
            outcome = invocation.result(INTEGRATION_TIMEOUT_SECONDS)
        except TimeoutError:
            return UNAVAILABLE
        except StoppedError:
            return UNAVAILABLE
        if outcome.failed:
            return SERVER_ERROR
        try:
            return response_of(outcome.value())
        except (MalformedAnswerError, ValueError) as malformed:
            logger.warning("%s answered badly: %s", function, malformed)
            return SERVER_ERROR


def _unauthorized(request: Request) -> Response:
    challenge = "Bearer" if request.header("authorization") is None else 'Bearer error="invalid_token"'
    return gateway_message(401, "Unauthorized", ("WWW-Authenticate", challenge))
