"""Runs every few minutes: work that was left at a recovery point gets its message again."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from diapason.store.house import House
from diapason.workflows.sweeping import sweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

house = cache(House.from_environment)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    resumed = sweep(house())
    Logger().info("swept", resumed=resumed)
    return {"resumed": resumed}
