"""Processes that die at a call to the database, run short of time or in turns; writes that come late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from diapason.store.queue import Work
from diapason.workflows.phases import OutOfTime, Phased, Phases
from tests.local.dynamodb_in_process import DYNAMODB_HOST
from tests.workflows.story import Story, a_story
from tests.world import World

R = TypeVar("R", bound=Phased)


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


def in_turns(worker: Callable[[], Phases[R]]) -> Iterator[R]:
    """Two workers, one step each in turn until the end: the second always acts on what it read before the
    first one's step."""
    while True:
        first, second = worker(), worker()
        record = second._load()
        if first.step() is None:
            return
        second._phases[record.phase](record)
        yield record


class OneStepOnly:
    """A deadline that lets so many steps pass."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def check(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise OutOfTime


def received(world: World, url: str) -> list[Work]:
    """The work that waits in a queue."""
    messages = world.house.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [Work.read(message["Body"]) for message in messages]
