"""The wizard over HTTP: four steps, each edit on the version that was read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from diapason.domain.members import Role
from diapason.domain.parties import PaymentMethod
from diapason.workflows.registering import Registering
from tests.api.asking_api import Api, paths_of

DECEMBER, LATER = date(2026, 12, 10), date(2026, 12, 17)
CRITERIA = {"due_from": "2026-12-01", "due_to": "2026-12-31"}


def begun(api: Api, **changes: Any) -> dict[str, Any]:
    draft: dict[str, Any] = api.done("POST", "/drafts", {"credited_account_id": "main", **changes})
    return draft


def selected(api: Api) -> dict[str, Any]:
    """A draft at step 3."""
    draft = begun(api)
    chosen: dict[str, Any] = api.done(
        "PUT", f"/drafts/{draft['id']}/criteria", {**CRITERIA, "version": draft["version"]}
    )
    return chosen


def rows_of(api: Api, draft: dict[str, Any], **query: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.done("GET", f"/drafts/{draft['id']}/rows", **query)["rows"]
    return rows


def post(api: Api, draft: dict[str, Any], action: str, **body: object) -> dict[str, Any]:
    changed: dict[str, Any] = api.done(
        "POST", f"/drafts/{draft['id']}/{action}", {"version": draft["version"], **body}
    )
    return changed


def billed(api: Api, *cents: int, day: date = DECEMBER, **invoice: Any) -> list[str]:
    """One instalment for each amount, each of a family of its own; their ids."""
    return [
        api.world.invoice(api.store, api.world.customer(api.store), (day, amount), **invoice)[0].id
        for amount in cents
    ]


def test_step_one_begins_a_draft(api: Api) -> None:
    answer = api.ask(
        "POST",
        "/drafts",
        {"credited_account_id": "main", "external_number": "EXT-1", "comment": "Première\nremise"},
        role=Role.OPERATOR,
    )

    assert answer.status == 201
    draft = answer.json
    assert draft["version"] == 1
    assert draft["state_words"] == "en préparation"
    assert draft["comment"] == "Première\nremise"
    assert draft["allowed"] == ["edit", "validate", "abandon"]
    assert draft["anomalies"] == []
    assert api.done("GET", f"/drafts/{draft['id']}") == draft
    assert [found["id"] for found in api.done("GET", "/drafts")["drafts"]] == [draft["id"]]


def test_a_reader_is_offered_nothing(api: Api) -> None:
    draft = begun(api)

    assert api.done("GET", f"/drafts/{draft['id']}", role=Role.READER)["allowed"] == []


def test_an_unknown_credited_account_is_named(api: Api) -> None:
    answer = api.ask("POST", "/drafts", {"credited_account_id": "nothing"})

    assert answer.status == 422
    assert paths_of(answer) == ["credited_account_id"]


def test_step_one_can_be_taken_again(api: Api) -> None:
    draft = begun(api)
    body = {"version": 1, "credited_account_id": "main", "external_number": "EXT-2"}

    changed = api.done("PUT", f"/drafts/{draft['id']}/general", body)

    assert changed["external_number"] == "EXT-2"
    assert changed["version"] == 2


def test_step_two_fills_the_table(api: Api) -> None:
    billed(api, 5000, 2550)
    billed(api, 9900, day=date(2027, 2, 1))
    other_method = api.world.customer(api.store, payment_method=PaymentMethod.CHEQUE)
    api.world.invoice(api.store, other_method, (DECEMBER, 100))

    draft = selected(api)

    assert (draft["count"], draft["total_cents"], draft["left_out"]) == (2, 7550, 1)
    assert draft["criteria"]["due_to"] == "2026-12-31"
    assert [row["amount_cents"] for row in rows_of(api, draft, sort="amount")] == [2550, 5000]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"due_from": "2027-01-01"}, "due_to"),
        ({"min_cents": 200, "max_cents": 100}, "max_cents"),
        ({"due_from": "01/12/2026"}, "due_from"),
        ({"min_cents": 1.5}, "min_cents"),
    ],
)
def test_criteria_that_do_not_hold_are_named(api: Api, changes: dict[str, object], path: str) -> None:
    draft = begun(api)

    answer = api.ask("PUT", f"/drafts/{draft['id']}/criteria", {**CRITERIA, "version": 1, **changes})

    assert answer.status == 422
    assert paths_of(answer) == [path]


def test_rows_carry_anomalies_with_words_place_and_fix(api: Api) -> None:
    customer = api.world.customer(api.store, iban_text="FR7630006000011234567890180")
    api.world.invoice(api.store, customer, (DECEMBER, 5000))

    draft = selected(api)

    (row,) = rows_of(api, draft, anomalies_only="true")
    assert row["blocked"] is True
    assert row["account"] == "FR76••••0180"
    (anomaly,) = row["anomalies"]
    assert anomaly["code"] == "iban_wrong"
    assert anomaly["words"].startswith("L’IBAN du client est faux")
    assert (anomaly["field"], anomaly["fix"], anomaly["blocking"]) == ("account", "edit_customer", True)
    assert draft["blocked"] == 1


def test_pages_sort_and_filter_with_totals_of_the_filter(api: Api) -> None:
    billed(api, *range(100, 1100, 100))
    draft = selected(api)
    path = f"/drafts/{draft['id']}/rows"

    page = api.done("GET", path, sort="amount", descending="true", offset=2, limit=3)
    found = api.done("GET", path, search=page["rows"][0]["customer_name"])

    assert [row["amount_cents"] for row in page["rows"]] == [800, 700, 600]
    assert (page["count"], page["total_cents"]) == (10, 5500)
    assert (found["count"], found["total_cents"]) == (1, 800)


def test_instalments_are_attached_detached_and_brought_together(api: Api) -> None:
    first, second = billed(api, 5000, 2500)
    third, *_ = billed(api, 900, day=date(2027, 2, 1))
    draft = selected(api)

    draft = post(api, draft, "attach", instalment_ids=[third])
    draft = post(api, draft, "detach", instalment_ids=[first])
    draft = post(api, draft, "dates", instalment_ids=[second, third], date=LATER.isoformat())

    assert {row["instalment_id"] for row in rows_of(api, draft)} == {second, third}
    assert {row["collection_date"] for row in rows_of(api, draft)} == {LATER.isoformat()}
    assert (draft["count"], draft["total_cents"]) == (2, 3400)


def test_a_filter_stands_for_all_its_rows(api: Api) -> None:
    billed(api, 100, 200, activity="PIANO")
    billed(api, 300, activity="DANSE")
    draft = selected(api)

    draft = post(api, draft, "dates", filter={"activity": "DANSE"}, date=LATER.isoformat())
    draft = post(api, draft, "detach", filter={"collection_date": DECEMBER.isoformat()})

    assert [row["amount_cents"] for row in rows_of(api, draft)] == [300]


@pytest.mark.parametrize("chosen", [{}, {"instalment_ids": ["a-001"], "filter": {}}])
def test_rows_are_named_or_filtered_but_not_both(api: Api, chosen: dict[str, object]) -> None:
    draft = selected(api)
    answer = api.ask("POST", f"/drafts/{draft['id']}/detach", {"version": draft["version"], **chosen})

    assert answer.status == 422
    assert paths_of(answer) == ["instalment_ids"]


def test_one_row_is_edited(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    draft = selected(api)
    path = f"/drafts/{draft['id']}/rows/{instalment}"

    edited = api.done(
        "PATCH", path, {"version": draft["version"], "amount_cents": 2000, "collection_date": "2026-12-15"}
    )

    assert edited["row"]["amount_cents"] == 2000
    assert edited["row"]["instalment_cents"] == 5000
    assert edited["row"]["collection_date"] == "2026-12-15"
    assert edited["draft"]["total_cents"] == 2000
    unknown = {"version": edited["draft"]["version"], "account_id": "nothing"}
    assert paths_of(api.ask("PATCH", path, unknown)) == ["account_id"]


def test_an_edit_of_an_older_version_is_a_conflict(api: Api) -> None:
    (instalment,) = billed(api, 5000)
    draft = selected(api)
    post(api, draft, "refresh")

    answer = api.ask(
        "POST",
        f"/drafts/{draft['id']}/detach",
        {"version": draft["version"], "instalment_ids": [instalment]},
    )

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:version-conflict"
    assert len(rows_of(api, draft)) == 1


def test_the_recap_sums_by_date(api: Api) -> None:
    billed(api, 100, 200)
    billed(api, 400, day=LATER)
    draft = selected(api)

    recap = api.done("GET", f"/drafts/{draft['id']}/recap")

    assert recap["draft"]["total_cents"] == 700
    assert [(found["collection_date"], found["count"], found["total_cents"]) for found in recap["dates"]] == [
        ("2026-12-10", 2, 300),
        ("2026-12-17", 1, 400),
    ]


def test_validating_registers_one_batch_per_date(api: Api) -> None:
    billed(api, 100, 200)
    billed(api, 400, day=LATER)
    draft = selected(api)
    path, body = (
        f"/drafts/{draft['id']}/validate",
        {"version": draft["version"], "request_key": "0" * 32, "count": 3, "total_cents": 700},
    )

    asked = api.ask("POST", path, body)
    repeated = api.ask("POST", path, body)

    assert (asked.status, repeated.status) == (202, 202)
    assert asked.json["state_words"] == "en cours d’enregistrement"
    assert asked.json["allowed"] == []
    assert asked.json["progress"] == {"done": 0, "total": 3}
    assert repeated.json["version"] == asked.json["version"]
    Registering(api.store, draft["id"]).phases.run()
    result = api.done("GET", f"/drafts/{draft['id']}")
    assert result["state_words"] == "enregistrée"
    assert result["progress"] == {"done": 3, "total": 3}
    assert [(batch["collection_date"], batch["total_cents"]) for batch in result["batches"]] == [
        ("2026-12-10", 300),
        ("2026-12-17", 400),
    ]
    assert api.done("GET", "/drafts")["drafts"] == []


def test_figures_that_are_not_the_tables_are_refused(api: Api) -> None:
    billed(api, 100)
    draft = selected(api)
    body = {"version": draft["version"], "request_key": "0" * 32, "count": 1, "total_cents": 101}

    answer = api.ask("POST", f"/drafts/{draft['id']}/validate", body)

    assert answer.status == 422
    assert paths_of(answer) == ["total_cents"]
    assert api.done("GET", f"/drafts/{draft['id']}")["state"] == "open"


def test_an_abandoned_draft_is_over(api: Api) -> None:
    draft = begun(api)

    abandoned = api.done("DELETE", f"/drafts/{draft['id']}", version=draft["version"])

    assert abandoned["state_words"] == "abandonnée"
    again = api.ask("DELETE", f"/drafts/{draft['id']}", version=abandoned["version"])
    assert again.status == 409
    assert again.json["type"] == "urn:diapason:problem:state-refused"


def test_what_blocks_the_whole_draft_stands_on_it(api: Api) -> None:
    api.done("PUT", "/organisation", {"revision": 1, "name": "Conservatoire"})

    assert [anomaly["code"] for anomaly in begun(api)["anomalies"]] == ["ics_missing"]
