"""One line of log for each request, made of allow-listed fields alone.

A free text may hold what a family or a school entered, the message of an exception too: neither is logged.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

if TYPE_CHECKING:
    from aws_lambda_powertools.logging.types import LogRecord

ALLOWED = frozenset(
    {
        "level",
        "message",
        "timestamp",
        "service",
        "correlation_id",
        "school",
        "operation",
        "status",
        "problem",
        "milliseconds",
        "frames",
    }
)


class AllowListFormatter(LambdaPowertoolsFormatter):
    """Drops whatever the list does not name."""

    def serialize(self, log: LogRecord) -> str:
        kept = {name: value for name, value in log.items() if name in ALLOWED}
        return super().serialize(cast("LogRecord", kept))


logger = Logger(service="api", level="INFO", logger_formatter=AllowListFormatter())


def frames_of(error: BaseException) -> list[str]:
    """Where an error came from, its causes after it: types, files, lines and functions, no message."""
    return list(_frames(error))


def _frames(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield type(error).__qualname__
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
