"""Registered batches over HTTP: found, looked into, generated, handed out, deleted."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from diapason.domain.batches import BatchState
from diapason.domain.drafts import GeneralInformation
from diapason.domain.members import Role
from diapason.workflows.drafting import attach, create_draft
from diapason.workflows.generating import Generating
from diapason.workflows.registering import Registering, validate
from diapason.workflows.releasing import Releasing
from tests.api.asking_api import Api

DECEMBER, LATER = date(2026, 12, 10), date(2026, 12, 17)


def registered(api: Api, *dates: date, lines: int = 1) -> list[str]:
    """The ids of one batch for each date, of so many lines of 10.00 EUR."""
    store = api.store
    member = store.members.get(f"membre-{Role.OPERATOR}").value
    instalments = [
        api.world.invoice(store, api.world.customer(store), (day, 1000))[0].id
        for day in dates
        for _ in range(lines)
    ]
    draft = create_draft(store, member, GeneralInformation("main", comment="Décembre"))
    draft = attach(store, member, draft.id, draft.version, instalments)
    validate(store, member, draft.id, draft.version, "k" * 16, len(instalments), 1000 * len(instalments))
    registration = Registering(store, draft.id).phases.run().registration
    assert registration is not None
    return [planned.batch_id for planned in registration.batches]


def generated(api: Api) -> dict[str, Any]:
    (batch_id,) = registered(api, DECEMBER)
    batch = api.done("GET", f"/batches/{batch_id}")
    api.done("POST", f"/batches/{batch_id}/generate", {"version": batch["version"]})
    Generating(api.store, batch_id).phases.run()
    found: dict[str, Any] = api.done("GET", f"/batches/{batch_id}")
    return found


def test_a_pending_batch_says_what_it_holds_and_what_is_allowed(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER, lines=2)

    batch = api.done("GET", f"/batches/{batch_id}", role=Role.OPERATOR)

    assert batch["state_words"] == "en attente"
    assert (batch["count"], batch["total_cents"]) == (2, 2000)
    assert batch["collection_date"] == "2026-12-10"
    assert batch["account"] == "FR76••••0185"
    assert batch["allowed"] == ["generate", "delete"]
    assert batch["downloadable"] is False
    assert batch["file"] is None
    assert api.done("GET", f"/batches/{batch_id}", role=Role.READER)["allowed"] == []


def test_batches_are_listed_and_filtered(api: Api) -> None:
    first, second = registered(api, DECEMBER, LATER)
    number = api.done("GET", f"/batches/{first}")["number"]

    def ids(**query: object) -> list[str]:
        return [batch["id"] for batch in api.done("GET", "/batches", **query)["batches"]]

    assert ids() == [second, first]
    assert ids(state="pending") == [second, first]
    assert ids(state="generated") == []
    assert ids(due_from="2026-12-11") == [second]
    assert ids(due_to="2026-12-11") == [first]
    assert ids(number=number.lower()) == [first]
    assert ids(offset=1) == [first]
    assert api.done("GET", "/batches", limit=1)["more"] is True


def test_lines_are_shown_page_by_page_in_their_order(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER, lines=70)
    path = f"/batches/{batch_id}/lines"

    pages = [api.done("GET", path, offset=offset, limit=33) for offset in (0, 33, 66)]

    assert [page["count"] for page in pages] == [70, 70, 70]
    lines = [line for page in pages for line in page["lines"]]
    assert [line["position"] for line in lines] == list(range(70))
    assert {line["state_words"] for line in lines} == {"retenue"}
    assert all("••••" in line["account"] for line in lines)
    assert api.done("GET", path, offset=70)["lines"] == []


def test_generating_is_accepted_then_done_by_the_worker(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)
    path = f"/batches/{batch_id}/generate"

    asked = api.ask("POST", path, {"version": api.done("GET", f"/batches/{batch_id}")["version"]})

    assert asked.status == 202
    assert asked.json["state_words"] == "en cours de génération"
    assert asked.json["allowed"] == []
    assert api.ask("POST", f"/batches/{batch_id}/download").status == 409
    Generating(api.store, batch_id).phases.run()
    batch = api.done("GET", f"/batches/{batch_id}")
    assert batch["state_words"] == "générée"
    assert batch["downloadable"] is True
    assert batch["allowed"] == ["download", "deposit"]
    assert [(group["sequence"], group["total_cents"]) for group in batch["groups"]] == [("RCUR", 1000)]


def test_a_file_is_not_offered_before_it_was_read_again(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)
    path = f"/batches/{batch_id}"
    api.done("POST", f"{path}/generate", {"version": api.done("GET", path)["version"]})
    worker = Generating(api.store, batch_id)
    while api.store.batches.get(batch_id).state is not BatchState.GENERATED:
        worker.phases.step()

    batch = api.done("GET", path)

    assert (batch["state_words"], batch["downloadable"], batch["allowed"]) == ("générée", False, [])
    assert api.ask("POST", f"{path}/download").json["type"] == "urn:diapason:problem:state-refused"


def test_the_file_is_handed_out_by_a_link_and_that_is_recorded(api: Api) -> None:
    batch = generated(api)

    answer = api.done("POST", f"/batches/{batch['id']}/download", role=Role.OPERATOR)

    assert answer["file_name"] == batch["file"]["file_name"]
    assert answer["sha256"] == batch["file"]["sha256"]
    assert answer["expires_in"] <= 60
    stored = api.store.batches.get(batch["id"]).file
    assert stored is not None
    data = api.store.outputs.open(stored.key, stored.version_id).read()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (answer["sha256"], answer["size"])
    assert stored.key.split("/")[0] in answer["url"]
    handed_out = api.done("GET", f"/batches/{batch['id']}")["handed_out"]
    assert (handed_out["by"], handed_out["times"]) == ("membre-operator", 1)


def test_an_altered_file_is_not_handed_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = generated(api)
    monkeypatch.setattr(type(api.store.outputs), "digest", lambda *_: "0" * 64)

    answer = api.ask("POST", f"/batches/{batch['id']}/download")

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:digest-mismatch"
    assert "http" not in answer.json["detail"]


def test_a_pending_batch_is_deleted(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)
    version = api.done("GET", f"/batches/{batch_id}")["version"]

    asked = api.ask("DELETE", f"/batches/{batch_id}", version=version)

    assert asked.status == 202
    assert asked.json["state_words"] == "en cours de suppression"
    Releasing(api.store, batch_id).phases.run()
    assert api.done("GET", f"/batches/{batch_id}")["state_words"] == "supprimée"
    assert len(api.done("GET", "/instalments")["instalments"]) == 1


def test_a_generated_batch_is_not_deleted(api: Api) -> None:
    batch = generated(api)

    answer = api.ask("DELETE", f"/batches/{batch['id']}", version=batch["version"])

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:state-refused"
    assert "générée" in answer.json["detail"]


def test_an_older_version_is_a_conflict(api: Api) -> None:
    (batch_id,) = registered(api, DECEMBER)
    version = api.done("GET", f"/batches/{batch_id}")["version"]

    for answer in (
        api.ask("POST", f"/batches/{batch_id}/generate", {"version": version + 1}),
        api.ask("DELETE", f"/batches/{batch_id}", version=version + 1),
    ):
        assert answer.json["type"] == "urn:diapason:problem:version-conflict"
