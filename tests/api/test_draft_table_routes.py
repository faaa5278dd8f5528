"""What the wizard's table can do beside its pages, over HTTP: undo, search, dates, changes, sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from diapason.domain.creditor import Ceilings
from diapason.domain.mandates import MandateType
from diapason.domain.members import Role
from diapason.domain.parties import PaymentMethod
from tests.api.asking_api import Api, paths_of
from tests.api.test_wizard_routes import DECEMBER, begun, billed, post, rows_of, selected


def test_the_last_detachment_is_undone(api: Api) -> None:
    first, second = billed(api, 5000, 2500)
    draft = selected(api)

    draft = post(api, draft, "detach", instalment_ids=[first])
    assert (draft["count"], draft["undo_rows"]) == (1, 1)
    draft = post(api, draft, "undo-detach")

    assert {row["instalment_id"] for row in rows_of(api, draft)} == {first, second}
    assert draft["undo_rows"] == 0
    answer = api.ask("POST", f"/drafts/{draft['id']}/undo-detach", {"version": draft["version"]})
    assert answer.status == 409
    assert answer.json["detail"].startswith("Il n’y a plus de détachement à annuler")


def test_all_that_a_search_finds_is_attached(api: Api) -> None:
    billed(api, 100, number="X-1")
    billed(api, 200)
    draft = begun(api)

    draft = post(api, draft, "attach", search={"invoice_number": "x-", "min_cents": 100})

    assert draft["count"] == 1


@pytest.mark.parametrize("what", [{}, {"instalment_ids": ["a-001"], "search": {}}])
def test_instalments_are_named_or_searched_but_not_both(api: Api, what: dict[str, object]) -> None:
    draft = begun(api)
    answer = api.ask("POST", f"/drafts/{draft['id']}/attach", {"version": draft["version"], **what})

    assert (answer.status, paths_of(answer)) == (422, ["instalment_ids"])


def test_each_row_takes_the_date_proposed_for_it(api: Api) -> None:
    billed(api, 100, day=date(2026, 12, 5))
    billed(api, 200, day=date(2026, 12, 25))
    draft = selected(api)
    assert draft["blocked"] == 2

    draft = post(api, draft, "dates", filter={"anomalies_only": True}, proposed=True)

    assert {row["collection_date"] for row in rows_of(api, draft)} == {"2026-12-07", "2026-12-28"}
    assert draft["blocked"] == 0


@pytest.mark.parametrize("form", [{}, {"date": "2026-12-15", "proposed": True}])
def test_one_date_is_given_or_each_proposed(api: Api, form: dict[str, object]) -> None:
    draft = selected(api)
    answer = api.ask(
        "POST", f"/drafts/{draft['id']}/dates", {"version": draft["version"], "filter": {}, **form}
    )

    assert (answer.status, paths_of(answer)) == (422, ["date"])


def test_a_row_ends_its_mandate_unless_that_serves_once_anyway(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    once = api.world.customer(api.store, mandate_type=MandateType.ONE_OFF)
    (other,) = api.world.invoice(api.store, once, (DECEMBER, 900))
    draft = selected(api)
    rows = f"/drafts/{draft['id']}/rows"

    edited = api.done("PATCH", f"{rows}/{instalment}", {"version": draft["version"], "is_final": True})
    refused = api.ask(
        "PATCH", f"{rows}/{other.id}", {"version": edited["draft"]["version"], "is_final": True}
    )

    assert edited["row"]["is_final"] is True
    assert (refused.status, paths_of(refused)) == (422, ["is_final"])
    assert {row["instalment_id"]: row["one_off"] for row in rows_of(api, edited["draft"])} == {
        instalment: False,
        other.id: True,
    }


def test_what_changed_is_told_and_taken_over_row_by_row_and_customer_by_customer(api: Api) -> None:
    customer = api.world.customer(api.store)
    first, second = api.world.invoice(api.store, customer, (DECEMBER, 500), (date(2026, 12, 17), 700))
    draft = selected(api)
    path = f"/drafts/{draft['id']}"
    assert api.done("GET", f"{path}/changes")["rows"] == []
    found = api.store.customers.get(customer.id)
    by_card = replace(found.value, payment_method=PaymentMethod.CARD)
    api.store.customers.replace(by_card, found.revision, "test")

    told = api.done("GET", f"{path}/changes", role=Role.READER)
    row = api.done("POST", f"{path}/rows/{first.id}/refresh", {"version": draft["version"]})
    whole = post(api, row["draft"], f"customers/{customer.id}/refresh")

    assert (told["looked_at"], told["next_offset"], told["version"]) == (2, None, draft["version"])
    assert [changed["row"]["instalment_id"] for changed in told["rows"]] == [first.id, second.id]
    assert told["rows"][0]["changes"][0].startswith("Le client ne paie pas par prélèvement")
    assert (row["row"]["blocked"], row["draft"]["blocked"], whole["blocked"]) == (True, 1, 2)


def test_the_table_is_exported_as_a_sheet(api: Api) -> None:
    billed(api, 100, 200)
    draft = selected(api)

    link = api.done("POST", f"/drafts/{draft['id']}/export", {"sort": "amount"}, role=Role.READER)

    assert (link["rows"], link["expires_in"]) == (2, 60)
    assert link["file_name"].endswith(".csv")
    assert "X-Amz-Signature" in link["url"] or "Signature=" in link["url"]


def limited(api: Api, **ceilings: int) -> None:
    account = api.store.registry.credited_account("main")
    changed = replace(account.value, ceilings=Ceilings(**ceilings))
    api.store.registry.put_credited_account(changed, account.revision, "test")


def test_an_unusual_sum_is_confirmed_by_its_date(api: Api) -> None:
    billed(api, 700)
    limited(api, batch_cents=600)
    draft = selected(api)
    path = f"/drafts/{draft['id']}"
    body: dict[str, Any] = {
        "version": draft["version"],
        "request_key": "0" * 32,
        "count": 1,
        "total_cents": 700,
    }

    recap = api.done("GET", f"{path}/recap")
    refused = api.ask("POST", f"{path}/validate", body)
    accepted = api.ask("POST", f"{path}/validate", {**body, "confirmed": [DECEMBER.isoformat()]})

    (confirmation,) = recap["confirmations"]
    assert (confirmation["collection_date"], confirmation["reason"]) == ("2026-12-10", "ceiling")
    assert refused.status == 422
    (error,) = refused.json["errors"]
    assert (error["path"], error["code"]) == ("confirmed.2026-12-10", "confirmation_required")
    assert error["message"] == confirmation["words"]
    assert accepted.status == 202


def test_the_recap_tells_until_when_each_file_is_to_be_handed_in(api: Api) -> None:
    billed(api, 700)

    (total,) = api.done("GET", f"/drafts/{selected(api)['id']}/recap")["dates"]

    assert total["submit_before"] == "2026-12-09T12:00:00+01:00"
    assert total["submission_words"] == "à remettre avant le 09/12/2026 à 12\u00a0h"


def test_the_calendar_of_an_account_tells_open_and_closed_days(api: Api) -> None:
    path = "/bank-accounts/main/calendar"

    calendar = api.done("GET", path, day_from="2026-11-23", day_to="2026-11-29", role=Role.READER)

    assert calendar["earliest"] == "2026-11-25"
    assert calendar["closed"] == ["2026-11-28", "2026-11-29"]
    assert [(day["day"], day["reachable"]) for day in calendar["open"]] == [
        ("2026-11-23", False),
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2026-11-26", True),
        ("2026-11-27", True),
    ]
    assert calendar["open"][2]["submission_words"] == "à remettre avant le 24/11/2026 à 12\u00a0h"
    assert len(api.done("GET", path)["closed"]) > 20
    for query in ({"day_from": "2026-12-02", "day_to": "2026-12-01"}, {"day_to": "2028-12-01"}):
        answer = api.ask("GET", path, **query)
        assert (answer.status, paths_of(answer)) == (422, ["day_to"])
