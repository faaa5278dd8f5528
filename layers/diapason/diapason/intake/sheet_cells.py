"""What one cell of a workbook says, as the text that CSV would hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum, auto
from functools import lru_cache

from diapason.intake.package import damaged
from diapason.intake.problems import CellFault
from diapason.intake.tables import MAX_CELL
from diapason.intake.xml_events import Attributes, Events

MAX_STORED = 1_000_000
"""Different texts, or cell formats, that a workbook may keep."""

KEPT_DIGITS = 15
"""A spreadsheet's numbers are binary: it writes 17 digits, 19.99 as 19.989999999999998, and keeps and shows
15. Cut to these, the number is the one that was typed; an amount of 999 999 999,99 has 11."""

_KEPT = Context(prec=KEPT_DIGITS, rounding=ROUND_HALF_EVEN)
_FROM_1900 = date(1899, 12, 30)
"""Day 0 of all dates after 28/02/1900: spreadsheets count a 29th (ISO/IEC 29500-1 §18.17.4.1)."""
_FROM_1904 = date(1904, 1, 1)
_LAST_SERIAL = 2_900_000
_MINUTES = 24 * 60
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,4})?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00:00(?::00(?:\.0+)?)?Z?)?")


class Style(Enum):
    PLAIN = auto()
    DATE = auto()


def unescaped(text: str) -> str:
    """The text that ST_Xstring stands for: ``_x000D_`` is a line end (ISO/IEC 29500-1 §22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class LongText:
    """Text as it comes, piece by piece; what no column admits is not kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = MAX_CELL + 1

    def add(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def taken(self) -> str:
        """The text so far; the next one begins empty."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._room = MAX_CELL + 1
        return text


class SharedStrings(Events):
    """The texts that cells name by number (§18.4.9); how a word is pronounced is no part of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._text = LongText()
        self._is_text = False
        self._is_phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._is_text = not self._is_phonetic

    def text(self, text: str) -> None:
        if self._is_text:
            self._text.add(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            if len(self.texts) == MAX_STORED:
                raise damaged()
            self.texts.append(unescaped(self._text.taken()))


def cell_text(kind: str, stored: str, style: Style, strings: Sequence[str], *, epoch_1904: bool) -> str:
    """The text of a cell of this type (ST_CellType, §18.18.11).

    Raises CellFault for an error and for a number that lost digits, UnreadableFile for what no spreadsheet
    writes.
    """
    match kind:
        case "s":
            if not stored.isascii() or not stored.isdigit() or int(stored[:12]) >= len(strings):
                raise damaged()
            return strings[int(stored)]
        case "inlineStr" | "str":
            return unescaped(stored)
        case "e":
            raise CellFault(
                "cell.error", f"La cellule contient une erreur ({stored[:10]}) : corrigez-la dans le tableur."
            )
        case "b":
            return "VRAI" if stored == "1" else "FAUX"
        case "d":
            moment = _ISO_MOMENT.fullmatch(stored)
            return moment[1] if moment else stored
        case "n" if style is Style.DATE:
            return _day(stored, epoch_1904=epoch_1904)
        case "n":
            return _digits(_number(stored))
    raise damaged()


def _number(stored: str) -> Decimal:
    if not _NUMBER.fullmatch(stored):
        raise damaged()
    return Decimal(stored)


def _digits(number: Decimal) -> str:
    if number.is_zero():
        return "0"
    if number.adjusted() >= KEPT_DIGITS:
        raise CellFault(
            "cell.digits_lost",
            f"Ce nombre compte plus de {KEPT_DIGITS} chiffres, et le tableur en a perdu : mettez la cellule "
            "au format Texte, puis ressaisissez-la.",
        )
    if number.adjusted() < -KEPT_DIGITS:
        return str(number)
    kept = _KEPT.plus(number)
    text = f"{kept:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=4096)
def _day(stored: str, *, epoch_1904: bool) -> str:
    """``jj/mm/aaaa``; a time of day is shown behind it, and no column of dates admits it."""
    number = _number(stored)
    if not 0 <= number <= _LAST_SERIAL:
        return _digits(number)
    minutes = round(number * _MINUTES)
    day = (_FROM_1904 if epoch_1904 else _FROM_1900) + timedelta(days=minutes // _MINUTES)
    time = minutes % _MINUTES
    text = f"{day:%d/%m/%Y}"
    return f"{text} {time // 60:02d}:{time % 60:02d}" if time else text
