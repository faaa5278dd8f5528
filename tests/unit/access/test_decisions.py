"""Who may do what: the table is whole, and what it does not hold is refused."""

from __future__ import annotations

from itertools import product
from unittest.mock import patch

import pytest

from diapason.access.decisions import DECISIONS, Action, may, platform_may, require, require_platform
from diapason.domain.errors import NotAllowed
from diapason.domain.members import PERMISSION_WORDS, ROLE_WORDS, Member, Permission, Role

Kind = tuple[Role, bool]
"""A role, and whether its holder is also administrator of direct debits."""

READERS: set[Kind] = set(product([Role.READER], [False, True]))
OPERATORS: set[Kind] = set(product([Role.OPERATOR], [False, True]))
ADMINISTRATORS: set[Kind] = set(product([Role.ADMINISTRATOR], [False, True]))
EVERYBODY = READERS | OPERATORS | ADMINISTRATORS
KINDS = sorted(EVERYBODY)

EXPECTED: dict[Action, set[Kind]] = {
    Action.READ: EVERYBODY,
    Action.READ_JOURNAL: OPERATORS | ADMINISTRATORS,
    Action.EDIT_SETTINGS: ADMINISTRATORS,
    Action.EDIT_MEMBERS: ADMINISTRATORS,
    Action.EDIT_CUSTOMERS: OPERATORS | ADMINISTRATORS,
    Action.EDIT_INVOICES: OPERATORS | ADMINISTRATORS,
    Action.RECORD_PAYMENTS: OPERATORS | ADMINISTRATORS,
    Action.IMPORT: OPERATORS | ADMINISTRATORS,
    Action.EXPORT_ACCOUNTING: OPERATORS | ADMINISTRATORS,
    Action.CANCEL_ACCOUNTING_EXPORT: ADMINISTRATORS,
    Action.PREPARE_BATCHES: OPERATORS | ADMINISTRATORS,
    Action.REGISTER_BATCHES: OPERATORS | ADMINISTRATORS,
    Action.GENERATE_FILE: OPERATORS | ADMINISTRATORS,
    Action.DOWNLOAD_FILE: OPERATORS | ADMINISTRATORS,
    Action.RECORD_DEPOSIT: OPERATORS | ADMINISTRATORS,
    Action.DELETE_BATCH: OPERATORS | ADMINISTRATORS,
    Action.CANCEL_BATCH: {(Role.OPERATOR, True), (Role.ADMINISTRATOR, True)},
    Action.ATTEST_CANCELLATION: OPERATORS | ADMINISTRATORS,
    Action.WITHDRAW_CANCELLATION: OPERATORS | ADMINISTRATORS,
    Action.READ_SCHOOLS: set(),
    Action.SWITCH_OPTIONS: set(),
}
PLATFORM_ACTIONS = {Action.READ_SCHOOLS, Action.SWITCH_OPTIONS}


def member(kind: Kind) -> Member:
    role, is_debit_administrator = kind
    permissions = {Permission.DIRECT_DEBIT_ADMINISTRATOR} if is_debit_administrator else set()
    return Member("odile", "ecole-demo", "Odile", role, frozenset(permissions))


def test_every_action_has_its_row_and_its_expectation_here() -> None:
    assert set(DECISIONS) == set(Action) == set(EXPECTED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", Action)
def test_each_member_may_do_what_the_table_grants_and_nothing_else(kind: Kind, action: Action) -> None:
    is_granted = kind in EXPECTED[action]

    assert may(member(kind), action) is is_granted
    if is_granted:
        require(member(kind), action)
    else:
        with pytest.raises(NotAllowed):
            require(member(kind), action)


@pytest.mark.parametrize("action", Action)
def test_the_platform_may_do_its_own_actions_and_none_of_a_school(action: Action) -> None:
    is_granted = action in PLATFORM_ACTIONS

    assert platform_may(action) is is_granted
    if is_granted:
        require_platform(action)
    else:
        with pytest.raises(NotAllowed, match="établissement"):
            require_platform(action)


@pytest.mark.parametrize("kind", KINDS)
def test_an_action_without_a_row_is_refused_to_everybody(kind: Kind) -> None:
    with patch.dict(DECISIONS):
        del DECISIONS[Action.READ]

        assert not may(member(kind), Action.READ)
        assert not platform_may(Action.READ)
        with pytest.raises(NotAllowed):
            require(member(kind), Action.READ)
        with pytest.raises(NotAllowed):
            require_platform(Action.READ)


def test_a_reader_moves_no_money_and_changes_nothing_with_or_without_the_permission() -> None:
    for kind in READERS:
        assert [action for action in Action if may(member(kind), action)] == [Action.READ]


def test_a_refusal_says_what_is_lacking_and_whom_to_ask() -> None:
    with pytest.raises(NotAllowed) as by_permission:
        require(member((Role.OPERATOR, False)), Action.CANCEL_BATCH)
    with pytest.raises(NotAllowed) as by_role:
        require(member((Role.READER, True)), Action.CANCEL_BATCH)
    with pytest.raises(NotAllowed) as by_realm:
        require(member((Role.ADMINISTRATOR, True)), Action.SWITCH_OPTIONS)

    assert "« administrateur des prélèvements »" in by_permission.value.message
    assert "Demandez-la à l’administrateur de l’établissement" in by_permission.value.message
    assert by_role.value.message == NotAllowed().message
    assert "réservée à la plateforme" in by_realm.value.message


def test_every_role_and_permission_has_its_word() -> None:
    assert set(ROLE_WORDS) == set(Role)
    assert set(PERMISSION_WORDS) == set(Permission)
