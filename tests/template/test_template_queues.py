"""Work that takes longer than a request: nothing is lost in silence."""

from typing import Any

from infra.local.template import Resource, Template

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"
MAX_RECEIVES = 5


def queue_events(template: Template) -> list[tuple[Resource, dict[str, Any]]]:
    return [
        (function, event["Properties"])
        for function in template.of_type(FUNCTION)
        for event in function.properties["Events"].values()
        if event["Type"] == "SQS"
    ]


def source_queue(template: Template, event: dict[str, Any]) -> Resource:
    return template.resources[event["Queue"]["Fn::GetAtt"][0]]


def dead_letter_queue(queue: Resource) -> str:
    redrive = queue.properties["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == MAX_RECEIVES
    logical_id: str
    logical_id, attribute = redrive["deadLetterTargetArn"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return logical_id


def test_every_queue_has_one_reader_or_is_a_dead_letter_queue(template: Template) -> None:
    read = [source_queue(template, event).logical_id for _, event in queue_events(template)]
    dead = [dead_letter_queue(source_queue(template, event)) for _, event in queue_events(template)]
    assert sorted(read + dead) == sorted(queue.logical_id for queue in template.of_type(QUEUE))


def test_workers_take_one_message_at_a_time_and_report_failures(template: Template) -> None:
    for _, event in queue_events(template):
        assert event["BatchSize"] == 1
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_stays_hidden_for_six_times_the_functions_timeout(template: Template) -> None:
    for function, event in queue_events(template):
        queue = source_queue(template, event)
        assert queue.properties["VisibilityTimeout"] == 6 * function.properties["Timeout"]


def test_queues_are_encrypted(template: Template) -> None:
    for queue in template.of_type(QUEUE):
        assert queue.properties["SqsManagedSseEnabled"] is True


def test_every_dead_letter_raises_an_alarm(template: Template) -> None:
    watched = {
        alarm.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in template.of_type("AWS::CloudWatch::Alarm")
    }
    dead = {dead_letter_queue(source_queue(template, event)) for _, event in queue_events(template)}
    assert watched == dead


def test_uploads_reach_their_function_through_its_queue(template: Template) -> None:
    uploads = template.resources["UploadsBucket"].properties
    (notification,) = uploads["NotificationConfiguration"]["QueueConfigurations"]
    assert notification == {
        "Event": "s3:ObjectCreated:*",
        "Queue": {"Fn::GetAtt": ["ImportRecordsQueue", "Arn"]},
    }


def test_only_this_accounts_buckets_send_to_a_queue(template: Template) -> None:
    (policy,) = template.of_type("AWS::SQS::QueuePolicy")
    (statement,) = policy.properties["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_unfinished_work_is_swept_every_five_minutes_by_a_function_that_ends_before_the_next(
    template: Template,
) -> None:
    maintain = template.resources["MaintainFunction"].properties
    (schedule,) = maintain["Events"].values()
    assert (schedule["Type"], schedule["Properties"]["ScheduleExpression"]) == (
        "ScheduleV2",
        "rate(5 minutes)",
    )
    assert maintain["Timeout"] < 5 * 60
