"""Account numbers (IBAN) and the codes of banks (BIC).

French and Monegasque accounts are checked here; the others load schwifty's registry, whose import is slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Self

from diapason.domain.identifiers.faults import InvalidBic, InvalidIban
from diapason.domain.identifiers.mod_97 import as_digits, leaves_one
from diapason.domain.identifiers.spelling import compact

# Countries whose accounts are a bank code, a branch code, an account number and the "clé RIB".
RIB_COUNTRIES: Final = frozenset({"FR", "MC"})
_RIB_IBAN: Final = re.compile(r"(?:FR|MC)[0-9]{12}[0-9A-Z]{11}[0-9]{2}")
_LOOKS_LIKE_AN_IBAN: Final = re.compile(r"[A-Z]{2}[0-9A-Z]*")
_ANY_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}")

# ISO 7064 yields 02 to 98; 00, 01 and 99 leave the same remainder and are never issued.
_NEVER_ISSUED_CHECK_DIGITS: Final = frozenset({"00", "01", "99"})

# ISO 9362 as pain.008.001.02 restricts it: what passes here passes in .07 and .08 too.
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")

# In the "clé RIB" letters count 1 to 9, 1 to 9, 2 to 9.
_RIB_LETTERS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


@dataclass(frozen=True, slots=True, repr=False)
class Iban:
    """An account number (ISO 13616) that does not print itself.

    ``str``, ``repr`` and f-strings show ``FR76••••0189``; the number stands in ``electronic`` alone, so
    writing it out is always a decision. The constructor takes a stored value: it checks shape and mod 97.

    Raises:
        InvalidIban: the characters or the check digits do not fit.
    """

    electronic: str

    def __post_init__(self) -> None:
        if not _ANY_IBAN.fullmatch(self.electronic):
            raise _not_an_account_number()
        if not _has_valid_check_digits(self.electronic):
            raise InvalidIban(
                "iban.check_digits",
                "La clé de contrôle de l'IBAN ne correspond pas : un caractère est faux ou interverti."
                " Recopiez l'IBAN depuis le RIB.",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an IBAN as people write it: with blanks, in any case.

        Checks characters, country, length, structure, mod 97 and, for French and Monegasque accounts, the
        "clé RIB". Keys inside the account numbers of other countries are left to their banks: the methods
        vary from bank to bank, and refusing a true account is the greater fault.

        Raises:
            InvalidIban: with the first fault found.
        """
        electronic = compact(text)
        holds_rib = _RIB_IBAN.fullmatch(electronic)
        if not holds_rib:
            _check_registered_structure(electronic)
        iban = cls(electronic)
        if holds_rib and not _has_valid_rib_key(electronic):
            raise InvalidIban(
                "iban.bank_key",
                "La clé RIB ne correspond pas au compte : un chiffre du code banque, du code guichet ou"
                " du numéro de compte est faux. Demandez un nouveau RIB.",
            )
        return iban

    @property
    def country(self) -> str:
        """ISO 3166 code of the country whose banks issued the account."""
        return self.electronic[:2]

    @property
    def bank_code(self) -> str:
        """National code of the bank ("code banque")."""
        if self.country in RIB_COUNTRIES:
            return self.electronic[4:9]
        return _national_codes(self.electronic)[0]

    @property
    def branch_code(self) -> str:
        """National code of the branch ("code guichet"); empty where the country has none."""
        if self.country in RIB_COUNTRIES:
            return self.electronic[9:14]
        return _national_codes(self.electronic)[1]

    @property
    def masked(self) -> str:
        """Country, check digits and the last four characters: ``FR76••••0189``."""
        return f"{self.electronic[:4]}••••{self.electronic[-4:]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Iban({self.masked})"

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)


def _has_valid_check_digits(iban: str) -> bool:
    """ISO 13616: account, country and check digits, letters as two digits, leave 1 modulo 97."""
    check_digits = iban[2:4]
    if check_digits in _NEVER_ISSUED_CHECK_DIGITS:
        return False
    return leaves_one(as_digits(iban[4:]) + _country_number(iban[:2]) + check_digits)


_country_number = cache(as_digits)


def _has_valid_rib_key(iban: str) -> bool:
    """Clé RIB: bank, branch, account and key read as one number are a multiple of 97; 01 to 97 (CFONB)."""
    bank_account = iban[4:]
    if not bank_account.isdigit():
        bank_account = bank_account.translate(_RIB_LETTERS)
    return int(bank_account) % 97 == 0 and "01" <= iban[25:] <= "97"


def _not_an_account_number() -> InvalidIban:
    return InvalidIban(
        "iban.characters",
        "Un IBAN commence par deux lettres et deux chiffres (FR76, par exemple) et ne contient que des"
        " lettres sans accent et des chiffres. Recopiez-le depuis le RIB.",
    )


def _check_registered_structure(electronic: str) -> None:
    """Compare with the ISO 13616 registry as schwifty carries it; raises InvalidIban."""
    from schwifty import registry
    from schwifty.exceptions import InvalidCountryCode

    if not _LOOKS_LIKE_AN_IBAN.fullmatch(electronic):
        raise _not_an_account_number()
    country = electronic[:2]
    try:
        spec = registry.get_iban_spec(country)
    except InvalidCountryCode as error:
        raise InvalidIban(
            "iban.country",
            f"« {country} » n'est le début d'aucun IBAN connu. Un IBAN français commence par FR.",
        ) from error
    if len(electronic) != spec.iban_length:
        raise InvalidIban(
            "iban.length",
            f"Un IBAN {country} compte {spec.iban_length} caractères, celui-ci en compte {len(electronic)}."
            " Recopiez-le en entier depuis le RIB.",
        )
    if not electronic[2:4].isdigit() or not spec.regex.match(electronic[4:]):
        raise InvalidIban(
            "iban.structure",
            f"Dans cet IBAN {country}, des lettres sont à la place de chiffres ou l'inverse (un O pour un"
            " zéro, par exemple). Recopiez-le depuis le RIB.",
        )


def _national_codes(electronic: str) -> tuple[str, str]:
    from schwifty import IBAN

    known = IBAN(electronic, allow_invalid=True)
    return known.bank_code, known.branch_code


@dataclass(frozen=True, slots=True)
class Bic:
    """Code of a bank (ISO 9362), 8 or 11 characters.

    Raises:
        InvalidBic: the code has another shape.
    """

    code: str

    def __post_init__(self) -> None:
        if not _BIC.fullmatch(self.code):
            raise InvalidBic(
                "bic.structure",
                "Un BIC compte 8 ou 11 caractères : six lettres (la banque puis le pays), puis deux ou cinq"
                " lettres ou chiffres, par exemple AGRIFRPP. Recopiez-le depuis le RIB.",
            )

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> Bic:
        """Read a BIC with blanks and in any case; raises InvalidBic. Banks are few: each is read once."""
        return Bic(compact(text))

    @property
    def country(self) -> str:
        """ISO 3166 code of the bank's country."""
        return self.code[4:6]

    def __str__(self) -> str:
        return self.code


def bic_of(iban: Iban) -> Bic | None:
    """The bank's BIC as its national code tells it, or None where the registry does not know the bank."""
    if iban.country in RIB_COUNTRIES:
        return _bic_of_bank(iban.country, iban.bank_code)
    return _bic_of_bank(iban.country, _registered_bank_key(iban.electronic))


def _registered_bank_key(electronic: str) -> str:
    """The characters by which the registry of banks of that country is ordered: bank, or bank and branch."""
    from schwifty import registry
    from schwifty.domain import Component

    spec = registry.get_iban_spec(electronic[:2])
    places = [spec.positions[part] for part in spec.bic_lookup_components or [Component.BANK_CODE]]
    return "".join(electronic[4:][place.start : place.end] for place in places)


@lru_cache(maxsize=4096)
def _bic_of_bank(country: str, bank_key: str) -> Bic | None:
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        return Bic(str(BIC.from_bank_code(country, bank_key)))
    except (SchwiftyException, InvalidBic):
        return None
