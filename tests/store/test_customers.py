"""Customers: written once, replaced under their revision, found by name, seen when committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from diapason.domain.errors import AlreadyExists, NotFound, VersionConflict
from diapason.domain.mandates import Mandate, MandateState, MandateType
from diapason.domain.parties import Customer, PaymentMethod
from diapason.domain.presentations import History, Presentation, SequenceType
from diapason.store.customer_moves import CustomerMove, MonthMove
from diapason.store.customers import customer_id, mandate_id, searchable
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed, Transaction
from tests.world import World, family, opened_world

DECEMBER = date(2026, 12, 7)
SCHOOLS = count(1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a school of its own."""
    with opened_world() as opened:
        yield opened


@pytest.fixture
def store(world: World) -> SchoolStore:
    return world.founded(f"ecole-{next(SCHOOLS)}")


def a_family(store: SchoolStore, reference: str, **changes: object) -> Customer:
    return family(store.keys.school_id, reference, **changes)


def created(store: SchoolStore, reference: str, **changes: object) -> Customer:
    customer = a_family(store, reference, **changes)
    store.customers.create(customer, "test")
    return customer


def another_mandate(store: SchoolStore, rum: str) -> Mandate:
    return Mandate(mandate_id(store.keys.school_id, rum), rum, "a1", MandateState.SIGNED, date(2026, 10, 1))


def committed(store: SchoolStore, *adds: Callable[[Transaction], object]) -> None:
    transaction = store.transactions.begin()
    for add in adds:
        add(transaction)
    transaction.commit()


def names(store: SchoolStore, beginning: str = "", limit: int = 100) -> list[str]:
    return [found.value.name for found in store.customers.named(beginning, limit).customers]


# Creating and replacing


def test_a_customer_comes_back_as_it_was_created(store: SchoolStore) -> None:
    customer = created(store, "C1", email="anne@example.org")

    found = store.customers.get(customer.id)

    assert (found.value, found.revision) == (customer, 1)
    assert store.customers.many([customer.id, customer.id, "nobody"]) == {customer.id: customer}


def test_an_unknown_customer_is_not_found(store: SchoolStore) -> None:
    with pytest.raises(NotFound):
        store.customers.get("nobody")


def test_the_customer_of_another_school_is_not_found(store: SchoolStore, world: World) -> None:
    customer = created(store, "C1")
    neighbour = world.founded(f"{store.keys.school_id}-voisine")

    with pytest.raises(NotFound):
        neighbour.customers.get(customer.id)
    assert names(neighbour) == []
    assert neighbour.customers.mandates_taken(["RUM-C1"]) == {}


@pytest.mark.parametrize("reference", ["C1", "c1", " C1 "])
def test_a_reference_names_one_customer_whatever_its_case_and_blanks(
    store: SchoolStore, reference: str
) -> None:
    first = created(store, "C1")
    second = replace(
        a_family(store, "C2"), id=customer_id(store.keys.school_id, reference), reference=reference
    )

    with pytest.raises(AlreadyExists, match="référence client"):
        store.customers.create(second, "test")

    assert store.customers.get(first.id).value == first
    assert store.customers.mandates_taken(["RUM-C2"]) == {}


@pytest.mark.parametrize("reference", ["RUM-C1", "rum-c1", "RUM - C1"])
def test_a_mandate_reference_names_one_mandate_of_the_school(store: SchoolStore, reference: str) -> None:
    first = created(store, "C1")
    second = replace(a_family(store, "C2"), mandates=(another_mandate(store, reference),))

    with pytest.raises(AlreadyExists, match="RUM"):
        store.customers.create(second, "test")

    assert store.customers.mandates_taken([reference]) == {"RUM-C1": first.id}
    with pytest.raises(NotFound):
        store.customers.get(second.id)


def test_two_schools_may_use_the_same_references(store: SchoolStore, world: World) -> None:
    created(store, "C1")

    created(world.founded(f"{store.keys.school_id}-voisine"), "C1")


def test_a_customer_is_replaced_under_the_revision_that_was_read(store: SchoolStore) -> None:
    customer = created(store, "C1")
    changed = replace(customer, name="Famille Autre", payment_method=PaymentMethod.CHEQUE)

    store.customers.replace(changed, 1, "test")

    found = store.customers.get(customer.id)
    assert (found.value, found.revision) == (changed, 2)
    assert names(store) == ["Famille Autre"]
    with pytest.raises(VersionConflict):
        store.customers.replace(replace(customer, name="Trop tard"), 1, "test")
    assert store.customers.get(customer.id) == found


def test_a_replacement_that_loses_the_race_after_reading_writes_nothing(
    store: SchoolStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = created(store, "C1")
    seen = store.customers.get(customer.id)
    store.customers.replace(replace(customer, name="Gagnant"), 1, "test")
    monkeypatch.setattr(store.customers, "get", lambda identifier: seen)

    with pytest.raises(VersionConflict):
        store.customers.replace(replace(customer, name="Perdant"), 1, "test")

    monkeypatch.undo()
    assert store.customers.get(customer.id).value.name == "Gagnant"


def test_a_customer_that_does_not_exist_is_not_replaced(store: SchoolStore) -> None:
    with pytest.raises(NotFound):
        store.customers.replace(a_family(store, "C1"), 1, "test")


def test_a_new_mandate_of_a_customer_takes_its_reference(store: SchoolStore) -> None:
    first, second = created(store, "C1"), created(store, "C2")
    with_both = replace(first, mandates=(*first.mandates, another_mandate(store, "RUM-NEUVE")))

    store.customers.replace(with_both, 1, "test")

    assert store.customers.mandates_taken(["RUM-C1", "RUM-NEUVE"]) == {
        "RUM-C1": first.id,
        "RUM-NEUVE": first.id,
    }
    stolen = replace(second, mandates=(*second.mandates, another_mandate(store, "rum-neuve")))
    with pytest.raises(AlreadyExists, match="RUM"):
        store.customers.replace(stolen, 1, "test")
    assert store.customers.get(second.id).value == second


def test_a_mandate_does_not_vanish_from_its_customer(store: SchoolStore) -> None:
    customer = created(store, "C1")

    with pytest.raises(AssertionError, match="does not vanish"):
        store.customers.replace(replace(customer, mandates=()), 1, "test")

    assert store.customers.get(customer.id).value == customer


def test_each_change_leaves_one_row_in_the_journal(store: SchoolStore, world: World) -> None:
    customer = created(store, "C1")
    world.clock.instant += timedelta(seconds=1)
    store.customers.replace(replace(customer, name="Autre"), 1, "odile")

    events = [(row.who, row.event) for row in store.journal.of(f"customer-{customer.id}")]

    assert events == [("test", "created"), ("odile", "edited")]


# Uses of mandates


def one_off(store: SchoolStore) -> Customer:
    return created(store, "C1", mandate_type=MandateType.ONE_OFF)


def moved(store: SchoolStore, customer: Customer, move: CustomerMove) -> None:
    committed(store, lambda one: store.customers.add_move(one, customer.id, move))


def a_presentation(batch: str, day: date = DECEMBER, cents: int = 1_000) -> Presentation:
    return Presentation(
        batch_id=batch,
        end_to_end_id=f"{batch}-000001",
        collected_on=day,
        amount_cents=cents,
        sequence=SequenceType.RECURRENT,
        iban="FR7630006000011234567890189",
        reference="RUM-C1",
        creditor_id="FR72ZZZ123456",
        creditor_name="ECOLE",
    )


def test_a_mandates_end_is_taken_once_and_returned_by_its_holder_alone(store: SchoolStore) -> None:
    customer = one_off(store)
    ends = [customer.mandates[0].id]
    take, give_back = CustomerMove("b1", ends_taken=ends), CustomerMove("b1", ends_returned=ends)

    moved(store, customer, take)
    assert store.customers.get(customer.id).value.mandates[0].consumed_by == "b1"
    others = CustomerMove("b2", ends_taken=ends), CustomerMove("b2", ends_returned=ends)
    for refused in (take, *others):
        with pytest.raises(ConditionFailed):
            moved(store, customer, refused)
    assert store.customers.get(customer.id).value.mandates[0].consumed_by == "b1"

    moved(store, customer, give_back)
    assert store.customers.get(customer.id).value == customer
    moved(store, customer, others[0])


def test_a_mandate_that_a_batch_gave_back_is_free_even_if_the_customer_was_edited_meanwhile(
    store: SchoolStore,
) -> None:
    """The use is no part of what the school typed: writing the customer back must not keep a copy of it."""
    customer = one_off(store)
    ends = [customer.mandates[0].id]
    history = History().having(a_presentation("b1"))
    moved(store, customer, CustomerMove("b1", ends_taken=ends))
    moved(store, customer, CustomerMove("b1", histories={ends[0]: history}))
    read = store.customers.get(customer.id)
    assert read.value.mandates[0].is_spent

    store.customers.replace(replace(read.value, name="Famille Autre"), read.revision, "test")
    assert store.customers.get(customer.id).value.mandates == read.value.mandates

    back = CustomerMove("b1", ends_returned=ends, histories={ends[0]: history.without("b1")}, seen_revision=1)
    moved(store, customer, back)
    (mandate,) = store.customers.get(customer.id).value.mandates
    assert (mandate.consumed_by, mandate.last_used_on) == ("", None)


def test_a_use_is_kept_beside_the_document_and_not_in_it(store: SchoolStore) -> None:
    customer = one_off(store)
    spent = replace(customer.mandates[0], consumed_by="b1", history=History((a_presentation("b1"),)))

    store.customers.replace(replace(customer, mandates=(spent,), months={"202612": 1}), 1, "test")

    assert store.customers.get(customer.id).value == customer


def test_histories_are_written_only_over_what_they_were_derived_from(store: SchoolStore) -> None:
    """Two batches that both read an empty history: the second is refused and reads again."""
    customer = created(store, "C1")
    (mandate,) = customer.mandates
    first = CustomerMove("b1", histories={mandate.id: History((a_presentation("b1"),))})
    second = CustomerMove("b2", histories={mandate.id: History((a_presentation("b2"),))})

    moved(store, customer, first)
    for late in (first, second):
        with pytest.raises(ConditionFailed):
            moved(store, customer, late)

    found = store.customers.get(customer.id)
    assert found.value.presented_revision == 1
    assert [one.batch_id for one in found.value.mandates[0].history.recent] == ["b1"]
    assert found.revision == 1, "a collection is no edit: it must not conflict with one"


def test_the_revision_of_histories_is_read_even_when_every_history_is_empty_again(store: SchoolStore) -> None:
    customer = created(store, "C1")
    (mandate,) = customer.mandates
    history = History((a_presentation("b1"),))
    moved(store, customer, CustomerMove("b1", histories={mandate.id: history}))
    moved(store, customer, CustomerMove("b1", histories={mandate.id: history.without("b1")}, seen_revision=1))

    found = store.customers.get(customer.id).value

    assert (found.presented_revision, found.mandates[0].history) == (2, History())


def test_a_month_takes_no_more_than_its_ceiling_and_gives_back_no_more_than_it_took(
    store: SchoolStore,
) -> None:
    customer = created(store, "C1")

    def month(cents: int, ceiling: int | None = None) -> CustomerMove:
        return CustomerMove("b1", month=MonthMove("202612", cents, ceiling))

    moved(store, customer, month(6_000, 10_000))
    moved(store, customer, month(4_000, 10_000))
    for refused in (month(1, 10_000), month(10_001, 10_000), month(-10_001)):
        with pytest.raises(ConditionFailed):
            moved(store, customer, refused)
    assert store.customers.get(customer.id).value.months == {"202612": 10_000}

    moved(store, customer, month(-4_000))
    moved(store, customer, month(1, 10_000))
    assert store.customers.get(customer.id).value.months == {"202612": 6_001}


def test_more_than_the_ceiling_by_itself_is_refused_to_an_untouched_month(store: SchoolStore) -> None:
    customer = created(store, "C1")

    with pytest.raises(ConditionFailed):
        moved(store, customer, CustomerMove("b1", month=MonthMove("202612", 10_001, 10_000)))

    assert store.customers.get(customer.id).value.months == {}


# What an import has staged


def staged(store: SchoolStore, reference: str) -> Customer:
    customer = a_family(store, reference)
    committed(
        store,
        lambda one: store.customers.add_creation(one, customer, staged_by="import-1"),
    )
    return customer


def test_what_an_import_has_staged_is_seen_nowhere(store: SchoolStore) -> None:
    customer = staged(store, "C1")

    with pytest.raises(NotFound):
        store.customers.get(customer.id)
    with pytest.raises(NotFound):
        store.customers.replace(customer, 1, "test")
    assert store.customers.many([customer.id]) == {}
    assert store.customers.versioned([customer.id]) == {}
    assert names(store) == []
    assert names(store, "Famille") == []


def test_what_an_import_has_staged_is_nevertheless_taken(store: SchoolStore) -> None:
    """Whoever comes second is refused at once, not when the import commits."""
    customer = staged(store, "C1")

    with pytest.raises(AlreadyExists):
        store.customers.create(customer, "test")
    same_rum = replace(a_family(store, "C2"), mandates=customer.mandates)
    with pytest.raises(AlreadyExists):
        store.customers.create(same_rum, "test")
    assert store.customers.mandates_taken(["RUM-C1"]) == {"RUM-C1": customer.id}


def test_a_revealed_customer_is_there_as_if_it_had_been_created(store: SchoolStore) -> None:
    customer = staged(store, "C1")

    committed(store, lambda one: store.customers.add_reveal(one, customer, "import-1"))

    assert store.customers.get(customer.id).value == customer
    assert names(store) == [customer.name]
    store.customers.replace(replace(customer, name="Autre"), 1, "test")


def test_only_the_import_that_staged_a_customer_reveals_it_or_takes_it_back(store: SchoolStore) -> None:
    customer = staged(store, "C1")

    for add in (store.customers.add_reveal, store.customers.add_unstaging):
        with pytest.raises(ConditionFailed):
            committed(store, lambda one, add=add: add(one, customer, "import-2"))  # type: ignore[misc]

    committed(store, lambda one: store.customers.add_unstaging(one, customer, "import-1"))
    committed(store, lambda one: store.customers.add_unstaging(one, customer, "import-1"))
    created(store, "C1")


def test_a_customer_that_stands_is_not_taken_back_by_an_import(store: SchoolStore) -> None:
    customer = created(store, "C1")

    with pytest.raises(ConditionFailed):
        committed(store, lambda one: store.customers.add_unstaging(one, customer, "import-1"))

    assert store.customers.get(customer.id).value == customer


# What an import is to edit


def marked(store: SchoolStore, customer: Customer, by: str = "import-1") -> None:
    committed(store, lambda one: store.customers.add_edit_mark(one, customer, 1, ["RUM-X"], by))


def test_a_customer_that_an_import_is_to_edit_stands_as_it_was_and_nobody_else_edits_it(
    store: SchoolStore,
) -> None:
    customer = created(store, "C1")
    marked(store, replace(customer, name="Autre"))

    assert store.customers.get(customer.id).value == customer
    with pytest.raises(VersionConflict, match="Un import en cours"):
        store.customers.replace(replace(customer, name="Tiers"), 1, "test")
    with pytest.raises(ConditionFailed):
        marked(store, customer, by="import-2")
    assert store.customers.mandates_taken(["RUM-X"]) == {"RUM-X": customer.id}


def test_an_edit_that_somebody_was_faster_than_is_not_marked(store: SchoolStore) -> None:
    customer = created(store, "C1")
    store.customers.replace(replace(customer, name="Autre"), 1, "test")

    with pytest.raises(ConditionFailed):
        marked(store, customer)


def test_a_marked_edit_becomes_visible_once(store: SchoolStore) -> None:
    customer = created(store, "C1")
    edited = replace(customer, name="Autre")
    marked(store, edited)

    committed(store, lambda one: store.customers.add_marked_edit(one, edited, ["RUM-X"], "import-1"))
    with pytest.raises(ConditionFailed):
        committed(store, lambda one: store.customers.add_marked_edit(one, edited, ["RUM-X"], "import-1"))

    found = store.customers.get(customer.id)
    assert (found.value, found.revision) == (edited, 2)
    assert names(store) == ["Autre"]
    store.customers.replace(replace(edited, name="Tiers"), 2, "test")


def test_a_mark_taken_away_leaves_the_customer_as_it_stood(store: SchoolStore) -> None:
    customer = created(store, "C1")
    marked(store, replace(customer, name="Autre"))

    with pytest.raises(ConditionFailed):
        committed(store, lambda one: store.customers.add_mark_removal(one, customer, ["RUM-X"], "import-2"))
    committed(store, lambda one: store.customers.add_mark_removal(one, customer, ["RUM-X"], "import-1"))

    assert (store.customers.get(customer.id).value, store.customers.mandates_taken(["RUM-X"])) == (
        customer,
        {},
    )
    store.customers.replace(replace(customer, name="Tiers"), 1, "test")


# Names


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Éloïse Ünal", "eloise u"),
        ("LEFÈVRE", "lefevre"),
        ("Œuvre sociale", "oeuvre"),
        ("Lætitia", "LAETITIA"),
        ("L’Hermite", "l'hermite"),
        ("Straße", "strasse"),
        ("Ｆｕｌｌ", "full"),
    ],
)
def test_a_name_is_searched_as_a_keyboard_types_it(store: SchoolStore, name: str, typed: str) -> None:
    created(store, "C1", name=name)
    created(store, "C2", name="Zzz")

    assert searchable(name).startswith(searchable(typed))
    assert names(store, f" {typed} ") == [name]


@pytest.mark.parametrize("beginning", ["", "  ", "\u0301"])
def test_nothing_typed_lists_everyone_in_the_order_of_names(store: SchoolStore, beginning: str) -> None:
    for reference, name in (("C1", "zoé"), ("C2", "Éric"), ("C3", "Abel"), ("C4", "eric")):
        created(store, reference, name=name)

    found = names(store, beginning)

    assert found[0] == "Abel"
    assert set(found[1:3]) == {"Éric", "eric"}
    assert found[3] == "zoé"


def test_pages_of_names_join_to_the_whole_list(store: SchoolStore) -> None:
    for rank in range(7):
        created(store, f"C{rank}", name=["Même # nom", "Autre", "Même # nom"][rank % 3])
    whole = [found.value.id for found in store.customers.named("", 100).customers]

    read: list[str] = []
    after = ""
    while True:
        page = store.customers.named("", 2, after)
        assert len(page.customers) <= 2
        read += [found.value.id for found in page.customers]
        after = page.next
        if not after:
            break

    assert read == whole
    assert len(set(read)) == 7


def test_pages_of_a_search_stay_within_it(store: SchoolStore) -> None:
    for rank in range(5):
        created(store, f"C{rank}", name="Martin" if rank % 2 else "Durand")

    first = store.customers.named("dur", 2)
    second = store.customers.named("dur", 2, first.next)

    assert [found.value.name for found in (*first.customers, *second.customers)] == ["Durand"] * 3
    assert second.next == ""
