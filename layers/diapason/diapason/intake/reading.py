"""What reading a file gives: the sound records, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from diapason.intake.problems import Problems

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Read(Generic[E]):
    """``entries`` are the records without a fault, each with all its rows; ``faulty`` counts the others.

    ``stray_rows`` name no record that could be told: any record may lack one of them. ``columns`` are the
    names of those that the file has; unknown ones were left aside, and that alone refuses nothing.
    """

    entries: list[E]
    rows: int
    faulty: int
    stray_rows: int
    problems: Problems
    columns: frozenset[str]
    unknown_columns: tuple[str, ...]


class Faulty:
    """The records that have a bad row, by what identifies them."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self.stray_rows = 0

    def add(self, key: str | None) -> None:
        """A record with a bad row; None where the row does not say of which record it is."""
        if key is None:
            self.stray_rows += 1
        else:
            self._keys.add(key)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)
