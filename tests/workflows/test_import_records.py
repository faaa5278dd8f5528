"""Importing files: whole or not at all, once, and seen only when all is there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diapason.domain.errors import InvalidInput, NotFound
from diapason.domain.imports import PREVIEW_LIFE, Import, ImportKind, ImportPhase, ImportState, RowProblem
from diapason.domain.invoices import InvoiceKind, Sending, SendingEvent
from diapason.domain.mandates import MandateState
from diapason.store.customers import customer_id
from diapason.store.house import SchoolStore
from diapason.store.invoices import invoice_id
from diapason.workflows.import_chunks import ImportChunks
from diapason.workflows.import_files import problems_of
from diapason.workflows.import_records import UPLOAD_GRACE, ImportingRecords, import_records, unfinished
from diapason.workflows.import_requests import begin_import
from diapason.workflows.imported_customers import ImportedCustomers
from diapason.workflows.imported_invoices import ImportedInvoices
from diapason.workflows.phases import SILENCE, NoDeadline
from tests.workflows.import_examples import (
    CUSTOMERS,
    INVOICES,
    MEMBER,
    confirmed,
    handed_in,
    imported,
    many_customers,
    records,
)
from tests.world import FAMILY_IBANS, World

SCHOOL = "ecole-demo"


def problems(store: SchoolStore, record: Import) -> list[RowProblem]:
    return problems_of(store, record, 0, 100)


def test_customers_come_with_all_their_accounts_and_mandates(world: World) -> None:
    store = world.founded()

    done = imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    assert (done.state, done.phase, done.problems) == (ImportState.TAKEN, ImportPhase.DONE, 0)
    assert (done.counts.rows, done.counts.new, done.counts.unchanged) == (4, 3, 0)
    family = store.customers.get(customer_id(SCHOOL, "C1")).value
    assert [account.holder for account in family.accounts] == ["Anne Lefèvre", "Luc Lefèvre"]
    assert [mandate.reference for mandate in family.mandates] == ["RUM-1", "RUM-2"]
    assert [mandate.account_id for mandate in family.mandates] == [account.id for account in family.accounts]
    assert store.customers.get(customer_id(SCHOOL, "C2")).value.mandates[0].state is MandateState.DRAFT
    assert [found.value.name for found in store.customers.named("", 10).customers] == [
        "Chœur & Cie",
        "Famille Lefèvre",
        "Sàrl Orgue",
    ]


def test_invoices_come_with_their_instalments_and_new_activities(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    done = imported(store, ImportKind.INVOICES, INVOICES)

    assert (done.state, done.counts.rows, done.counts.new) == (ImportState.TAKEN, 4, 3)
    invoice, instalments = store.invoices.get(invoice_id(SCHOOL, "F1"))
    assert (invoice.value.amount_cents, invoice.value.customer_name) == (15_050, "Famille Lefèvre")
    assert [(one.id, one.due_date, one.amount_cents) for one in instalments] == [
        (f"{invoice.value.id}-001", date(2026, 12, 5), 10_000),
        (f"{invoice.value.id}-002", date(2027, 1, 5), 5_050),
    ]
    credit, (reduction,) = store.invoices.get(invoice_id(SCHOOL, "A1"))
    assert credit.value.kind is InvoiceKind.CREDIT_NOTE
    assert (reduction.amount_cents, reduction.is_open) == (-1_000, False)
    open_ones = store.instalments.open_between(date(2026, 12, 1), date(2027, 12, 31))
    assert [(one.invoice_number, one.amount_cents) for one in open_ones] == [
        *sorted([("F1", 10_000), ("F2", 123_456)], key=lambda one: invoice_id(SCHOOL, one[0])),
        ("F1", 5_050),
    ]
    assert {activity.code for activity in store.registry.activities()} == {"PIANO", "DANSE"}
    assert [found.value.number for found in store.invoices.numbered("F", 10).invoices] == ["F1", "F2"]


def test_the_same_file_again_changes_nothing(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    first = imported(store, ImportKind.INVOICES, INVOICES)
    before = records(store)

    again = imported(store, ImportKind.INVOICES, INVOICES)
    customers_again = imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    assert (again.state, again.counts.new, again.counts.unchanged) == (ImportState.TAKEN, 0, 3)
    assert (customers_again.counts.new, customers_again.counts.unchanged) == (0, 3)
    assert again.sha256 == first.sha256
    assert records(store) == before


def test_the_same_records_in_other_words_are_unchanged(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    imported(store, ImportKind.INVOICES, INVOICES)
    header, *rows = INVOICES.splitlines()
    upside_down = "\n".join([header, *reversed(rows)]).replace("1 234,56", "1234.56").replace(";c2;", ";C2;")

    again = imported(store, ImportKind.INVOICES, upside_down)

    assert (again.counts.new, again.counts.unchanged) == (0, 3)


def test_what_the_school_did_since_is_not_undone_by_importing_again(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    imported(store, ImportKind.INVOICES, INVOICES)
    identifier = invoice_id(SCHOOL, "F2")
    store.invoices.change_sending(identifier, SendingEvent.SEND, 1, "operateur")

    again = imported(store, ImportKind.INVOICES, INVOICES)

    assert again.counts.unchanged == 3
    assert store.invoices.get(identifier)[0].value.sending is Sending.SENT


@pytest.mark.parametrize("text", ["", "Référence;Nom;Mode de paiement\n", "PK\x03\x04", "Nom;Prénom\nA;B\n"])
def test_a_file_that_is_no_table_is_refused(world: World, text: str) -> None:
    done = imported(world.founded(), ImportKind.CUSTOMERS, text or " ")

    assert (done.state, done.problems) == (ImportState.REFUSED, 1)


def test_an_invoice_of_nobody_is_refused_with_its_line(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    done = imported(store, ImportKind.INVOICES, INVOICES.replace(";c2;", ";C99;"))

    (problem,) = problems(store, done)
    assert (problem.line, problem.column, problem.code) == (4, "Référence client", "customer.unknown")


def test_another_record_under_the_same_identity_is_refused(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    imported(store, ImportKind.INVOICES, INVOICES)
    before = records(store)

    dearer = imported(store, ImportKind.INVOICES, INVOICES.replace("50,50", "60,50"))
    taken = imported(
        store,
        ImportKind.CUSTOMERS,
        f"Référence;Nom;Mode de paiement;IBAN;RUM\nC9;Neuf;prélèvement;{FAMILY_IBANS[0]};rum-3\n",
    )

    assert [problems(store, done)[0][:3] for done in (dearer, taken)] == [
        (2, "Numéro", "invoice.exists"),
        (2, "RUM", "mandate.taken"),
    ]
    assert records(store) == before


def test_nothing_is_seen_before_the_whole_file_is_taken(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    identifier = confirmed(store, ImportKind.INVOICES, INVOICES)
    importing = ImportingRecords(store, identifier, NoDeadline())
    record = store.imports.get(identifier)
    (chunk,) = next(importing.chunks_by_part(record))[1]
    assert ImportChunks(store, ImportedInvoices(store), record).stage(chunk) == []

    identifier = invoice_id(SCHOOL, "F1")
    with pytest.raises(NotFound):
        store.invoices.get(identifier)
    assert store.invoices.many([identifier]) == {}
    assert store.instalments.of_invoice(identifier) == []
    assert list(store.instalments.open_between(date(2026, 1, 1), date(2028, 1, 1))) == []
    assert store.invoices.numbered("", 10).invoices == []
    assert store.invoices.issued_between(date(2026, 1, 1), date(2028, 1, 1), 10).invoices == []


def test_a_record_created_since_the_preview_turns_a_whole_import_back(world: World) -> None:
    store = world.founded()
    identifier = confirmed(store, ImportKind.CUSTOMERS, many_customers(120))
    world.customer(store, "M00110")
    world.customer(store, "M00003")
    before = records(store)

    done = import_records(store, identifier)

    assert (done.state, done.phase, done.problems) == (ImportState.REFUSED, ImportPhase.DONE, 2)
    assert [(problem.line, problem.code) for problem in problems(store, done)] == [
        (5, "record.exists"),
        (112, "record.exists"),
    ]
    assert records(store) == before


def test_two_imports_of_the_same_records_do_not_mix(world: World) -> None:
    store = world.founded()
    first, second = (confirmed(store, ImportKind.CUSTOMERS, many_customers(60)) for _ in range(2))
    record = store.imports.get(first)
    importing = ImportingRecords(store, first, NoDeadline())
    chunk = next(importing.chunks_by_part(record))[1][0]
    assert ImportChunks(store, ImportedCustomers(store), record).stage(chunk) == []

    refused = import_records(store, second)
    taken = importing.run()

    assert [found.code for found in problems(store, refused)] == ["record.in_other_import"] * 49
    assert (refused.state, taken.state) == (ImportState.REFUSED, ImportState.TAKEN)
    assert len(store.customers.named("", 100).customers) == 60


def test_staging_that_arrives_after_the_end_leaves_nothing(world: World) -> None:
    store = world.founded()
    importing = ImportingRecords(
        store, confirmed(store, ImportKind.CUSTOMERS, many_customers(120)), NoDeadline()
    )
    staging = store.imports.get(importing.import_id)
    chunks = [chunk for _, part in importing.chunks_by_part(staging) for chunk in part]
    world.customer(store, "M00110")
    before = records(store)
    importing.run()

    for chunk in chunks:
        assert ImportChunks(store, ImportedCustomers(store), staging).stage(chunk) is None

    assert records(store) == before


def test_a_file_that_has_not_come_is_waited_for_and_then_given_up(world: World) -> None:
    store = world.founded()
    record, _ = begin_import(store, MEMBER, ImportKind.CUSTOMERS, "clients.csv")

    assert import_records(store, record.id).phase is ImportPhase.READ
    world.clock.instant += UPLOAD_GRACE + timedelta(seconds=1)
    assert list(unfinished(store)) == [record.id]
    given_up = import_records(store, record.id)

    assert (given_up.state, given_up.phase) == (ImportState.REFUSED, ImportPhase.DONE)
    assert problems(store, given_up)[0].code == "file.absent"
    assert list(unfinished(store)) == []


def test_an_import_that_somebody_is_at_is_not_swept(world: World) -> None:
    store = world.founded()
    importing = ImportingRecords(store, confirmed(store, ImportKind.CUSTOMERS, CUSTOMERS), NoDeadline())
    seen = []
    for _ in range(2):
        world.clock.instant += SILENCE
        importing.phases.step()
        seen.append(list(unfinished(store)))

    assert seen == [[], []]
    assert store.imports.get(importing.import_id).is_finished


def test_an_import_that_everybody_left_is_swept(world: World) -> None:
    store = world.founded()
    identifier = confirmed(store, ImportKind.CUSTOMERS, CUSTOMERS)

    world.clock.instant += SILENCE + timedelta(seconds=1)

    assert list(unfinished(store)) == [identifier]


def test_a_preview_waits_and_is_swept_when_it_has_expired(world: World) -> None:
    store = world.founded()
    identifier = handed_in(store, ImportKind.CUSTOMERS, CUSTOMERS)
    assert import_records(store, identifier).state is ImportState.TO_CONFIRM
    before = records(store)

    world.clock.instant += PREVIEW_LIFE - timedelta(seconds=1)
    assert list(unfinished(store)) == []
    assert import_records(store, identifier).state is ImportState.TO_CONFIRM
    world.clock.instant += timedelta(seconds=2)
    assert list(unfinished(store)) == [identifier]
    expired = import_records(store, identifier)

    assert (expired.state, expired.phase) == (ImportState.EXPIRED, ImportPhase.DONE)
    assert list(unfinished(store)) == []
    assert records(store) == before


def test_a_file_uploaded_over_a_taken_one_changes_nothing(world: World) -> None:
    store = world.founded()
    taken = imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    identifier = taken.id
    store.uploads.put(store.keys.upload(identifier), many_customers(3).encode(), "text/csv")

    assert import_records(store, identifier) == taken
    assert len(store.customers.named("", 100).customers) == 3


def test_the_commit_is_in_the_journal_with_what_was_taken(world: World) -> None:
    store = world.founded()
    done = imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    rows = {row.event: row for row in store.journal.of(f"import-{done.id}")}

    assert set(rows) == {"created", "read", "confirmed", "taken", "chunk-revealed", "revealed"}
    assert rows["taken"].facts == {"sha256": done.sha256, "new": 3, "rows": 4, "changed": 0, "left_out": 0}
    assert {row.who for row in rows.values()} == {"operateur"}


def test_imports_are_listed_the_latest_first(world: World) -> None:
    store = world.founded()
    for name in ("a.csv", "b.csv", "c.csv"):
        begin_import(store, MEMBER, ImportKind.CUSTOMERS, name)
        world.clock.instant += timedelta(seconds=1)

    first = store.imports.listed(2)
    rest = store.imports.listed(2, first.next)

    assert [found.file_name for found in first.imports + rest.imports] == ["c.csv", "b.csv", "a.csv"]
    assert rest.next == ""


@pytest.mark.parametrize("name", ["", " ", "a" * 201, "a\x07b"])
def test_a_file_needs_a_name(world: World, name: str) -> None:
    with pytest.raises(InvalidInput):
        begin_import(world.founded(), MEMBER, ImportKind.CUSTOMERS, name)
