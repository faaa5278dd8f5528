"""Routes, each declared with the action that the decision table must grant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from diapason.access.decisions import Action

Function = Callable[..., object]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. ``path`` is written as OpenAPI writes it: ``/drafts/{draft_id}``."""

    method: str
    path: str
    action: Action

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Resource:
    """The routes of one resource; ``tag`` is its name on the screen."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]
        self.operations: dict[Function, Operation] = {}

    def get(self, path: str, action: Action, summary: str) -> Callable[[F], F]:
        return self._operation("GET", path, action, summary, HTTPStatus.OK)

    def post(self, path: str, action: Action, summary: str, status: HTTPStatus) -> Callable[[F], F]:
        return self._operation("POST", path, action, summary, status)

    def put(self, path: str, action: Action, summary: str) -> Callable[[F], F]:
        return self._operation("PUT", path, action, summary, HTTPStatus.OK)

    def patch(self, path: str, action: Action, summary: str) -> Callable[[F], F]:
        return self._operation("PATCH", path, action, summary, HTTPStatus.OK)

    def delete(self, path: str, action: Action, summary: str, status: HTTPStatus) -> Callable[[F], F]:
        return self._operation("DELETE", path, action, summary, status)

    def _operation(
        self, method: str, path: str, action: Action, summary: str, status: HTTPStatus
    ) -> Callable[[F], F]:
        def register(function: F) -> F:
            self.operations[function] = Operation(method, path, action)
            route = self.router.route(
                path.replace("{", "<").replace("}", ">"),
                method,
                summary=summary,
                tags=[self.tag],
                operation_id=function.__name__,
                response_description=status.phrase,
                openapi_extensions={"x-action": str(action)},
                status_code=status.value,
            )
            return route(function)

        return register
