"""Invoices, their instalments and their sending; open instalments for the dialog that attaches them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from diapason.domain.drafts import GeneralInformation
from diapason.domain.invoices import Sending
from diapason.domain.members import Role
from diapason.workflows.drafting import attach, create_draft
from diapason.workflows.registering import Registering, validate
from tests.api.asking_api import Api, paths_of

DECEMBER, JANUARY = date(2026, 12, 10), date(2027, 1, 11)


def invoice_of(customer_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": "F-2026-001",
        "customer_id": customer_id,
        "issued_on": "2026-11-02",
        "label": "Cours de piano",
        "instalments": [
            {"due_date": "2026-12-10", "amount_cents": 3334},
            {"due_date": "2027-01-11", "amount_cents": 3333},
        ],
        **changes,
    }


def claimed_by_a_batch(api: Api, instalment_id: str, cents: int) -> str:
    """Registers a batch of that instalment; returns the batch's number."""
    store = api.store
    member = store.members.get(f"membre-{Role.OPERATOR}").value
    draft = create_draft(store, member, GeneralInformation("main"))
    draft = attach(store, member, draft.id, draft.version, [instalment_id])
    validate(store, member, draft.id, draft.version, "k" * 16, 1, cents)
    registration = Registering(store, draft.id).phases.run().registration
    assert registration is not None
    return registration.batches[0].number


def test_an_invoice_is_added_waiting_with_its_instalments(api: Api) -> None:
    customer = api.world.customer(api.store)

    answer = api.ask("POST", "/invoices", invoice_of(customer.id), role=Role.OPERATOR)

    assert answer.status == 201
    invoice = answer.json
    assert invoice["amount_cents"] == 6667
    assert invoice["sending_words"] == "en attente"
    assert invoice["reception_words"] == "non payée"
    assert invoice["allowed"] == ["prepare", "send", "keep"]
    assert [(found["due_date"], found["amount_cents"]) for found in invoice["instalments"]] == [
        ("2026-12-10", 3334),
        ("2027-01-11", 3333),
    ]
    assert {found["state_words"] for found in invoice["instalments"]} == {"non prélevée"}


def test_a_number_is_taken_once(api: Api) -> None:
    customer = api.world.customer(api.store)
    api.done("POST", "/invoices", invoice_of(customer.id))

    answer = api.ask("POST", "/invoices", invoice_of(customer.id, number="f-2026-001"))

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:already-exists"


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"customer_id": "nobody"}, ["customer_id"]),
        ({"activity": "CIRQUE"}, ["activity"]),
        ({"instalments": []}, ["instalments"]),
        ({"kind": "credit_note"}, ["instalments.0.amount_cents", "instalments.1.amount_cents"]),
        ({"instalments": [{"due_date": "2026-12-10", "amount_cents": 0}]}, ["instalments.0.amount_cents"]),
        ({"instalments": [{"due_date": "2026-12-10", "amount_cents": 1.5}]}, ["instalments.0.amount_cents"]),
    ],
)
def test_what_does_not_hold_is_named(api: Api, changes: dict[str, Any], paths: list[str]) -> None:
    customer = api.world.customer(api.store)

    answer = api.ask("POST", "/invoices", {**invoice_of(customer.id), **changes})

    assert answer.status == 422
    assert paths_of(answer) == paths


def test_a_credit_note_is_negative(api: Api) -> None:
    customer = api.world.customer(api.store)
    share = {"due_date": "2026-12-10", "amount_cents": -500}

    note = api.done("POST", "/invoices", invoice_of(customer.id, kind="credit_note", instalments=[share]))

    assert note["kind_words"] == "avoir"
    assert note["amount_cents"] == -500


def test_an_invoice_is_sent_once(api: Api) -> None:
    customer = api.world.customer(api.store)
    invoice = api.done("POST", "/invoices", invoice_of(customer.id))
    path = f"/invoices/{invoice['id']}/sending"

    sent = api.done("POST", path, {"event": "send", "revision": 1})

    assert sent["sending"] == "sent"
    assert sent["allowed"] == []
    assert {found["sending_words"] for found in sent["instalments"]} == {"envoyée au destinataire"}
    again = api.ask("POST", path, {"event": "send", "revision": 2})
    assert again.status == 409
    assert again.json["type"] == "urn:diapason:problem:state-refused"
    assert "envoyée au destinataire" in again.json["detail"]


def test_sending_an_older_revision_is_a_conflict(api: Api) -> None:
    customer = api.world.customer(api.store)
    invoice = api.done("POST", "/invoices", invoice_of(customer.id))
    path = f"/invoices/{invoice['id']}/sending"
    api.done("POST", path, {"event": "prepare", "revision": 1})

    answer = api.ask("POST", path, {"event": "send", "revision": 1})

    assert answer.json["type"] == "urn:diapason:problem:version-conflict"


def test_a_reader_is_offered_no_event(api: Api) -> None:
    customer = api.world.customer(api.store)
    invoice = api.done("POST", "/invoices", invoice_of(customer.id))

    assert api.done("GET", f"/invoices/{invoice['id']}", role=Role.READER)["allowed"] == []


def test_a_claimed_instalment_shows_batch_amount_and_date(api: Api) -> None:
    customer = api.world.customer(api.store)
    (instalment,) = api.world.invoice(api.store, customer, (DECEMBER, 5000))
    number = claimed_by_a_batch(api, instalment.id, 5000)

    shown = api.done("GET", f"/invoices/{instalment.invoice_id}")["instalments"][0]

    assert shown["state_words"] == "non prélevée"
    assert shown["claim"]["batch_number"] == number
    assert shown["claim"]["amount_cents"] == 5000
    assert shown["claim"]["collection_date"] == "2026-12-10"
    assert api.done("GET", "/instalments")["instalments"] == []


def test_invoices_are_listed_by_date_number_and_customer(api: Api) -> None:
    first, second = (api.world.customer(api.store) for _ in range(2))
    for number, customer, day in (("A1", first, "02"), ("A2", second, "03"), ("B1", first, "04")):
        body = invoice_of(customer.id, number=number, issued_on=f"2026-11-{day}")
        api.done("POST", "/invoices", body)

    def numbers(**query: object) -> list[str]:
        return [found["number"] for found in api.done("GET", "/invoices", **query)["invoices"]]

    assert numbers() == ["B1", "A2", "A1"]
    assert numbers(number="a") == ["A1", "A2"]
    assert numbers(customer_id=first.id) == ["B1", "A1"]
    assert numbers(issued_from="2026-11-03", issued_to="2026-11-03") == ["A2"]
    page = api.done("GET", "/invoices", limit=2)
    assert numbers(limit=2, next=page["next"]) == ["A1"]


def test_open_instalments_are_found_by_every_criterion(api: Api) -> None:
    first, second = (api.world.customer(api.store) for _ in range(2))
    world, store = api.world, api.store
    world.invoice(store, first, (DECEMBER, 1000), (JANUARY, 2000), number="F1", activity="PIANO")
    world.invoice(store, second, (DECEMBER, 3000), number="F2", activity="DANSE")
    world.invoice(store, second, (DECEMBER, 4000), number="F3", sending=Sending.WAITING)

    def amounts(**query: object) -> list[int]:
        found = api.done("GET", "/instalments", **query)["instalments"]
        return sorted(instalment["amount_cents"] for instalment in found)

    assert amounts() == [1000, 2000, 3000, 4000]
    assert amounts(due_from="2027-01-01") == [2000]
    assert amounts(due_to="2026-12-31", max_cents=3000) == [1000, 3000]
    assert amounts(min_cents=3000) == [3000, 4000]
    assert amounts(activity="DANSE") == [3000]
    assert amounts(customer_id=first.id) == [1000, 2000]
    assert amounts(customer_id=second.id, activity="DANSE") == [3000]
    assert amounts(invoice_number="f1") == [1000, 2000]
    assert amounts(invoice_number="F1", customer_id=second.id) == []
    assert amounts(invoice_number="F9") == []


def test_a_search_says_when_there_are_more(api: Api) -> None:
    customer = api.world.customer(api.store)
    api.world.invoice(api.store, customer, *[(DECEMBER, 100 + rank) for rank in range(3)])

    assert api.done("GET", "/instalments", limit=2)["next"] is not None
    assert api.done("GET", "/instalments", limit=3)["next"] is None
