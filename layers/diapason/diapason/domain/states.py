"""State machines as tables: (state, event) → state. What the table does not hold is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from diapason.domain.errors import StateRefused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class StateTable(Generic[S, E]):
    """One thing's life. ``words`` are the states as the screen shows them."""

    def __init__(self, thing: str, words: Mapping[S, str], rows: Mapping[tuple[S, E], S]) -> None:
        self.thing = thing
        self.words = words
        self._rows = rows

    def after(self, state: S, event: E) -> S:
        """The state that follows; raises StateRefused where the table has no row."""
        try:
            return self._rows[state, event]
        except KeyError:
            raise StateRefused(
                f"{self.thing} : impossible dans l’état « {self.words[state]} ». "
                "Rechargez la page pour voir ce qui est permis maintenant."
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether the table holds a row for this event in this state."""
        return (state, event) in self._rows

    def sources(self, event: E) -> frozenset[S]:
        """The states in which the event is allowed: what a condition in the database lists."""
        return frozenset(state for state, known in self._rows if known == event)
