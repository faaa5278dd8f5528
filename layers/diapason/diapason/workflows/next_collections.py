"""What the next collection under a mandate would say: its sequence type, and what has changed since the last.

Derived as generation will derive it, from what was presented and from the records as they are; it depends on
the account that is credited, whose bank has its rules and whose creditor its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from diapason.domain.batches import Creditor
from diapason.domain.creditor import CreditedAccount, Organisation
from diapason.domain.identifiers import InvalidIban
from diapason.domain.mandates import Mandate
from diapason.domain.parties import Customer
from diapason.domain.presentations import Amendment, SequenceType
from diapason.domain.sequences import amendment_of, sequence_of
from diapason.workflows.bank_message import creditor_as_written


class NextCollection(NamedTuple):
    """``credited`` are the accounts of which it is true."""

    credited: tuple[CreditedAccount, ...]
    sequence: SequenceType
    amendment: Amendment


class _Prospect(NamedTuple):
    """A line that is not there yet."""

    mandate_id: str
    mandate_reference: str
    iban: str
    ends_mandate: bool
    is_final: bool = False


def next_collections(
    customer: Customer, mandate: Mandate, organisation: Organisation, accounts: Iterable[CreditedAccount]
) -> list[NextCollection]:
    """By what they say; empty where nothing can be collected under the mandate as it is."""
    prospect = _prospect(customer, mandate)
    if prospect is None:
        return []
    found: dict[tuple[SequenceType, Amendment], list[CreditedAccount]] = {}
    history = customer.history_of(mandate)
    for account in accounts:
        if account.closed or account.scheme is not mandate.scheme:
            continue
        creditor = creditor_as_written(Creditor(organisation.name, organisation.creditor_id, account))
        sequence = sequence_of(prospect, customer, history, account.sequence_rule)
        amendment = amendment_of(prospect, creditor, history, customer)
        found.setdefault((sequence, amendment), []).append(account)
    return [NextCollection(tuple(credited), *said) for said, credited in found.items()]


def _prospect(customer: Customer, mandate: Mandate) -> _Prospect | None:
    account = customer.account(mandate.account_id)
    if not mandate.is_active or mandate.is_spent or customer.successor(mandate) or account is None:
        return None
    try:
        iban = account.iban()
    except InvalidIban:
        return None
    return _Prospect(mandate.id, mandate.reference, iban.electronic, mandate.is_one_off)
