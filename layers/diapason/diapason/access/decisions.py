"""The decision table: action × role × permission. What it does not hold is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diapason.domain.errors import NotAllowed
from diapason.domain.members import PERMISSION_WORDS, Member, Permission, Role


class Action(StrEnum):
    """What a route does, as far as a role is concerned."""

    READ = "read"
    READ_JOURNAL = "read_journal"
    EDIT_SETTINGS = "edit_settings"
    EDIT_MEMBERS = "edit_members"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_INVOICES = "edit_invoices"
    RECORD_PAYMENTS = "record_payments"
    IMPORT = "import"
    EXPORT_ACCOUNTING = "export_accounting"
    CANCEL_ACCOUNTING_EXPORT = "cancel_accounting_export"
    PREPARE_BATCHES = "prepare_batches"
    REGISTER_BATCHES = "register_batches"
    GENERATE_FILE = "generate_file"
    DOWNLOAD_FILE = "download_file"
    RECORD_DEPOSIT = "record_deposit"
    DELETE_BATCH = "delete_batch"
    CANCEL_BATCH = "cancel_batch"
    ATTEST_CANCELLATION = "attest_cancellation"
    WITHDRAW_CANCELLATION = "withdraw_cancellation"
    READ_SCHOOLS = "read_schools"
    SWITCH_OPTIONS = "switch_options"


@dataclass(frozen=True, slots=True)
class Grant:
    """Whom an action is open to: members of these roles who also hold the permission, if one is named; or
    the platform's people, who are members of no school."""

    roles: frozenset[Role] = frozenset()
    permission: Permission | None = None
    platform: bool = False


_EVERYBODY = Grant(frozenset(Role))
_OPERATORS = Grant(frozenset({Role.OPERATOR, Role.ADMINISTRATOR}))
_ADMINISTRATORS = Grant(frozenset({Role.ADMINISTRATOR}))
_DIRECT_DEBIT_ADMINISTRATORS = Grant(_OPERATORS.roles, Permission.DIRECT_DEBIT_ADMINISTRATOR)
_PLATFORM = Grant(platform=True)
_NOBODY = Grant()

DECISIONS: dict[Action, Grant] = {
    Action.READ: _EVERYBODY,
    Action.READ_JOURNAL: _OPERATORS,
    Action.EDIT_SETTINGS: _ADMINISTRATORS,
    Action.EDIT_MEMBERS: _ADMINISTRATORS,
    Action.EDIT_CUSTOMERS: _OPERATORS,
    Action.EDIT_INVOICES: _OPERATORS,
    Action.RECORD_PAYMENTS: _OPERATORS,
    Action.IMPORT: _OPERATORS,
    Action.EXPORT_ACCOUNTING: _OPERATORS,
    Action.CANCEL_ACCOUNTING_EXPORT: _ADMINISTRATORS,
    Action.PREPARE_BATCHES: _OPERATORS,
    Action.REGISTER_BATCHES: _OPERATORS,
    Action.GENERATE_FILE: _OPERATORS,
    Action.DOWNLOAD_FILE: _OPERATORS,
    Action.RECORD_DEPOSIT: _OPERATORS,
    Action.DELETE_BATCH: _OPERATORS,
    Action.CANCEL_BATCH: _DIRECT_DEBIT_ADMINISTRATORS,
    Action.ATTEST_CANCELLATION: _OPERATORS,
    Action.WITHDRAW_CANCELLATION: _OPERATORS,
    Action.READ_SCHOOLS: _PLATFORM,
    Action.SWITCH_OPTIONS: _PLATFORM,
}


def may(member: Member, action: Action) -> bool:
    """Whether the table grants the action to the member's role, with the permission that it names."""
    grant = DECISIONS.get(action, _NOBODY)
    return member.role in grant.roles and grant.permission in {None, *member.permissions}


def require(member: Member, action: Action) -> None:
    """Raises NotAllowed, which says whom to ask, unless the table grants the action."""
    if may(member, action):
        return
    grant = DECISIONS.get(action, _NOBODY)
    if grant.platform:
        raise NotAllowed("Cette action est réservée à la plateforme : demandez-la à l’assistance.")
    if grant.permission and member.role in grant.roles:
        raise NotAllowed(
            f"Cette action demande la permission « {PERMISSION_WORDS[grant.permission]} ». "
            "Demandez-la à l’administrateur de l’établissement."
        )
    raise NotAllowed


def platform_may(action: Action) -> bool:
    """Whether the table grants the action to the platform's people."""
    return DECISIONS.get(action, _NOBODY).platform


def require_platform(action: Action) -> None:
    """Raises NotAllowed unless the action is the platform's."""
    if not platform_may(action):
        raise NotAllowed(
            "La plateforme n’accède pas aux données des établissements : "
            "connectez-vous avec un compte de l’établissement."
        )
