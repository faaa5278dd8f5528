"""The application put together: routes, middlewares in their order, errors to problem documents."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
    OpenAPIResponseValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from diapason.domain.errors import DiapasonError, InvalidInput, NotFound
from diapason.store.house import House
from http_api.asking import Admission
from http_api.body import check_shape
from http_api.french import field_errors
from http_api.logs import frames_of, logger
from http_api.problems import Unexpected, UnknownAddress, response_of
from http_api.routes import RESOURCES
from http_api.routing import Function, Operation

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@cache
def house_of_this_process() -> House:
    """Clients and names, made at the first request; no school's data."""
    return House.from_environment()


def operations() -> dict[Function, Operation]:
    """Every route with its action."""
    return {function: found for resource in RESOURCES for function, found in resource.operations.items()}


def resolver(house: Callable[[], House]) -> APIGatewayHttpResolver:
    """All routes. Validation stands among the middlewares, after the admission: whoever may not do a thing
    does not learn either what a valid request looks like. ``debug`` is off whatever the environment says."""
    app = APIGatewayHttpResolver(debug=False)
    app.use(
        middlewares=[
            Admission(house, operations()),
            check_shape,
            OpenAPIRequestValidationMiddleware(),  # type: ignore[no-untyped-call]
            OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
        ]
    )
    for resource in RESOURCES:
        app.include_router(resource.router)
    _answer_errors(app)
    return app


def application(house: Callable[[], House]) -> Handler:
    """The function that Lambda calls."""
    app = resolver(house)

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = time.perf_counter()
        logger.set_correlation_id(event["requestContext"]["requestId"])
        answer = app.resolve(event, context)
        answer["headers"] = {**answer.get("headers", {}), **HEADERS}
        milliseconds = round((time.perf_counter() - started) * 1000)
        logger.info("request", extra={"status": answer["statusCode"], "milliseconds": milliseconds})
        return answer

    return handler


def _answer_errors(app: APIGatewayHttpResolver) -> None:
    def answered(error: DiapasonError) -> Response[str]:
        logger.info("refused", extra={"problem": error.code})
        return response_of(error, logger.get_correlation_id() or "")

    def invalid(error: RequestValidationError) -> Response[str]:
        return answered(_domain_error(error.errors()))

    def unknown_address(_: Exception) -> Response[str]:
        return answered(UnknownAddress())

    def unexpected(error: Exception) -> Response[str]:
        logger.error("unexpected", extra={"frames": frames_of(error)})
        return answered(Unexpected())

    app.exception_handler(DiapasonError)(answered)
    app.exception_handler(RequestValidationError)(invalid)
    app.exception_handler(Exception)(unexpected)
    app.not_found(unknown_address)


def _domain_error(errors: Sequence[Mapping[str, Any]]) -> DiapasonError:
    """An id of a shape that was never given names nothing: it is answered as any other unknown id."""
    if any(error["loc"][0] == "path" for error in errors):
        return NotFound()
    return InvalidInput(field_errors(errors))
