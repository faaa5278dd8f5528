"""The worker's queue: notices of S3, and messages of the sweeper."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from diapason.domain.imports import ImportChoice, ImportKind, ImportState
from diapason.store.queue import Work
from diapason.workflows.import_requests import confirm_import
from diapason.workflows.upload_notices import UnknownUpload, with_work, work_of_key
from tests.workflows.import_examples import CUSTOMERS, MEMBER, confirmed, handed_in
from tests.world import ROOT, World

SWEEPERS = '{"school_id":"ecole-demo","subject":"i2"}'


def notice(key: str) -> str:
    """A notice as S3 writes it."""
    return json.dumps(
        {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": "eu-west-3",
                    "eventName": "ObjectCreated:Post",
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "bucket": {"name": "uploads-bucket", "arn": "arn:aws:s3:::uploads-bucket"},
                        "object": {"key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e"},
                    },
                }
            ]
        }
    )


def event_of(*bodies: str) -> dict[str, Any]:
    """The queue's event with these messages."""
    return {
        "Records": [
            {
                "messageId": f"message-{rank}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-3:000000000000:imports",
                "awsRegion": "eu-west-3",
            }
            for rank, body in enumerate(bodies)
        ]
    }


def test_a_notice_names_the_import_and_keeps_its_message() -> None:
    told = with_work(event_of(notice("ecole-demo/imports/20261123T110000-abc%2B1"), SWEEPERS))

    assert [(record["messageId"], Work.read(record["body"])) for record in told["Records"]] == [
        ("message-0", Work("ecole-demo", "20261123T110000-abc+1")),
        ("message-1", Work("ecole-demo", "i2")),
    ]


def test_the_test_notice_of_s3_falls_away() -> None:
    test_notice = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads-bucket"})

    assert with_work(event_of(test_notice)) == {"Records": []}


@pytest.mark.parametrize(
    "key", ["", "ecole-demo", "ecole-demo/imports/", "/imports/i1", "a/drafts/i1", "a/imports/b/c"]
)
def test_a_key_of_no_import_is_refused(key: str) -> None:
    with pytest.raises(UnknownUpload):
        work_of_key(key)


@pytest.fixture
def function() -> ModuleType:
    """functions/import_records/app.py, which shares its name with every other function."""
    path = ROOT / "functions" / "import_records" / "app.py"
    spec = importlib.util.spec_from_file_location("import_records_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def context(milliseconds: int = 900_000) -> Any:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)


def test_the_function_shows_the_uploaded_file_and_takes_it_when_it_is_confirmed(
    world: World, function: ModuleType
) -> None:
    store = world.founded()
    identifier = handed_in(store, ImportKind.CUSTOMERS, CUSTOMERS)
    event = event_of(notice(store.keys.upload(identifier)))

    answers = [function.handler(event, context()) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert store.imports.get(identifier).state is ImportState.TO_CONFIRM
    assert store.customers.named("", 10).customers == []
    confirm_import(store, MEMBER, identifier, ImportChoice.WHOLE)
    function.handler(event_of(sent(world)), context())
    assert store.imports.get(identifier).state is ImportState.TAKEN
    assert len(store.customers.named("", 10).customers) == 3


def test_without_time_left_the_function_asks_to_go_on_in_another_run(
    world: World, function: ModuleType
) -> None:
    store = world.founded()
    identifier = confirmed(store, ImportKind.CUSTOMERS, CUSTOMERS)

    answer = function.handler(event_of(sent(world)), context(1_000))

    assert answer == {"batchItemFailures": []}
    function.handler(event_of(sent(world)), context())
    assert store.imports.get(identifier).state is ImportState.TAKEN


def sent(world: World) -> str:
    """The message that waits in the worker's queue."""
    queue = world.house.environment.import_records_queue_url
    (message,) = world.house.sqs.receive_message(QueueUrl=queue)["Messages"]
    return message["Body"]


def test_an_upload_of_no_import_comes_again_and_reaches_the_alarm(world: World, function: ModuleType) -> None:
    store = world.founded()

    answer = function.handler(event_of(notice(store.keys.upload("unknown"))), context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def test_a_test_notice_alone_is_done(world: World, function: ModuleType) -> None:
    assert function.handler(event_of('{"Event": "s3:TestEvent"}'), context()) == {"batchItemFailures": []}
