"""A customer that stands, and what a file says of it: nothing vanishes that the file does not name.

A column that the file lacks leaves its field as it is; an empty cell empties it. Two things only the file's
own words move: the state of an account and that of a mandate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from diapason.domain.imports import RowProblem
from diapason.domain.mandate_rules import faults_of_mandate
from diapason.domain.mandates import Mandate
from diapason.domain.parties import MAX_ACCOUNTS, MAX_MANDATES, Customer, DebtorAccount
from diapason.intake.customer_columns import CUSTOMER_COLUMNS
from diapason.intake.customer_rows import CustomerEntry

Columns = frozenset[str]
"""The names of the columns that a file has."""


_COLUMNS_OF_MANDATE = {
    "account_id": "iban",
    "state": "mandate_state",
    "signed_on": "signed_on",
    "type": "mandate_type",
    "scheme": "scheme",
    "creditor_id": "creditor_identifier",
    "used_before_on": "used_before_on",
    "replaces": "replaces",
}
"""The column that holds each attribute of a mandate."""


class Merged(NamedTuple):
    """What a customer becomes, and why it cannot."""

    customer: Customer
    problems: tuple[RowProblem, ...]


def created(entry: CustomerEntry) -> Merged:
    """A customer that is new."""
    return Merged(entry.customer, tuple(_faults(entry, None, entry.customer)))


def edited(before: Customer, entry: CustomerEntry, columns: Columns) -> Merged:
    """A customer that stands, after what the file says."""
    told = entry.customer
    accounts, account_ids = _accounts(before, entry, columns)
    address = before.address
    for field in ("street", "postal_code", "town", "country"):
        if field in columns:
            address = replace(address, **{field: getattr(told.address, field)})
    after = replace(
        before,
        name=told.name,
        payment_method=told.payment_method,
        kind=told.kind if "kind" in columns else before.kind,
        email=told.email if "email" in columns else before.email,
        address=address,
        accounts=accounts,
        mandates=_mandates(before, entry, columns, account_ids),
    )
    return Merged(after, tuple(_faults(entry, before, after)))


def _accounts(
    before: Customer, entry: CustomerEntry, columns: Columns
) -> tuple[tuple[DebtorAccount, ...], dict[str, str]]:
    """The accounts, and where each of the file's is among them. An account is known by its number."""
    accounts = {account.id: account for account in before.accounts}
    by_number = {account.compact: account for account in before.accounts}
    places = {}
    for told in entry.customer.accounts:
        known = by_number.get(told.compact)
        if known is None:
            account = replace(told, id=_unused(told.id, accounts))
        else:
            account = replace(
                known,
                holder=told.holder if "holder" in columns else known.holder,
                bic_text=told.bic_text if "bic" in columns else known.bic_text,
                closed=told.closed if told.id in entry.stated else known.closed,
            )
        accounts[account.id] = account
        places[told.id] = account.id
    return tuple(accounts.values()), places


def _unused(identifier: str, taken: dict[str, DebtorAccount]) -> str:
    """An id is derived from the number that the account had first: that one may have been edited since."""
    rank, candidate = 1, identifier
    while candidate in taken:
        rank += 1
        candidate = f"{identifier}-{rank}"
    return candidate


def _mandates(
    before: Customer, entry: CustomerEntry, columns: Columns, account_ids: dict[str, str]
) -> tuple[Mandate, ...]:
    mandates = {mandate.id: mandate for mandate in before.mandates}
    for told in entry.customer.mandates:
        account_id = account_ids[told.account_id]
        known = mandates.get(told.id)
        if known is None:
            mandates[told.id] = replace(told, account_id=account_id)
            continue
        mandates[told.id] = replace(
            known,
            account_id=account_id,
            state=told.state if told.id in entry.stated else known.state,
            signed_on=told.signed_on if "signed_on" in columns else known.signed_on,
            type=told.type if "mandate_type" in columns else known.type,
            scheme=told.scheme if "scheme" in columns else known.scheme,
            creditor_id=told.creditor_id if "creditor_identifier" in columns else known.creditor_id,
            used_before_on=told.used_before_on if "used_before_on" in columns else known.used_before_on,
            replaces=told.replaces if "replaces" in columns else known.replaces,
        )
    return tuple(mandates.values())


def _faults(entry: CustomerEntry, before: Customer | None, after: Customer) -> Iterator[RowProblem]:
    if len(after.accounts) > MAX_ACCOUNTS or len(after.mandates) > MAX_MANDATES:
        yield RowProblem(
            entry.line,
            CUSTOMER_COLUMNS.columns["reference"].header,
            "customer.too_many_rows",
            f"Ce client dépasserait {MAX_ACCOUNTS} comptes ou {MAX_MANDATES} mandats, les siens compris.",
        )
    for mandate in after.mandates:
        if mandate.id in entry.lines:
            known = before.mandate(mandate.id) if before else None
            for fault in faults_of_mandate(known, mandate, after):
                column = CUSTOMER_COLUMNS.columns[_COLUMNS_OF_MANDATE[fault.part]].header
                yield RowProblem(entry.lines[mandate.id], column, fault.code, fault.words)
