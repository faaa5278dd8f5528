"""Serves ministack, inside ministack's own virtual environment, so that `kill -9` loses no user and no
message.

ministack writes every S3 object to disk before it answers (S3_PERSIST=1), but keeps Cognito and SQS in memory
and writes them at a clean exit only (PERSIST_STATE=1). Here the state of these two is written before the
answer to each call that can change it is sent, with the functions that ministack itself uses at its exit; it
reads the files back by itself when it starts.

    python serve.py ADDRESS PORT

The port is not given as ministack's GATEWAY_PORT: that one is part of the names under which queues are kept,
and has to be the same at every start.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.app import app  # type: ignore[import-not-found]
from ministack.core.persistence import save_state  # type: ignore[import-not-found]
from ministack.services import cognito, sqs  # type: ignore[import-not-found]

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

SAVED_SERVICES = {
    b"AWSCognitoIdentityProviderService": ("cognito", cognito.get_state),
    b"AmazonSQS": ("sqs", sqs.get_state),
}
# A ReceiveMessage is saved too: what it hands out may have come from an S3 notification, which is no call
# of its own.
READING_ACTIONS = (b"Get", b"List", b"Describe")


def _changed_service(headers: list[tuple[bytes, bytes]]) -> tuple[str, Callable[[], dict[str, Any]]] | None:
    """The state that a request may change, told by its X-Amz-Target ("AmazonSQS.SendMessage")."""
    target = next((value for name, value in headers if name.lower() == b"x-amz-target"), b"")
    service, _, action = target.partition(b".")
    return None if action.startswith(READING_ACTIONS) else SAVED_SERVICES.get(service)


def _attachment_header(scope: Message) -> list[tuple[bytes, bytes]]:
    """The header that a presigned link asks for; ministack forgets it where the link names a version."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if scope["method"] != "GET" or "versionId" not in query:
        return []
    return [
        (b"content-disposition", value.encode()) for value in query.get("response-content-disposition", [])
    ]


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """ministack, with state saved before each answer, and links that name the file."""
    if scope["type"] != "http":
        await app(scope, receive, send)
        return
    changed = _changed_service(scope["headers"])
    added_headers = _attachment_header(scope)

    async def send_when_saved(message: Message) -> None:
        if message["type"] == "http.response.start":
            if changed is not None:
                service, state = changed
                save_state(service, state())
            message = {**message, "headers": [*message["headers"], *added_headers]}
        await send(message)

    await app(scope, receive, send_when_saved)


def main() -> None:
    config = Config()
    address, port = sys.argv[1:]
    config.bind = [f"{address}:{port}"]
    config.keep_alive_timeout = 75
    # Long polls would hold up the exit; everything that was answered is on disk already.
    config.graceful_timeout = 0.2
    asyncio.run(serve(application, config))


if __name__ == "__main__":
    main()
