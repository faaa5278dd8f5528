"""What invoices are for: named, renamed, closed and opened again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.asking_api import Api, paths_of


def added(api: Api, code: str = "PIANO", label: str = "Piano") -> Any:
    return api.done("POST", "/activities", {"code": code, "label": label})


def test_an_activity_code_is_taken_once(api: Api) -> None:
    activity = added(api)

    answer = api.ask("POST", "/activities", {"code": "PIANO", "label": "Autre"})

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:already-exists"
    assert api.done("GET", "/activities") == {"activities": [activity]}


@pytest.mark.parametrize("code", ["PIANO", "Éveil 1/2", "a#b?c", "DANSE (2e année)"])
def test_an_activity_of_any_code_is_renamed_closed_and_opened_again(api: Api, code: str) -> None:
    activity = added(api, code)
    path = f"/activities/{activity['id']}"
    assert (activity["closed"], activity["revision"]) == (False, 1)

    closed = api.done("PUT", path, {"revision": 1, "label": "Piano seul", "closed": True})
    opened = api.done("PUT", path, {"revision": 2, "label": "Piano seul", "closed": False})

    assert closed == {**activity, "label": "Piano seul", "closed": True, "revision": 2}
    assert opened == {**closed, "closed": False, "revision": 3}
    assert api.done("GET", "/activities")["activities"] == [opened]


def test_writing_over_an_older_revision_is_a_conflict(api: Api) -> None:
    path = f"/activities/{added(api)['id']}"
    api.done("PUT", path, {"revision": 1, "label": "Piano seul", "closed": False})

    assert api.ask("PUT", path, {"revision": 1, "label": "Autre", "closed": False}).status == 409
    assert api.done("GET", "/activities")["activities"][0]["label"] == "Piano seul"


def test_a_closed_activity_is_for_no_new_invoice_and_stays_on_the_old_ones(api: Api) -> None:
    activity = added(api)
    customer = api.world.customer(api.store)
    invoice = {
        "customer_id": customer.id,
        "issued_on": "2026-11-01",
        "label": "Piano",
        "activity": "PIANO",
        "instalments": [{"due_date": "2026-12-10", "amount_cents": 5000}],
    }
    old = api.done("POST", "/invoices", {**invoice, "number": "F1"})
    api.done("PUT", f"/activities/{activity['id']}", {"revision": 1, "label": "Piano", "closed": True})

    answer = api.ask("POST", "/invoices", {**invoice, "number": "F2"})

    assert paths_of(answer) == ["activity"]
    assert "close" in answer.json["errors"][0]["message"]
    assert api.done("GET", f"/invoices/{old['id']}")["activity"] == "PIANO"
