"""What CreateTable accepts as the definition of a table.

Source: Amazon DynamoDB API Reference, "CreateTable"; Developer Guide, "Naming rules and data types".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.dynamodb import limits
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.parameters import (
    Request,
    choice,
    constraint_error,
    required_list,
    required_structure,
    required_text,
)

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_KEY_TYPES = ("HASH", "RANGE")
_ATTRIBUTE_TYPES = ("B", "N", "S")
_PROJECTION_TYPES = ("ALL", "KEYS_ONLY", "INCLUDE")
_INVALID = "One or more parameter values were invalid: "
_GLOBAL = "GlobalSecondaryIndexes"
_LOCAL = "LocalSecondaryIndexes"

# Settings that change nothing here, repeated by DescribeTable as they were given.
_REPEATED = ("ProvisionedThroughput", "TableClass")


def table_definition(request: Request) -> dict[str, Any]:
    """Return the definition in a CreateTable request, completed by the defaults of the service.

    Raises ValidationError where the definition contradicts itself or asks for a stream.
    """
    name = required_text(request, "TableName")
    _refuse_invalid_name(name, "TableName")
    types = _attribute_types(required_list(request, "AttributeDefinitions"))
    key_schema = _key_schema(required_list(request, "KeySchema"), types)
    if request.get("StreamSpecification", {}).get("StreamEnabled"):
        raise ValidationError("This endpoint offers no streams: StreamSpecification cannot be enabled")
    definition = {
        "TableName": name,
        "AttributeDefinitions": request["AttributeDefinitions"],
        "KeySchema": key_schema,
        "BillingMode": choice(request, "BillingMode", ("PROVISIONED", "PAY_PER_REQUEST")),
        "DeletionProtectionEnabled": bool(request.get("DeletionProtectionEnabled")),
        **{setting: request[setting] for setting in _REPEATED if setting in request},
        **_indexes(request, key_schema, types),
    }
    refuse_contradictory_billing(definition)
    _refuse_unused_attributes(definition, types)
    return definition


def refuse_contradictory_billing(definition: Mapping[str, Any]) -> None:
    """Raise ValidationError where the throughput and the billing mode do not go together."""
    throughput = definition.get("ProvisionedThroughput")
    if definition["BillingMode"] == "PROVISIONED" and throughput is None:
        raise ValidationError(
            f"{_INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED"
        )
    if definition["BillingMode"] == "PAY_PER_REQUEST" and throughput is not None:
        raise ValidationError(
            f"{_INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
            "is PAY_PER_REQUEST"
        )


def _refuse_invalid_name(name: str, parameter: str) -> None:
    if not _NAME.fullmatch(name):
        raise constraint_error(
            name, parameter, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, 3 to 255 long"
        )


def _attribute_types(definitions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    types: dict[str, str] = {}
    for definition in definitions:
        name = required_text(definition, "AttributeName")
        if name in types:
            raise ValidationError(f"{_INVALID}Duplicate AttributeName in AttributeDefinitions: {name}")
        required_text(definition, "AttributeType")
        types[name] = choice(definition, "AttributeType", _ATTRIBUTE_TYPES)
    return types


def _key_schema(elements: Sequence[Mapping[str, str]], types: Mapping[str, str]) -> list[dict[str, str]]:
    schema = [
        {
            "AttributeName": required_text(element, "AttributeName"),
            "KeyType": required_text(element, "KeyType"),
        }
        for element in elements
    ]
    if tuple(element["KeyType"] for element in schema) not in (_KEY_TYPES[:1], _KEY_TYPES):
        raise ValidationError(
            "Invalid KeySchema: a HASH key element comes first, at most one RANGE key element follows"
        )
    names = [element["AttributeName"] for element in schema]
    if len(set(names)) < len(names):
        raise ValidationError(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        )
    undefined = [name for name in names if name not in types]
    if undefined:
        raise ValidationError(
            f"{_INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(undefined)}], AttributeDefinitions: [{', '.join(types)}]"
        )
    return schema


def _indexes(
    request: Request, table_schema: list[dict[str, str]], types: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    most = {_GLOBAL: limits.GLOBAL_INDEXES, _LOCAL: limits.LOCAL_INDEXES}
    indexes: dict[str, list[dict[str, Any]]] = {}
    for kind, most_of_kind in most.items():
        if request.get(kind) is None:
            continue
        indexes[kind] = [_index(index, types) for index in required_list(request, kind)]
        if not 1 <= len(indexes[kind]) <= most_of_kind:
            raise ValidationError(f"{_INVALID}{kind}: between 1 and {most_of_kind} indexes are allowed")
    names = [index["IndexName"] for of_kind in indexes.values() for index in of_kind]
    if len(set(names)) < len(names):
        raise ValidationError(f"{_INVALID}Duplicate index name: {', '.join(sorted(names))}")
    for index in indexes.get(_LOCAL, []):
        _refuse_foreign_local_index(index, table_schema)
    _refuse_too_many_projected(index for of_kind in indexes.values() for index in of_kind)
    return indexes


def _index(definition: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    name = required_text(definition, "IndexName")
    _refuse_invalid_name(name, "IndexName")
    projection = required_structure(definition, "Projection")
    projection_type = choice(projection, "ProjectionType", _PROJECTION_TYPES)
    if (projection_type == "INCLUDE") != bool(projection.get("NonKeyAttributes")):
        raise ValidationError(
            f"{_INVALID}NonKeyAttributes go with ProjectionType INCLUDE and with no other: {projection_type}"
        )
    index = {
        "IndexName": name,
        "KeySchema": _key_schema(required_list(definition, "KeySchema"), types),
        "Projection": {**projection, "ProjectionType": projection_type},
    }
    if "ProvisionedThroughput" in definition:
        index["ProvisionedThroughput"] = definition["ProvisionedThroughput"]
    return index


def _refuse_foreign_local_index(index: Mapping[str, Any], table_schema: list[dict[str, str]]) -> None:
    if index["KeySchema"][0] != table_schema[0]:
        raise ValidationError(
            f"{_INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for "
            f"index: {index['IndexName']}"
        )
    if len(index["KeySchema"]) == 1 or len(table_schema) == 1:
        raise ValidationError(
            f"{_INVALID}Table KeySchema and local secondary index {index['IndexName']} need a range key"
        )


def _refuse_too_many_projected(indexes: Any) -> None:
    projected = sum(len(index["Projection"].get("NonKeyAttributes", [])) for index in indexes)
    if projected > limits.PROJECTED_ATTRIBUTES:
        raise ValidationError(
            f"{_INVALID}Total number of NonKeyAttributes exceeds {limits.PROJECTED_ATTRIBUTES}: {projected}"
        )


def _refuse_unused_attributes(definition: Mapping[str, Any], types: Mapping[str, str]) -> None:
    schemas = [definition["KeySchema"]]
    schemas += [index["KeySchema"] for kind in (_GLOBAL, _LOCAL) for index in definition.get(kind, [])]
    used = {element["AttributeName"] for schema in schemas for element in schema}
    if used != set(types):
        raise ValidationError(
            f"{_INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: "
            f"[{', '.join(types)}], keys used: [{', '.join(sorted(used))}]"
        )
