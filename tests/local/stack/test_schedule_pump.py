"""Rates of schedules, and what a schedule tells its function."""

import datetime as dt
import json

import pytest

from infra.local.pumps.schedule_pump import (
    Schedule,
    SchedulePump,
    UnknownScheduleError,
    rate_seconds,
    schedule_event,
)
from infra.local.sandbox.outcome import Outcome


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)],
)
def test_rates_are_read(expression: str, seconds: int) -> None:
    assert rate_seconds(expression) == seconds


@pytest.mark.parametrize("expression", ["rate(5)", "rate(x minutes)", "cron(0 4 * * ? *)", ""])
def test_other_expressions_are_refused(expression: str) -> None:
    with pytest.raises(UnknownScheduleError):
        rate_seconds(expression)


def test_a_schedule_without_input_sends_the_schedulers_own_event() -> None:
    event = schedule_event("Sweep", dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC))
    assert event["source"] == "aws.scheduler"
    assert event["time"] == "2026-11-21T04:00:00Z"
    assert event["resources"] == ["arn:aws:scheduler:eu-west-3:000000000000:schedule/default/Sweep"]


@pytest.mark.parametrize(("declared", "expected"), [(b'{"task":"seal"}', {"task": "seal"}), (None, None)])
def test_firing_invokes_with_the_declared_input(declared: bytes | None, expected: object) -> None:
    events: list[object] = []

    def invoke(event: bytes) -> Outcome:
        events.append(json.loads(event))
        return Outcome(b"null")

    SchedulePump(Schedule("Sweep", 300, declared), invoke).fire()
    (event,) = events
    if expected is None:
        assert isinstance(event, dict)
        assert event["detail-type"] == "Scheduled Event"
    else:
        assert event == expected


def test_the_first_firing_is_one_period_after_the_start_and_stopping_ends_it() -> None:
    events: list[bytes] = []

    def invoke(event: bytes) -> Outcome:
        events.append(event)
        if len(events) == 2:
            pump.stop()
        return Outcome(b"null")

    pump = SchedulePump(Schedule("Sweep", 0, b"{}"), invoke)
    pump.run()
    assert len(events) == 2
