"""Payments seen another way, announcements and credit notes over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.invoices import Sending
from diapason.domain.members import Role
from tests.api.asking_api import Api, paths_of
from tests.api.test_wizard_routes import DECEMBER, billed

PAYMENT = {
    "request_key": "0123456789abcdef",
    "amount_cents": 1500,
    "method": "cheque",
    "paid_on": "2026-11-20",
    "note": "n° 42",
}


def paid(api: Api, instalment: str, **changes: Any) -> Any:
    return api.done("POST", f"/instalments/{instalment}/payments", {**PAYMENT, **changes})


def test_a_payment_is_recorded_once_listed_and_withdrawn(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    invoice_id = instalment.rpartition("-")[0]

    first, again = paid(api, instalment), paid(api, instalment)

    assert first == again
    assert first["instalment"]["paid_cents"] == 1500
    assert first["instalment"]["remaining_cents"] == 3500
    assert first["payment"]["state_words"] == "enregistré"
    assert first["payment"]["method_words"] == "chèque"
    assert first["payment"]["allowed"] == ["withdraw"]
    invoice = api.done("GET", f"/invoices/{invoice_id}")
    assert (invoice["paid_cents"], invoice["reception_words"]) == (1500, "payée partiellement")
    listed = api.done("GET", f"/invoices/{invoice_id}/payments", role=Role.READER)["payments"]
    assert [(one["id"], one["allowed"]) for one in listed] == [(first["payment"]["id"], [])]
    path = f"/instalments/{instalment}/payments/{first['payment']['id']}/withdraw"
    withdrawn = api.done("POST", path, {"reason": "Chèque impayé"})
    assert withdrawn["payment"]["state_words"] == "retiré"
    assert withdrawn["payment"]["withdrawal_reason"] == "Chèque impayé"
    assert withdrawn["payment"]["allowed"] == []
    assert withdrawn["instalment"]["remaining_cents"] == 5000


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"amount_cents": 5001}, "amount_cents"),
        ({"method": "direct_debit"}, "method"),
        ({"paid_on": "2026-11-24"}, "paid_on"),
        ({"method": "gold"}, "method"),
        ({"request_key": "short"}, "request_key"),
        ({"amount_cents": 1.5}, "amount_cents"),
    ],
)
def test_a_payment_that_cannot_be_names_the_field(api: Api, changes: dict[str, object], path: str) -> None:
    (instalment,) = billed(api, 5000)

    answer = api.ask("POST", f"/instalments/{instalment}/payments", {**PAYMENT, **changes})

    assert (answer.status, paths_of(answer)) == (422, [path])


def test_a_reader_records_nothing(api: Api) -> None:
    (instalment,) = billed(api, 5000)

    assert api.ask("POST", f"/instalments/{instalment}/payments", PAYMENT, role=Role.READER).status == 403


def test_an_invoice_is_cancelled_by_a_credit_note_and_both_tell_of_each_other(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    path = f"/invoices/{instalment.rpartition('-')[0]}"
    body = {"credit_note_number": "A-1", "reason": "Désistement", "revision": 1}
    assert api.done("GET", path)["cancellable"] is True

    cancelled = api.done("POST", f"{path}/cancel", body)

    assert cancelled["reception_words"] == "annulée par avoir"
    assert cancelled["instalments"][0]["state_words"] == "annulée"
    assert (cancelled["cancellable"], cancelled["allowed"]) == (False, [])
    credit_note = api.done("GET", f"/invoices/{cancelled['cancelled_by']}")
    assert (credit_note["number"], credit_note["amount_cents"]) == ("A-1", -5000)
    assert credit_note["cancels"] == cancelled["id"]
    assert api.done("POST", f"{path}/cancel", body) == cancelled


def test_what_is_partly_paid_says_why_it_is_not_cancelled(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    path = f"/invoices/{instalment.rpartition('-')[0]}"
    paid(api, instalment)

    invoice = api.done("GET", path)
    answer = api.ask(
        "POST", f"{path}/cancel", {"credit_note_number": "A-1", "reason": "Désistement", "revision": 1}
    )

    assert invoice["cancellable"] is False
    assert (answer.status, answer.json["detail"]) == (409, invoice["cancel_refusal"])


def test_the_day_of_the_announcement_is_set_by_sending_or_by_hand(api: Api) -> None:
    customer = api.world.customer(api.store)
    (one,) = api.world.invoice(api.store, customer, (DECEMBER, 100), sending=Sending.READY)
    path = f"/invoices/{one.invoice_id}"
    assert api.done("GET", path)["notified_on"] is None

    sent = api.done("POST", f"{path}/sending", {"event": "send", "revision": 1})
    announced = api.done("POST", f"{path}/notice", {"notified_on": "2026-11-02", "revision": 2})
    future = api.ask("POST", f"{path}/notice", {"notified_on": "2026-11-24", "revision": 3})

    assert (sent["notified_on"], sent["instalments"][0]["notified_on"]) == ("2026-11-23", "2026-11-23")
    assert announced["notified_on"] == announced["instalments"][0]["notified_on"] == "2026-11-02"
    assert api.store.instalments.get(one.id).revision == 2, "no draft is outdated by an announcement"
    assert (future.status, paths_of(future)) == (422, ["notified_on"])
    assert api.ask("POST", f"{path}/notice", {"notified_on": "2026-11-02", "revision": 2}).status == 409


def test_sending_keeps_an_announcement_that_was_made_before(api: Api) -> None:
    customer = api.done(
        "POST",
        "/customers",
        {"reference": "C9", "kind": "person", "name": "Famille", "payment_method": "direct_debit"},
    )
    invoice = api.done(
        "POST",
        "/invoices",
        {
            "number": "F-9",
            "customer_id": customer["id"],
            "issued_on": "2026-11-01",
            "label": "Piano",
            "pupil": "Zélie",
            "notified_on": "2026-11-03",
            "instalments": [{"due_date": "2026-12-10", "amount_cents": 5000}],
        },
    )
    assert (invoice["pupil"], invoice["instalments"][0]["pupil"]) == ("Zélie", "Zélie")

    sent = api.done("POST", f"/invoices/{invoice['id']}/sending", {"event": "send", "revision": 1})

    assert sent["notified_on"] == sent["instalments"][0]["notified_on"] == "2026-11-03"


def test_instalments_are_searched_page_by_page(api: Api) -> None:
    billed(api, *range(100, 600, 100))
    query = {"customer_name": "famille", "limit": 2}

    first = api.done("GET", "/instalments", **query)
    second = api.done("GET", "/instalments", **query, next=first["next"])
    third = api.done("GET", "/instalments", **query, next=second["next"])
    elsewhere = api.ask("GET", "/instalments", limit=2, next=first["next"])

    found = [one["remaining_cents"] for page in (first, second, third) for one in page["instalments"]]
    assert sorted(found) == [100, 200, 300, 400, 500]
    assert third["next"] is None
    assert (elsewhere.status, paths_of(elsewhere)) == (422, ["next"])


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"state": "debited"}, "state"),
        ({"due_from": "2026-12-02", "due_to": "2026-12-01"}, "due_to"),
        ({"customer_reference": "nobody"}, "customer_reference"),
    ],
)
def test_a_search_that_cannot_be_names_the_criterion(api: Api, query: dict[str, str], path: str) -> None:
    answer = api.ask("GET", "/instalments", **query)

    assert (answer.status, paths_of(answer)) == (422, [path])
