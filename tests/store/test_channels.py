"""The conditions under which somebody else collects an instalment, and gives it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from diapason.domain.invoices import Channel, Instalment
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed, Transaction
from tests.world import World

DECEMBER = date(2026, 12, 7)
ACCOUNTING = Channel.ACCOUNTING
REFERENCE = "CPT-000001"


@pytest.fixture
def store(world: World) -> SchoolStore:
    return world.founded()


@pytest.fixture
def owed(world: World, store: SchoolStore) -> Instalment:
    (made,) = world.invoice(store, world.customer(store), (DECEMBER, 10_000))
    return made


def done(store: SchoolStore, add: Callable[[Transaction], int]) -> None:
    transaction = store.transactions.begin()
    add(transaction)
    transaction.commit()


def spoil(store: SchoolStore, instalment: Instalment, **attributes: object) -> None:
    """Changes attributes behind the product's back, the revision left as it is."""
    names = ", ".join(f"{name} = :{name}" for name in attributes)
    key = store.keys.instalment(instalment.id)
    done(store, lambda one: one.update(store.instalments.table, key, f"SET {names}", "", **attributes))


def give(store: SchoolStore, instalment: Instalment, reference: str = REFERENCE) -> None:
    done(
        store,
        lambda one: store.instalments.add_channel(
            one, instalment.id, instalment.revision, ACCOUNTING, reference
        ),
    )


def take_back(store: SchoolStore, instalment: Instalment, reference: str = REFERENCE) -> None:
    done(
        store,
        lambda one: store.instalments.add_channel_return(one, instalment, ACCOUNTING, reference),
    )


def selectable(store: SchoolStore) -> list[str]:
    return [found.id for found in store.instalments.open_between(date.min, date.max)]


def test_given_away_it_leaves_the_selectable_and_grows_a_revision(
    store: SchoolStore, owed: Instalment
) -> None:
    give(store, owed)

    given = store.instalments.get(owed.id)
    assert (given.channel, given.channel_reference, given.revision) == (ACCOUNTING, REFERENCE, 2)
    assert selectable(store) == []


@pytest.mark.parametrize(
    "obstacle",
    [
        {"claimed_by": "b1"},
        {"staged": "import-1"},
        {"debited_cents": 1, "remaining_cents": 9_999},
        {"in_flight_cents": 1, "remaining_cents": 9_999},
        {"channel": Channel.PES, "channel_reference": "PES-1"},
        {"revision": 2},
    ],
    ids=lambda obstacle: next(iter(obstacle)),
)
def test_what_goes_another_way_is_not_given(
    store: SchoolStore, owed: Instalment, obstacle: dict[str, object]
) -> None:
    spoil(store, owed, **obstacle)

    with pytest.raises(ConditionFailed):
        give(store, owed)

    assert selectable(store) == [owed.id]


def test_taken_back_it_can_be_selected_again(store: SchoolStore, owed: Instalment) -> None:
    give(store, owed)

    take_back(store, store.instalments.get(owed.id))

    returned = store.instalments.get(owed.id)
    assert (returned.channel, returned.channel_reference, returned.revision) == (None, "", 3)
    assert selectable(store) == [owed.id]


def test_only_who_took_it_gives_it_back_and_only_once(store: SchoolStore, owed: Instalment) -> None:
    give(store, owed)
    given = store.instalments.get(owed.id)

    with pytest.raises(ConditionFailed):
        take_back(store, given, "CPT-000002")
    take_back(store, given)
    with pytest.raises(ConditionFailed):
        take_back(store, given)


@pytest.mark.parametrize(
    "since", [{"cancelled": True, "revision": 3}, {"paid_cents": 10_000, "remaining_cents": 0, "revision": 3}]
)
def test_what_ended_meanwhile_is_not_selectable_again(
    store: SchoolStore, owed: Instalment, since: dict[str, object]
) -> None:
    give(store, owed)
    before = store.instalments.get(owed.id)
    spoil(store, owed, **since)

    with pytest.raises(ConditionFailed):
        take_back(store, before)
    take_back(store, store.instalments.get(owed.id))

    assert selectable(store) == []
    assert store.instalments.get(owed.id).channel is None


def test_an_invoice_is_given_to_one_export(world: World, store: SchoolStore, owed: Instalment) -> None:
    def mark(export: str, revision: int = 1) -> None:
        done(
            store,
            lambda one: store.invoices.add_accounting_export(one, owed.invoice_id, revision, export),
        )

    with pytest.raises(ConditionFailed):
        mark("first", revision=2)
    mark("first")
    with pytest.raises(ConditionFailed):
        mark("second")
    with pytest.raises(ConditionFailed):
        done(store, lambda one: store.invoices.add_accounting_return(one, owed.invoice_id, "second"))
    done(store, lambda one: store.invoices.add_accounting_return(one, owed.invoice_id, "first"))
    mark("second")

    whole = store.invoices.whole(owed.invoice_id)
    assert whole is not None
    assert (whole[0].value.accounting_export, [one.id for one in whole[1]]) == ("second", [owed.id])
    assert store.invoices.whole("0123456789abcdef0123") is None
