"""Customers as the page receives them."""

from __future__ import annotations

from datetime import date

from diapason.access.decisions import Action
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.store.customers import CustomerPage
from diapason.store.versioned import Versioned
from http_api import cursor
from http_api.asking import Asking
from http_api.fields import View
from http_api.views.addresses import AddressView, address_view
from http_api.words import words_of


class DebtorAccountView(View):
    """Compte du client ; l’IBAN est masqué pour qui ne peut pas le modifier."""

    id: str
    holder: str
    iban: str
    bic: str
    closed: bool


class MandateView(View):
    """Mandat du client."""

    id: str
    reference: str
    account_id: str
    state: MandateState
    state_words: str
    signed_on: date | None
    scheme: Scheme
    type: MandateType
    creditor_id: str
    last_used_on: date | None


class CustomerView(View):
    """Client, avec ses comptes et ses mandats."""

    id: str
    revision: int
    reference: str
    kind: CustomerKind
    kind_words: str
    name: str
    payment_method: PaymentMethod
    payment_method_words: str
    email: str
    address: AddressView
    accounts: list[DebtorAccountView]
    mandates: list[MandateView]
    editable: bool


class CustomerSummary(View):
    """Client, dans une liste ; account est le compte proposé, masqué."""

    id: str
    reference: str
    kind: CustomerKind
    kind_words: str
    name: str
    payment_method: PaymentMethod
    payment_method_words: str
    account: str
    mandate_reference: str


class CustomersView(View):
    """Une partie de la liste des clients ; next mène à la suite."""

    customers: list[CustomerSummary]
    next: str | None


def customer_view(found: Versioned[Customer], asking: Asking) -> CustomerView:
    """One customer; account numbers are whole for those who edit them."""
    customer = found.value
    editable = asking.may(Action.EDIT_CUSTOMERS)
    return CustomerView(
        id=customer.id,
        revision=found.revision,
        reference=customer.reference,
        kind=customer.kind,
        kind_words=words_of(customer.kind),
        name=customer.name,
        payment_method=customer.payment_method,
        payment_method_words=words_of(customer.payment_method),
        email=customer.email,
        address=address_view(customer.address),
        accounts=[
            _account_view(account, account.iban_text if editable else account.masked)
            for account in customer.accounts
        ],
        mandates=[_mandate_view(mandate) for mandate in customer.mandates],
        editable=editable,
    )


def customers_view(page: CustomerPage, *criteria: object) -> CustomersView:
    """``criteria`` are those of the list: what follows belongs to them."""
    return CustomersView(
        customers=[_summary(found.value) for found in page.customers],
        next=cursor.written(page.next, *criteria),
    )


def _summary(customer: Customer) -> CustomerSummary:
    account, mandate = customer.account_proposed(), customer.mandate_proposed()
    return CustomerSummary(
        id=customer.id,
        reference=customer.reference,
        kind=customer.kind,
        kind_words=words_of(customer.kind),
        name=customer.name,
        payment_method=customer.payment_method,
        payment_method_words=words_of(customer.payment_method),
        account=account.masked if account else "",
        mandate_reference=mandate.reference if mandate else "",
    )


def _account_view(account: DebtorAccount, iban: str) -> DebtorAccountView:
    return DebtorAccountView(
        id=account.id, holder=account.holder, iban=iban, bic=account.bic_text, closed=account.closed
    )


def _mandate_view(mandate: Mandate) -> MandateView:
    return MandateView(
        id=mandate.id,
        reference=mandate.reference,
        account_id=mandate.account_id,
        state=mandate.state,
        state_words=words_of(mandate.state),
        signed_on=mandate.signed_on,
        scheme=mandate.scheme,
        type=mandate.type,
        creditor_id=mandate.creditor_id,
        last_used_on=mandate.last_used_on,
    )
