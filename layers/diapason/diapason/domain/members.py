"""The people of a school: role, permission granted apart from it, and whether their access is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.states import StateTable

PLATFORM = "platform"
"""The group of the platform's people in the user pool: the one group that is no school."""


class Role(StrEnum):
    READER = "reader"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What no role brings along: it is granted to a member by name."""

    DIRECT_DEBIT_ADMINISTRATOR = "direct_debit_administrator"


class MemberState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class MemberEvent(StrEnum):
    CHANGE = "change"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


ROLE_WORDS = {
    Role.READER: "lecture",
    Role.OPERATOR: "opérateur",
    Role.ADMINISTRATOR: "administrateur de l’établissement",
}
PERMISSION_WORDS = {Permission.DIRECT_DEBIT_ADMINISTRATOR: "administrateur des prélèvements"}

MEMBER: StateTable[MemberState, MemberEvent] = StateTable(
    "Accès du membre",
    {MemberState.ACTIVE: "ouvert", MemberState.CLOSED: "fermé"},
    {
        (MemberState.ACTIVE, MemberEvent.CHANGE): MemberState.ACTIVE,
        (MemberState.ACTIVE, MemberEvent.WITHDRAW): MemberState.CLOSED,
        (MemberState.CLOSED, MemberEvent.REOPEN): MemberState.ACTIVE,
    },
)

MAY_HOLD_PERMISSIONS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
"""The roles to which a permission can be granted: a reader changes nothing."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of one school; ``username`` is the sign-in's, and the key of the record.

    ``email`` is the address of the account, normalised; ``since`` the instant (UTC) from which the access is
    as ``state`` says. A closed member keeps the record: the journal's names stay readable.
    """

    username: str
    school_id: str
    name: str
    role: Role
    permissions: frozenset[Permission] = frozenset()
    email: str = ""
    state: MemberState = MemberState.ACTIVE
    since: datetime | None = None


class Office(StrEnum):
    """What a school must never be without: somebody who holds it and may sign in."""

    ADMINISTRATOR = "administrator"
    DIRECT_DEBIT_ADMINISTRATOR = "direct_debit_administrator"


LAST_OF_OFFICE = {
    Office.ADMINISTRATOR: (
        "C’est le dernier administrateur de l’établissement : nommez d’abord un autre administrateur."
    ),
    Office.DIRECT_DEBIT_ADMINISTRATOR: (
        "C’est le dernier administrateur des prélèvements : "
        "accordez d’abord cette permission à un autre membre."
    ),
}
"""Why the last holder keeps an office, and what to do first."""


def offices_of(member: Member) -> frozenset[Office]:
    """The offices that the member fills; none once the access is closed."""
    if member.state is MemberState.CLOSED:
        return frozenset()
    held = set()
    if member.role is Role.ADMINISTRATOR:
        held.add(Office.ADMINISTRATOR)
    if Permission.DIRECT_DEBIT_ADMINISTRATOR in member.permissions:
        held.add(Office.DIRECT_DEBIT_ADMINISTRATOR)
    return frozenset(held)


def check_permissions(role: Role, permissions: frozenset[Permission]) -> None:
    """Raises InvalidInput where the role cannot hold a permission."""
    if permissions and role not in MAY_HOLD_PERMISSIONS:
        message = (
            "Un membre en lecture ne peut pas avoir de permission : "
            "donnez-lui le rôle d’opérateur, ou retirez la permission."
        )
        raise InvalidInput([FieldError("permissions", "role_without_permissions", message)])


def normalised_email(text: str) -> str:
    """An address as it is compared: one person is not invited twice for a capital letter."""
    return text.strip().lower()
