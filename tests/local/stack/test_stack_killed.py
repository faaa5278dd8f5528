"""`kill -9`, of the stack alone and with everything it started: what was acknowledged is still there."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local import processes
from infra.local.data_folder import InUseError
from infra.local.stack import Stack
from tests.local.stack.stack_client import call

pytestmark = [pytest.mark.slow, pytest.mark.ministack]

TOY_TEMPLATE = Path(__file__).parent / "toy" / "template.yaml"
PROJECT = Path(__file__).parents[3]
CONTENT = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class RunningStack:
    """A stack in a process of its own, and what it said when it was ready."""

    def __init__(self, process: subprocess.Popen[bytes], facts: dict[str, Any]) -> None:
        self.process = process
        self.facts = facts

    def client(self, service: str) -> Any:
        environment = self.facts["environment"]
        endpoint = environment.get(f"AWS_ENDPOINT_URL_{service.upper()}", environment["AWS_ENDPOINT_URL"])
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=endpoint,
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )

    def children(self) -> list[int]:
        """Every process that it started: ministack, the DynamoDB endpoint, warm workers."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for task in tasks for pid in task.read_text().split()]


@contextmanager
def running(data_dir: Path) -> Iterator[RunningStack]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.local.stack.toy_stack_process", str(data_dir)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield RunningStack(process, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def is_gone(pid: int) -> bool:
    """Gone, or waiting for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def all_gone(pids: list[int]) -> bool:
    return all(is_gone(pid) for pid in pids)


def test_what_was_acknowledged_survives_the_death_of_everything(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        s3, refs = before.client("s3"), before.facts["refs"]
        put = s3.put_object(Bucket=refs["OutputsBucket"], Key="files/one", Body=CONTENT, IfNoneMatch="*")
        s3.put_object(Bucket=refs["OutputsBucket"], Key="files/two", Body=b"old")
        second = s3.put_object(Bucket=refs["OutputsBucket"], Key="files/two", Body=b"new")
        before.client("dynamodb").put_item(
            TableName=refs["NotesTable"],
            Item={"PK": {"S": "row"}, "SK": {"S": "1"}, "amount": {"N": "12345"}},
        )
        call(before.facts["url"] + "/health")
        before.client("sqs").send_message(QueueUrl=refs["JobsDeadLetterQueue"], MessageBody="kept")
        family = [*before.children(), before.process.pid]
        assert len(family) >= 4
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        before.process.wait()

    with Stack(tmp_path, template=TOY_TEMPLATE) as after:
        s3, bucket = after.client("s3"), after.names.refs["OutputsBucket"]
        got = s3.get_object(Bucket=bucket, Key="files/one", VersionId=put["VersionId"])
        assert hashlib.sha256(got["Body"].read()).hexdigest() == DIGEST
        with pytest.raises(s3.exceptions.ClientError, match="PreconditionFailed"):
            s3.put_object(Bucket=bucket, Key="files/one", Body=b"again", IfNoneMatch="*")
        versions = s3.list_object_versions(Bucket=bucket, Prefix="files/two")["Versions"]
        assert [version["VersionId"] for version in versions if version["IsLatest"]] == [second["VersionId"]]
        assert len(versions) == 2
        row = after.client("dynamodb").get_item(
            TableName=after.names.refs["NotesTable"], Key={"PK": {"S": "row"}, "SK": {"S": "1"}}
        )["Item"]
        assert row["amount"] == {"N": "12345"}
        (letter,) = after.client("sqs").receive_message(
            QueueUrl=after.names.refs["JobsDeadLetterQueue"], WaitTimeSeconds=5
        )["Messages"]
        assert letter["Body"] == "kept"
        assert {member.email: member.sub for member in after.members} == before.facts["subs"]
        assert after.user_pool_client_id == before.facts["client"]
        assert call(after.url + "/hello", token=before.facts["token"]).status == 200


def test_a_killed_stack_leaves_no_orphan_and_its_folder_free(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        call(before.facts["url"] + "/health")
        children = before.children()
        assert len(children) >= 3
        before.process.kill()
        before.process.wait()
        processes.wait_until(lambda: all_gone(children), "the children end by themselves", 10)
    with Stack(tmp_path, template=TOY_TEMPLATE) as after:
        assert call(after.url + "/health").status == 200


def test_a_job_under_way_when_everything_dies_is_delivered_again(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        before.client("sqs").send_message(
            QueueUrl=before.facts["refs"]["JobsQueue"],
            MessageBody=json.dumps({"name": "interrupted", "hangs_on_delivery": "1"}),
        )
        table = before.facts["refs"]["NotesTable"]
        dynamodb = before.client("dynamodb")

        def begun() -> bool:
            key = {"PK": {"S": "interrupted"}, "SK": {"S": "1"}}
            return "Item" in dynamodb.get_item(TableName=table, Key=key)

        processes.wait_until(begun, "the job has begun", 30)
        for pid in [*before.children(), before.process.pid]:
            os.kill(pid, signal.SIGKILL)
        before.process.wait()

    with Stack(tmp_path, template=TOY_TEMPLATE) as after:
        key = {"PK": {"S": "interrupted"}, "SK": {"S": "2"}}
        after.wait_for(
            lambda: "Item" in after.client("dynamodb").get_item(TableName=table, Key=key),
            "the job is delivered again",
            60,
        )


def test_two_stacks_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.data_folder.PATIENCE_SECONDS", 0.2)
    with (
        Stack(tmp_path, template=TOY_TEMPLATE),
        pytest.raises(InUseError),
        Stack(tmp_path, template=TOY_TEMPLATE),
    ):
        pytest.fail("the folder was taken twice")


def test_the_kill_command_ends_the_workers_of_a_running_stack(tmp_path: Path) -> None:
    with running(tmp_path) as stack:
        pid = call(stack.facts["url"] + "/health").json()["pid"]
        command = [sys.executable, "-m", "infra.local.kill", "ApiFunction", "--data", str(tmp_path)]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
        processes.wait_until(lambda: is_gone(pid), "the worker is gone", 5)
        assert call(stack.facts["url"] + "/health").json()["pid"] != pid
