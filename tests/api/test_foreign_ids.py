"""Another school's id and an id that nothing has are answered alike."""

from __future__ import annotations

import json
from datetime import date

import pytest

from diapason.domain.accounting import AccountingSettings
from diapason.domain.accounting_exports import (
    AccountingExport,
    AccountingExportPhase,
    AccountingExportState,
    Selection,
)
from diapason.domain.drafts import GeneralInformation
from diapason.domain.imports import ImportKind
from diapason.domain.members import Permission, Role
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import Receipt
from diapason.store.house import SchoolStore
from diapason.store.registry import Activity, activity_id
from diapason.workflows.drafting import attach, create_draft
from diapason.workflows.import_requests import begin_import
from diapason.workflows.memberships import Invitation, invite
from diapason.workflows.registering import Registering, validate
from diapason.workflows.settling import record_payment
from tests.api.asking_api import Api
from tests.api.example_requests import EXAMPLES, NOTHING_KNOWN, Example
from tests.api.http_events import access_claims, http_event

OVER_IDS = [
    example for example in EXAMPLES if "{" in example.path and not example.path.startswith("/platform/")
]


def ids_of_everything(api: Api) -> dict[str, str]:
    """A record of each kind in the school, and their ids."""
    store = api.store
    member = store.members.get(f"membre-{Role.OPERATOR}").value
    customer = api.world.customer(store)
    first, second = (api.world.invoice(store, customer, (date(2026, 12, 10), 5000))[0] for _ in range(2))
    registered = create_draft(store, member, GeneralInformation("main"))
    registered = attach(store, member, registered.id, registered.version, [first.id])
    validate(store, member, registered.id, registered.version, "a" * 16, 1, 5000)
    done = Registering(store, registered.id).phases.run()
    assert done.registration is not None
    opened = create_draft(store, member, GeneralInformation("main"))
    attach(store, member, opened.id, opened.version, [second.id])
    receipt = Receipt(100, PaymentMethod.CHEQUE, date(2026, 11, 20))
    payment = record_payment(store, member, second.id, "b" * 16, receipt)
    record, _ = begin_import(store, member, ImportKind.CUSTOMERS, "clients.csv")
    invited = invite(
        store,
        store.members.get(f"membre-{Role.ADMINISTRATOR}").value,
        Invitation(f"invitee@{api.school_id}.example", "Inès Vitée", Role.READER, frozenset()),
    )
    store.registry.put_activity(Activity("PIANO", "Piano"), None, "test")
    return {
        "activity_id": activity_id(api.school_id, "PIANO"),
        "export_id": store.accounting_exports.create(_export(store), member.username).id,
        "username": invited.value.username,
        "account_id": "main",
        "customer_id": customer.id,
        "invoice_id": second.invoice_id,
        "instalment_id": second.id,
        "payment_id": payment.id,
        "draft_id": opened.id,
        "import_id": record.id,
        "batch_id": done.registration.batches[0].batch_id,
    }


def _export(store: SchoolStore) -> AccountingExport:
    return AccountingExport(
        id="0123456789abcdef0123",
        number="",
        version=1,
        state=AccountingExportState.PREPARING,
        phase=AccountingExportPhase.PLAN,
        selection=Selection(date(2026, 11, 1), date(2026, 11, 30)),
        settings=AccountingSettings(),
        siren="732829320",
        leaves_refused_out=False,
        expected_count=1,
        expected_cents=5000,
        requested_by="test",
        requested_at=store.clock.now(),
    )


@pytest.mark.parametrize("example", OVER_IDS, ids=lambda example: f"{example.method} {example.path}")
def test_a_foreign_id_is_as_unknown_as_any_other(api: Api, other: Api, example: Example) -> None:
    ids = ids_of_everything(other)
    account = other.done("POST", "/bank-accounts", {"label": "Autre", "iban": "FR7630001007941234567890185"})
    ids["account_id"] = account["id"]

    for asking in (api, other):
        asking.world.member(asking.store, Role.ADMINISTRATOR, "toute-permission", *Permission)

    def asked(asking: Api, known: dict[str, str]) -> tuple[int, str]:
        claims = access_claims("toute-permission", asking.school_id)
        body = None if example.body is None else json.dumps(example.body)
        path = example.over(**known)
        answer = asking.send(http_event(example.method, path, claims, query=example.query, body=body))
        return answer.status, answer.text

    unknown = asked(api, NOTHING_KNOWN)

    assert asked(api, ids) == unknown
    assert unknown[0] == 404
    assert asked(other, ids)[0] != 404, "the id must be known at home, or the test proves nothing"


@pytest.mark.parametrize("odd", ["..", "a b", "%00", "a" * 65, "x#SCHOOL"])
def test_an_id_of_a_shape_never_given_names_nothing(api: Api, odd: str) -> None:
    answer = api.ask("GET", f"/customers/{odd}")

    assert answer.status == 404


def test_a_draft_cannot_attach_another_schools_instalment(api: Api, other: Api) -> None:
    foreign = ids_of_everything(other)["instalment_id"]
    draft = api.done("POST", "/drafts", {"credited_account_id": "main"})
    path, version = f"/drafts/{draft['id']}/attach", draft["version"]

    answer = api.ask("POST", path, {"version": version, "instalment_ids": [foreign]})

    assert answer.status == 404
    assert (
        answer.text
        == api.ask("POST", path, {"version": version, "instalment_ids": ["0123456789abcdef-001"]}).text
    )


def test_an_invoice_cannot_name_another_schools_customer(api: Api, other: Api) -> None:
    body = next(example.body for example in EXAMPLES if example.operation == ("POST", "/invoices"))
    foreign = ids_of_everything(other)["customer_id"]

    answers = [
        api.ask("POST", "/invoices", {**(body or {}), "customer_id": identifier})
        for identifier in (foreign, "0123456789abcdef")
    ]

    assert answers[0].status == 422
    assert answers[0].text == answers[1].text
