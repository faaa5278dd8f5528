"""Customers and instalments for the accounting system: CSV that a spreadsheet opens as it stands.

``;`` between cells, each quoted; UTF-8 with a byte order mark, without which Excel reads accents wrong; CRLF;
dates jj/mm/aaaa; amounts with a comma. The columns of customers are those of the file that brings them in.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from diapason.accounting.text import cell
from diapason.domain.accounting import AccountingSettings
from diapason.domain.identifiers.spelling import compact
from diapason.domain.mandates import MANDATE_STATE_WORDS, Mandate
from diapason.domain.money import decimal_text
from diapason.domain.parties import (
    CUSTOMER_KIND_WORDS,
    PAYMENT_METHOD_WORDS,
    Customer,
    DebtorAccount,
    PaymentMethod,
)

SEPARATOR = ";"
LINE_END = "\r\n"

CUSTOMER_COLUMNS = (
    "Référence",
    "Compte auxiliaire",
    "Nom",
    "Type",
    "Mode de paiement",
    "Courriel",
    "Adresse",
    "Code postal",
    "Ville",
    "Pays",
    "Titulaire",
    "IBAN",
    "BIC",
    "État du compte",
    "RUM",
    "Date de signature",
    "Schéma",
    "Type de mandat",
    "État du mandat",
)
INSTALMENT_COLUMNS = (
    "Facture",
    "Référence client",
    "Compte auxiliaire",
    "Nom",
    "Date d’échéance",
    "Montant",
    "Reste à prélever",
    "RUM",
)


class DueInstalment(NamedTuple):
    """An instalment that the accounting system is to debit; cents."""

    invoice_number: str
    customer_id: str
    due_date: date
    amount_cents: int
    remaining_cents: int


def write_customers(customers: Iterable[Customer], settings: AccountingSettings) -> bytes:
    """The file's bytes: a row for each mandate with its account, and for each account without a mandate."""
    rows = (row for customer in customers for row in _rows_of(customer, settings))
    return sheet(CUSTOMER_COLUMNS, rows)


def write_instalments(
    instalments: Iterable[DueInstalment], customers: Mapping[str, Customer], settings: AccountingSettings
) -> bytes:
    """The file's bytes: a row for each instalment, with the mandate that its customer's debits go under."""
    rows = (_due_row(due, customers[due.customer_id], settings) for due in instalments)
    return sheet(INSTALMENT_COLUMNS, rows)


def is_debited(customer: Customer) -> bool:
    """Whether the accounting system is to debit the customer: the others pay in another way."""
    return customer.payment_method is PaymentMethod.DIRECT_DEBIT


def _rows_of(customer: Customer, settings: AccountingSettings) -> Iterator[tuple[str, ...]]:
    address = customer.address
    identity = (
        customer.reference,
        settings.auxiliary_of(customer.reference),
        customer.name,
        CUSTOMER_KIND_WORDS[customer.kind],
        PAYMENT_METHOD_WORDS[customer.payment_method],
        customer.email,
        address.street,
        address.postal_code,
        address.town,
        address.country,
    )
    pairs: list[tuple[DebtorAccount | None, Mandate | None]] = [
        (customer.account(mandate.account_id), mandate) for mandate in customer.mandates
    ]
    under_mandate = {mandate.account_id for mandate in customer.mandates}
    pairs += [(account, None) for account in customer.accounts if account.id not in under_mandate]
    for account, mandate in pairs or [(None, None)]:
        yield (*identity, *_account_cells(account), *_mandate_cells(mandate))


def _account_cells(account: DebtorAccount | None) -> tuple[str, ...]:
    if account is None:
        return ("", "", "", "")
    state = "clos" if account.closed else "ouvert"
    return account.holder, compact(account.iban_text), compact(account.bic_text), state


def _mandate_cells(mandate: Mandate | None) -> tuple[str, ...]:
    if mandate is None:
        return ("", "", "", "", "")
    kind = "ponctuel" if mandate.is_one_off else "récurrent"
    signed_on = _day(mandate.signed_on) if mandate.signed_on else ""
    return mandate.reference, signed_on, mandate.scheme, kind, MANDATE_STATE_WORDS[mandate.state]


def _due_row(due: DueInstalment, customer: Customer, settings: AccountingSettings) -> tuple[str, ...]:
    mandate = customer.mandate_proposed()
    return (
        due.invoice_number,
        customer.reference,
        settings.auxiliary_of(customer.reference),
        customer.name,
        _day(due.due_date),
        _amount(due.amount_cents),
        _amount(due.remaining_cents),
        mandate.reference if mandate else "",
    )


def sheet(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """The bytes of a table under its header line."""
    lines = [SEPARATOR.join(map(cell, row)) for row in (columns, *rows)]
    return codecs.BOM_UTF8 + "".join(f"{line}{LINE_END}" for line in lines).encode()


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _amount(cents: int) -> str:
    return decimal_text(cents).replace(".", ",")
