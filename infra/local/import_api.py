"""Handing files in over HTTP, as the page does: announce, upload, and ask until it has ended."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

POLL_SECONDS = 0.3
TOKEN_SECONDS = 300
"""Access tokens live for 15 minutes."""
TIMEOUT = urllib3.Timeout(connect=5, read=60)


class Refused(Exception):
    """The API, or the import itself, did not take it; the message says why, in French."""


class ImportApi:
    """The imports of the school to which the token's member belongs. ``token`` is asked again every few
    minutes, because access tokens do not live longer."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = url.rstrip("/")
        self._sign_in = token
        self._token = ""
        self._signed_in_at = 0.0
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def recent(self) -> list[dict[str, Any]]:
        """The latest imports, the latest first."""
        found: list[dict[str, Any]] = self._ask("GET", "/imports")["imports"]
        return found

    def hand_in(self, kind: str, file_name: str, data: bytes) -> str:
        """Announces a file ("customers" or "invoices") and uploads it; returns the import's id."""
        created = self._ask("POST", "/imports", {"kind": kind, "file_name": file_name})
        form = created["upload"]
        fields = {**form["fields"], "file": (file_name, data, "text/csv")}
        answer = self._http.request("POST", form["url"], fields=fields)
        if answer.status not in {200, 201, 204}:
            raise Refused(f"l’envoi du fichier a échoué ({answer.status}) : {answer.data[:500]!r}")
        return str(created["id"])

    def follow(self, import_id: str) -> Iterator[dict[str, Any]]:
        """The import as it stands now and then, the last time when it has ended."""
        while True:
            found = self._ask("GET", f"/imports/{import_id}")
            yield found
            if found["finished"]:
                return
            time.sleep(POLL_SECONDS)

    def take(
        self, kind: str, file_name: str, data: bytes, told: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> dict[str, Any]:
        """Imports a file and returns the import at its end; raises Refused, with the first faults.

        ``told`` hears of the progress.
        """
        last: dict[str, Any] = {}
        for last in self.follow(self.hand_in(kind, file_name, data)):
            told(last)
        if last["state"] != "taken":
            faults = "\n".join(
                f"  ligne {fault['line']} : {fault['reason']}" for fault in last["errors"][:10]
            )
            raise Refused(f"{file_name} est refusé, {last['problems']} erreur(s) :\n{faults}")
        return last

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        if not self._token or time.monotonic() > self._signed_in_at + TOKEN_SECONDS:
            self._token, self._signed_in_at = self._sign_in(), time.monotonic()
        answer = self._http.request(
            method,
            self._url + path,
            body=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        if answer.status >= 400:
            raise Refused(f"{method} {path} : {answer.status} {answer.data.decode()[:500]}")
        return json.loads(answer.data)
