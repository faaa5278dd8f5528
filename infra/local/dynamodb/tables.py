"""Operations on tables: creating, describing, changing, deleting.

Tables are ACTIVE, and gone, at once.

Source: Amazon DynamoDB API Reference, "CreateTable", "DescribeTable", "ListTables", "UpdateTable",
"DeleteTable", "UpdateTimeToLive", "UpdateContinuousBackups".
"""

import uuid
from collections.abc import Callable
from typing import Any

from infra.local.dynamodb import limits
from infra.local.dynamodb.catalog import Catalog
from infra.local.dynamodb.errors import (
    ResourceNotFoundError,
    TableNotFoundError,
    ValidationError,
)
from infra.local.dynamodb.parameters import (
    Request,
    positive_integer,
    required_structure,
    required_text,
)
from infra.local.dynamodb.schema import Table
from infra.local.dynamodb.table_definitions import refuse_contradictory_billing, table_definition

Answer = dict[str, Any]
Clock = Callable[[], float]

_ARN = "arn:aws:dynamodb:eu-west-3:000000000000:table/"
_CHANGEABLE = frozenset(
    {"TableName", "BillingMode", "ProvisionedThroughput", "DeletionProtectionEnabled", "TableClass"}
)
_KEPT_APART = frozenset({"BillingMode", "TimeToLive", "PointInTimeRecovery", "TableClass"})


class Tables:
    """Answers the operations on tables; `clock` gives seconds since the epoch."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def create(self, request: Request) -> Answer:
        """Answer CreateTable."""
        definition = table_definition(request)
        definition["TableId"] = str(uuid.uuid4())
        definition["CreationDateTime"] = self._clock()
        return {"TableDescription": self._description(self._catalog.add(definition))}

    def describe(self, request: Request) -> Answer:
        """Answer DescribeTable, with exact counts."""
        return {"Table": self._description(self._table(request))}

    def list(self, request: Request) -> Answer:
        """Answer ListTables, in pages of 100 names."""
        limit = positive_integer(request, "Limit") or limits.TABLES_PER_LIST
        start = request.get("ExclusiveStartTableName", "")
        names = [name for name in self._catalog.names() if name > start]
        answer: Answer = {"TableNames": names[:limit]}
        if len(names) > limit:
            answer["LastEvaluatedTableName"] = names[limit - 1]
        return answer

    def update(self, request: Request) -> Answer:
        """Answer UpdateTable; indexes and streams of a table that stands cannot be changed here."""
        table = self._table(request)
        unsupported = set(request) - _CHANGEABLE
        if unsupported:
            raise ValidationError(
                f"This endpoint does not change {', '.join(sorted(unsupported))} of an existing table"
            )
        changes = {name: request[name] for name in _CHANGEABLE - {"TableName"} if name in request}
        if not changes:
            raise ValidationError("At least one of ProvisionedThroughput, BillingMode, ... is required")
        refuse_contradictory_billing({**table.definition, **changes})
        return {"TableDescription": self._description(self._catalog.redefine(table, changes))}

    def delete(self, request: Request) -> Answer:
        """Answer DeleteTable. Raises ValidationError where deletion protection is on."""
        table = self._table(request)
        if table.is_protected:
            raise ValidationError(
                f"Resource cannot be deleted as it is currently protected against deletion. "
                f"Disable deletion protection first. Table: {table.name}"
            )
        description = {**self._description(table), "TableStatus": "DELETING"}
        self._catalog.remove(table)
        return {"TableDescription": description}

    def update_time_to_live(self, request: Request) -> Answer:
        """Answer UpdateTimeToLive. The setting is kept; this endpoint deletes no item by itself."""
        table = self._catalog.table(request)
        wanted = required_structure(request, "TimeToLiveSpecification")
        attribute = required_text(wanted, "AttributeName")
        current = table.definition.get("TimeToLive", {})
        if bool(wanted.get("Enabled")) == bool(current):
            raise ValidationError(f"TimeToLive is already {'enabled' if current else 'disabled'}")
        if current and current["AttributeName"] != attribute:
            raise ValidationError(
                f"TimeToLive is active on a different AttributeName: current AttributeName is "
                f"{current['AttributeName']}"
            )
        enabled = {"AttributeName": attribute} if wanted.get("Enabled") else {}
        self._catalog.redefine(table, {"TimeToLive": enabled})
        return {"TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": bool(enabled)}}

    def describe_time_to_live(self, request: Request) -> Answer:
        """Answer DescribeTimeToLive."""
        current = self._catalog.table(request).definition.get("TimeToLive", {})
        status = "ENABLED" if current else "DISABLED"
        return {"TimeToLiveDescription": {"TimeToLiveStatus": status, **current}}

    def update_continuous_backups(self, request: Request) -> Answer:
        """Answer UpdateContinuousBackups. The setting is kept; this endpoint makes no backups."""
        table = self._backed_up_table(request)
        wanted = required_structure(request, "PointInTimeRecoverySpecification")
        enabled = bool(wanted.get("PointInTimeRecoveryEnabled"))
        return _backups(self._catalog.redefine(table, {"PointInTimeRecovery": enabled}))

    def describe_continuous_backups(self, request: Request) -> Answer:
        """Answer DescribeContinuousBackups."""
        return _backups(self._backed_up_table(request))

    def _table(self, request: Request) -> Table:
        try:
            return self._catalog.table(request)
        except ResourceNotFoundError as error:
            name = required_text(request, "TableName")
            raise ResourceNotFoundError(f"Requested resource not found: Table: {name} not found") from error

    def _backed_up_table(self, request: Request) -> Table:
        try:
            return self._catalog.table(request)
        except ResourceNotFoundError as error:
            raise TableNotFoundError(f"Table not found: {request['TableName']}") from error

    def _description(self, table: Table) -> dict[str, Any]:
        count, size = self._catalog.item_count(table)
        arn = _ARN + table.name
        definition = table.definition
        description = {name: value for name, value in definition.items() if name not in _KEPT_APART}
        description |= {"TableStatus": "ACTIVE", "TableArn": arn, "ItemCount": count, "TableSizeBytes": size}
        if definition["BillingMode"] == "PAY_PER_REQUEST":
            description["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
        if "TableClass" in definition:
            description["TableClassSummary"] = {"TableClass": definition["TableClass"]}
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if kind in definition:
                description[kind] = [
                    {**index, "IndexArn": f"{arn}/index/{index['IndexName']}"} for index in definition[kind]
                ]
        for index in description.get("GlobalSecondaryIndexes", []):
            index["IndexStatus"] = "ACTIVE"
        return description


def _backups(table: Table) -> Answer:
    enabled = table.definition.get("PointInTimeRecovery", False)
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": "ENABLED" if enabled else "DISABLED"
            },
        }
    }
