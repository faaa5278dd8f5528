"""Handing files in over HTTP, as the page does: announce, upload, look at the preview, confirm, follow."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from infra.local.http_api import Api, Refused

POLL_SECONDS = 0.3
SHOWN_FAULTS = 10

Tell = Callable[[dict[str, Any]], None]
"""Hears of an import as it stands now and then."""


def _nobody(_: dict[str, Any]) -> None:
    return


def hand_in(api: Api, kind: str, file_name: str, data: bytes) -> str:
    """Announces a file ("customers" or "invoices") and uploads it; returns the import's id."""
    created = api.post("/imports", kind=kind, file_name=file_name)
    api.upload(created["upload"], file_name, data)
    return str(created["id"])


def follow(api: Api, import_id: str) -> Iterator[dict[str, Any]]:
    """The import as it stands now and then, the last time when it has ended or waits to be confirmed."""
    while True:
        found = api.get(f"/imports/{import_id}")
        yield found
        if found["finished"] or found["state"] == "to_confirm":
            return
        time.sleep(POLL_SECONDS)


def previewed(api: Api, kind: str, file_name: str, data: bytes, told: Tell = _nobody) -> dict[str, Any]:
    """Hands a file in and returns the import as its preview shows it, or at its end where it is no file to
    take anything from."""
    return _last(api, hand_in(api, kind, file_name, data), told)


def confirmed(api: Api, import_id: str, choice: str, told: Tell = _nobody) -> dict[str, Any]:
    """Confirms a preview ("whole" or "good_rows") and returns the import at its end."""
    api.post(f"/imports/{import_id}/confirm", choice=choice)
    return _last(api, import_id, told)


def first_faults(api: Api, import_id: str) -> list[dict[str, Any]]:
    """What is wrong with the first bad rows."""
    faults: list[dict[str, Any]] = api.get(f"/imports/{import_id}/problems", limit=SHOWN_FAULTS)["problems"]
    return faults


def take(api: Api, kind: str, file_name: str, data: bytes, told: Tell = _nobody) -> dict[str, Any]:
    """Hands in a file that must be taken whole, and confirms it; raises Refused, with the first faults."""
    last = previewed(api, kind, file_name, data, told)
    if not last["problems"]:
        last = confirmed(api, last["id"], "whole", told)
    if last["state"] != "taken":
        lines = [f"  ligne {fault['line']} : {fault['reason']}" for fault in first_faults(api, last["id"])]
        if not last["finished"]:
            api.post(f"/imports/{last['id']}/discard")
        raise Refused("\n".join([f"{file_name} n’est pas pris, {last['problems']} erreur(s) :", *lines]))
    return last


def _last(api: Api, import_id: str, told: Tell) -> dict[str, Any]:
    last: dict[str, Any] = {}
    for last in follow(api, import_id):
        told(last)
    return last
