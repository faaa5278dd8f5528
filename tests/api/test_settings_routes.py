"""The school's settings: organisation, credited accounts, activities, members."""

from __future__ import annotations

from diapason.domain.members import Role
from tests.api.asking_api import Api, paths_of
from tests.world import ICS, SCHOOL_IBAN


def test_the_organisation_is_written_over_the_revision_that_was_read(api: Api) -> None:
    before = api.done("GET", "/organisation")
    assert before["revision"] == 1

    after = api.done(
        "PUT",
        "/organisation",
        {
            "revision": 1,
            "name": " Conservatoire de Lille ",
            "creditor_id": "fr72 zzz 123456",
            "siret": "732 829 320 00074",
            "address": {"street": "2 place du Théâtre", "postal_code": "59000", "town": "Lille"},
        },
    )

    assert after["revision"] == 2
    assert after["name"] == "Conservatoire de Lille"
    assert after["creditor_id"] == ICS
    assert after["siret"] == "73282932000074"
    assert after["address"]["country"] == "FR"
    assert api.done("GET", "/organisation") == after


def test_writing_over_an_older_revision_is_a_conflict_and_changes_nothing(api: Api) -> None:
    body = {"revision": 1, "name": "Conservatoire"}
    api.done("PUT", "/organisation", body)
    stands = api.done("GET", "/organisation")

    answer = api.ask("PUT", "/organisation", {**body, "name": "Autre"})

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:version-conflict"
    assert "Rechargez" in answer.json["detail"]
    assert api.done("GET", "/organisation") == stands


def test_a_wrong_creditor_identifier_is_named(api: Api) -> None:
    answer = api.ask(
        "PUT", "/organisation", {"revision": 1, "name": "X", "creditor_id": "FR71ZZZ123456", "siret": "1"}
    )

    assert answer.status == 422
    assert paths_of(answer) == ["creditor_id", "siret"]


def test_a_credited_account_is_added_and_edited(api: Api) -> None:
    added = api.done(
        "POST", "/bank-accounts", {"label": "Régie", "iban": "fr76 3000 1007 9412 3456 7890 185"}
    )
    assert added["iban"] == SCHOOL_IBAN
    assert added["version"] == "08"

    edited = api.done(
        "PUT",
        f"/bank-accounts/{added['id']}",
        {"revision": 1, "label": "Régie", "iban": SCHOOL_IBAN, "version": "02", "closed": True},
    )

    assert edited["revision"] == 2
    assert edited["version"] == "02"
    assert edited["closed"] is True
    assert {account["label"] for account in api.done("GET", "/bank-accounts")["bank_accounts"]} == {
        "Compte principal",
        "Régie",
    }


def test_account_numbers_are_whole_for_those_who_edit_them_alone(api: Api) -> None:
    shown = {role: api.done("GET", "/bank-accounts/main", role=role) for role in Role}

    assert shown[Role.ADMINISTRATOR]["iban"] == SCHOOL_IBAN
    assert shown[Role.OPERATOR]["iban"] == shown[Role.READER]["iban"] == "FR76••••0185"
    assert [shown[role]["editable"] for role in Role] == [False, False, True]
    listed = api.done("GET", "/bank-accounts")["bank_accounts"]
    assert [account["iban"] for account in listed] == ["FR76••••0185"]


def test_an_account_that_does_not_exist_is_not_made_by_writing_to_it(api: Api) -> None:
    body = {"revision": 1, "label": "Régie", "iban": SCHOOL_IBAN}

    assert api.ask("PUT", "/bank-accounts/other", body).status == 404
    assert len(api.done("GET", "/bank-accounts")["bank_accounts"]) == 1


def test_an_activity_code_is_taken_once(api: Api) -> None:
    body = {"code": "PIANO", "label": "Piano"}
    assert api.ask("POST", "/activities", body).status == 201

    answer = api.ask("POST", "/activities", {**body, "label": "Autre"})

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:already-exists"
    assert api.done("GET", "/activities") == {"activities": [body]}


def test_members_are_listed_with_their_roles_in_words(api: Api) -> None:
    members = api.done("GET", "/members", role=Role.READER)["members"]

    assert {member["role"]: member["role_words"] for member in members} == {
        "reader": "lecture",
        "operator": "opérateur",
        "administrator": "administrateur de l’établissement",
    }
