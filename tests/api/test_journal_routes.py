"""Who did what, as the API tells it: in French, with names, page by page, and never an account number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from diapason.domain.invoices import Sending, SendingEvent
from diapason.domain.members import MemberState, Permission, Role
from diapason.workflows.generating import Generating
from diapason.workflows.releasing import Releasing
from tests.api.asking_api import Api
from tests.api.test_batch_routes import DECEMBER, registered
from tests.world import FAMILY_IBANS, SCHOOL_IBAN


def rows(api: Api, path: str, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.done("GET", path, **query)["rows"]
    return found


def handed_out(api: Api) -> str:
    (batch_id,) = registered(api, DECEMBER)
    path = f"/batches/{batch_id}"
    version = api.done("GET", path)["version"]
    api.done("POST", f"{path}/generate", {"version": version}, role=Role.OPERATOR)
    Generating(api.store, batch_id).phases.run()
    api.world.clock.instant += timedelta(hours=2)
    api.done("POST", f"{path}/download", role=Role.ADMINISTRATOR)
    return batch_id


def test_a_batch_tells_its_life_the_latest_first(api: Api) -> None:
    batch_id = handed_out(api)

    found = rows(api, f"/batches/{batch_id}/journal")

    first = found[0]
    assert (first["words"], first["who"]) == ("Lien de téléchargement du fichier délivré", "Odile Pérateur")
    assert first["at"] == "2026-11-23T14:00:00+01:00"
    assert first["subject_id"] == batch_id
    assert (first["before"], first["after"]) == ("", "")
    (generated,) = [row for row in found if row["event"] == "generated"]
    assert (generated["before"], generated["after"]) == ("en cours de génération", "générée")
    details = {one["label"]: one["value"] for one in generated["details"]}
    assert details["Empreinte SHA-256"] == api.done("GET", f"/batches/{batch_id}")["file"]["sha256"]
    assert {row["event"] for row in found} >= {"creating", "registered", "generation-requested", "verified"}


def test_a_cancel_tells_its_reason_and_its_second_person(api: Api) -> None:
    batch_id = handed_out(api)
    member = api.store.members.get(f"membre-{Role.ADMINISTRATOR}")
    permissions = frozenset({Permission.DIRECT_DEBIT_ADMINISTRATOR})
    api.store.members.replace(
        member, replace(member.value, permissions=permissions), "test", "member-changed"
    )
    path = f"/batches/{batch_id}"
    body = {"ground": "attestation", "reason": "Fichier fait à la mauvaise date"}
    asked = api.done("POST", f"{path}/cancel", {**body, "version": api.done("GET", path)["version"]})
    api.done("POST", f"{path}/cancel/attest", {"version": asked["version"]}, role=Role.OPERATOR)
    Releasing(api.store, batch_id).phases.run()

    (attested,) = [row for row in rows(api, f"{path}/journal") if row["event"] == "cancellation-attested"]

    assert (attested["before"], attested["after"]) == ("annulation à attester", "en cours d’annulation")
    assert {"label": "Motif", "value": "Fichier fait à la mauvaise date"} in attested["details"]


def test_pages_follow_each_other_without_a_gap(api: Api) -> None:
    batch_id = handed_out(api)
    path = f"/batches/{batch_id}/journal"
    whole = rows(api, path)
    found, place = [], None
    while True:
        page = api.done("GET", path, limit=3, **({"next": place} if place else {}))
        found += page["rows"]
        place = page["next"]
        if place is None:
            break

    assert found == whole
    assert len(whole) > 6


def test_customers_invoices_and_drafts_have_journals(api: Api) -> None:
    customer = api.world.customer(api.store)
    (owed,) = api.world.invoice(api.store, customer, (DECEMBER, 1_000))
    draft = api.done("POST", "/drafts", {"credited_account_id": "main"}, role=Role.OPERATOR)

    assert [row["words"] for row in rows(api, f"/customers/{customer.id}/journal")] == ["Client ajouté"]
    (invoice,) = rows(api, f"/invoices/{owed.invoice_id}/journal")
    assert {"label": "Montant", "value": "10,00\u00a0€"} in invoice["details"]
    (opened,) = rows(api, f"/drafts/{draft['id']}/journal")
    assert (opened["words"], opened["who"]) == ("Remise en préparation ouverte", "Odile Pérateur")


def test_the_sending_of_an_invoice_tells_before_and_after(api: Api) -> None:
    customer = api.world.customer(api.store)
    (owed,) = api.world.invoice(api.store, customer, (DECEMBER, 1_000), sending=Sending.WAITING)
    found, _ = api.store.invoices.get(owed.invoice_id)
    body = {"event": SendingEvent.PREPARE, "revision": found.revision}
    api.world.clock.instant += timedelta(seconds=1)
    api.done("POST", f"/invoices/{owed.invoice_id}/sending", body)

    row = rows(api, f"/invoices/{owed.invoice_id}/journal")[0]

    assert (row["before"], row["after"]) == ("en attente", "prête")


def test_the_settings_are_told_together(api: Api) -> None:
    api.world.clock.instant += timedelta(minutes=1)
    revision = api.done("GET", "/organisation")["revision"]
    body = {"revision": revision, "name": "Académie", "creditor_id": "FR72ZZZ123456"}
    api.done("PUT", "/organisation", body)

    found = rows(api, "/settings/journal")

    assert (found[0]["words"], found[0]["who"]) == ("Organisation modifiée", "Odile Pérateur")
    kinds = {row["subject"] for row in found}
    assert {"organisation", "school", "credited-account", "member"} <= kinds
    assert [row["at"] for row in found] == sorted((row["at"] for row in found), reverse=True)


def test_somebody_whose_access_is_closed_keeps_their_name(api: Api) -> None:
    batch_id = handed_out(api)
    member = api.store.members.get(f"membre-{Role.OPERATOR}")
    closed = replace(member.value, name="Thérèse Partie", state=MemberState.CLOSED)
    api.store.members.replace(member, closed, "test", "member-withdrawn")

    found = rows(api, f"/batches/{batch_id}/journal")

    assert [row["who"] for row in found if row["event"] == "generation-requested"] == ["Thérèse Partie"]


def test_the_school_is_told_by_days_of_paris_without_the_workers_steps(api: Api) -> None:
    handed_out(api)
    api.world.clock.instant += timedelta(days=20)
    api.world.customer(api.store)

    november = rows(api, "/journal", **{"from": "2026-11-23", "to": "2026-11-30"}, limit=200)
    whole = rows(api, "/journal", **{"from": "2026-11-01", "to": "2026-12-31"}, limit=200)
    steps = rows(api, "/journal", **{"from": "2026-11-01", "to": "2026-12-31"}, limit=200, steps="true")

    assert whole[0]["at"].startswith("2026-12-13")
    assert whole[1:] == november
    assert "chunk-debited" not in {row["event"] for row in whole}
    assert "chunk-debited" in {row["event"] for row in steps}
    assert {row["event"] for row in whole} >= {"validated", "generated", "handed-out", "member-admitted"}
    assert rows(api, "/journal", **{"from": "2026-11-24", "to": "2026-11-30"}) == []


def test_the_schools_pages_go_on_over_the_turn_of_a_month(api: Api) -> None:
    for day in (0, 3, 3, 30):
        api.world.clock.instant += timedelta(days=day)
        api.world.customer(api.store)
    query = {"from": "2026-11-20", "to": "2027-01-31"}
    whole = rows(api, "/journal", **query, limit=200)
    found, place = [], None
    while True:
        page = api.done("GET", "/journal", **query, limit=2, **({"next": place} if place else {}))
        found += page["rows"]
        place = page["next"]
        if place is None:
            break

    assert found == whole
    assert len({row["at"][:7] for row in whole}) == 2


def test_a_range_that_is_none_or_too_long_is_refused(api: Api) -> None:
    for query in ({"from": "2026-12-01", "to": "2026-11-01"}, {"from": "2020-01-01", "to": "2026-11-01"}):
        assert api.ask("GET", "/journal", **query).status == 422


def test_the_last_month_is_told_where_no_days_are_named(api: Api) -> None:
    handed_out(api)

    assert rows(api, "/journal") == rows(api, "/journal", **{"from": "2026-10-24", "to": "2026-11-23"})


def test_no_journal_holds_an_account_number(api: Api) -> None:
    handed_out(api)
    api.done("POST", "/bank-accounts", {"label": "Autre", "iban": SCHOOL_IBAN})

    text = "".join(api.ask("GET", path, limit=200).text for path in ("/journal", "/settings/journal"))

    assert not any(iban in text for iban in (SCHOOL_IBAN, *FAMILY_IBANS))


def test_readers_see_no_journal(api: Api) -> None:
    for path in ("/journal", "/settings/journal"):
        assert api.ask("GET", path, role=Role.READER).status == 403


def test_a_journal_is_its_schools_alone(api: Api, other: Api) -> None:
    handed_out(other)

    assert {row["event"] for row in rows(api, "/journal")}.isdisjoint({"generated", "handed-out"})
    place = other.done("GET", "/journal", limit=1)["next"]
    foreign = rows(api, "/journal", next=place)
    own = {row["subject_id"] for row in rows(api, "/journal")}
    assert {row["subject_id"] for row in foreign} <= own


def test_an_event_of_former_days_keeps_its_name(api: Api) -> None:
    transaction = api.store.transactions.begin()
    api.store.journal.record(transaction, "organisation", "odile", "sealed", odd=[1, {"a": date.min}])
    transaction.commit()

    assert "« sealed »" in {row["words"] for row in rows(api, "/settings/journal")}
