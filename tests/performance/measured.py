"""What a whole process costs: processor seconds, elapsed seconds and its largest resident memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

KIBIBYTES_OF_MEBIBYTE: Final = 1024


@dataclass(frozen=True)
class Cost:
    """``cpu_seconds`` is user and system time together."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


class ProcessFailed(Exception):
    """The process ended with another status than zero; the message is the end of what it said."""


def run(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command to its end. Raises ProcessFailed.

    A child's peak memory is at least its parent's at the moment of the fork: whoever measures must be small.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ProcessFailed(said.strip()[-400:])
    return Cost(
        usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / KIBIBYTES_OF_MEBIBYTE
    )


def in_turn(runs: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Medians over so many rounds, each run once a round: what else the machine does hits them all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, once in runs.items():
            costs[name].append(once())
    return {name: _median(found) for name, found in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.cpu_seconds for cost in costs),
        median(cost.wall_seconds for cost in costs),
        median(cost.peak_mib for cost in costs),
    )
