"""Writes down each uploaded object with its size."""

import json
import os
from typing import Any
from urllib.parse import unquote_plus

import boto3

dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    for record in event["Records"]:
        for notification in json.loads(record["body"]).get("Records", []):
            bucket = notification["s3"]["bucket"]["name"]
            key = unquote_plus(notification["s3"]["object"]["key"])
            size = len(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            dynamodb.put_item(
                TableName=os.environ["NOTES_TABLE"],
                Item={"PK": {"S": "upload"}, "SK": {"S": key}, "size": {"N": str(size)}},
            )
    return {"batchItemFailures": []}
