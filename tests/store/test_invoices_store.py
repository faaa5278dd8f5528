"""Invoices in the house: created once, found by number, customer and date, moved under conditions."""

from __future__ import annotations

from datetime import date

import pytest

from diapason.domain.errors import AlreadyExists, NotFound, StateRefused, VersionConflict
from diapason.domain.invoices import InvoiceKind, Reception, Sending, SendingEvent
from diapason.store.house import SchoolStore
from diapason.store.invoices import InvoicePage, invoice_id
from diapason.store.transactions import ConditionFailed
from tests.world import World

DECEMBER = date(2026, 12, 5)
ALL = (date(2026, 1, 1), date(2026, 12, 31))


def numbers(page: InvoicePage) -> list[str]:
    return [found.value.number for found in page.invoices]


def open_numbers(store: SchoolStore) -> list[str]:
    return [
        found.invoice_number for found in store.instalments.open_between(date(2026, 1, 1), date(2027, 12, 31))
    ]


def test_an_invoice_comes_back_with_its_instalments(world: World) -> None:
    store = world.founded()
    family = world.customer(store)
    made = world.invoice(store, family, (DECEMBER, 6_000), (date(2027, 1, 5), 4_000), number="F1")

    versioned, instalments = store.invoices.get(invoice_id("ecole-demo", " f1 "))

    assert instalments == made
    assert (versioned.value.number, versioned.value.amount_cents, versioned.revision) == ("F1", 10_000, 1)
    assert versioned.value.reception is Reception.UNPAID
    assert [row.event for row in store.journal.of(f"invoice-{versioned.value.id}")] == ["created"]


def test_a_number_names_one_invoice(world: World) -> None:
    store = world.founded()
    family = world.customer(store)
    world.invoice(store, family, (DECEMBER, 6_000), number="F1")

    with pytest.raises(AlreadyExists, match="f1"):
        world.invoice(store, family, (DECEMBER, 9_000), (date(2027, 1, 5), 1), number="f1")

    assert store.invoices.get(invoice_id("ecole-demo", "F1"))[0].value.amount_cents == 6_000
    assert len(open_numbers(store)) == 1


def test_another_school_has_its_own_numbers(world: World) -> None:
    ours, theirs = world.founded(), world.founded("ecole-voisine")
    (made,) = world.invoice(ours, world.customer(ours), (DECEMBER, 6_000), number="F1")

    with pytest.raises(NotFound):
        theirs.invoices.get(made.invoice_id)
    world.invoice(theirs, world.customer(theirs), (DECEMBER, 6_000), number="F1")
    assert open_numbers(theirs) == open_numbers(ours) == ["F1"]


def test_invoices_are_found_by_the_beginning_of_their_number_page_by_page(world: World) -> None:
    store = world.founded()
    family = world.customer(store)
    for number in ("F-10", "F-2", "f-1", "A-1"):
        world.invoice(store, family, (DECEMBER, 6_000), number=number)

    first = store.invoices.numbered("f-", 2)
    rest = store.invoices.numbered("f-", 2, first.next)

    assert numbers(first) + numbers(rest) == ["f-1", "F-10", "F-2"]
    assert rest.next == ""
    assert numbers(store.invoices.numbered("", 10)) == ["A-1", "f-1", "F-10", "F-2"]
    assert numbers(store.invoices.numbered("Z", 10)) == []


def test_invoices_are_found_by_customer_and_by_date(world: World) -> None:
    store = world.founded()
    family, other = world.customer(store), world.customer(store)
    for number in ("F1", "F2", "F3"):
        world.invoice(store, family, (DECEMBER, 6_000), number=number)
    world.invoice(store, other, (DECEMBER, -6_000), number="A1", kind=InvoiceKind.CREDIT_NOTE)

    first = store.invoices.of_customer(family.id, 2)
    assert numbers(first) + numbers(store.invoices.of_customer(family.id, 2, first.next)) == [
        "F3",
        "F2",
        "F1",
    ]
    assert numbers(store.invoices.of_customer(other.id, 10)) == ["A1"]
    start = store.invoices.issued_between(*ALL, 3)
    assert numbers(start) == ["F3", "F2", "F1"]
    assert numbers(store.invoices.issued_between(*ALL, 3, start.next)) == ["A1"]
    on_the_day = store.invoices.issued_between(date(2026, 11, 1), date(2026, 11, 1), 10)
    assert len(on_the_day.invoices) == 4
    assert numbers(store.invoices.issued_between(date(2026, 11, 2), date(2026, 12, 31), 10)) == []


def test_a_credit_note_can_never_be_selected(world: World) -> None:
    store = world.founded()
    world.invoice(store, world.customer(store), (DECEMBER, -6_000), kind=InvoiceKind.CREDIT_NOTE)

    assert open_numbers(store) == []


def test_sending_moves_the_invoice_and_all_its_instalments(world: World) -> None:
    store = world.founded()
    made = world.invoice(
        store, world.customer(store), (DECEMBER, 1), (date(2027, 1, 5), 2), sending=Sending.WAITING
    )
    identifier = made[0].invoice_id

    store.invoices.change_sending(identifier, SendingEvent.PREPARE, 1, "operateur")
    sent = store.invoices.change_sending(identifier, SendingEvent.SEND, 2, "operateur")

    versioned, instalments = store.invoices.get(identifier)
    assert sent == versioned.value
    assert (versioned.value.sending, versioned.revision) == (Sending.SENT, 3)
    assert [(one.invoice_sending, one.revision) for one in instalments] == [(Sending.SENT, 3)] * 2
    assert [one.invoice_sending for one in store.instalments.open_between(DECEMBER, date(2027, 2, 1))] == [
        Sending.SENT
    ] * 2
    assert {row.event for row in store.journal.of(f"invoice-{identifier}")} == {"created", "prepare", "send"}


def test_sending_is_refused_where_state_or_revision_do_not_allow_it(world: World) -> None:
    store = world.founded()
    (made,) = world.invoice(store, world.customer(store), (DECEMBER, 1), sending=Sending.WAITING)

    with pytest.raises(VersionConflict):
        store.invoices.change_sending(made.invoice_id, SendingEvent.SEND, 7, "operateur")
    store.invoices.change_sending(made.invoice_id, SendingEvent.SEND, 1, "operateur")
    with pytest.raises(StateRefused):
        store.invoices.change_sending(made.invoice_id, SendingEvent.KEEP, 2, "operateur")
    with pytest.raises(NotFound):
        store.invoices.change_sending("unknown", SendingEvent.SEND, 1, "operateur")

    assert store.invoices.get(made.invoice_id)[0].revision == 2


def test_debits_add_up_beside_the_document_and_survive_its_change(world: World) -> None:
    store = world.founded()
    (made,) = world.invoice(store, world.customer(store), (DECEMBER, 10_000), sending=Sending.WAITING)
    for cents in (2_500, 1_500):
        transaction = store.transactions.begin()
        store.invoices.add_debit(transaction, made.invoice_id, cents, "b1")
        transaction.commit()

    changed = store.invoices.change_sending(made.invoice_id, SendingEvent.SEND, 1, "operateur")

    assert changed.debited_cents == 4_000
    invoice = store.invoices.get(made.invoice_id)[0].value
    assert (invoice.debited_cents, invoice.reception) == (4_000, Reception.PARTLY_PAID)


def test_nothing_is_debited_from_an_invoice_that_is_not_there(world: World) -> None:
    store = world.founded()
    transaction = store.transactions.begin()
    store.invoices.add_debit(transaction, "unknown", 1, "b1")

    with pytest.raises(ConditionFailed):
        transaction.commit()
