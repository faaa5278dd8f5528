"""How a workflow is driven: read the recovery point, run its phase, read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Generic, Protocol, TypeVar


class Phased(Protocol):
    """A record that stores its recovery point."""

    @property
    def phase(self) -> str: ...


SILENCE = timedelta(minutes=2)
"""A worker gives a sign of life more often than this: after it, nobody is at the work any more."""


class OutOfTime(Exception):
    """The worker stops at a boundary, before the function's own deadline; its message comes again."""


class Deadline(Protocol):
    """Asked at every boundary inside a long phase."""

    def check(self) -> None:
        """Raises OutOfTime when too little time is left for another step."""
        ...


class NoDeadline:
    """All the time in the world: for tests and for work that is short."""

    def check(self) -> None:
        return


class LambdaDeadline:
    """The function's own deadline, less what one more step and an orderly end may take."""

    MARGIN_MILLISECONDS = 20_000

    def __init__(self, remaining_milliseconds: Callable[[], int]) -> None:
        self._remaining = remaining_milliseconds

    def check(self) -> None:
        if self._remaining() < self.MARGIN_MILLISECONDS:
            raise OutOfTime


R = TypeVar("R", bound=Phased)


MAX_STALLS = 20
"""How often in a row a phase may end without moving its recovery point: each time another worker was
ahead, or the phase has a fault."""


class Stalled(Exception):
    """A phase ends again and again and never moves its recovery point."""


class Phases(Generic[R]):
    """The phases of one workflow. A recovery point that is not among them is an end."""

    def __init__(self, load: Callable[[], R], phases: Mapping[str, Callable[[R], None]]) -> None:
        self._load = load
        self._phases = phases

    def step(self) -> R | None:
        """Runs the phase of the stored recovery point; None when the workflow is at its end.

        A phase that finds its recovery point moved by another worker just returns.
        """
        record = self._load()
        phase = self._phases.get(record.phase)
        if phase is None:
            return None
        phase(record)
        return record

    def run(self) -> R:
        """Drives the workflow to its end and returns the record as it stands there."""
        last, stalls = "", 0
        while (record := self.step()) is not None:
            stalls = stalls + 1 if record.phase == last else 0
            last = record.phase
            if stalls > MAX_STALLS:
                raise Stalled(last)
        return self._load()
