"""The demo school's files: the same each time, sound, and with every anomaly that can be imported."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.calendar import is_target_day
from diapason.domain.drafts import DraftRow, row_of
from diapason.domain.examination import examine_together
from diapason.domain.identifiers import CreditorIdentifier, Iban, Siret
from diapason.domain.imports import ImportKind, ImportState
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import creditor_ground
from diapason.workflows.records_at_hand import RecordsAtHand
from infra.local.demo_school import files, neighbour_files
from infra.local.demo_school.creditors import CREDITED_ACCOUNTS, ORGANISATIONS, SOUND_ACCOUNTS
from infra.local.founding import found_school, lacking_records
from infra.local.seed import ROWS_OF_FILE, volume_families, volume_invoices
from tests.workflows.import_examples import imported
from tests.world import World

TODAY = date(2026, 11, 23)
DAYS = [TODAY, date(2027, 1, 31), date(2028, 2, 29), date(2026, 12, 31)]


def filled(world: World) -> SchoolStore:
    """ecole-demo with its files."""
    store = world.school()
    found_school(store, [])
    made = files(TODAY)
    imported(store, ImportKind.CUSTOMERS, made["clients.csv"].decode())
    imported(store, ImportKind.INVOICES, made["factures.csv"].decode())
    return store


def carries(found: Iterable[DraftRow], code: AnomalyCode) -> bool:
    return any(anomaly.code is code for row in found for anomaly in row.anomalies)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_the_same_day_and_seed_give_the_same_bytes() -> None:
    assert files(TODAY) == files(TODAY)
    assert files(TODAY) != files(TODAY, seed=2)
    assert neighbour_files(TODAY) == neighbour_files(TODAY)


@pytest.mark.parametrize("today", DAYS)
def test_whatever_the_day_the_files_are_taken(world: World, today: date) -> None:
    world.clock.instant = datetime(today.year, today.month, today.day, 11, 0, tzinfo=UTC)
    store = world.school()
    found_school(store, [])
    made = files(today)

    assert lacking_records(store) == ["customers", "invoices"]
    customers = imported(store, ImportKind.CUSTOMERS, made["clients.csv"].decode())
    assert lacking_records(store) == ["invoices"]
    invoices = imported(store, ImportKind.INVOICES, made["factures.csv"].decode())
    assert lacking_records(store) == []

    assert (customers.state, invoices.state) == (ImportState.TAKEN, ImportState.TAKEN)
    assert 140 <= customers.counts.new <= 170
    assert 290 <= invoices.counts.rows <= 400


def test_instalments_fall_on_open_days_but_for_a_few() -> None:
    days = [
        datetime.strptime(row["Échéance"], "%d/%m/%Y").replace(tzinfo=UTC).date()
        for row in rows(files(TODAY)["factures.csv"])
    ]

    closed = sum(not is_target_day(day) for day in days)
    assert closed == 1
    assert sum(day > TODAY for day in days) > 0.9 * len(days)


def proposed_rows(store: SchoolStore, account_id: str) -> list[DraftRow]:
    """Everything that the school could collect into an account, as the wizard examines it."""
    instalments = list(store.instalments.open_between(date(2026, 1, 1), date(2029, 1, 1)))
    customers = store.customers.many(instalment.customer_id for instalment in instalments)
    ground = creditor_ground(store, account_id)
    proposed = [row_of(one, customers[one.customer_id]) for one in instalments]
    return examine_together(list(RecordsAtHand(store).examine(ground, proposed)), ground.ceilings)


ONCE = {
    AnomalyCode.METHOD_NOT_DEBIT,
    AnomalyCode.INVOICE_NOT_SENT,
    AnomalyCode.ACCOUNT_MISSING,
    AnomalyCode.ACCOUNT_CLOSED,
    AnomalyCode.IBAN_WRONG,
    AnomalyCode.BANK_KEY_WRONG,
    AnomalyCode.OUTSIDE_SEPA,
    AnomalyCode.BIC_WRONG,
    AnomalyCode.HOLDER_MISSING,
    AnomalyCode.ADDRESS_MISSING,
    AnomalyCode.RUM_WRONG,
    AnomalyCode.MANDATE_NOT_SIGNED,
    AnomalyCode.SIGNATURE_LATE,
    AnomalyCode.MANDATE_SUSPENDED,
    AnomalyCode.MANDATE_REVOKED,
    AnomalyCode.MANDATE_LAPSED,
    AnomalyCode.MANDATE_OTHER_CREDITOR,
    AnomalyCode.MANDATE_CONSUMED,
    AnomalyCode.DATE_PAST,
    AnomalyCode.DATE_TOO_SOON,
    AnomalyCode.DATE_NOT_TARGET,
    AnomalyCode.DATE_FAR,
    AnomalyCode.TEXT_EMPTY,
}
"""On one row of the school."""

BY_NATURE_MORE_OFTEN = {
    AnomalyCode.MANDATE_MISSING: 2,  # without a mandate, and without an account
    AnomalyCode.MANDATE_TWICE: 2,
    AnomalyCode.NOTICE_MISSING: 2,  # announced too late, and not announced since it was not sent
    AnomalyCode.SCHEME_MISMATCH: 2,  # the person's, and the company's, which is right elsewhere
    AnomalyCode.SAME_CUSTOMER_TWICE: 6,  # two on a day, and the four of the customer that has a habit
}


def test_the_wizard_finds_every_anomaly_that_can_be_imported_and_mostly_sound_rows(world: World) -> None:
    store = filled(world)
    rows = proposed_rows(store, "principal")

    found = Counter(anomaly.code for row in rows for anomaly in row.anomalies)
    assert found == {**dict.fromkeys(ONCE, 1), **BY_NATURE_MORE_OFTEN}
    assert sum(row.is_blocked for row in rows) < len(rows) // 5
    assert creditor_ground(store, "principal").anomalies_of_creditor() == []


@pytest.mark.parametrize(
    ("account_id", "code"),
    [
        ("ancien", AnomalyCode.BIC_MISSING),
        ("activites", AnomalyCode.AMOUNT_ABOVE_CEILING),
        ("activites", AnomalyCode.MONTH_ABOVE_CEILING),
        ("interentreprises", AnomalyCode.CONSUMER_IN_B2B),
    ],
)
def test_another_credited_account_finds_more(world: World, account_id: str, code: AnomalyCode) -> None:
    store = filled(world)

    assert not carries(proposed_rows(store, "principal"), code)
    assert carries(proposed_rows(store, account_id), code)


@pytest.mark.parametrize(
    ("account_id", "codes"),
    [
        ("clos", [AnomalyCode.CREDITED_ACCOUNT_CLOSED]),
        ("iban-faux", [AnomalyCode.CREDITED_ACCOUNT_WRONG]),
        ("bic-faux", [AnomalyCode.CREDITED_BIC_WRONG]),
        ("emetteur-faux", [AnomalyCode.INITIATING_PARTY_WRONG]),
        ("regie-incomplete", [AnomalyCode.PUBLIC_ACCOUNT_WRONG] * 4),
        *((account.id, []) for account in SOUND_ACCOUNTS),
    ],
)
def test_each_spoilt_account_shows_what_is_wrong_with_it(
    world: World, account_id: str, codes: list[AnomalyCode]
) -> None:
    store = world.school()
    found_school(store, [])

    found = creditor_ground(store, account_id).anomalies_of_creditor()

    assert [anomaly.code for anomaly in found] == codes


@pytest.mark.parametrize(
    ("school_id", "codes"),
    [
        ("ecole-sans-option", [AnomalyCode.OPTION_INACTIVE]),
        ("ecole-sans-ics", [AnomalyCode.ICS_MISSING, AnomalyCode.CREDITOR_NAME_MISSING]),
        ("ecole-ics-faux", [AnomalyCode.ICS_WRONG]),
        ("ecole-voisine", []),
    ],
)
def test_each_small_school_shows_what_blocks_it(
    world: World, school_id: str, codes: list[AnomalyCode]
) -> None:
    store = world.school(school_id)
    found_school(store, [])

    found = creditor_ground(store, "principal").anomalies_of_creditor()

    assert [anomaly.code for anomaly in found] == codes


def test_a_school_is_founded_once_and_what_it_changed_since_stays(world: World) -> None:
    store = world.school()
    found_school(store, [])
    organisation = store.registry.organisation()
    changed = replace(organisation.value, name="Nouveau nom")
    store.registry.put_organisation(changed, organisation.revision, "administrateur")

    found_school(store, [])

    assert store.registry.organisation().value.name == "Nouveau nom"
    assert len(store.registry.credited_accounts()) == len(CREDITED_ACCOUNTS["ecole-demo"])


def test_the_creditors_with_records_are_sound() -> None:
    for school_id in ("ecole-demo", "ecole-voisine"):
        organisation = ORGANISATIONS[school_id]
        assert CreditorIdentifier.parse(organisation.creditor_id).text == organisation.creditor_id
        assert Siret.parse(organisation.siret).digits == organisation.siret
    for account in SOUND_ACCOUNTS:
        assert Iban.parse(account.iban_text).bank_code != ""
    assert {account.version.value for account in SOUND_ACCOUNTS} == {"02", "07", "08"}


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
