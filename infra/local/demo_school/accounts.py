"""Account numbers that are valid and belong to nobody.

The banks exist, so that their BIC can be derived; branch 99999 does not.
"""

from random import Random

BANKS = ("30002", "30003", "30004", "20041", "10278", "30066", "10107", "30056")
NOBODYS_BRANCH = "99999"
UNKNOWN_BANK = "99998"
"""No bank has this code, and so no BIC follows from it."""

_MONEGASQUE_BANK = "12739"
_LETTERS = {letter: str(ord(letter) - 55) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def french_iban(bank: str, account: int) -> str:
    """An account of a French bank: "clé RIB" (CFONB), then check digits (ISO 7064)."""
    return _iban("FR", bank, account, _rib_key(bank, account))


def french_iban_of_wrong_bank_key(bank: str, account: int) -> str:
    """As when one digit was misread and the check digits were computed over it."""
    return _iban("FR", bank, account, _rib_key(bank, account) % 97 + 1)


def french_iban_of_wrong_check_digits(bank: str, account: int) -> str:
    iban = french_iban(bank, account)
    return f"{iban[:2]}{(int(iban[2:4]) + 1) % 97 + 2:02d}{iban[4:]}"


def monegasque_iban(account: int) -> str:
    """Monaco's accounts have the French form."""
    return _iban("MC", _MONEGASQUE_BANK, account, _rib_key(_MONEGASQUE_BANK, account))


def made_up_iban(chance: Random) -> str:
    return french_iban(chance.choice(BANKS), chance.randrange(10**10))


def _rib_key(bank: str, account: int) -> int:
    return 97 - (89 * int(bank) + 15 * int(NOBODYS_BRANCH) + 3 * account) % 97


def _iban(country: str, bank: str, account: int, key: int) -> str:
    national = f"{bank}{NOBODYS_BRANCH}{account:011d}{key:02d}"
    weighed = int(national + "".join(_LETTERS[letter] for letter in country) + "00")
    return f"{country}{98 - weighed % 97:02d}{national}"
