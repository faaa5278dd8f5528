"""DynamoDB's answers to bulk reads, taken as plain JSON.

botocore checks every attribute of every item against its service model: three quarters of the time of
reading many items, and the wire form that it hands out is the very JSON that came in. Signing, retries,
checksums and errors stay botocore's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BULK_READS = ("Query", "BatchGetItem", "GetItem")
_OK = 200


def take_plain_answers(client: DynamoDBClient) -> None:
    """Lets bulk reads of this client skip botocore's response parser, where they succeed."""
    for operation in BULK_READS:
        client.meta.events.register(f"before-parse.dynamodb.{operation}", _take)


def _take(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] == _OK:
        customized_response_dict.update(msgspec.json.decode(response_dict["body"]))
        response_dict["body"] = b"{}"
