"""Fires functions at the rates of their ScheduleV2 events, as EventBridge Scheduler does.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

import datetime as dt
import json
import logging
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.intrinsics import ACCOUNT, REGION
from infra.local.sandbox.function import StoppedError
from infra.local.sandbox.outcome import Outcome

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}

logger = logging.getLogger(__name__)


class UnknownScheduleError(Exception):
    """A schedule expression other than `rate(…)`."""


@dataclass(frozen=True)
class Schedule:
    """`event` is the declared Input, or None for the scheduler's own event."""

    name: str
    every_seconds: int
    event: bytes | None


def rate_seconds(expression: str) -> int:
    """`rate(5 minutes)` in seconds. Raises UnknownScheduleError."""
    matched = _RATE.fullmatch(expression.strip())
    if matched is None:
        raise UnknownScheduleError(expression)
    value, unit = matched.groups()
    return int(value) * _UNIT_SECONDS[unit]


def schedule_event(name: str, now: dt.datetime) -> dict[str, Any]:
    """What a function gets from a schedule that declares no Input."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{name}"],
        "detail": "{}",
    }


class SchedulePump:
    """Fires one schedule; the first time one period after `run` begins."""

    def __init__(self, schedule: Schedule, invoke: Callable[[bytes], Outcome]) -> None:
        self._schedule = schedule
        self._invoke = invoke
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(self._schedule.every_seconds):
            try:
                self.fire()
            except StoppedError:
                return

    def fire(self) -> Outcome:
        event = self._schedule.event
        if event is None:
            event = json.dumps(schedule_event(self._schedule.name, dt.datetime.now(dt.UTC))).encode()
        outcome = self._invoke(event)
        if outcome.failed:
            logger.warning("%s: %s", self._schedule.name, outcome.payload.decode(errors="replace"))
        return outcome

    def stop(self) -> None:
        self._stopping.set()
