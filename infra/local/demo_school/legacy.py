"""Customers as older software left them, which no import and no form takes any more: wrong numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from diapason.domain.mandates import Mandate, MandateState
from diapason.domain.parties import Address, Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.store.customers import customer_id, mandate_id
from infra.local.demo_school import specials
from infra.local.demo_school.families import Family


def legacy_customers(school_id: str, today: date) -> Iterator[Customer]:
    for case in specials(today).values():
        if not case.is_importable:
            yield _customer(school_id, case.family)


def _customer(school_id: str, family: Family) -> Customer:
    (account,) = family.accounts
    return Customer(
        id=customer_id(school_id, family.reference),
        reference=family.reference,
        kind=CustomerKind.PERSON,
        name=family.name,
        payment_method=PaymentMethod.DIRECT_DEBIT,
        email=family.email,
        address=Address(family.street, family.postal_code, family.town, family.country),
        accounts=(DebtorAccount("legacy", account.holder, account.iban, account.bic),),
        mandates=(
            Mandate(
                id=mandate_id(school_id, account.rum),
                reference=account.rum,
                account_id="legacy",
                state=MandateState.SIGNED,
                signed_on=account.signed_on,
            ),
        ),
    )
