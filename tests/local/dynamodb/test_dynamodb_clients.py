"""The clients of the product: boto3 and PynamoDB, in process and side by side with other hosts."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from infra.local.dynamodb import Endpoint
from tests.local.dynamodb.dynamodb_backends import client_for
from tests.local.dynamodb_in_process import (
    DYNAMODB_URL,
    Routes,
    aws_response,
    dynamodb_handler,
    in_process_dynamodb,
    intercepted_requests,
)


class ByState(GlobalSecondaryIndex["Instalment"]):  # type: ignore[no-untyped-call]
    """Instalments by state and amount."""

    class Meta:
        index_name = "by-state"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    amount = NumberAttribute(range_key=True)


class Instalment(Model):
    """A small model with a version and an index."""

    class Meta:
        table_name = "instalments"
        host = DYNAMODB_URL
        region = "eu-west-3"
        billing_mode = "PAY_PER_REQUEST"
        aws_access_key_id = "test"
        aws_secret_access_key = "test"

    school = UnicodeAttribute(hash_key=True)
    identifier = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    amount = NumberAttribute()
    version = VersionAttribute()
    by_state = ByState()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint in memory."""
    endpoint = Endpoint(":memory:", time.time)
    yield endpoint
    endpoint.close()


@pytest.fixture
def routes(endpoint: Endpoint) -> Iterator[Routes]:
    """Requests to DYNAMODB_URL answered by the endpoint."""
    with in_process_dynamodb(endpoint) as routes:
        yield routes


@pytest.fixture
def instalments(routes: Routes) -> type[Model]:
    """The model's table."""
    Instalment.create_table(wait=True)
    return Instalment


def test_pynamodb_saves_updates_and_queries(instalments: type[Model]) -> None:
    for n in range(3):
        Instalment("school", str(n), state="open", amount=n).save()
    first = Instalment.get("school", "0")
    first.update(actions=[Instalment.amount.set(Instalment.amount + 10)])

    found = list(Instalment.by_state.query("open", Instalment.amount > 0, scan_index_forward=False))

    assert [(instalment.identifier, instalment.amount) for instalment in found] == [
        ("0", 10),
        ("2", 2),
        ("1", 1),
    ]
    assert Instalment.count("school") == 3


def test_pynamodb_sees_a_version_conflict(instalments: type[Model]) -> None:
    Instalment("school", "1", state="open", amount=1).save()
    one, other = Instalment.get("school", "1"), Instalment.get("school", "1")
    one.save()

    with pytest.raises(PutError) as conflict:
        other.save()

    assert conflict.value.cause_response_code == "ConditionalCheckFailedException"


def test_pynamodb_reads_cancellation_reasons(instalments: type[Model]) -> None:
    Instalment("school", "1", state="open", amount=1).save()
    connection = Instalment._get_connection().connection

    transaction = TransactWrite(connection=connection)
    transaction.save(Instalment("school", "2", state="open", amount=1))
    transaction.condition_check(Instalment, "school", "1", condition=Instalment.amount > 1)

    with pytest.raises(TransactWriteError) as canceled:
        transaction._commit()

    # PynamoDB sends condition checks first, whatever the order of the calls.
    codes = [reason and reason.code for reason in canceled.value.cancellation_reasons]
    assert codes == ["ConditionalCheckFailed", None]
    assert Instalment.count("school") == 1


def test_pynamodb_writes_and_reads_batches(instalments: type[Model]) -> None:
    with Instalment.batch_write() as batch:
        for n in range(60):
            batch.save(Instalment("school", f"{n:02}", state="open", amount=n))

    found = Instalment.batch_get([("school", f"{n:02}") for n in range(60)])

    assert {instalment.identifier for instalment in found} == {f"{n:02}" for n in range(60)}


def test_boto3_resource_keeps_decimals(instalments: type[Model]) -> None:
    session = boto3.Session("test", "test", region_name="eu-west-3")
    table: Any = session.resource("dynamodb", endpoint_url=DYNAMODB_URL).Table("instalments")

    table.put_item(Item={"school": "school", "identifier": "1", "amount": 12})

    assert table.get_item(Key={"school": "school", "identifier": "1"})["Item"]["amount"] == 12


def test_each_host_has_its_handler(endpoint: Endpoint) -> None:
    def unavailable(request: AWSPreparedRequest) -> AWSResponse:
        return aws_response(request.url, 503, {}, b"")

    with intercepted_requests() as routes:
        routes.route("dynamodb.test", dynamodb_handler(endpoint))
        routes.route("broken.test", unavailable)
        broken = client_for("http://broken.test")

        assert client_for(DYNAMODB_URL).list_tables()["TableNames"] == []
        with pytest.raises(broken.exceptions.ClientError) as failure:
            broken.list_tables()

    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_handler_can_lose_an_answer_after_the_write(endpoint: Endpoint) -> None:
    handle = dynamodb_handler(endpoint)
    lost: list[str] = []

    def lose_first_answer(request: AWSPreparedRequest) -> AWSResponse:
        response = handle(request)
        if not lost:
            lost.append(request.url)
            raise EndpointConnectionError(endpoint_url=request.url)
        return response

    with intercepted_requests() as routes:
        routes.route("dynamodb.test", lose_first_answer)
        client = boto3.client(
            "dynamodb",
            endpoint_url=DYNAMODB_URL,
            region_name="eu-west-3",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 2}),
        )
        client.list_tables()

    assert len(lost) == 1
