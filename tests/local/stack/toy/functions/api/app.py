"""Answers what it was given; some paths misbehave on purpose."""

import json
import os
import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    path = event["rawPath"]
    if path == "/crash":
        os._exit(3)
    if path == "/raise":
        raise RuntimeError("on purpose")
    if path == "/slow":
        time.sleep(60)
    if path == "/binary":
        return {"statusCode": 200, "isBase64Encoded": True, "body": "AAEC/w==", "cookies": ["a=1", "b=2"]}
    if path == "/large":
        return {"statusCode": 200, "body": "x" * (7 * 1024 * 1024)}
    print("served", path)
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(
            {
                "event": event,
                "pid": os.getpid(),
                "remaining_ms": context.get_remaining_time_in_millis(),
                "function": context.function_name,
                "environment": {name: value for name, value in os.environ.items() if name.startswith("AWS_")},
            }
        ),
    }
