"""Which role may do what: the table is whole, and what it does not hold is refused."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from diapason.access.decisions import DECISIONS, Action, may, require
from diapason.domain.errors import NotAllowed
from diapason.domain.members import ROLE_WORDS, Member, Role

EXPECTED = {
    Action.READ: {Role.READER, Role.OPERATOR, Role.ADMINISTRATOR},
    Action.EDIT_SETTINGS: {Role.ADMINISTRATOR},
    Action.EDIT_CUSTOMERS: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.EDIT_INVOICES: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.IMPORT: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.PREPARE_BATCHES: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.REGISTER_BATCHES: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.GENERATE_FILE: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.DOWNLOAD_FILE: {Role.OPERATOR, Role.ADMINISTRATOR},
    Action.DELETE_BATCH: {Role.OPERATOR, Role.ADMINISTRATOR},
}


def member(role: Role) -> Member:
    return Member("odile", "ecole-demo", "Odile", role)


def test_every_action_has_its_row_and_its_expectation_here() -> None:
    assert set(DECISIONS) == set(Action) == set(EXPECTED)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_do_what_the_table_grants_and_nothing_else(role: Role, action: Action) -> None:
    is_granted = role in EXPECTED[action]

    assert may(member(role), action) is is_granted
    if is_granted:
        require(member(role), action)
    else:
        with pytest.raises(NotAllowed):
            require(member(role), action)


@pytest.mark.parametrize("role", Role)
def test_an_action_without_a_row_is_refused_to_everybody(role: Role) -> None:
    with patch.dict(DECISIONS):
        del DECISIONS[Action.READ]

        assert not may(member(role), Action.READ)
        with pytest.raises(NotAllowed):
            require(member(role), Action.READ)


def test_a_reader_moves_no_money_and_changes_nothing() -> None:
    assert [action for action in Action if may(member(Role.READER), action)] == [Action.READ]


def test_every_role_has_its_word() -> None:
    assert set(ROLE_WORDS) == set(Role)
