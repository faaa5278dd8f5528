"""Which columns a file may have, and how its own header is recognised."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from diapason.intake.problems import UnreadableFile


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` is ours, ``header`` the one that the documentation shows, ``also`` are others in use.

    A mandatory column must stand in the header and hold something in every row. ``example`` is what the model
    file shows.
    """

    name: str
    header: str
    also: tuple[str, ...] = ()
    is_mandatory: bool = False
    example: str = ""


def folded(text: str) -> str:
    """The letters and digits of a text, without accents or case: how headers and choices are compared."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in decomposed if letter.isalnum()).casefold()


class Layout:
    """The columns of one kind of file."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = {column.name: column for column in columns}
        self._by_title = {
            folded(title): column for column in columns for title in (column.header, *column.also)
        }

    def model(self) -> str:
        """A file to start from, as French spreadsheets open it: the titles, and one row of examples."""
        columns = self.columns.values()
        rows = [[column.header for column in columns], [column.example for column in columns]]
        return "\ufeff" + "".join(f"{';'.join(row)}\r\n" for row in rows)

    def match(self, header: Sequence[str]) -> Matched:
        """Raises UnreadableFile where a mandatory column lacks or a column stands twice."""
        places: dict[str, int] = {}
        unknown = []
        for place, title in enumerate(header):
            column = self._by_title.get(folded(title))
            if column is None:
                if title.strip():
                    unknown.append(" ".join(title.split()))
            elif column.name in places:
                raise UnreadableFile(
                    "header.twice", f"La colonne « {column.header} » figure deux fois dans le fichier.", 1
                )
            else:
                places[column.name] = place
        missing = [
            f"« {column.header} »"
            for column in self.columns.values()
            if column.is_mandatory and column.name not in places
        ]
        if missing:
            raise UnreadableFile(
                "header.missing",
                f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(missing)} : "
                "la première ligne du fichier doit porter ces titres.",
                1,
            )
        return Matched(self, places, tuple(unknown), len(header))


@dataclass(frozen=True, slots=True)
class Matched:
    """Where the columns stand in one file; ``unknown`` titles are left aside."""

    layout: Layout
    places: dict[str, int]
    unknown: tuple[str, ...]
    width: int

    @property
    def present(self) -> frozenset[str]:
        """The names of the columns that the file has."""
        return frozenset(self.places)
