"""The product's HTTP API, as any client would call it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import urllib3

from infra.local.processes import wait_until

POLL_SECONDS = 0.2
LONGEST_WORK_SECONDS = 600
EXPIRED = 401
TIMEOUT = urllib3.Timeout(connect=5, read=60)


class Refused(Exception):
    """The API, or the work that it was asked for, did not go through; the message says why."""


class Api:
    """One member's calls. ``token`` is asked again when one was refused: access tokens live for minutes."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = url
        self._sign_in = token
        self._token = token()
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def get(self, path: str, **query: object) -> Any:
        return self._call("GET", path, fields={name: str(value) for name, value in query.items()})

    def post(self, path: str, **body: object) -> Any:
        return self._call("POST", path, body=json.dumps(body))

    def put(self, path: str, **body: object) -> Any:
        return self._call("PUT", path, body=json.dumps(body))

    def patch(self, path: str, **body: object) -> Any:
        return self._call("PATCH", path, body=json.dumps(body))

    def delete(self, path: str, **query: object) -> Any:
        return self._call("DELETE", path, fields={name: str(value) for name, value in query.items()})

    def upload(self, form: Mapping[str, Any], name: str, data: bytes) -> None:
        """Posts a file as the form of the API says."""
        fields = {**form["fields"], "file": (name, data, "text/csv")}
        answer = self._http.request("POST", form["url"], fields=fields)
        if answer.status >= 300:
            raise Refused(f"POST {form['url']} : {answer.status} {answer.data.decode()[:500]}")

    def download(self, url: str) -> bytes:
        """Follows a presigned link, without a token."""
        answer = self._http.request("GET", url)
        if answer.status >= 300:
            raise Refused(f"GET {url.partition('?')[0]} : {answer.status} {answer.data.decode()[:500]}")
        return answer.data

    def until(self, path: str, is_done: Callable[[Any], bool], what: str) -> Any:
        """Asks again and again, as the page does, until the work is done."""
        answers: list[Any] = [None]

        def ask() -> bool:
            answers[0] = self.get(path)
            return is_done(answers[0])

        wait_until(ask, what, LONGEST_WORK_SECONDS, interval=POLL_SECONDS)
        return answers[0]

    def _call(self, method: str, path: str, **request: Any) -> Any:
        answer = self._send(method, path, request)
        if answer.status == EXPIRED:
            self._token = self._sign_in()
            answer = self._send(method, path, request)
        if answer.status >= 300:
            raise Refused(f"{method} {path} : {answer.status} {answer.data.decode()[:2000]}")
        return json.loads(answer.data) if answer.data else None

    def _send(self, method: str, path: str, request: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        return self._http.request(method, f"{self._url}{path}", headers=headers, **request)
