"""Asking the API as a member of one school."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from diapason.domain.members import Role
from diapason.store.house import SchoolStore
from tests.api.http_events import Answer, access_claims, http_event
from tests.world import World


@dataclass
class Api:
    """The API, and the school whose members ask."""

    world: World
    store: SchoolStore
    handler: Callable[[dict[str, Any], Any], dict[str, Any]]

    @property
    def school_id(self) -> str:
        return self.store.keys.school_id

    def claims(self, role: Role = Role.ADMINISTRATOR) -> dict[str, str]:
        return access_claims(f"membre-{role}", self.school_id)

    def send(self, event: dict[str, Any]) -> Answer:
        return Answer.of(self.handler(event, SimpleNamespace(aws_request_id="1")))

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: Role = Role.ADMINISTRATOR,
        **query: object,
    ) -> Answer:
        """What a member of that role is answered."""
        text = None if body is None else json.dumps(body)
        asked = {name: str(value) for name, value in query.items()}
        return self.send(http_event(method, path, self.claims(role), query=asked, body=text))

    def done(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """The content of an answer that must be a success."""
        answer = self.ask(method, path, body, **options)
        assert 200 <= answer.status < 300, answer.text
        return answer.json


def paths_of(answer: Answer) -> list[str]:
    """The field paths that a problem document names."""
    return [error["path"] for error in answer.json["errors"]]
