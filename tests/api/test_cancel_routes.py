"""Cancelling and depositing over HTTP: who is offered it, who may, and what is shown afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from diapason.domain.members import Permission, Role
from diapason.workflows.generating import Generating
from diapason.workflows.releasing import Releasing
from tests.api.asking_api import Api, paths_of
from tests.api.http_events import Answer, access_claims, http_event
from tests.api.test_batch_routes import DECEMBER, registered

REASON = "Fichier fait à la mauvaise date"
UNSENT = {"ground": "never_handed_out", "reason": REASON}
ATTESTED = {"ground": "attestation", "reason": REASON}


class Person:
    """A member who asks."""

    def __init__(self, api: Api, username: str) -> None:
        self.api, self.username = api, username

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        claims = access_claims(self.username, self.api.school_id)
        text = None if body is None else json.dumps(body)
        return self.api.send(http_event(method, path, claims, body=text))


@pytest.fixture
def debits(api: Api) -> Person:
    """The administrator of direct debits, an operator."""
    api.world.member(api.store, Role.OPERATOR, "delphine", Permission.DIRECT_DEBIT_ADMINISTRATOR)
    return Person(api, "delphine")


@pytest.fixture
def operator(api: Api) -> Person:
    return Person(api, f"membre-{Role.OPERATOR}")


def generated(api: Api) -> dict[str, Any]:
    (batch_id,) = registered(api, DECEMBER)
    path = f"/batches/{batch_id}"
    api.done("POST", f"{path}/generate", {"version": api.done("GET", path)["version"]})
    Generating(api.store, batch_id).phases.run()
    found: dict[str, Any] = api.done("GET", path)
    return found


def test_only_the_administrator_of_direct_debits_is_offered_a_cancel_and_its_grounds(
    api: Api, debits: Person, operator: Person
) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"

    seen = debits.ask("GET", path).json
    assert seen["allowed"] == ["download", "deposit", "cancel", "request_cancellation"]
    assert seen["cancellation_grounds"] == ["never_handed_out", "bank_reject", "attestation"]
    assert operator.ask("GET", path).json["cancellation_grounds"] == []
    refused = operator.ask("POST", f"{path}/cancel", {**UNSENT, "version": batch["version"]})
    assert refused.status == 403
    assert "administrateur des prélèvements" in refused.json["detail"]


def test_an_unsent_file_is_cancelled_and_stays_on_record(api: Api, debits: Person) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"

    asked = debits.ask("POST", f"{path}/cancel", {**UNSENT, "version": batch["version"]})

    assert (asked.status, asked.json["state_words"]) == (202, "en cours d’annulation")
    Releasing(api.store, batch["id"]).phases.run()
    after = debits.ask("GET", path).json
    assert (after["state_words"], after["downloadable"], after["allowed"]) == ("annulée", False, [])
    assert after["cancellation"]["reason"] == REASON
    assert after["cancellation"]["requested_by_name"] == "Odile Pérateur"
    assert {line["state_words"] for line in api.done("GET", f"{path}/lines")["lines"]} == {"annulée"}
    (attachment,) = api.done("GET", f"{path}/attachments")["attachments"]
    assert (attachment["sha256"], attachment["downloadable"]) == (batch["file"]["sha256"], False)
    assert api.ask("POST", f"{path}/download").status == 409


def test_an_attestation_is_offered_to_everybody_but_who_asked(
    api: Api, debits: Person, operator: Person
) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"
    waiting = debits.ask("POST", f"{path}/cancel", {**ATTESTED, "version": batch["version"]}).json

    assert waiting["state_words"] == "annulation à attester"
    assert waiting["allowed"] == ["withdraw_cancellation"]
    assert operator.ask("GET", path).json["allowed"] == ["attest_cancellation"]
    assert api.done("GET", path)["allowed"] == ["attest_cancellation", "withdraw_cancellation"]
    assert api.done("GET", path, role=Role.READER)["allowed"] == []
    body = {"version": waiting["version"]}
    own = debits.ask("POST", f"{path}/cancel/attest", body)
    assert (own.status, own.json["type"]) == (403, "urn:diapason:problem:not-allowed")
    assert operator.ask("POST", f"{path}/cancel/withdraw", body).status == 403
    attested = operator.ask("POST", f"{path}/cancel/attest", body)
    assert (attested.status, attested.json["cancellation"]["attested_by"]) == (202, operator.username)


def test_a_request_is_withdrawn(api: Api, debits: Person) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"
    waiting = debits.ask("POST", f"{path}/cancel", {**ATTESTED, "version": batch["version"]}).json

    withdrawn = debits.ask("POST", f"{path}/cancel/withdraw", {"version": waiting["version"]})

    assert (withdrawn.status, withdrawn.json["state_words"]) == (200, "générée")
    assert withdrawn.json["cancellation"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ground": "never_handed_out", "reason": "erreur"}, "reason"),
        ({"ground": "never_handed_out"}, "reason"),
        ({"ground": "bank_reject", "reason": REASON, "rejected_on": "2026-11-23"}, "reject_reference"),
        ({"ground": "bank_reject", "reason": REASON, "reject_reference": "R1"}, "rejected_on"),
        ({"ground": "because", "reason": REASON}, "ground"),
    ],
)
def test_what_a_cancel_lacks_is_said_by_its_field(
    api: Api, debits: Person, body: dict[str, Any], field: str
) -> None:
    batch = generated(api)

    answer = debits.ask("POST", f"/batches/{batch['id']}/cancel", {**body, "version": batch["version"]})

    assert (answer.status, paths_of(answer)) == (422, [field])


def test_a_deposit_is_shown_and_offered_once(api: Api, debits: Person) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"

    answer = api.ask("POST", f"{path}/deposit", {"version": batch["version"]}, role=Role.OPERATOR)

    assert answer.status == 200
    assert (answer.json["deposited"]["by"], answer.json["handed_out"]) == ("membre-operator", None)
    assert answer.json["allowed"] == ["download"]
    assert debits.ask("GET", path).json["cancellation_grounds"] == ["bank_reject", "attestation"]
    (summary,) = api.done("GET", "/batches")["batches"]
    assert summary["deposited"]["by_name"] == "Odile Pérateur"
    again = api.ask("POST", f"{path}/deposit", {"version": answer.json["version"]})
    assert again.json["type"] == "urn:diapason:problem:state-refused"


def test_the_attachment_tells_every_time_it_was_handed_out(api: Api) -> None:
    batch = generated(api)
    path = f"/batches/{batch['id']}"
    assert api.done("GET", f"{path}/attachments")["attachments"][0]["handed_out"] == []
    for role in (Role.OPERATOR, Role.ADMINISTRATOR):
        api.done("POST", f"{path}/download", role=role)
        api.world.clock.instant += timedelta(seconds=1)

    (attachment,) = api.done("GET", f"{path}/attachments")["attachments"]

    assert [one["by"] for one in attachment["handed_out"]] == ["membre-operator", "membre-administrator"]
    assert attachment["handed_out"][0]["at"].startswith("2026-11-23T12:00:00")
    assert attachment["file_name"] == batch["file"]["file_name"]
    assert (attachment["sha256"], attachment["size"]) == (batch["file"]["sha256"], batch["file"]["size"])
    assert attachment["message_version_words"] == "pain.008.001.08"


def test_a_pending_batch_has_no_attachment(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)

    assert api.done("GET", f"/batches/{batch_id}/attachments")["attachments"] == []


def test_the_lines_tell_their_sequence_once_the_file_is_made(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)
    path = f"/batches/{batch_id}"
    (line,) = api.done("GET", f"{path}/lines")["lines"]
    assert (line["sequence"], line["amendments"]) == (None, [])
    api.done("POST", f"{path}/generate", {"version": api.done("GET", path)["version"]})
    Generating(api.store, batch_id).phases.run()

    (line,) = api.done("GET", f"{path}/lines")["lines"]

    assert (line["sequence"], line["sequence_words"]) == ("RCUR", "prélèvement récurrent (RCUR)")
