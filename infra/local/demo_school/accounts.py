"""Account numbers that are valid and belong to nobody.

The banks exist, so that their BIC can be derived; branch 99999 does not.
"""

from random import Random

BANKS = ("30002", "30003", "30004", "20041", "10278", "30066", "10107", "30056")
NOBODYS_BRANCH = "99999"
_LETTERS = {letter: str(ord(letter) - 55) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def french_iban(bank: str, account: int) -> str:
    """An account of a French bank: "clé RIB" (CFONB), then check digits (ISO 7064)."""
    return _iban("FR", bank, account)


def monegasque_iban(account: int) -> str:
    """Monaco's accounts have the French form."""
    return _iban("MC", "12739", account)


def made_up_iban(chance: Random) -> str:
    return french_iban(chance.choice(BANKS), chance.randrange(10**10))


def _iban(country: str, bank: str, account: int) -> str:
    number = f"{account:011d}"
    key = 97 - (89 * int(bank) + 15 * int(NOBODYS_BRANCH) + 3 * account) % 97
    national = f"{bank}{NOBODYS_BRANCH}{number}{key:02d}"
    weighed = int(national + "".join(_LETTERS[letter] for letter in country) + "00")
    return f"{country}{98 - weighed % 97:02d}{national}"
