"""The file of entries: the flat form of LPF, article A47 A-1, VII (arrêté of 29 July 2013).

18 fields in that order under a header line, a tab between them and a line end after each, dates AAAAMMJJ,
a comma before the cents. The law also allows a vertical bar for the tab, ``Montant`` and ``Sens`` for
``Debit`` and ``Credit``, and XML; of its character sets, ASCII, ISO 8859-15 and EBCDIC, one can be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from diapason.accounting.text import entry_text
from diapason.domain.accounting import AccountingSettings, EntriesEncoding, LedgerAccount
from diapason.domain.money import decimal_text

FIELDS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
MAX_VALUE = 100
"""The law sets no length; accounting systems cut longer labels."""

MAX_REFERENCE = 50


class SalesEntry(NamedTuple):
    """One invoice, or a credit note where the cents are negative, as it is booked."""

    number: int
    issued_on: date
    validated_on: date
    auxiliary: str
    customer_name: str
    piece: str
    label: str
    revenue: LedgerAccount
    amount_cents: int


def file_name(siren: str, last_day: date) -> str:
    """SirenFECAAAAMMJJ (article A47 A-1, X). The law's date is the close of a financial year: here it is the
    last day of the exported period."""
    return f"{siren}FEC{last_day:%Y%m%d}.txt"


def write_entries(entries: Iterable[SalesEntry], settings: AccountingSettings) -> bytes:
    """The file's bytes: two lines for each entry, customer against revenue, which balance to the cent."""
    lines = ["\t".join(FIELDS)]
    for entry in entries:
        lines += ["\t".join(line) for line in _lines_of(entry, settings)]
    return "".join(f"{line}\r\n" for line in lines).encode(settings.encoding)


def _lines_of(entry: SalesEntry, settings: AccountingSettings) -> Iterator[tuple[str, ...]]:
    owed, revoked = max(entry.amount_cents, 0), max(-entry.amount_cents, 0)
    customers = settings.customers_account
    yield _line(entry, settings, customers, (entry.auxiliary, entry.customer_name), owed, revoked)
    yield _line(entry, settings, entry.revenue, ("", ""), revoked, owed)


def _line(
    entry: SalesEntry,
    settings: AccountingSettings,
    account: LedgerAccount,
    auxiliary: tuple[str, str],
    debit_cents: int,
    credit_cents: int,
) -> tuple[str, ...]:
    def value(text: str, length: int = MAX_VALUE) -> str:
        return entry_text(text, length, settings.encoding)

    return (
        value(settings.journal_code),
        value(settings.journal_label),
        str(entry.number),
        f"{entry.issued_on:%Y%m%d}",
        account.number,
        value(account.label),
        value(auxiliary[0], MAX_REFERENCE),
        value(auxiliary[1]),
        value(entry.piece, MAX_REFERENCE),
        f"{entry.issued_on:%Y%m%d}",
        value(entry.label),
        _amount(debit_cents),
        _amount(credit_cents),
        "",
        "",
        f"{entry.validated_on:%Y%m%d}",
        "",
        "",
    )


def _amount(cents: int) -> str:
    return decimal_text(cents).replace(".", ",")


def auxiliary_number(reference: str, encoding: EntriesEncoding) -> str:
    """An auxiliary account as the file writes it: two customers must not share one."""
    return entry_text(reference, MAX_REFERENCE, encoding)
