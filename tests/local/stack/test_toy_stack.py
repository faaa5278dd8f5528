"""The embedded stack as a whole, with toy functions: HTTP, queues, uploads, crashes, timeouts."""

import json
import os
import signal
import threading
import uuid
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.stack import Stack
from tests.local.stack.stack_client import call, post_form

pytestmark = [pytest.mark.slow, pytest.mark.ministack]

OPERATOR = "operateur@ecole-demo.example"
NEIGHBOUR = "operateur@ecole-voisine.example"


@pytest.fixture(scope="module")
def token(toy_stack: Stack) -> str:
    return toy_stack.token(OPERATOR)


def served(stack: Stack, token: str, path: str = "/hello") -> dict[str, Any]:
    answer = call(stack.url + path, token=token)
    assert answer.status == 200
    value: dict[str, Any] = answer.json()
    return value


def deliveries(stack: Stack, job: str) -> list[str]:
    """The delivery numbers under which the worker function saw a job."""
    answer = stack.client("dynamodb").query(
        TableName=stack.environment["NOTES_TABLE"],
        KeyConditionExpression="PK = :name",
        ExpressionAttributeValues={":name": {"S": job}},
        ConsistentRead=True,
    )
    return [item["SK"]["S"] for item in answer["Items"]]


def send(stack: Stack, **job: Any) -> str:
    name = f"job-{uuid.uuid4()}"
    stack.client("sqs").send_message(
        QueueUrl=stack.environment["JOBS_QUEUE_URL"], MessageBody=json.dumps({"name": name, **job})
    )
    return name


def test_a_signed_in_members_claims_reach_the_function(toy_stack: Stack, token: str) -> None:
    claims = served(toy_stack, token)["event"]["requestContext"]["authorizer"]["jwt"]["claims"]
    member = next(member for member in toy_stack.members if member.email == OPERATOR)
    assert claims["sub"] == claims["username"] == member.sub
    assert claims["cognito:groups"] == "[ecole-demo]"
    assert claims["token_use"] == "access"
    assert claims["client_id"] == toy_stack.user_pool_client_id


def test_each_school_has_its_own_group(toy_stack: Stack) -> None:
    claims = served(toy_stack, toy_stack.token(NEIGHBOUR))["event"]["requestContext"]["authorizer"]["jwt"][
        "claims"
    ]
    assert claims["cognito:groups"] == "[ecole-voisine]"


def test_without_a_token_only_the_public_route_answers(toy_stack: Stack) -> None:
    assert call(toy_stack.url + "/hello").status == 401
    assert call(toy_stack.url + "/health").status == 200


def test_a_wrong_password_signs_nobody_in(toy_stack: Stack) -> None:
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        toy_stack.token(OPERATOR, password="Wrong-Password-1")


def test_a_refresh_token_gives_a_new_access_token(toy_stack: Stack) -> None:
    refreshed = toy_stack.client("cognito-idp").initiate_auth(
        ClientId=toy_stack.user_pool_client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": toy_stack.sign_in(OPERATOR)["RefreshToken"]},
    )["AuthenticationResult"]
    assert served(toy_stack, refreshed["AccessToken"])


def test_a_worker_is_reused_while_warm(toy_stack: Stack, token: str) -> None:
    assert served(toy_stack, token)["pid"] == served(toy_stack, token)["pid"]


def test_requests_at_the_same_time_run_in_workers_of_their_own(toy_stack: Stack, token: str) -> None:
    pids: list[int] = []
    barrier = threading.Barrier(3)

    def one() -> None:
        barrier.wait()
        pids.append(served(toy_stack, token)["pid"])

    def all_at_once() -> bool:
        pids.clear()
        threads = [threading.Thread(target=one) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(set(pids)) > 1

    toy_stack.wait_for(all_at_once, "two requests overlap")


def test_the_deadline_is_the_functions_timeout(toy_stack: Stack, token: str) -> None:
    assert 2000 < served(toy_stack, token)["remaining_ms"] <= 3000


def test_functions_get_standard_settings_only(toy_stack: Stack, token: str) -> None:
    environment = served(toy_stack, token)["environment"]
    assert environment["AWS_ENDPOINT_URL"] == toy_stack.environment["AWS_ENDPOINT_URL"]
    assert environment["AWS_REGION"] == "eu-west-3"
    assert "PYTEST_CURRENT_TEST" not in environment


def test_a_crash_is_a_server_error_and_the_next_request_is_served(toy_stack: Stack, token: str) -> None:
    crashed = call(toy_stack.url + "/crash", token=token)
    assert (crashed.status, crashed.json()) == (500, {"message": "Internal Server Error"})
    assert served(toy_stack, token)


def test_an_answer_over_lambdas_limit_is_a_server_error(toy_stack: Stack, token: str) -> None:
    assert call(toy_stack.url + "/large", token=token).status == 500


def test_an_exception_is_a_server_error_and_keeps_the_worker(toy_stack: Stack, token: str) -> None:
    pid = served(toy_stack, token)["pid"]
    assert call(toy_stack.url + "/raise", token=token).status == 500
    assert served(toy_stack, token)["pid"] == pid


def test_a_function_that_is_too_slow_is_killed(toy_stack: Stack, token: str) -> None:
    toy_stack.kill("ApiFunction")
    pid = served(toy_stack, token)["pid"]
    assert call(toy_stack.url + "/slow", token=token).status == 500
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert served(toy_stack, token)["pid"] != pid


def test_killing_a_function_ends_its_workers_and_the_next_request_is_served(
    toy_stack: Stack, token: str
) -> None:
    pid = served(toy_stack, token)["pid"]
    assert toy_stack.kill("ApiFunction") >= 1
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert served(toy_stack, token)["pid"] != pid


def test_a_worker_killed_from_outside_is_replaced(toy_stack: Stack, token: str) -> None:
    pid = served(toy_stack, token)["pid"]
    os.kill(pid, signal.SIGKILL)
    toy_stack.wait_for(
        lambda: call(toy_stack.url + "/hello", token=token).status == 200, "a new worker serves"
    )
    assert served(toy_stack, token)["pid"] != pid


def test_a_job_is_done_once(toy_stack: Stack) -> None:
    job = send(toy_stack)
    toy_stack.wait_for(lambda: deliveries(toy_stack, job) == ["1"], "the job is done")


def test_a_job_whose_worker_dies_is_delivered_again(toy_stack: Stack) -> None:
    job = send(toy_stack, crash_on_delivery="1")
    toy_stack.wait_for(lambda: deliveries(toy_stack, job) == ["1", "2"], "the job is delivered again")


def test_a_job_that_goes_on_failing_ends_in_the_dead_letter_queue(toy_stack: Stack) -> None:
    failing, sound = send(toy_stack, fails=True), send(toy_stack)
    sqs = toy_stack.client("sqs")
    dead_letters = toy_stack.names.refs["JobsDeadLetterQueue"]
    found: list[str] = []

    def in_dead_letter_queue() -> bool:
        received = sqs.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10).get("Messages", [])
        found.extend(json.loads(message["Body"])["name"] for message in received)
        return failing in found

    toy_stack.wait_for(in_dead_letter_queue, "the job is given up")
    assert deliveries(toy_stack, failing) == ["1", "2"]
    assert deliveries(toy_stack, sound) == ["1"]
    assert sound not in found


def presigned_post(stack: Stack, key: str, max_bytes: int = 100) -> dict[str, Any]:
    post: dict[str, Any] = stack.client("s3").generate_presigned_post(
        stack.names.refs["UploadsBucket"],
        key,
        Fields={"Content-Type": "text/csv"},
        Conditions=[["content-length-range", 1, max_bytes], {"Content-Type": "text/csv"}],
        ExpiresIn=60,
    )
    return post


def test_an_upload_by_presigned_post_reaches_its_function(toy_stack: Stack) -> None:
    post = presigned_post(toy_stack, "imports/élèves 1.csv")
    assert post["url"].startswith("http://127.0.0.1:")
    assert post_form(post["url"], post["fields"], b"a;b;c").status == 204

    def note() -> Any:
        return (
            toy_stack.client("dynamodb")
            .get_item(
                TableName=toy_stack.environment["NOTES_TABLE"],
                Key={"PK": {"S": "upload"}, "SK": {"S": "imports/élèves 1.csv"}},
            )
            .get("Item")
        )

    toy_stack.wait_for(lambda: note() is not None, "the upload is read")
    assert note()["size"] == {"N": "5"}


@pytest.mark.parametrize(
    ("changes", "content", "status"),
    [
        ({}, b"x" * 101, 400),
        ({}, b"", 400),
        ({"Content-Type": "text/html"}, b"x", 403),
        ({"key": "elsewhere.csv"}, b"x", 403),
    ],
    ids=["too large", "empty", "another type", "another key"],
)
def test_an_upload_against_the_conditions_is_refused(
    toy_stack: Stack, changes: dict[str, str], content: bytes, status: int
) -> None:
    post = presigned_post(toy_stack, f"imports/{uuid.uuid4()}.csv")
    refused = post_form(post["url"], {**post["fields"], **changes}, content)
    assert refused.status == status


def test_a_presigned_link_downloads_what_it_names(toy_stack: Stack) -> None:
    s3 = toy_stack.client("s3")
    bucket = toy_stack.names.refs["OutputsBucket"]
    put = s3.put_object(Bucket=bucket, Key="files/one.xml", Body=b"<a/>")
    url = s3.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": "files/one.xml",
            "VersionId": put["VersionId"],
            "ResponseContentDisposition": 'attachment; filename="one.xml"',
        },
        ExpiresIn=60,
    )
    answer = call(url)
    assert (answer.status, answer.body) == (200, b"<a/>")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="one.xml"'


def test_a_file_is_written_once(toy_stack: Stack) -> None:
    s3, bucket = toy_stack.client("s3"), toy_stack.names.refs["OutputsBucket"]
    s3.put_object(Bucket=bucket, Key="once", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="once", Body=b"second", IfNoneMatch="*")
    assert refused.value.response["Error"]["Code"] == "PreconditionFailed"
    assert s3.get_object(Bucket=bucket, Key="once")["Body"].read() == b"first"


def test_a_multipart_upload_is_completed_once(toy_stack: Stack) -> None:
    s3, bucket = toy_stack.client("s3"), toy_stack.names.refs["OutputsBucket"]

    def upload(body: bytes) -> Any:
        upload_id = s3.create_multipart_upload(Bucket=bucket, Key="multi")["UploadId"]
        part = s3.upload_part(Bucket=bucket, Key="multi", UploadId=upload_id, PartNumber=1, Body=body)
        return s3.complete_multipart_upload(
            Bucket=bucket,
            Key="multi",
            UploadId=upload_id,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
            IfNoneMatch="*",
        )

    first = upload(b"first")
    with pytest.raises(ClientError) as refused:
        upload(b"second")
    assert refused.value.response["Error"]["Code"] == "PreconditionFailed"
    got = s3.get_object(Bucket=bucket, Key="multi", VersionId=first["VersionId"])
    assert got["Body"].read() == b"first"


def test_sdk_clients_need_nothing_but_the_environment(
    toy_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in toy_stack.environment.items():
        monkeypatch.setenv(name, value)
    assert toy_stack.names.refs["NotesTable"] in boto3.client("dynamodb").list_tables()["TableNames"]
    buckets = {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]}
    assert toy_stack.names.refs["UploadsBucket"] in buckets
