"""Settings, preview, export, history, download and cancelling of what accounting is given."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest

from diapason.domain.members import Role
from diapason.workflows.exporting_accounts import ExportingAccounts
from tests.api.asking_api import Api, paths_of
from tests.api.example_requests import ACCOUNTING_SETTINGS, NOVEMBER

SIRET = "73282932000074"
DECEMBER = date(2026, 12, 7)
KEY = "0123456789abcdef"


@pytest.fixture
def school(api: Api) -> Api:
    """A school with SIRET and settings, whose two families have one invoice each."""
    api.done("PUT", "/organisation", {"revision": 1, "name": "Conservatoire", "siret": SIRET})
    api.done("PUT", "/accounting-settings", ACCOUNTING_SETTINGS)
    for rank in range(2):
        customer = api.world.customer(api.store, f"C{rank}")
        api.world.invoice(api.store, customer, (DECEMBER, 5_000 + rank), number=f"F{rank}")
    return api


def requested(api: Api, **changes: Any) -> Any:
    shown = api.done("POST", "/accounting-exports/preview", NOVEMBER)
    body = {
        **NOVEMBER,
        "request_key": KEY,
        "keeps_debits": shown["keeps_debits"],
        "count": shown["count"],
        "total_cents": shown["total_cents"],
        **changes,
    }
    return api.done("POST", "/accounting-exports", body, role=Role.OPERATOR)


def exported(api: Api) -> Any:
    export = requested(api)
    ExportingAccounts(api.store, export["id"]).phases.run()
    return api.done("GET", f"/accounting-exports/{export['id']}")


def test_settings_are_proposed_until_they_are_recorded(api: Api) -> None:
    proposed = api.done("GET", "/accounting-settings", role=Role.READER)

    assert (proposed["revision"], proposed["keeps_debits"], proposed["editable"]) == (0, False, False)
    assert (proposed["journal_code"], proposed["journal_label"]) == ("VE", "Ventes")
    assert proposed["customers_account"]["number"] == "411000"
    assert proposed["revenue_account"]["number"] == "706000"

    recorded = api.done("PUT", "/accounting-settings", ACCOUNTING_SETTINGS)

    assert (recorded["revision"], recorded["keeps_debits"]) == (1, True)
    assert api.done("GET", "/accounting-settings") == recorded
    assert api.ask("PUT", "/accounting-settings", ACCOUNTING_SETTINGS).status == 409


def test_settings_are_checked_field_by_field(api: Api) -> None:
    wrong = {
        **ACCOUNTING_SETTINGS,
        "journal_code": "v",
        "customers_account": {"number": "4I1", "label": "Clients"},
        "revenue_by_activity": [{"activity": "X", "account": {"number": "1", "label": "X"}}],
    }

    answer = api.ask("PUT", "/accounting-settings", wrong)

    assert answer.status == 422
    assert paths_of(answer) == [
        "journal_code",
        "customers_account.number",
        "revenue_by_activity.0.activity",
        "revenue_by_activity.0.account.number",
    ]


def test_a_school_without_siret_or_settings_is_told_both(api: Api) -> None:
    answer = api.ask("POST", "/accounting-exports/preview", NOVEMBER)

    assert answer.status == 422
    assert paths_of(answer) == ["accounting_settings", "siret"]
    assert "SIREN" in answer.text


def test_the_preview_tells_count_sum_and_what_is_kept(school: Api) -> None:
    shown = school.done("POST", "/accounting-exports/preview", NOVEMBER, role=Role.OPERATOR)

    assert shown == {
        "count": 2,
        "total_cents": 10_001,
        "customers": 2,
        "instalments": 2,
        "keeps_debits": True,
        "refused": 0,
        "refusals": [],
    }


def test_an_export_is_followed_and_its_files_are_downloaded(school: Api) -> None:
    accepted = requested(school)
    assert (accepted["state_words"], accepted["finished"]) == ("en préparation", False)

    export = exported(school)

    assert export["id"] == accepted["id"], "the same key is the same export"
    assert (export["state"], export["finished"], export["count"]) == ("ready", True, 2)
    assert [file["kind"] for file in export["files"]] == ["entries", "customers", "instalments"]
    assert export["allowed"] == ["download", "cancel"]
    path = f"/accounting-exports/{export['id']}/download"
    link = school.done("POST", path, {"file": "entries"}, role=Role.OPERATOR)
    assert (link["file_name"], link["expires_in"]) == ("732829320FEC20261130.txt", 60)
    assert school.ask("POST", path, {"file": "entries"}, role=Role.READER).status == 403
    assert school.done("GET", f"/accounting-exports/{export['id']}")["downloads"] == 1


def test_an_instalment_says_that_accounting_keeps_it(school: Api) -> None:
    export = exported(school)
    (invoice,) = school.done("GET", "/invoices", number="F0")["invoices"]

    (shown,) = school.done("GET", f"/invoices/{invoice['id']}")["instalments"]

    assert (shown["channel"], shown["channel_reference"]) == ("accounting", export["number"])
    assert shown["channel_words"] == "conservée en comptabilité"


def test_an_administrator_cancels_and_says_why(school: Api) -> None:
    export = exported(school)
    path = f"/accounting-exports/{export['id']}/cancel"
    body = {"version": export["version"], "reason": "Saisie en double"}

    assert school.ask("POST", path, body, role=Role.OPERATOR).status == 403
    assert school.ask("POST", path, {**body, "reason": " "}).status == 422
    cancelling = school.done("POST", path, body)
    ExportingAccounts(school.store, export["id"]).phases.run()
    cancelled = school.done("GET", f"/accounting-exports/{export['id']}")

    assert cancelling["state"] == "cancelling"
    assert (cancelled["state_words"], cancelled["allowed"]) == ("annulé", [])
    assert cancelled["cancellation"]["reason"] == "Saisie en double"


def test_the_history_is_read_part_by_part_the_latest_first(school: Api) -> None:
    for rank in range(3):
        requested(school, request_key=f"0123456789abcde{rank}")

    first = school.done("GET", "/accounting-exports", limit=2)
    second = school.done("GET", "/accounting-exports", limit=2, next=first["next"])

    numbers = [export["number"] for export in first["exports"] + second["exports"]]
    assert numbers == ["CPT-000003", "CPT-000002", "CPT-000001"]
    assert second["next"] is None


def test_no_answer_and_no_log_holds_an_account_number(school: Api, log: StringIO) -> None:
    export = exported(school)
    ibans = [
        account.iban_text
        for found in school.store.customers.named("", 10).customers
        for account in found.value.accounts
    ]
    answers = [
        school.ask("GET", "/accounting-exports").text,
        school.ask("GET", f"/accounting-exports/{export['id']}").text,
        school.ask("POST", "/accounting-exports/preview", NOVEMBER).text,
        school.ask("POST", f"/accounting-exports/{export['id']}/download", {"file": "customers"}).text,
    ]

    assert len(ibans) == 2
    assert not any(iban in text for iban in ibans for text in (*answers, log.getvalue()))
