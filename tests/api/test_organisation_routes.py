"""The school as creditor: identifiers that hold, numbers and words of its remittances, former identifiers."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.members import Role
from tests.api.asking_api import Api, paths_of
from tests.workflows.story import Story
from tests.world import ICS

OTHER_ICS, SAME_CREDITOR_ICS = "FR19ZZZ654321", "FR72ABC123456"


def put(api: Api, **changes: object) -> Any:
    revision = api.done("GET", "/organisation")["revision"]
    body = {"revision": revision, "name": "Conservatoire", "creditor_id": ICS, **changes}
    return api.done("PUT", "/organisation", body)


def refused(api: Api, **changes: object) -> list[tuple[str, str]]:
    answer = api.ask("PUT", "/organisation", {"revision": 1, "name": "X", **changes})
    assert answer.status == 422
    return [(error["path"], error["message"]) for error in answer.json["errors"]]


def test_the_organisation_is_written_over_the_revision_that_was_read(api: Api) -> None:
    assert api.done("GET", "/organisation")["revision"] == 1

    after = api.done(
        "PUT",
        "/organisation",
        {
            "revision": 1,
            "name": " Conservatoire de Lille ",
            "creditor_id": "fr72 zzz 123456",
            "siret": "732 829 320 00074",
            "address": {"street": "2 place du Théâtre", "postal_code": "59000", "town": "Lille"},
            "numbering": {"kind": "yearly", "prefix": "PRLV-"},
            "remittance_rule": "{eleve} {facture}",
            "notice_days": 10,
        },
    )

    assert after["revision"] == 2
    assert after["name"] == "Conservatoire de Lille"
    assert after["creditor_id"] == ICS
    assert after["siret"] == "73282932000074"
    assert after["address"]["country"] == "FR"
    assert after["numbering"]["example"] == "PRLV-2026-00001"
    assert after["remittance_preview"] == {"text": "Zoe Lefevre F2026-00042", "length": 23, "limit": 140}
    assert after["notice_days"] == 10
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


def test_each_wrong_setting_is_named_with_what_mends_it(api: Api) -> None:
    faults = refused(
        api,
        creditor_id="FR71ZZZ123456",
        siret="1",
        numbering={"prefix": "été"},
        remittance_rule="Cours de {matiere}",
        notice_days=91,
    )

    assert [path for path, _ in faults] == [
        "creditor_id",
        "siret",
        "numbering.prefix",
        "remittance_rule",
        "notice_days",
    ]
    words = dict(faults)
    assert "majuscules" in words["numbering.prefix"]
    assert "{matiere}" in words["remittance_rule"]
    assert "{facture}" in words["remittance_rule"]
    assert words["notice_days"] == "La valeur doit être au plus 90."


def test_a_prefix_longer_than_an_identifier_bears_is_refused(api: Api) -> None:
    ((path, words),) = refused(api, numbering={"prefix": "ABCDEFGHI"})

    assert path == "numbering.prefix"
    assert "8 caractères" in words


def test_an_identifier_that_is_left_stays_known_by_itself(api: Api) -> None:
    assert put(api, creditor_id=OTHER_ICS)["former_creditor_ids"] == [ICS]
    assert put(api, creditor_id=OTHER_ICS, notice_days=7)["former_creditor_ids"] == [ICS]

    back = put(api, creditor_id=ICS)

    assert (back["creditor_id"], back["former_creditor_ids"]) == (ICS, [OTHER_ICS])


def test_another_business_code_is_the_same_creditor(api: Api) -> None:
    assert put(api, creditor_id=SAME_CREDITOR_ICS)["former_creditor_ids"] == []


def test_clearing_the_identifier_keeps_it_known(api: Api) -> None:
    assert put(api, creditor_id="")["former_creditor_ids"] == [ICS]


def test_pending_batches_that_a_new_identifier_leaves_behind_are_named(api: Api) -> None:
    story = Story(api.world, api.store, api.store.members.get(f"membre-{Role.OPERATOR}").value)
    story.families(1)
    (batch,) = story.registered()
    assert put(api)["outdated_batches"] == []

    (outdated,) = put(api, creditor_id=OTHER_ICS)["outdated_batches"]

    assert (outdated["batch_id"], outdated["number"]) == (batch.id, batch.number)
    assert "l’ICS de l’organisation a changé" in outdated["words"]
    assert put(api, creditor_id=ICS)["outdated_batches"] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("{libelle}, {echeance}", "Cours de piano, 1er trimestre, 05/01/2027"),
        ("École « Nadia » : {client}", "Ecole Nadia : Lefevre Anne"),
        ("{activite}" + "x" * 130, "PIANO" + "x" * 130),
    ],
)
def test_a_rule_is_shown_on_an_example_before_it_is_kept(api: Api, rule: str, text: str) -> None:
    preview = api.done("GET", "/organisation/remittance-preview", rule=rule)

    assert preview == {"text": text, "length": len(text), "limit": 140}
    assert api.done("GET", "/organisation")["remittance_rule"] != rule


@pytest.mark.parametrize("rule", ["Facture", "{eleve", "{eleve} }", "{facture}" + "x" * 140, ""])
def test_a_rule_that_cannot_be_kept_has_no_preview(api: Api, rule: str) -> None:
    answer = api.ask("GET", "/organisation/remittance-preview", rule=rule)

    assert answer.status == 422
    assert paths_of(answer) == ["rule"]
