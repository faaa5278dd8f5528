"""How a worker takes its messages: each for itself, and one that fails comes again alone.

Powertools' BatchProcessor answers SQS with the messages that failed. A workflow that runs out of time stops
at a boundary and sends itself another message, rather than wait for this one to become visible again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from diapason.store.house import House, SchoolStore
from diapason.store.queue import Queue, Work
from diapason.workflows.phases import Deadline, LambdaDeadline, OutOfTime

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

Drive = Callable[[SchoolStore, str, Deadline], object]
"""Drives one workflow of one school to its end: the store, the subject's id, the deadline."""


def take_messages(
    event: dict[str, Any],
    context: LambdaContext,
    house: House,
    drive: Drive,
    queue_of: Callable[[SchoolStore], Queue],
) -> Any:
    """Drives the workflow that each message names; returns SQS's partial batch response."""
    if not event["Records"]:  # a bucket's greeting to its queue names no work
        return {"batchItemFailures": []}
    logger = Logger()

    def take(record: SQSRecord) -> None:
        work = Work.read(record.body)
        store = house.school(work.school_id)
        try:
            drive(store, work.subject, LambdaDeadline(context.get_remaining_time_in_millis))
        except OutOfTime:
            queue_of(store).send(work)
            logger.info("goes on in another run", school=work.school_id, subject=work.subject)
        except Exception:
            logger.exception("workflow stopped", school=work.school_id, subject=work.subject)
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=take, processor=processor, context=context)
