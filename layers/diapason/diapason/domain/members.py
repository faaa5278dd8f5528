"""The people of a school and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    READER = "reader"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    Role.READER: "lecture",
    Role.OPERATOR: "opérateur",
    Role.ADMINISTRATOR: "administrateur de l’établissement",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of one school; ``username`` is the sign-in's, and the key of the record."""

    username: str
    school_id: str
    name: str
    role: Role
