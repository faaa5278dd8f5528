"""The rows of one sheet (ISO/IEC 29500-1 §18.3.1), as they come off its part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from diapason.intake.package import damaged
from diapason.intake.problems import CellFault, UnreadableFile
from diapason.intake.sheet_cells import LongText, Style, cell_text
from diapason.intake.tables import Row
from diapason.intake.xml_events import Attributes, Events, XmlPart

MAX_COLUMNS = 200
LAST_LINE = 1_048_576
LAST_PLACE = 16_383
"""Where a sheet ends (column XFD)."""

_PASTE_VALUES = (
    "La cellule contient une formule : copiez la colonne, puis collez-la sur elle-même par « Collage "
    "spécial », « Valeurs »."
)


def sheet_rows(
    pieces: Iterable[bytes], strings: Sequence[str], styles: Sequence[Style], *, epoch_1904: bool
) -> Iterator[Row]:
    """The rows that hold a cell, in their order; raises UnreadableFile."""
    cells = _Cells(strings, styles, epoch_1904=epoch_1904)
    part = XmlPart(cells)
    for piece in pieces:
        part.feed(piece)
        yield from cells.rows
        cells.rows.clear()
    part.close()
    yield from cells.rows


class _Cells(Events):
    def __init__(self, strings: Sequence[str], styles: Sequence[Style], *, epoch_1904: bool) -> None:
        self.rows: list[Row] = []
        self._strings = strings
        self._styles = styles
        self._epoch_1904 = epoch_1904
        self._line = 0
        self._column = -1
        self._texts: list[str] = []
        self._faults: dict[int, CellFault] = {}
        self._kind = ""
        self._style = Style.PLAIN
        self._stored = LongText()
        self._values = 0
        self._is_value = False
        self._is_phonetic = False
        self._is_formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._begin_value()
        elif name == "t":
            self._is_value = self._kind == "inlineStr" and not self._is_phonetic
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._is_phonetic = True

    def text(self, text: str) -> None:
        if self._is_value:
            self._stored.add(text)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._texts:
                self.rows.append(Row(self._line, self._texts, self._faults))
        elif name == "rPh":
            self._is_phonetic = False

    def _begin_row(self, attributes: Attributes) -> None:
        line = _whole(attributes["r"]) if "r" in attributes else self._line + 1
        if not self._line < line <= LAST_LINE:
            raise damaged()
        self._line, self._column = line, -1
        self._texts, self._faults = [], {}

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _place(attributes["r"]) if "r" in attributes else self._column + 1
        if not self._column < place <= LAST_PLACE:
            raise damaged()
        self._column = place
        self._kind = attributes.get("t", "n")
        number = attributes.get("s")
        self._style = Style.PLAIN if number is None else self._style_of(number)
        self._is_formula = False
        self._values = 0

    def _style_of(self, number: str) -> Style:
        style = _whole(number)
        return self._styles[style] if style < len(self._styles) else Style.PLAIN

    def _begin_value(self) -> None:
        self._values += 1
        if self._values > 1:
            raise damaged()
        self._is_value = self._kind != "inlineStr"

    def _end_cell(self) -> None:
        stored = self._stored.taken()
        if not stored and not self._is_formula:
            return
        if self._column >= MAX_COLUMNS:
            raise UnreadableFile(
                "file.too_many_columns",
                f"La feuille dépasse {MAX_COLUMNS} colonnes : ne gardez que celles à importer.",
                self._line,
            )
        self._texts += [""] * (self._column - len(self._texts))
        self._texts.append("")
        if self._is_formula:
            self._faults[self._column] = CellFault("cell.formula", _PASTE_VALUES)
            return
        try:
            self._texts[-1] = cell_text(
                self._kind, stored, self._style, self._strings, epoch_1904=self._epoch_1904
            )
        except CellFault as fault:
            self._faults[self._column] = fault.with_traceback(None)


def _place(reference: str) -> int:
    """The column of ``AB12``, from 0."""
    return _place_of(reference.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _place_of(letters: str) -> int:
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise damaged()
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise damaged()
    return int(text)
