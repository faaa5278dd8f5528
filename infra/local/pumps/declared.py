"""Queue and schedule events as the template declares them on functions."""

from collections.abc import Iterator

from infra.local.intrinsics import Names
from infra.local.pumps.queue_pump import QueueSource
from infra.local.pumps.schedule_pump import Schedule, rate_seconds
from infra.local.template import Template

DEFAULT_BATCH_SIZE = 10


def queue_sources(template: Template, names: Names) -> Iterator[tuple[str, QueueSource]]:
    """Every SQS event, with the logical id of its function."""
    urls = {
        names.attributes[queue.logical_id, "Arn"]: names.refs[queue.logical_id]
        for queue in template.of_type("AWS::SQS::Queue")
    }
    for function in template.of_type("AWS::Serverless::Function"):
        for event in function.properties.get("Events", {}).values():
            if event["Type"] == "SQS":
                declared = names.resolve(event["Properties"])
                yield (
                    function.logical_id,
                    QueueSource(
                        queue_url=urls[declared["Queue"]],
                        queue_arn=declared["Queue"],
                        batch_size=int(declared.get("BatchSize", DEFAULT_BATCH_SIZE)),
                        reports_failures="ReportBatchItemFailures"
                        in declared.get("FunctionResponseTypes", []),
                    ),
                )


def schedules(template: Template, names: Names) -> Iterator[tuple[str, Schedule]]:
    """Every ScheduleV2 event, with the logical id of its function."""
    for function in template.of_type("AWS::Serverless::Function"):
        for event_name, event in function.properties.get("Events", {}).items():
            if event["Type"] == "ScheduleV2":
                declared = names.resolve(event["Properties"])
                given = declared.get("Input")
                yield (
                    function.logical_id,
                    Schedule(
                        name=f"{names.refs[function.logical_id]}{event_name}",
                        every_seconds=rate_seconds(declared["ScheduleExpression"]),
                        event=None if given is None else given.encode(),
                    ),
                )
