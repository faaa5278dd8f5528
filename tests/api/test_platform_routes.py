"""The platform: it lists schools, switches their option, and sees nothing else of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from diapason.domain.members import PLATFORM, Role
from tests.api.asking_api import Api, paths_of
from tests.api.http_events import Answer, access_claims, http_event
from tests.world import FAMILY_IBANS, ICS, SCHOOL_IBAN

OFF = {"revision": 1, "active": False, "since": "2026-11-20", "reason": "Contrat résilié le 20 novembre"}


def ask(api: Api, method: str, path: str, body: object = None) -> Answer:
    text = None if body is None else json.dumps(body)
    return api.send(http_event(method, path, access_claims("plateforme-1", PLATFORM), body=text))


def option_path(api: Api) -> str:
    return f"/platform/schools/{api.school_id}/direct-debit"


def listed(api: Api) -> dict[str, Any]:
    (school,) = [
        one for one in ask(api, "GET", "/platform/schools").json["schools"] if one["id"] == api.school_id
    ]
    found: dict[str, Any] = school
    return found


def test_the_platforms_person_is_told_what_they_may_do(api: Api) -> None:
    assert ask(api, "GET", "/platform/me").json == {
        "username": "plateforme-1",
        "role_words": "plateforme",
        "actions": ["read_schools", "switch_options"],
    }


def test_schools_are_listed_with_their_option_and_nothing_else(api: Api, other: Api) -> None:
    api.world.customer(api.store)
    answer = ask(api, "GET", "/platform/schools")

    assert listed(api) == {
        "id": api.school_id,
        "name": f"École {api.school_id}",
        "revision": 1,
        "direct_debit": {"active": True, "since": None},
    }
    assert other.school_id in {school["id"] for school in answer.json["schools"]}
    for secret in (ICS, SCHOOL_IBAN, *FAMILY_IBANS, "Famille", "Amiens"):
        assert secret not in answer.text


def test_the_option_is_switched_off_and_on_for_one_school_alone(api: Api, other: Api) -> None:
    switched = ask(api, "PUT", option_path(api), OFF)

    assert switched.status == 200
    assert switched.json["direct_debit"] == {"active": False, "since": "2026-11-20"}
    assert switched.json == listed(api)
    assert api.done("GET", "/me")["school"]["direct_debit"] is False
    assert other.done("GET", "/me")["school"]["direct_debit"] is True

    again = {**OFF, "revision": 2, "active": True, "since": "2026-11-23", "reason": "Nouveau contrat"}
    assert ask(api, "PUT", option_path(api), again).status == 200
    assert api.done("GET", "/me")["school"]["direct_debit"] is True


def test_switching_is_in_the_schools_journal_with_day_reason_and_author(api: Api) -> None:
    ask(api, "PUT", option_path(api), OFF)

    (row,) = [row for row in api.store.journal.of("school") if row.event == "direct-debit-switched-off"]

    assert row.who == "platform:plateforme-1"
    assert row.facts == {"since": "2026-11-20", "reason": "Contrat résilié le 20 novembre"}


def test_a_stale_revision_switches_nothing(api: Api) -> None:
    ask(api, "PUT", option_path(api), OFF)

    stale = ask(api, "PUT", option_path(api), {**OFF, "active": True})

    assert stale.status == 409
    assert stale.json["type"] == "urn:diapason:problem:version-conflict"
    assert listed(api)["direct_debit"]["active"] is False


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"since": "2026-11-24"}, "since"),
        ({"since": "24/11/2026"}, "since"),
        ({"reason": " "}, "reason"),
        ({"active": "oui"}, "active"),
        ({"revision": "1"}, "revision"),
        ({"name": "Autre"}, "name"),
    ],
)
def test_a_bad_switch_is_refused_with_what_to_mend(api: Api, changes: dict[str, object], path: str) -> None:
    answer = ask(api, "PUT", option_path(api), {**OFF, **changes})

    assert answer.status == 422
    assert paths_of(answer) == [path]
    assert listed(api)["revision"] == 1


@pytest.mark.parametrize("school_id", ["inconnue", PLATFORM, "ECOLE", "SCHOOLS", "e" * 41])
def test_what_is_no_school_is_unknown(api: Api, school_id: str) -> None:
    assert ask(api, "PUT", f"/platform/schools/{school_id}/direct-debit", OFF).status == 404


@pytest.mark.parametrize("role", Role)
def test_a_schools_members_reach_no_route_of_the_platform(api: Api, role: Role) -> None:
    answers = [
        api.ask("GET", "/platform/schools", role=role),
        api.ask("PUT", option_path(api), {**OFF, "active": True}, role=role),
    ]

    assert {answer.status for answer in answers} == {403}
    assert "réservée à la plateforme" in answers[0].json["detail"]


def test_a_member_record_under_the_platforms_name_opens_nothing(api: Api) -> None:
    api.world.member(api.store, Role.ADMINISTRATOR, "plateforme-1")

    assert ask(api, "GET", "/me").status == 403
    assert ask(api, "GET", "/customers").status == 403
