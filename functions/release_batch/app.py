"""Deletes pending batches and cancels generated ones: gives back what they hold or have debited."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from diapason.store.house import House
from diapason.workflows.delivery import take_messages
from diapason.workflows.releasing import Releasing

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

house = cache(House.from_environment)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return take_messages(
        event,
        context,
        house(),
        lambda store, subject, deadline: Releasing(store, subject, deadline).phases.run(),
        lambda store: store.release_batch_queue,
    )
