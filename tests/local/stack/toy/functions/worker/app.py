"""Writes down each job by number of delivery; jobs that say so fail, hang or kill the process."""

import json
import os
import time
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    failures = []
    for record in event["Records"]:
        job = json.loads(record["body"])
        delivery = record["attributes"]["ApproximateReceiveCount"]
        dynamodb.put_item(
            TableName=os.environ["NOTES_TABLE"],
            Item={"PK": {"S": job["name"]}, "SK": {"S": delivery}, "pid": {"N": str(os.getpid())}},
        )
        if job.get("crash_on_delivery") == delivery:
            os._exit(9)
        if job.get("hangs_on_delivery") == delivery:
            time.sleep(60)
        if job.get("fails"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
