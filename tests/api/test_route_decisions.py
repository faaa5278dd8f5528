"""Every route stands in the decision table, and the table decides before anything else is looked at."""

from __future__ import annotations

import json
from itertools import product

import pytest

from diapason.access.decisions import DECISIONS, Action, may, platform_may
from diapason.domain.members import PLATFORM, Permission, Role
from http_api.application import operations, resolver
from http_api.routing import Operation
from tests.api.asking_api import Api
from tests.api.example_requests import EXAMPLES, NOTHING_KNOWN, Example
from tests.api.http_events import Answer, access_claims, http_event

OPERATIONS = {(found.method, found.path): found for found in operations().values()}
PERMISSION = Permission.DIRECT_DEBIT_ADMINISTRATOR
PERSONS = {
    f"{role} with {PERMISSION}" if held else str(role): (role, {PERMISSION} if held else set())
    for role, held in product(Role, (False, True))
}
"""Members of each role, with the permission and without; a reader could hold it by a mistake alone."""


def named(example: Example) -> str:
    return f"{example.method} {example.path}"


def asked_by(api: Api, example: Example, username: str, group: str) -> Answer:
    body = None if example.body is None else json.dumps(example.body)
    path, claims = example.over(**NOTHING_KNOWN), access_claims(username, group)
    return api.send(http_event(example.method, path, claims, query=example.query, body=body))


def test_every_route_of_the_application_has_an_action() -> None:
    def no_house() -> None:
        raise AssertionError

    app = resolver(no_house)  # type: ignore[arg-type]
    routes = {
        (method.upper(), path)
        for path, item in app.get_openapi_schema()
        .model_dump(by_alias=True, exclude_none=True)["paths"]
        .items()
        for method in item
    }

    assert routes == set(OPERATIONS)
    assert all(found.action in DECISIONS for found in OPERATIONS.values())


def test_every_route_has_its_example() -> None:
    assert {example.operation for example in EXAMPLES} == set(OPERATIONS)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_the_table_decides_for_each_role_and_permission(api: Api, example: Example, person: str) -> None:
    role, permissions = PERSONS[person]
    member = api.world.member(api.store, role, "somebody", *permissions)

    answer = asked_by(api, example, "somebody", api.school_id)

    if may(member, OPERATIONS[example.operation].action):
        assert answer.status not in {403, 500}, answer.text
    else:
        assert answer.status == 403
        assert answer.json["type"] == "urn:diapason:problem:not-allowed"


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_the_platform_reaches_its_own_routes_and_no_schools(api: Api, example: Example) -> None:
    answer = asked_by(api, example, "somebody", PLATFORM)

    if platform_may(OPERATIONS[example.operation].action):
        assert answer.status not in {403, 500}, answer.text
    else:
        assert answer.status == 403
        assert "La plateforme n’accède pas aux données des établissements" in answer.json["detail"]


def test_a_person_of_the_platform_and_of_a_school_is_let_in_nowhere(api: Api) -> None:
    claims = access_claims(f"membre-{Role.ADMINISTRATOR}", api.school_id, PLATFORM)

    assert {api.send(http_event("GET", path, claims)).status for path in ("/me", "/platform/me")} == {403}


def test_a_member_who_may_not_learns_nothing_of_the_request(api: Api) -> None:
    answer = api.ask("PUT", "/organisation", {"nonsense": True}, role=Role.READER)

    assert answer.status == 403
    assert answer.json["errors"] == []


def test_a_route_without_an_action_does_not_exist(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from http_api.application import application
    from http_api.routes import me

    monkeypatch.setattr(me.resource, "operations", {})
    handler = application(lambda: api.world.house)

    answer = handler(http_event("GET", "/me", api.claims()), None)  # type: ignore[arg-type]

    assert answer["statusCode"] == 404


def test_an_action_that_the_table_lacks_is_refused_to_all(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(DECISIONS, Action.READ)

    assert {api.ask("GET", "/me", role=role).status for role in Role} == {403}


def test_an_operation_names_itself() -> None:
    assert str(Operation("GET", "/me", Action.READ)) == "GET /me"
