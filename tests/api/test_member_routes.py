"""The people of a school on the page: listed, invited, changed, withdrawn, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.members import Permission, Role
from tests.api.asking_api import Api, paths_of
from tests.api.http_events import access_claims, http_event

PERMISSION = str(Permission.DIRECT_DEBIT_ADMINISTRATOR)
ADMINISTRATOR = f"membre-{Role.ADMINISTRATOR}"
OPERATOR = f"membre-{Role.OPERATOR}"


def invitation(api: Api, **changes: object) -> dict[str, Any]:
    """Thérèse Sorel, operator, unless told otherwise; the address is the school's own."""
    return {
        "email": f"Therese.Sorel@{api.school_id}.example",
        "name": "Thérèse Sorel",
        "role": "operator",
        "permissions": [PERMISSION],
        **changes,
    }


def invited(api: Api, **changes: object) -> dict[str, Any]:
    member: dict[str, Any] = api.done("POST", "/members", invitation(api, **changes))
    return member


def another_holder(api: Api) -> None:
    """Somebody else with the permission: its last holder cannot lose it."""
    api.world.member(api.store, Role.OPERATOR, "autre", Permission.DIRECT_DEBIT_ADMINISTRATOR)


def status_of_me(api: Api, username: str) -> tuple[int, str]:
    answer = api.send(http_event("GET", "/me", access_claims(username, api.school_id)))
    return answer.status, answer.text


def test_members_are_listed_with_role_permission_and_state_in_words(api: Api) -> None:
    member = invited(api)

    listed = api.done("GET", "/members", role=Role.READER)

    (found,) = [one for one in listed["members"] if one["username"] == member["username"]]
    assert found == {
        "username": member["username"],
        "name": "Thérèse Sorel",
        "email": f"therese.sorel@{api.school_id}.example",
        "role": "operator",
        "role_words": "opérateur",
        "permissions": [PERMISSION],
        "permissions_words": ["administrateur des prélèvements"],
        "revision": 1,
        "state": "active",
        "state_words": "ouvert",
        "since": "2026-11-23T11:00:00Z",
        "editable": False,
        "withdrawable": False,
        "reopenable": False,
    }
    assert listed["invitable"] is False
    assert {one["role_words"] for one in listed["members"]} == {
        "lecture",
        "opérateur",
        "administrateur de l’établissement",
    }


def test_an_administrator_is_offered_what_the_table_allows(api: Api) -> None:
    listed = api.done("GET", "/members")

    assert listed["invitable"] is True
    offered = {one["username"]: (one["editable"], one["withdrawable"]) for one in listed["members"]}
    assert offered[OPERATOR] == (True, True)
    assert offered[ADMINISTRATOR] == (True, False), "nobody withdraws themselves"


def test_an_invited_member_is_let_in_and_told_of_the_permission(api: Api) -> None:
    answer = api.ask("POST", "/members", invitation(api))
    assert answer.status == 201
    username = answer.json["username"]

    status, _ = status_of_me(api, username)
    me = api.send(http_event("GET", "/me", access_claims(username, api.school_id))).json

    assert status == 200
    assert me["member"]["permissions_words"] == ["administrateur des prélèvements"]
    assert "cancel_batch" in me["actions"]
    assert "edit_members" not in me["actions"]


def test_without_the_permission_cancelling_is_not_offered(api: Api) -> None:
    assert "cancel_batch" not in api.done("GET", "/me", role=Role.ADMINISTRATOR)["actions"]
    assert "attest_cancellation" in api.done("GET", "/me", role=Role.OPERATOR)["actions"]


def test_the_same_invitation_twice_is_one_member(api: Api) -> None:
    assert invited(api) == invited(api)
    assert len(api.done("GET", "/members")["members"]) == len(Role) + 1


def test_an_address_of_another_school_is_refused_without_a_word_about_it(api: Api, other: Api) -> None:
    invited(api)
    body = invitation(api)

    taken = other.ask("POST", "/members", body)

    assert taken.status == 422
    assert paths_of(taken) == ["email"]
    assert "ne peut pas être invitée" in taken.json["errors"][0]["message"]
    assert api.school_id not in taken.text
    assert len(other.done("GET", "/members")["members"]) == len(Role)


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"email": "therese"}, "email", "adresse électronique complète"),
        ({"email": "therese@ecole"}, "email", "adresse électronique complète"),
        ({"email": "thérèse@ecole.example"}, "email", "adresse électronique complète"),
        ({"email": "a b@ecole.example"}, "email", "adresse électronique complète"),
        ({"email": ""}, "email", "obligatoire"),
        ({"email": "a" * 120 + "@ecole.example"}, "email", "128"),
        ({"email": 12}, "email", "texte"),
        ({"name": " "}, "name", "obligatoire"),
        ({"role": "platform"}, "role", "reader"),
        ({"role": "root"}, "role", "reader"),
        ({"role": None}, "role", "reader"),
        ({"permissions": ["everything"]}, "permissions.0", "direct_debit_administrator"),
        ({"permissions": PERMISSION}, "permissions", "liste"),
        ({"permissions": [PERMISSION, PERMISSION]}, "permissions", "dépasse"),
        ({"role": "reader"}, "permissions", "rôle d’opérateur"),
        ({"school_id": "ecole-voisine"}, "school_id", "retirez-la"),
        ({"group": "platform"}, "group", "retirez-la"),
    ],
)
def test_a_bad_invitation_is_refused_with_what_to_mend(
    api: Api, changes: dict[str, object], path: str, words: str
) -> None:
    answer = api.ask("POST", "/members", invitation(api, **changes))

    assert answer.status == 422
    assert paths_of(answer) == [path]
    assert words in answer.json["errors"][0]["message"]
    assert len(api.done("GET", "/members")["members"]) == len(Role)


def test_a_member_is_changed_under_the_revision_that_was_seen(api: Api) -> None:
    another_holder(api)
    member = invited(api)
    path = f"/members/{member['username']}"
    body = {"revision": 1, "name": "Thérèse Sorel-Petit", "role": "administrator", "permissions": []}

    changed = api.done("PUT", path, body)

    assert (changed["name"], changed["role"], changed["revision"]) == (
        "Thérèse Sorel-Petit",
        "administrator",
        2,
    )
    assert api.done("GET", path) == changed
    stale = api.ask("PUT", path, body)
    assert stale.status == 409
    assert stale.json["type"] == "urn:diapason:problem:version-conflict"
    assert api.done("GET", path) == changed


def test_a_reader_is_not_given_the_permission(api: Api) -> None:
    body = {"revision": 1, "name": "Léa", "role": "reader", "permissions": [PERMISSION]}

    answer = api.ask("PUT", f"/members/membre-{Role.READER}", body)

    assert answer.status == 422
    assert paths_of(answer) == ["permissions"]


def test_a_withdrawn_member_is_refused_at_once_and_stays_readable(api: Api) -> None:
    another_holder(api)
    member = invited(api)
    username = member["username"]
    assert status_of_me(api, username)[0] == 200

    gone = api.done("DELETE", f"/members/{username}", revision=1)

    assert (gone["state"], gone["state_words"]) == ("closed", "fermé")
    status, text = status_of_me(api, username)
    assert status == 403
    assert "Votre accès à cet établissement est fermé" in text
    assert api.done("GET", f"/members/{username}")["name"] == "Thérèse Sorel"
    assert api.done("DELETE", f"/members/{username}", revision=1) == gone


def test_a_withdrawn_member_is_opened_again(api: Api) -> None:
    another_holder(api)
    username = invited(api)["username"]
    gone = api.done("DELETE", f"/members/{username}", revision=1)
    assert (gone["reopenable"], gone["editable"], gone["withdrawable"]) == (True, False, False)
    assert api.ask("POST", f"/members/{username}/reopen", {"revision": 1}).status == 409

    back = api.done("POST", f"/members/{username}/reopen", {"revision": 2})

    assert back["state"] == "active"
    assert back["permissions"] == [PERMISSION]
    assert status_of_me(api, username)[0] == 200


def test_nobody_withdraws_themselves_or_the_last_administrator(api: Api) -> None:
    own = api.ask("DELETE", f"/members/{ADMINISTRATOR}", revision=1)
    body = {"revision": 1, "name": "Alice", "role": "operator", "permissions": []}
    demoted = api.ask("PUT", f"/members/{ADMINISTRATOR}", body)

    assert (own.status, demoted.status) == (409, 409)
    assert "un autre administrateur" in own.json["detail"]
    assert "dernier administrateur de l’établissement" in demoted.json["detail"]
    assert api.done("GET", "/me")["member"]["role"] == "administrator"


def test_the_last_holder_of_the_permission_keeps_it(api: Api) -> None:
    path = f"/members/{invited(api)['username']}"
    body = {"revision": 1, "name": "Thérèse Sorel", "role": "operator", "permissions": []}

    answers = [api.ask("PUT", path, body), api.ask("DELETE", path, revision=1)]

    assert [answer.status for answer in answers] == [409, 409]
    assert "accordez d’abord cette permission à un autre membre" in answers[0].json["detail"]
    assert api.done("GET", path)["permissions"] == [PERMISSION]


def test_an_invitation_is_sent_again(api: Api) -> None:
    another_holder(api)
    username = invited(api)["username"]

    assert api.done("POST", f"/members/{username}/invitation")["username"] == username
    api.done("DELETE", f"/members/{username}", revision=1)
    assert api.ask("POST", f"/members/{username}/invitation").status == 409


@pytest.mark.parametrize("role", [Role.READER, Role.OPERATOR])
def test_only_administrators_invite(api: Api, role: Role) -> None:
    answer = api.ask("POST", "/members", invitation(api), role=role)

    assert answer.status == 403
    assert "Demandez-la à l’administrateur de l’établissement" in answer.json["detail"]
