"""Who fills an office, and who may hold a permission."""

from __future__ import annotations

import pytest

from diapason.domain.errors import InvalidInput, StateRefused
from diapason.domain.members import (
    LAST_OF_OFFICE,
    MAY_HOLD_PERMISSIONS,
    MEMBER,
    Member,
    MemberEvent,
    MemberState,
    Office,
    Permission,
    Role,
    check_permissions,
    normalised_email,
    offices_of,
)

PERMISSION = frozenset({Permission.DIRECT_DEBIT_ADMINISTRATOR})


@pytest.mark.parametrize(
    ("role", "permissions", "offices"),
    [
        (Role.READER, frozenset(), set()),
        (Role.OPERATOR, frozenset(), set()),
        (Role.OPERATOR, PERMISSION, {Office.DIRECT_DEBIT_ADMINISTRATOR}),
        (Role.ADMINISTRATOR, frozenset(), {Office.ADMINISTRATOR}),
        (Role.ADMINISTRATOR, PERMISSION, {Office.ADMINISTRATOR, Office.DIRECT_DEBIT_ADMINISTRATOR}),
    ],
)
def test_offices_come_from_role_and_permission_while_the_access_is_open(
    role: Role, permissions: frozenset[Permission], offices: set[Office]
) -> None:
    assert offices_of(Member("o", "ecole", "Odile", role, permissions)) == offices
    closed = Member("o", "ecole", "Odile", role, permissions, state=MemberState.CLOSED)
    assert offices_of(closed) == frozenset()


def test_every_office_has_its_words() -> None:
    assert set(LAST_OF_OFFICE) == set(Office)


def test_a_reader_cannot_hold_a_permission() -> None:
    for role in MAY_HOLD_PERMISSIONS:
        check_permissions(role, PERMISSION)
    check_permissions(Role.READER, frozenset())

    with pytest.raises(InvalidInput) as refusal:
        check_permissions(Role.READER, PERMISSION)

    (error,) = refusal.value.errors
    assert error.path == "permissions"
    assert "rôle d’opérateur" in error.message


def test_a_closed_access_is_opened_again_before_it_is_changed() -> None:
    with pytest.raises(StateRefused, match="fermé"):
        MEMBER.after(MemberState.CLOSED, MemberEvent.CHANGE)
    assert MEMBER.after(MemberState.CLOSED, MemberEvent.REOPEN) is MemberState.ACTIVE


def test_an_address_is_compared_without_capitals_and_blanks() -> None:
    assert normalised_email("  Therese.SOREL@Ecole.Example ") == "therese.sorel@ecole.example"
