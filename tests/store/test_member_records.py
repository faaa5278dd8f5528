"""The people of a school: reserved addresses, and offices that are never left without a holder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, permutations

import pytest

from diapason.domain.errors import NotFound, StateRefused, VersionConflict
from diapason.domain.members import Member, MemberState, Permission, Role
from diapason.store.house import SchoolStore
from diapason.store.members import AddressTaken
from diapason.store.versioned import Versioned
from tests.world import World, opened_world

SCHOOLS = count(1)
PERMISSION = Permission.DIRECT_DEBIT_ADMINISTRATOR


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a school of its own."""
    with opened_world() as opened:
        yield opened


@pytest.fixture
def store(world: World) -> SchoolStore:
    return world.school(f"ecole-{next(SCHOOLS)}")


def withdrawn(found: Versioned[Member]) -> Member:
    return replace(found.value, state=MemberState.CLOSED)


def write(store: SchoolStore, username: str, **changes: object) -> None:
    seen = store.members.get(username)
    store.members.replace(seen, replace(seen.value, **changes), "admin", "member-changed")  # type: ignore[arg-type]


def test_members_belong_to_their_school_alone(store: SchoolStore, world: World) -> None:
    odile = world.member(store, Role.OPERATOR, "odile", PERMISSION)
    neighbour = world.school(f"{store.keys.school_id}-voisine")

    assert store.members.get("odile") == Versioned(odile, 1)
    assert store.members.listed() == [Versioned(odile, 1)]
    assert neighbour.members.listed() == []
    with pytest.raises(NotFound):
        neighbour.members.get("odile")


def test_a_role_is_changed_under_its_revision(store: SchoolStore, world: World) -> None:
    world.member(store, Role.READER, "odile")
    read = store.members.get("odile")
    write(store, "odile", role=Role.OPERATOR)

    with pytest.raises(VersionConflict):
        store.members.replace(read, replace(read.value, role=Role.ADMINISTRATOR), "intrus", "member-changed")

    assert store.members.get("odile").value.role is Role.OPERATOR
    assert store.members.get("odile").revision == 2


def test_a_record_is_admitted_once(store: SchoolStore, world: World) -> None:
    odile = world.member(store, Role.READER, "odile")

    with pytest.raises(VersionConflict):
        store.members.admit(replace(odile, role=Role.ADMINISTRATOR), "intrus")

    assert store.members.get("odile").value == odile


def test_an_address_belongs_to_one_school_at_a_time(store: SchoolStore, world: World) -> None:
    neighbour = world.school(f"{store.keys.school_id}-voisine")
    store.members.reserve("odile@mail.example", "admin")
    store.members.reserve("odile@mail.example", "admin")

    with pytest.raises(AddressTaken):
        neighbour.members.reserve("odile@mail.example", "admin")
    stranger = Member("o-2", neighbour.keys.school_id, "Odile", Role.READER, email="odile@mail.example")
    with pytest.raises(AddressTaken):
        neighbour.members.admit(stranger, "admin")

    assert neighbour.members.listed() == []
    assert list(neighbour.journal.of("members")) == []


def test_whoever_left_may_go_to_another_school_and_cannot_come_back_meanwhile(
    store: SchoolStore, world: World
) -> None:
    odile = world.member(store, Role.OPERATOR, "odile")
    neighbour = world.school(f"{store.keys.school_id}-voisine")
    store.members.replace(
        store.members.get("odile"), withdrawn(store.members.get("odile")), "admin", "member-withdrawn"
    )
    neighbour.members.admit(replace(odile, school_id=neighbour.keys.school_id), "admin")
    closed = store.members.get("odile")

    with pytest.raises(AddressTaken):
        store.members.replace(closed, odile, "admin", "member-reopened")

    assert store.members.get("odile") == closed


@pytest.mark.parametrize(
    "changes",
    [{"role": Role.OPERATOR}, {"role": Role.READER}, {"state": MemberState.CLOSED}],
    ids=["operator", "reader", "closed"],
)
def test_the_last_administrator_stays(store: SchoolStore, world: World, changes: dict[str, object]) -> None:
    world.member(store, Role.ADMINISTRATOR, "alice")
    world.member(store, Role.OPERATOR, "odile", PERMISSION)

    with pytest.raises(StateRefused, match="dernier administrateur de l’établissement"):
        write(store, "alice", **changes)
    assert store.members.get("alice").revision == 1

    world.member(store, Role.ADMINISTRATOR, "anne")
    write(store, "alice", **changes)
    with pytest.raises(StateRefused, match="nommez d’abord un autre"):
        write(store, "anne", **changes)


@pytest.mark.parametrize(
    "changes", [{"permissions": frozenset()}, {"state": MemberState.CLOSED}], ids=["taken", "closed"]
)
def test_the_last_holder_of_the_permission_stays(
    store: SchoolStore, world: World, changes: dict[str, object]
) -> None:
    world.member(store, Role.ADMINISTRATOR, "alice")
    world.member(store, Role.OPERATOR, "odile", PERMISSION)

    with pytest.raises(StateRefused, match="dernier administrateur des prélèvements"):
        write(store, "odile", **changes)

    write(store, "alice", permissions=frozenset({PERMISSION}))
    write(store, "odile", **changes)
    with pytest.raises(StateRefused):
        write(store, "alice", permissions=frozenset())


def test_whoever_is_last_in_both_offices_is_told_both(store: SchoolStore, world: World) -> None:
    world.member(store, Role.ADMINISTRATOR, "alice", PERMISSION)

    with pytest.raises(StateRefused) as refusal:
        write(store, "alice", state=MemberState.CLOSED)

    assert "de l’établissement" in refusal.value.message
    assert "des prélèvements" in refusal.value.message


def test_a_closed_member_fills_no_office(store: SchoolStore, world: World) -> None:
    for username in ("alice", "anne"):
        world.member(store, Role.ADMINISTRATOR, username, PERMISSION)
    write(store, "anne", state=MemberState.CLOSED)

    with pytest.raises(StateRefused):
        write(store, "alice", state=MemberState.CLOSED)

    write(store, "anne", state=MemberState.ACTIVE)
    write(store, "alice", state=MemberState.CLOSED)


@pytest.mark.parametrize("order", list(permutations(("alice", "anne"))))
def test_two_who_withdraw_each_other_at_once_do_not_both_succeed(
    store: SchoolStore, world: World, order: tuple[str, str]
) -> None:
    for username in order:
        world.member(store, Role.ADMINISTRATOR, username)
    read = {username: store.members.get(username) for username in order}
    first, second = order

    store.members.replace(read[first], withdrawn(read[first]), second, "member-withdrawn")
    with pytest.raises(StateRefused):
        store.members.replace(read[second], withdrawn(read[second]), first, "member-withdrawn")

    assert store.members.get(second).value.state is MemberState.ACTIVE


def test_a_refused_change_leaves_no_row_in_the_journal(store: SchoolStore, world: World) -> None:
    world.member(store, Role.ADMINISTRATOR, "alice")
    world.clock.instant = world.clock.instant.replace(microsecond=1)
    write(store, "alice", name="Alice Martin-Petit")
    with pytest.raises(StateRefused):
        write(store, "alice", role=Role.READER)

    rows = [(row.event, row.facts["name"], row.facts["role"]) for row in store.journal.of("member-alice")]

    assert rows == [
        ("member-admitted", "Odile Pérateur", "administrator"),
        ("member-changed", "Alice Martin-Petit", "administrator"),
    ]
