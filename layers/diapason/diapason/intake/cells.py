"""One cell at a time: what may stand in it, and French words where something else does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, InvalidIdentifier, MandateReference
from diapason.domain.identifiers.spelling import single_spaced
from diapason.domain.money import MAX_CENTS, InvalidAmount, parse_cents
from diapason.intake.columns import Matched, folded
from diapason.intake.problems import CellFault, Problems
from diapason.intake.tables import MAX_CELL, Row

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

FIRST_YEAR = 1990
LAST_YEAR = 2099
_FRENCH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_FORMULA_SIGNS = ("=", "+", "@")


class Cells:
    """The cells of one row. Each fault becomes a problem of that row and column; ``are_sound`` tells whether
    there was none so far."""

    def __init__(self, row: Row, columns: Matched, problems: Problems) -> None:
        self.line = row.line
        self.are_sound = True
        self._cells = row.cells
        self._faults = row.faults
        self._columns = columns
        self._problems = problems
        if len(row.cells) > columns.width and (
            any(cell.strip() for cell in row.cells[columns.width :])
            or max(row.faults, default=-1) >= columns.width
        ):
            self.refuse("", "row.too_long", "La ligne compte plus de cellules que la ligne de titres.")

    def holds(self, name: str) -> bool:
        """Whether something stands in the column."""
        return bool(self._text(name))

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """What the column holds; None where the cell is empty or faulty."""
        place = self._columns.places.get(name)
        unusable = self._faults.get(place) if place is not None else None
        if unusable is not None:
            self.refuse(name, unusable.code, unusable.message)
            return None
        text = self._text(name)
        if not text:
            if self._columns.layout.columns[name].is_mandatory:
                self.refuse(name, "cell.missing", "Cette information manque.")
            return None
        try:
            if len(text) > MAX_CELL:
                raise CellFault("cell.too_long", f"La cellule dépasse {MAX_CELL} caractères.")
            return reader(text)
        except CellFault as fault:
            self.refuse(name, fault.code, fault.message)
        except InvalidIdentifier as fault:
            self.refuse(name, fault.code, fault.message)
        return None

    def _text(self, name: str) -> str:
        place = self._columns.places.get(name)
        return self._cells[place].strip() if place is not None and place < len(self._cells) else ""

    def refuse(self, name: str, code: str, message: str) -> None:
        """Adds a problem in the column of that name, or of the whole row where the name is empty."""
        self.are_sound = False
        header = self._columns.layout.columns[name].header if name else ""
        self._problems.add(self.line, header, code, message)


def text_up_to(limit: int) -> Callable[[str], str]:
    """A reader of plain text: blanks single, no control characters, nothing a spreadsheet would compute."""

    def read(text: str) -> str:
        plain = single_spaced(text)
        if plain.startswith(_FORMULA_SIGNS):
            raise CellFault("text.formula", "Une cellule de texte ne commence pas par « = », « + » ou « @ ».")
        if not plain.isprintable():
            raise CellFault("text.control", "Le texte contient un caractère de commande : retapez-le.")
        if len(plain) > limit:
            raise CellFault(
                "text.too_long", f"Ce texte admet {limit} caractères ; il en compte {len(plain)}."
            )
        return plain

    return read


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """``jj/mm/aaaa``, or ISO 8601."""
    if french := _FRENCH_DATE.fullmatch(text):
        numbers = french[3], french[2], french[1]
    elif iso := _ISO_DATE.fullmatch(text):
        numbers = iso[1], iso[2], iso[3]
    else:
        raise CellFault("date.form", "Écrivez la date sous la forme jj/mm/aaaa, par exemple 05/03/2026.")
    try:
        read = date(*map(int, numbers))
    except ValueError:
        raise CellFault("date.calendar", "Cette date n’existe pas au calendrier.") from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise CellFault("date.range", f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
    return read


def amount(text: str) -> int:
    """Cents, not zero, within what a direct debit can carry."""
    try:
        cents = parse_cents(text)
    except InvalidAmount:
        raise CellFault(
            "amount.form", "Écrivez le montant en euros avec deux décimales au plus, par exemple 1 234,56."
        ) from None
    if cents == 0:
        raise CellFault("amount.zero", "Le montant ne peut pas être nul.")
    if abs(cents) > MAX_CENTS:
        raise CellFault("amount.range", "Le montant dépasse 999 999 999,99 €.")
    return cents


class Choice(Generic[E]):
    """A reader of one word out of a list; case, accents and blanks do not count. Of several words for one
    value, the first is proposed, and shown."""

    def __init__(self, words: Mapping[str, E]) -> None:
        self._known = {folded(word): value for word, value in words.items()}
        self._words: dict[E, str] = {}
        for word, value in words.items():
            self._words.setdefault(value, word)

    def __call__(self, text: str) -> E:
        value = self._known.get(folded(text))
        if value is None:
            proposed = ", ".join(self._words.values())
            raise CellFault(
                "choice.unknown", f"Valeur non reconnue. Indiquez l’une de celles-ci : {proposed}."
            )
        return value

    def word(self, value: E) -> str:
        return self._words[value]


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise CellFault("email.form", "Ce n’est pas une adresse de courriel.")
    return text_up_to(254)(text)


def country(text: str) -> str:
    """ISO 3166-1 alpha-2."""
    if folded(text) == "france":
        return "FR"
    if not _COUNTRY.fullmatch(text):
        raise CellFault("country.form", "Indiquez le code du pays en deux lettres, par exemple FR ou MC.")
    return text.upper()


def iban(text: str) -> Iban:
    return Iban.parse(text)


def bic(text: str) -> str:
    return Bic.parse(text).code


def mandate_reference(text: str) -> str:
    if text.startswith(_FORMULA_SIGNS):
        raise CellFault("text.formula", "Une RUM ne commence pas par « = », « + » ou « @ ».")
    return MandateReference.parse(text).text


def creditor_identifier(text: str) -> str:
    return CreditorIdentifier.parse(text).text
