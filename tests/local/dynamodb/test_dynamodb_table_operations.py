"""Operations on tables: the API Reference's "CreateTable" and its neighbours."""

import uuid
from typing import Any

import pytest

from tests.local.dynamodb.dynamodb_tables import (
    TableUnderTest,
    definitions,
    index,
    invalid,
    key,
    key_schema,
    new_table,
    refused,
    table_parameters,
)


def test_table_is_described_as_it_was_created(dynamodb: Any) -> None:
    with new_table(
        dynamodb,
        AttributeDefinitions=definitions(pk="S", sk="S", g="N"),
        GlobalSecondaryIndexes=[index("by-g", "g", projection="INCLUDE", included=("label",))],
    ) as table:
        description = table.describe_table()["Table"]

    assert description["TableStatus"] == "ACTIVE"
    assert description["TableArn"].endswith(f":table/{table.name}")
    assert description["KeySchema"] == key_schema("pk", "sk")
    assert description["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    (described,) = description["GlobalSecondaryIndexes"]
    assert described["IndexName"] == "by-g"
    assert described["IndexStatus"] == "ACTIVE"
    assert described["KeySchema"] == key_schema("g")
    assert described["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]}


def test_existing_table_cannot_be_created_again(table: TableUnderTest) -> None:
    with refused("ResourceInUseException", table.name):
        table.client.create_table(**table_parameters(table.name))


@pytest.mark.parametrize("operation", ["describe_table", "delete_table", "scan", "describe_time_to_live"])
def test_unknown_table_is_not_found(dynamodb: Any, operation: str) -> None:
    with refused("ResourceNotFoundException", "not found"):
        getattr(dynamodb, operation)(TableName="nowhere")


def test_deleted_table_is_gone_with_its_items(dynamodb: Any) -> None:
    name = f"cases-{uuid.uuid4()}"
    dynamodb.create_table(**table_parameters(name))
    dynamodb.put_item(TableName=name, Item=key("1"))

    dynamodb.delete_table(TableName=name)
    dynamodb.create_table(**table_parameters(name))

    assert dynamodb.scan(TableName=name)["Items"] == []
    dynamodb.delete_table(TableName=name)


def test_table_names_are_listed_in_pages(in_process_client: Any) -> None:
    for name in ("cherry", "apple", "banana"):
        in_process_client.create_table(**table_parameters(name))

    first = in_process_client.list_tables(Limit=2)
    second = in_process_client.list_tables(ExclusiveStartTableName=first["LastEvaluatedTableName"])

    assert first["TableNames"] == ["apple", "banana"]
    assert second["TableNames"] == ["cherry"]
    assert "LastEvaluatedTableName" not in second


def test_protected_table_cannot_be_deleted(table: TableUnderTest) -> None:
    table.update_table(DeletionProtectionEnabled=True)
    assert table.describe_table()["Table"]["DeletionProtectionEnabled"] is True

    with invalid("protect"):
        table.delete_table()

    table.update_table(DeletionProtectionEnabled=False)
    assert table.describe_table()["Table"]["DeletionProtectionEnabled"] is False


def test_time_to_live_is_kept(table: TableUnderTest) -> None:
    assert table.describe_time_to_live()["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}

    table.update_time_to_live(TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})

    assert table.describe_time_to_live()["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires",
    }
    with invalid("TimeToLive is already enabled"):
        table.update_time_to_live(TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})


def test_point_in_time_recovery_is_kept(table: TableUnderTest) -> None:
    table.update_continuous_backups(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    description = table.describe_continuous_backups()["ContinuousBackupsDescription"]

    assert description["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "attribute defined and not used": {"AttributeDefinitions": definitions(pk="S", sk="S", unused="S")},
    "key not defined": {"AttributeDefinitions": definitions(pk="S")},
    "no partition key": {"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]},
    "provisioned without throughput": {"BillingMode": "PROVISIONED"},
    "on demand with throughput": {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
    "two indexes of one name": {"GlobalSecondaryIndexes": [index("same", "pk"), index("same", "sk")]},
    "projection includes nothing": {"GlobalSecondaryIndexes": [index("include", "pk", projection="INCLUDE")]},
    "21 indexes": {"GlobalSecondaryIndexes": [index(f"index-{n}", "sk") for n in range(21)]},
    "local index of another partition": {"LocalSecondaryIndexes": [index("foreign", "sk", "pk")]},
}


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_contradictory_definition_is_refused(dynamodb: Any, contradiction: str) -> None:
    with invalid(), new_table(dynamodb, **CONTRADICTIONS[contradiction]):
        pass


def test_table_counts_its_items(in_process_client: Any) -> None:
    with new_table(in_process_client) as table:
        table.put("1")
        table.put("22")

        description = table.describe_table()["Table"]

    assert (description["ItemCount"], description["TableSizeBytes"]) == (2, 13)
