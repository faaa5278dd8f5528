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


class Refused(Exception):
    """The API answered with a problem document."""

    def __init__(self, method: str, path: str, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{method} {path} : {status} {json.dumps(problem, ensure_ascii=False)}")
        self.status = status
        self.problem = problem


class Api:
    """One member's calls. ``token`` is asked again when one was refused: access tokens live for minutes."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = url
        self._sign_in = token
        self._token = token()
        self._http = urllib3.PoolManager()

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
            raise Refused("POST", form["url"], answer.status, {"detail": answer.data.decode()})

    def download(self, url: str) -> bytes:
        """Follows a presigned link, without a token."""
        answer = self._http.request("GET", url)
        if answer.status >= 300:
            raise Refused("GET", url.partition("?")[0], answer.status, {"detail": answer.data.decode()})
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
        content = json.loads(answer.data) if answer.data else None
        if answer.status >= 300:
            raise Refused(method, path, answer.status, content or {})
        return content

    def _send(self, method: str, path: str, request: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        return self._http.request(method, f"{self._url}{path}", headers=headers, **request)
