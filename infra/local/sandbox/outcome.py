"""What an invocation ends with, as the Lambda service reports it to whoever invoked."""

import json
from dataclasses import dataclass
from typing import Any

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: invocation payload, request and
# response each.
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """`payload` is what the function returned, or a description of the error when `failed`."""

    payload: bytes
    failed: bool = False

    def value(self) -> Any:
        """The returned value. Raises ValueError when the payload is not JSON."""
        return json.loads(self.payload) if self.payload else None


def crashed(request_id: str, status: int | None) -> Outcome:
    return _failure(
        "Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with status {status}"
    )


def timed_out(request_id: str, seconds: float) -> Outcome:
    return _failure(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    )


def response_too_large(size: int) -> Outcome:
    return _failure("Function.ResponseSizeTooLarge", f"Response payload size ({size} bytes) exceeded maximum")


def _failure(error_type: str, message: str) -> Outcome:
    return Outcome(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failed=True)
