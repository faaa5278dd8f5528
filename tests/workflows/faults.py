"""Processes that die at one of their calls to the database, and writes that arrive after their process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.local.dynamodb_in_process import DYNAMODB_HOST
from tests.workflows.story import Story, a_story
from tests.world import World


@dataclass
class Schools:
    """As many schools as runs are needed, in one world."""

    world: World
    count: int = 0

    def another(self) -> Story:
        self.count += 1
        return a_story(self.world, f"ecole-{self.count:03d}")


class Died(BaseException):
    """The process is no more: no `except Exception` of the product may see it."""


@contextmanager
def dying_at(world: World, call: int, *, applied: bool) -> Iterator[list[int]]:
    """Lets the process die at one of its calls to DynamoDB, before or after the call took effect."""
    handler = world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    calls = [0]

    def handle(request: AWSPreparedRequest) -> AWSResponse:
        calls[0] += 1
        if calls[0] > call:
            raise Died  # a dead process sends nothing more
        if calls[0] == call and not applied:
            raise Died
        answer = handler(request)
        if calls[0] == call:
            raise Died
        return answer

    world.routes.route(DYNAMODB_HOST, handle)
    try:
        yield calls
    finally:
        world.routes.route(DYNAMODB_HOST, handler)


@contextmanager
def withholding(world: World, write: int) -> Iterator[list[AWSPreparedRequest]]:
    """Lets the process die at one of its writes to DynamoDB, which is still on its way: it is handed out."""
    handler = world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    withheld: list[AWSPreparedRequest] = []
    writes = [0]

    def handle(request: AWSPreparedRequest) -> AWSResponse:
        if withheld:
            raise Died
        if request.headers["X-Amz-Target"].endswith(b".TransactWriteItems"):
            writes[0] += 1
            if writes[0] == write:
                withheld.append(request)
                raise Died
        return handler(request)

    world.routes.route(DYNAMODB_HOST, handle)
    try:
        yield withheld
    finally:
        world.routes.route(DYNAMODB_HOST, handler)


@contextmanager
def preempted_at(world: World, call: int, other: Callable[[], object]) -> Iterator[list[int]]:
    """Lets another process act just before one of the process's calls to DynamoDB."""
    handler = world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    calls = [0]

    def handle(request: AWSPreparedRequest) -> AWSResponse:
        calls[0] += 1
        if calls[0] == call:
            world.routes.route(DYNAMODB_HOST, handler)
            other()
            world.routes.route(DYNAMODB_HOST, handle)
        return handler(request)

    world.routes.route(DYNAMODB_HOST, handle)
    try:
        yield calls
    finally:
        world.routes.route(DYNAMODB_HOST, handler)
