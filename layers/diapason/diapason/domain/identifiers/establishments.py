"""Companies, associations and their establishments, as INSEE numbers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from diapason.domain.identifiers.faults import InvalidEstablishment
from diapason.domain.identifiers.spelling import compact

SIREN_LENGTH: Final = 9
SIRET_LENGTH: Final = 14


@dataclass(frozen=True, slots=True)
class Siren:
    """Number of a company or association, 9 digits."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a SIREN with blanks; raises InvalidEstablishment."""
        from stdnum.fr import siren

        digits = _digits("siren", text, SIREN_LENGTH)
        if not siren.is_valid(digits):
            raise _wrong_check_digit("siren")
        return cls(digits)

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Siret:
    """Number of an establishment, 14 digits: a SIREN and a rank."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a SIRET with blanks; raises InvalidEstablishment."""
        from stdnum.fr import siret

        digits = _digits("siret", text, SIRET_LENGTH)
        if not siret.is_valid(digits):
            raise _wrong_check_digit("siret")
        return cls(digits)

    @property
    def siren(self) -> Siren:
        """The company or association that the establishment belongs to."""
        return Siren(self.digits[:SIREN_LENGTH])

    def __str__(self) -> str:
        return self.digits


def _digits(identifier: str, text: str, length: int) -> str:
    digits = compact(text)
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        raise InvalidEstablishment(
            f"{identifier}.length", f"Le numéro {identifier.upper()} compte {length} chiffres, sans lettre."
        )
    return digits


def _wrong_check_digit(identifier: str) -> InvalidEstablishment:
    return InvalidEstablishment(
        f"{identifier}.check_digit",
        f"Ce numéro {identifier.upper()} n'existe pas : un chiffre est faux ou deux sont intervertis.",
    )
