"""What stands on the wire: targets, headers, error documents; requests that no SDK would send."""

import json
import time
from typing import Any

import pytest

from infra.local.dynamodb import Answer, Endpoint
from tests.local.dynamodb.dynamodb_tables import table_parameters


@pytest.fixture
def endpoint() -> Endpoint:
    """An endpoint in memory with one table."""
    endpoint = Endpoint(":memory:", time.time)
    assert call(endpoint, "CreateTable", table_parameters("table")).status == 200
    return endpoint


def call(endpoint: Endpoint, operation: str, request: Any) -> Answer:
    """Send one request."""
    return endpoint.handle(f"DynamoDB_20120810.{operation}", json.dumps(request).encode())


def test_success_is_a_json_document(endpoint: Endpoint) -> None:
    answer = call(endpoint, "ListTables", {})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert json.loads(answer.body) == {"TableNames": ["table"]}


def test_error_document_names_its_type(endpoint: Endpoint) -> None:
    answer = call(endpoint, "DescribeTable", {"TableName": "nowhere"})

    assert answer.status == 400
    assert json.loads(answer.body) == {
        "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
        "message": "Requested resource not found: Table: nowhere not found",
    }


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("DynamoDB_20120810.Nothing", b"{}", "UnknownOperationException"),
        ("", b"{}", "UnknownOperationException"),
        ("DynamoDB_20120810.ListTables", b"{", "SerializationException"),
        ("DynamoDB_20120810.ListTables", b"[]", "SerializationException"),
        ("DynamoDB_20120810.PutItem", b"{}", "ValidationException"),
        ("DynamoDB_20120810.PutItem", b'{"TableName": 1}', "SerializationException"),
        ("DynamoDB_20120810.PutItem", b'{"TableName": "table"}', "ValidationException"),
        ("DynamoDB_20120810.Scan", b'{"TableName": "table", "Limit": 0}', "ValidationException"),
        ("DynamoDB_20120810.Scan", b'{"TableName": "table", "Limit": "x"}', "SerializationException"),
        ("DynamoDB_20120810.Scan", b'{"TableName": "table", "Select": "X"}', "ValidationException"),
        ("DynamoDB_20120810.Scan", b'{"TableName": "table", "ScanFilter": {}}', "ValidationException"),
        ("DynamoDB_20120810.TransactWriteItems", b'{"TransactItems": []}', "ValidationException"),
        ("DynamoDB_20120810.BatchGetItem", b'{"RequestItems": {}}', "ValidationException"),
        ("DynamoDB_20120810.BatchWriteItem", b'{"RequestItems": {"table": []}}', "ValidationException"),
        ("DynamoDB_20120810.PutItem", b"[" * 100_000, "SerializationException"),
    ],
)
def test_malformed_request_is_refused(endpoint: Endpoint, target: str, body: bytes, code: str) -> None:
    answer = endpoint.handle(target, body)

    assert answer.status == 400
    assert json.loads(answer.body)["__type"].endswith(f"#{code}")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "ValidationException"),
        ({"S": "a", "N": "1"}, "ValidationException"),
        ({"X": "a"}, "ValidationException"),
        ({"S": 1}, "SerializationException"),
        ({"N": 1}, "SerializationException"),
        ({"B": "not base64"}, "SerializationException"),
        ({"BOOL": "true"}, "SerializationException"),
        ({"L": {}}, "SerializationException"),
        ({"M": []}, "SerializationException"),
        ({"SS": "a"}, "SerializationException"),
        ("a", "SerializationException"),
    ],
)
def test_malformed_value_is_refused(endpoint: Endpoint, value: Any, code: str) -> None:
    item = {"pk": {"S": "p"}, "sk": {"S": "1"}, "value": value}

    answer = call(endpoint, "PutItem", {"TableName": "table", "Item": item})

    assert answer.status == 400
    assert json.loads(answer.body)["__type"].endswith(f"#{code}")


def test_table_can_be_named_by_its_arn(endpoint: Endpoint) -> None:
    description = json.loads(call(endpoint, "DescribeTable", {"TableName": "table"}).body)["Table"]

    answer = call(endpoint, "Scan", {"TableName": description["TableArn"]})

    assert answer.status == 200
