"""How a school's sales go into its accounting system: journal, accounts, and who keeps the debits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from diapason.domain.errors import FieldError, InvalidInput

ACCOUNT_DIGITS = (3, 12)
"""Shortest and longest account number; three digits at least, as the chart of accounts numbers them
(LPF, article A47 A-1, VII, 5°)."""

CUSTOMERS_CLASS = "4"
REVENUE_CLASS = "7"

_JOURNAL_CODE = re.compile(r"[A-Z0-9]{1,6}")
_AUXILIARY_PREFIX = re.compile(r"[A-Z0-9]{0,8}")


class EntriesEncoding(StrEnum):
    """The characters of the file of entries. The law names ASCII, ISO 8859-15 and EBCDIC (LPF, article
    A47 A-1, III, 1°); most accounting systems, and the tax office's own test program, read UTF-8 too."""

    UTF_8 = "utf-8"
    ISO_8859_15 = "iso-8859-15"


ENTRIES_ENCODING_WORDS = {EntriesEncoding.UTF_8: "UTF-8", EntriesEncoding.ISO_8859_15: "ISO 8859-15"}


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of the general ledger."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class ActivityAccount:
    """Where the revenue of one activity is booked."""

    activity: str
    account: LedgerAccount


@dataclass(frozen=True, slots=True)
class AccountingSettings:
    """The school's choices. ``keeps_debits``: the accounting system debits what is exported to it, and no
    remittance does. A customer's auxiliary account is ``auxiliary_prefix`` and their reference."""

    keeps_debits: bool = False
    journal_code: str = "VE"
    journal_label: str = "Ventes"
    customers_account: LedgerAccount = LedgerAccount("411000", "Clients")
    revenue_account: LedgerAccount = LedgerAccount("706000", "Prestations de services")
    revenue_by_activity: tuple[ActivityAccount, ...] = ()
    auxiliary_prefix: str = ""
    encoding: EntriesEncoding = EntriesEncoding.UTF_8

    def revenue_of(self, activity: str) -> LedgerAccount:
        """The account of an activity's revenue; the default one where the activity has none."""
        return next(
            (own.account for own in self.revenue_by_activity if own.activity == activity),
            self.revenue_account,
        )

    def auxiliary_of(self, customer_reference: str) -> str:
        """The auxiliary account of a customer."""
        return f"{self.auxiliary_prefix}{customer_reference.strip().upper()}"


def check_settings(settings: AccountingSettings, activities: Collection[str]) -> None:
    """Raises InvalidInput, which names each field that does not hold; ``activities`` are the school's."""
    errors = list(_errors(settings, activities))
    if errors:
        raise InvalidInput(errors)


def _errors(settings: AccountingSettings, activities: Collection[str]) -> Iterator[FieldError]:
    if not _JOURNAL_CODE.fullmatch(settings.journal_code):
        words = "Le code du journal compte 1 à 6 lettres majuscules ou chiffres, par exemple VE."
        yield FieldError("journal_code", "journal_code", words)
    if not _AUXILIARY_PREFIX.fullmatch(settings.auxiliary_prefix):
        words = "Le préfixe compte au plus 8 lettres majuscules ou chiffres, sans accent ni blanc."
        yield FieldError("auxiliary_prefix", "auxiliary_prefix", words)
    yield from _account_errors("customers_account", settings.customers_account, CUSTOMERS_CLASS, "411000")
    yield from _account_errors("revenue_account", settings.revenue_account, REVENUE_CLASS, "706000")
    seen: set[str] = set()
    for rank, own in enumerate(settings.revenue_by_activity):
        path = f"revenue_by_activity.{rank}"
        if own.activity not in activities:
            words = "Cette activité n’existe pas : choisissez-la dans la liste."
            yield FieldError(f"{path}.activity", "unknown", words)
        elif own.activity in seen:
            words = "Cette activité a déjà un compte : gardez une seule ligne par activité."
            yield FieldError(f"{path}.activity", "twice", words)
        seen.add(own.activity)
        yield from _account_errors(f"{path}.account", own.account, REVENUE_CLASS, "706000")


def _account_errors(
    path: str, account: LedgerAccount, account_class: str, example: str
) -> Iterator[FieldError]:
    shortest, longest = ACCOUNT_DIGITS
    number = account.number
    if not (number.isascii() and number.isdigit() and shortest <= len(number) <= longest):
        words = f"Un numéro de compte compte {shortest} à {longest} chiffres, par exemple {example}."
        yield FieldError(f"{path}.number", "account_number", words)
    elif not number.startswith(account_class):
        words = f"Ce compte doit commencer par {account_class}, par exemple {example}."
        yield FieldError(f"{path}.number", "account_class", words)
