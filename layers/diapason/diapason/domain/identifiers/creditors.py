"""Who collects (creditor identifier, "ICS") and by which authorisation (mandate reference, "RUM")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from diapason.domain.identifiers.faults import InvalidCreditorIdentifier, InvalidMandateReference
from diapason.domain.identifiers.mod_97 import as_digits, leaves_one
from diapason.domain.identifiers.spelling import compact, single_spaced

MANDATE_REFERENCE_LIMIT: Final = 35

_CREDITOR_IDENTIFIER: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_FRENCH_CREDITOR_IDENTIFIER: Final = re.compile(r"FR[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{6}")
# Nearly all: neither blanks nor slashes, and so nothing more to look at.
_PLAIN_REFERENCE: Final = re.compile(r"[A-Za-z0-9\-?:().,'+]{1,35}")
_MANDATE_REFERENCE: Final = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")


@dataclass(frozen=True, slots=True)
class CreditorIdentifier:
    """The number under which a creditor collects in SEPA (attribute AT-02 of the EPC rulebooks).

    Country, check digits, business code of three left out of the check (ZZZ by default), national number.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a creditor identifier with blanks and in any case.

        Raises:
            InvalidCreditorIdentifier: another shape, or check digits that do not fit.
        """
        identifier = compact(text)
        shape = _FRENCH_CREDITOR_IDENTIFIER if identifier.startswith("FR") else _CREDITOR_IDENTIFIER
        if not shape.fullmatch(identifier):
            raise InvalidCreditorIdentifier(
                "creditor_identifier.structure",
                "Un ICS français compte 13 caractères : FR, deux chiffres, trois caractères (souvent ZZZ) et"
                " six attribués par la Banque de France, par exemple FR72ZZZ123456.",
            )
        if not _has_valid_check_digits(identifier):
            raise InvalidCreditorIdentifier(
                "creditor_identifier.check_digits",
                "La clé de contrôle de l'ICS ne correspond pas. Recopiez-le depuis le courrier de la banque.",
            )
        return cls(identifier)

    def __str__(self) -> str:
        return self.text


def _has_valid_check_digits(identifier: str) -> bool:
    """AT-02: number, country and check digits; the business code does not count."""
    return leaves_one(as_digits(identifier[7:] + identifier[:4]))


@dataclass(frozen=True, slots=True)
class MandateReference:
    """The reference of a mandate as it was signed (AT-01); unique for one creditor identifier."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a mandate reference; blanks around it are dropped.

        Raises:
            InvalidMandateReference: empty, longer than 35, a character outside the SEPA set, or a slash at
                either end or doubled (EPC clarification paper on the use of slashes).
        """
        if _PLAIN_REFERENCE.fullmatch(text):
            return cls(text)
        reference = single_spaced(text)
        if not reference:
            raise InvalidMandateReference(
                "mandate_reference.empty", "Indiquez la référence du mandat (RUM) : elle manque."
            )
        if len(reference) > MANDATE_REFERENCE_LIMIT:
            raise InvalidMandateReference(
                "mandate_reference.length",
                f"La référence du mandat (RUM) admet {MANDATE_REFERENCE_LIMIT} caractères ; celle-ci en"
                f" compte {len(reference)}.",
            )
        if not _MANDATE_REFERENCE.fullmatch(reference):
            raise InvalidMandateReference(
                "mandate_reference.characters",
                "La référence du mandat (RUM) n'admet que des lettres sans accent, des chiffres, des espaces"
                " et les signes / - ? : ( ) . , ' +",
            )
        if "/" in reference and not _has_lone_slashes(reference):
            raise InvalidMandateReference(
                "mandate_reference.slash",
                "La référence du mandat (RUM) ne commence ni ne finit par « / » et ne contient pas « // ».",
            )
        return cls(reference)

    @property
    def normalised(self) -> str:
        """The key by which two references are the same."""
        return normalised_mandate_reference(self.text)

    def __str__(self) -> str:
        return self.text


def _has_lone_slashes(reference: str) -> bool:
    """No slash at either end, and none beside another, blanks between them left aside."""
    return not (reference.startswith("/") or reference.endswith("/") or "//" in compact(reference))


def normalised_mandate_reference(text: str) -> str:
    """A mandate reference for comparison: without case and blanks (EPC rulebook, attribute AT-01)."""
    return compact(text)
