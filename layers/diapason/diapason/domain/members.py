"""The people of a school: their role, and the permission that is granted apart from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    READER = "reader"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What no role brings along: it is granted to a member by name."""

    DIRECT_DEBIT_ADMINISTRATOR = "direct_debit_administrator"


ROLE_WORDS = {
    Role.READER: "lecture",
    Role.OPERATOR: "opérateur",
    Role.ADMINISTRATOR: "administrateur de l’établissement",
}
PERMISSION_WORDS = {Permission.DIRECT_DEBIT_ADMINISTRATOR: "administrateur des prélèvements"}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of one school; ``username`` is the sign-in's, and the key of the record."""

    username: str
    school_id: str
    name: str
    role: Role
    permissions: frozenset[Permission] = frozenset()
