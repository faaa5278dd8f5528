"""DynamoDB tables: CloudFormation names their properties as CreateTable does."""

from contextlib import suppress
from typing import Any

from infra.local.intrinsics import Names
from infra.local.template import Template

CREATE_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)


def create_tables(template: Template, names: Names, dynamodb: Any) -> None:
    for table in template.of_type("AWS::DynamoDB::Table"):
        declared = names.resolve(table.properties)
        # The data folder keeps the tables of the last run.
        with suppress(dynamodb.exceptions.ResourceInUseException):
            dynamodb.create_table(
                TableName=names.refs[table.logical_id],
                **{part: declared[part] for part in CREATE_TABLE_PROPERTIES if part in declared},
            )
