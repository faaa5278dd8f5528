"""Imports uploaded files: the queue brings S3's notices, and messages of the sweeper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from diapason.store.house import House
from diapason.workflows.delivery import take_messages
from diapason.workflows.import_records import import_records
from diapason.workflows.upload_notices import with_work

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

house = cache(House.from_environment)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return take_messages(
        with_work(event), context, house(), import_records, lambda store: store.import_records_queue
    )
