"""Customers as the page receives them."""

from __future__ import annotations

from datetime import date

from diapason.access.decisions import Action
from diapason.domain.amendments import words_of_amendment
from diapason.domain.mandate_rules import has_fixed_terms
from diapason.domain.mandates import Mandate, MandateEvent, MandateState, MandateType, Scheme, moves_from
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.domain.presentations import SequenceType
from diapason.store.customers import CustomerPage
from diapason.store.versioned import Versioned
from diapason.workflows.next_collections import NextCollection, next_collections
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


class MandateMoveView(View):
    """Ce qui peut arriver au mandat, et l’état où cela mène."""

    event: MandateEvent
    words: str
    state: MandateState


class NextCollectionView(View):
    """Ce que dirait le prochain prélèvement vers ces comptes crédités."""

    credited_account_ids: list[str]
    sequence: SequenceType
    words: str


class MandateView(View):
    """Mandat du client. spent : il a servi pour la dernière fois ; fixed : son schéma et son type ne changent
    plus ; replaces et replaced_by sont des RUM."""

    id: str
    reference: str
    account_id: str
    state: MandateState
    state_words: str
    signed_on: date | None
    scheme: Scheme
    type: MandateType
    creditor_id: str
    used_before_on: date | None
    last_used_on: date | None
    replaces: str
    replaced_by: str
    spent: bool
    fixed: bool
    allowed: list[MandateMoveView]
    next_collections: list[NextCollectionView]


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
        mandates=_mandate_views(customer, asking),
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


def _mandate_views(customer: Customer, asking: Asking) -> list[MandateView]:
    if not customer.mandates:
        return []
    registry = asking.store.registry
    organisation = registry.organisation().value
    accounts = [found.value for found in registry.credited_accounts()]
    return [
        _mandate_view(mandate, customer, next_collections(customer, mandate, organisation, accounts))
        for mandate in customer.mandates
    ]


def _mandate_view(mandate: Mandate, customer: Customer, upcoming: list[NextCollection]) -> MandateView:
    replaced, successor = customer.mandate(mandate.replaces), customer.successor(mandate)
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
        used_before_on=mandate.used_before_on,
        last_used_on=mandate.last_used_on,
        replaces=replaced.reference if replaced else "",
        replaced_by=successor.reference if successor else "",
        spent=mandate.is_spent,
        fixed=has_fixed_terms(mandate),
        allowed=[
            MandateMoveView(event=event, words=words_of(event), state=state)
            for event, state in moves_from(mandate.state).items()
        ],
        next_collections=[_next_collection_view(collection) for collection in upcoming],
    )


def _next_collection_view(collection: NextCollection) -> NextCollectionView:
    said = [collection.sequence.value, *words_of_amendment(collection.amendment)]
    return NextCollectionView(
        credited_account_ids=[account.id for account in collection.credited],
        sequence=collection.sequence,
        words=f"au prochain prélèvement : {', '.join(said)}",
    )
