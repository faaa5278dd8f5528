"""Handing files in over HTTP, as the page does: announce, upload, and ask until it has ended."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from infra.local.http_api import Api, Refused

POLL_SECONDS = 0.3


def hand_in(api: Api, kind: str, file_name: str, data: bytes) -> str:
    """Announces a file ("customers" or "invoices") and uploads it; returns the import's id."""
    created = api.post("/imports", kind=kind, file_name=file_name)
    api.upload(created["upload"], file_name, data)
    return str(created["id"])


def follow(api: Api, import_id: str) -> Iterator[dict[str, Any]]:
    """The import as it stands now and then, the last time when it has ended."""
    while True:
        found = api.get(f"/imports/{import_id}")
        yield found
        if found["finished"]:
            return
        time.sleep(POLL_SECONDS)


def ended(
    api: Api, kind: str, file_name: str, data: bytes, told: Callable[[dict[str, Any]], None] = lambda _: None
) -> dict[str, Any]:
    """Hands a file in and returns the import at its end, whichever it is; ``told`` hears of the progress."""
    last: dict[str, Any] = {}
    for last in follow(api, hand_in(api, kind, file_name, data)):
        told(last)
    return last


def take(
    api: Api, kind: str, file_name: str, data: bytes, told: Callable[[dict[str, Any]], None] = lambda _: None
) -> dict[str, Any]:
    """As ``ended``, for a file that must be taken; raises Refused, with the first faults."""
    last = ended(api, kind, file_name, data, told)
    if last["state"] != "taken":
        faults = "\n".join(f"  ligne {fault['line']} : {fault['reason']}" for fault in last["errors"][:10])
        raise Refused(f"{file_name} est refusé, {last['problems']} erreur(s) :\n{faults}")
    return last
