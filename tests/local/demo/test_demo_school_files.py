"""The demo school's files: the same each time, sound, and with every anomaly that can be imported."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.calendar import is_target_day
from diapason.domain.drafts import row_of
from diapason.domain.examination import examine_together
from diapason.domain.identifiers import CreditorIdentifier, Iban, Siret
from diapason.domain.imports import ImportKind, ImportState
from diapason.workflows.draft_table import creditor_ground
from diapason.workflows.records_at_hand import RecordsAtHand
from infra.local.demo_school import files, neighbour_files
from infra.local.founding import CREDITED_ACCOUNTS, ORGANISATIONS, found_school, lacking_records
from infra.local.seed import ROWS_OF_FILE, volume_families, volume_invoices
from tests.workflows.import_examples import imported
from tests.world import World

TODAY = date(2026, 11, 23)
DAYS = [TODAY, date(2027, 1, 31), date(2028, 2, 29), date(2026, 12, 31)]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_the_same_day_and_seed_give_the_same_bytes() -> None:
    assert files(TODAY) == files(TODAY)
    assert files(TODAY) != files(TODAY, seed=2)
    assert neighbour_files(TODAY) == neighbour_files(TODAY)


@pytest.mark.parametrize("today", DAYS)
def test_whatever_the_day_the_files_are_taken(world: World, today: date) -> None:
    store = world.founded()
    made = files(today)

    assert lacking_records(store) == ["customers", "invoices"]
    customers = imported(store, ImportKind.CUSTOMERS, made["clients.csv"].decode())
    assert lacking_records(store) == ["invoices"]
    invoices = imported(store, ImportKind.INVOICES, made["factures.csv"].decode())
    assert lacking_records(store) == []

    assert (customers.state, invoices.state) == (ImportState.TAKEN, ImportState.TAKEN)
    assert 110 <= customers.counts.new <= 140
    assert 260 <= invoices.counts.rows <= 360


def test_instalments_fall_on_open_days_but_for_a_few() -> None:
    days = [
        datetime.strptime(row["Échéance"], "%d/%m/%Y").replace(tzinfo=UTC).date()
        for row in rows(files(TODAY)["factures.csv"])
    ]

    closed = sum(not is_target_day(day) for day in days)
    assert 2 <= closed <= len(days) // 20
    assert sum(day > TODAY for day in days) > 0.9 * len(days)


EXPECTED = {
    AnomalyCode.METHOD_NOT_DEBIT,
    AnomalyCode.INVOICE_NOT_SENT,
    AnomalyCode.ACCOUNT_MISSING,
    AnomalyCode.ACCOUNT_CLOSED,
    AnomalyCode.HOLDER_MISSING,
    AnomalyCode.ADDRESS_MISSING,
    AnomalyCode.MANDATE_MISSING,
    AnomalyCode.MANDATE_NOT_SIGNED,
    AnomalyCode.SIGNATURE_LATE,
    AnomalyCode.MANDATE_SUSPENDED,
    AnomalyCode.MANDATE_REVOKED,
    AnomalyCode.MANDATE_LAPSED,
    AnomalyCode.MANDATE_OTHER_CREDITOR,
    AnomalyCode.MANDATE_TWICE,
    AnomalyCode.SCHEME_MISMATCH,
    AnomalyCode.DATE_PAST,
    AnomalyCode.DATE_TOO_SOON,
    AnomalyCode.DATE_NOT_TARGET,
    AnomalyCode.DATE_FAR,
    AnomalyCode.SAME_CUSTOMER_TWICE,
}


def test_the_wizard_finds_every_anomaly_that_can_be_imported_and_mostly_sound_rows(world: World) -> None:
    store = world.school()
    found_school(store, [])
    made = files(TODAY)
    imported(store, ImportKind.CUSTOMERS, made["clients.csv"].decode())
    imported(store, ImportKind.INVOICES, made["factures.csv"].decode())
    instalments = list(store.instalments.open_between(date(2026, 1, 1), date(2029, 1, 1)))
    customers = store.customers.many(instalment.customer_id for instalment in instalments)
    ground = creditor_ground(store, "principal")

    proposed = [row_of(one, customers[one.customer_id]) for one in instalments]
    rows = examine_together(list(RecordsAtHand(store).examine(ground, proposed)))

    assert {anomaly.code for row in rows for anomaly in row.anomalies} == EXPECTED
    assert sum(row.is_blocked for row in rows) < len(rows) // 5
    assert ground.anomalies_of_creditor() == []


def test_a_school_is_founded_once_and_what_it_changed_since_stays(world: World) -> None:
    store = world.school()
    found_school(store, [])
    organisation = store.registry.organisation()
    changed = replace(organisation.value, name="Nouveau nom")
    store.registry.put_organisation(changed, organisation.revision, "administrateur")

    found_school(store, [])

    assert store.registry.organisation().value.name == "Nouveau nom"
    assert len(store.registry.credited_accounts()) == len(CREDITED_ACCOUNTS)


def test_the_demo_creditors_are_sound() -> None:
    for organisation in ORGANISATIONS.values():
        assert CreditorIdentifier.parse(organisation.creditor_id).text == organisation.creditor_id
        assert Siret.parse(organisation.siret).digits == organisation.siret
    assert len({organisation.creditor_id for organisation in ORGANISATIONS.values()}) == len(ORGANISATIONS)
    for account in CREDITED_ACCOUNTS:
        assert Iban.parse(account.iban_text).bank_code != ""
    assert {account.version.value for account in CREDITED_ACCOUNTS} == {"02", "07", "08"}


@pytest.mark.parametrize("wanted", [1, 9, 10, 23, 100])
def test_a_seed_of_so_many_rows_has_so_many_instalments(wanted: int) -> None:
    families = list(volume_families(0, wanted))
    invoices = list(volume_invoices(families, 0, wanted))

    assert sum(len(invoice.instalments) for invoice in invoices) == wanted
    assert len({invoice.number for invoice in invoices}) == len(invoices)
    assert len(families) == -(-wanted // 10)


def test_files_of_a_large_seed_go_on_where_the_one_before_ended() -> None:
    later = list(volume_families(ROWS_OF_FILE, ROWS_OF_FILE + 20))
    earlier = list(volume_families(ROWS_OF_FILE - 20, ROWS_OF_FILE))
    invoices = list(volume_invoices(later, ROWS_OF_FILE, ROWS_OF_FILE + 20))

    assert not {family.reference for family in later} & {family.reference for family in earlier}
    assert {invoice.family.reference for invoice in invoices} == {family.reference for family in later}
    assert all(invoice.kind == "facture" for invoice in invoices)
