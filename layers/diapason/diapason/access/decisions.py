"""The decision table: action × role. What it does not hold is refused."""

from __future__ import annotations

from enum import StrEnum

from diapason.domain.errors import NotAllowed
from diapason.domain.members import Member, Role


class Action(StrEnum):
    """What a route does, as far as a role is concerned."""

    READ = "read"
    EDIT_SETTINGS = "edit_settings"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_INVOICES = "edit_invoices"
    IMPORT = "import"
    PREPARE_BATCHES = "prepare_batches"
    REGISTER_BATCHES = "register_batches"
    GENERATE_FILE = "generate_file"
    DOWNLOAD_FILE = "download_file"
    DELETE_BATCH = "delete_batch"


_EVERYBODY = frozenset(Role)
_OPERATORS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

DECISIONS: dict[Action, frozenset[Role]] = {
    Action.READ: _EVERYBODY,
    Action.EDIT_SETTINGS: _ADMINISTRATORS,
    Action.EDIT_CUSTOMERS: _OPERATORS,
    Action.EDIT_INVOICES: _OPERATORS,
    Action.IMPORT: _OPERATORS,
    Action.PREPARE_BATCHES: _OPERATORS,
    Action.REGISTER_BATCHES: _OPERATORS,
    Action.GENERATE_FILE: _OPERATORS,
    Action.DOWNLOAD_FILE: _OPERATORS,
    Action.DELETE_BATCH: _OPERATORS,
}


def may(member: Member, action: Action) -> bool:
    return member.role in DECISIONS.get(action, frozenset())


def require(member: Member, action: Action) -> None:
    """Raises NotAllowed unless the table grants the action to the member's role."""
    if not may(member, action):
        raise NotAllowed
