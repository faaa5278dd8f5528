"""What the platform sees: the schools and their options, and no bank or family data."""

from __future__ import annotations

from diapason.domain.creditor import School
from diapason.domain.errors import NotFound
from diapason.store.house import House, SchoolStore
from diapason.store.registry import schools
from diapason.store.versioned import Versioned


class Platform:
    """The house as the platform's people may use it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.clock = house.clock

    def schools(self) -> list[Versioned[School]]:
        """Every school, by name."""
        return sorted(schools(), key=lambda found: (found.value.name.casefold(), found.value.id))

    def school(self, school_id: str) -> Versioned[School]:
        """Raises NotFound."""
        return self._store(school_id).registry.versioned_school()

    def put_school(
        self, school: School, revision: int, who: str, event: str, **facts: object
    ) -> Versioned[School]:
        """Writes over the revision that was read; raises VersionConflict."""
        registry = self._store(school.id).registry
        registry.put_school(school, revision, who, event, **facts)
        return registry.versioned_school()

    def _store(self, school_id: str) -> SchoolStore:
        """The one place where a school's id comes from a request; nothing of its store leaves this class but
        the school's own record."""
        try:
            return self._house.school(school_id)
        except ValueError:
            raise NotFound from None
