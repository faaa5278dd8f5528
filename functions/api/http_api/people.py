"""Who did it, as a person reads it: a name, also of somebody whose access is closed."""

from __future__ import annotations

from diapason.domain.members import PLATFORM
from diapason.store.house import SchoolStore
from diapason.store.journal import HOUSE

HOUSE_NAME = "Diapason"
PLATFORM_NAME = "La plateforme"


class People:
    """The names of one school's people, read once."""

    def __init__(self, store: SchoolStore) -> None:
        self._names = {found.value.username: found.value.name for found in store.members.listed()}

    def name_of(self, who: str) -> str:
        """The display name; whoever is no member of the school keeps the name that was recorded."""
        if who == HOUSE:
            return HOUSE_NAME
        if who.startswith(f"{PLATFORM}:"):
            return PLATFORM_NAME
        return self._names.get(who, who)
