"""What families owe."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.clock import paris_date
from diapason.domain.errors import FieldError, InvalidInput, NotFound
from diapason.domain.invoices import instalments_of
from diapason.domain.parties import Customer
from diapason.workflows.crediting import cancel_invoice
from http_api import cursor
from http_api.asking import Asker, Asking
from http_api.fields import Cursor, Day, Id, Limit, OptionalCode
from http_api.inputs.invoices import CancellationInput, InvoiceInput, NoticeInput, SendingInput
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.invoices import InvoicesView, InvoiceView, invoice_view, invoices_view

resource = Resource("Factures")


@resource.get("/invoices", Action.READ, "Les factures, par début de numéro, par client ou par date")
def list_invoices(
    asking: Asker,
    number: OptionalCode = "",
    customer_id: Id | None = None,
    issued_from: Day | None = None,
    issued_to: Day | None = None,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> InvoicesView:
    criteria = (number, customer_id, issued_from, issued_to)
    invoices, place = asking.store.invoices, cursor.read(next, *criteria)
    if number:
        page = invoices.numbered(number, limit, place)
    elif customer_id:
        page = invoices.of_customer(customer_id, limit, place)
    else:
        page = invoices.issued_between(issued_from or date.min, issued_to or date.max, limit, place)
    return invoices_view(page, asking, *criteria)


@resource.post("/invoices", Action.EDIT_INVOICES, "Ajouter une facture ou un avoir", HTTPStatus.CREATED)
def create_invoice(asking: Asker, body: InvoiceInput) -> InvoiceView:
    _check_activity(asking, body.activity)
    _check_notice(asking, body.notified_on)
    invoice = body.invoice(asking.member.school_id, _customer(asking, body.customer_id))
    asking.store.invoices.create(invoice, instalments_of(invoice, body.shares()), asking.member.username)
    return invoice_view(*asking.store.invoices.get(invoice.id), asking)


@resource.get("/invoices/{invoice_id}", Action.READ, "Une facture et ses échéances")
def get_invoice(asking: Asker, invoice_id: Id) -> InvoiceView:
    return invoice_view(*asking.store.invoices.get(invoice_id), asking)


@resource.post(
    "/invoices/{invoice_id}/sending", Action.EDIT_INVOICES, "Changer l’envoi d’une facture", HTTPStatus.OK
)
def change_sending(asking: Asker, invoice_id: Id, body: SendingInput) -> InvoiceView:
    invoices = asking.store.invoices
    invoices.change_sending(invoice_id, body.event, body.revision, asking.member.username)
    return invoice_view(*invoices.get(invoice_id), asking)


@resource.post(
    "/invoices/{invoice_id}/notice",
    Action.EDIT_INVOICES,
    "Noter le jour où les prélèvements ont été annoncés",
    HTTPStatus.OK,
)
def announce_debits(asking: Asker, invoice_id: Id, body: NoticeInput) -> InvoiceView:
    _check_notice(asking, body.notified_on)
    store = asking.store
    store.invoice_moves.announce(invoice_id, body.notified_on, body.revision, asking.member.username)
    return invoice_view(*store.invoices.get(invoice_id), asking)


@resource.post(
    "/invoices/{invoice_id}/cancel", Action.EDIT_INVOICES, "Annuler une facture par un avoir", HTTPStatus.OK
)
def cancel_by_credit_note(asking: Asker, invoice_id: Id, body: CancellationInput) -> InvoiceView:
    cancel_invoice(
        asking.store, asking.member, invoice_id, body.revision, body.credit_note_number, body.reason
    )
    return invoice_view(*asking.store.invoices.get(invoice_id), asking)


def _check_notice(asking: Asking, day: date | None) -> None:
    if day is not None and day > paris_date(asking.store.clock.now()):
        words = "L’annonce ne peut pas être datée du futur : corrigez la date."
        raise InvalidInput([FieldError("notified_on", "future", words)])


def _customer(asking: Asking, identifier: str) -> Customer:
    try:
        return asking.store.customers.get(identifier).value
    except NotFound:
        words = "Ce client n’existe pas : choisissez-le dans la liste."
        raise InvalidInput([FieldError("customer_id", "unknown", words)]) from None


def _check_activity(asking: Asking, code: str) -> None:
    if not code:
        return
    known = {activity.code: activity for activity in asking.store.registry.activities()}
    if code not in known:
        words = "Cette activité n’existe pas : choisissez-la dans la liste."
        raise InvalidInput([FieldError("activity", "unknown", words)])
    if known[code].closed:
        words = "Cette activité est close : choisissez-en une autre, ou rouvrez-la."
        raise InvalidInput([FieldError("activity", "closed", words)])
