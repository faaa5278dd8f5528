"""Whoever is debited."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.errors import NotFound, VersionConflict
from diapason.store import customers as records
from diapason.store.customers import CustomerPage
from http_api import cursor
from http_api.asking import Asker, Asking
from http_api.fields import Cursor, Id, Limit, OptionalCode, Search
from http_api.inputs.customers import CustomerInput, CustomerUpdate
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.customers import CustomersView, CustomerView, customer_view, customers_view

resource = Resource("Clients")


@resource.get("/customers", Action.READ, "Les clients, par début de nom, par référence ou par RUM exactes")
def list_customers(
    asking: Asker,
    name: Search = "",
    reference: OptionalCode = "",
    mandate_reference: OptionalCode = "",
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> CustomersView:
    if mandate_reference:
        return customers_view(_bound_by(asking, mandate_reference), name)
    if reference:
        return customers_view(_referred_to(asking, reference), name)
    return customers_view(asking.store.customers.named(name, limit, cursor.read(next, name)), name)


@resource.post("/customers", Action.EDIT_CUSTOMERS, "Ajouter un client", HTTPStatus.CREATED)
def create_customer(asking: Asker, body: CustomerInput) -> CustomerView:
    customer = body.customer(asking.member.school_id)
    asking.store.customers.create(customer, asking.member.username)
    return customer_view(asking.store.customers.get(customer.id), asking)


@resource.get("/customers/{customer_id}", Action.READ, "Un client, ses comptes et ses mandats")
def get_customer(asking: Asker, customer_id: Id) -> CustomerView:
    return customer_view(asking.store.customers.get(customer_id), asking)


@resource.put("/customers/{customer_id}", Action.EDIT_CUSTOMERS, "Modifier un client")
def put_customer(asking: Asker, customer_id: Id, body: CustomerUpdate) -> CustomerView:
    customers = asking.store.customers
    before = customers.get(customer_id)
    if before.revision != body.revision:
        raise VersionConflict
    customer = body.written_over(asking.member.school_id, before.value)
    customers.replace(customer, body.revision, asking.member.username)
    return customer_view(customers.get(customer_id), asking)


def _referred_to(asking: Asking, reference: str) -> CustomerPage:
    return _one(asking, records.customer_id(asking.member.school_id, reference))


def _bound_by(asking: Asking, mandate_reference: str) -> CustomerPage:
    holders = asking.store.customers.mandates_taken([mandate_reference]).values()
    return _one(asking, next(iter(holders), None))


def _one(asking: Asking, identifier: str | None) -> CustomerPage:
    try:
        return CustomerPage([asking.store.customers.get(identifier)] if identifier else [], "")
    except NotFound:
        return CustomerPage([], "")
