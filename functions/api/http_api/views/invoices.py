"""Invoices and instalments as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from datetime import date

from diapason.access.decisions import Action
from diapason.domain.credit_notes import why_not_cancelled
from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import (
    SENDING,
    Channel,
    Claim,
    Instalment,
    InstalmentState,
    Invoice,
    InvoiceKind,
    Reception,
    Sending,
    SendingEvent,
)
from diapason.store.invoices import InvoicePage
from diapason.store.versioned import Versioned
from diapason.workflows.finding import FoundPage
from http_api import cursor
from http_api.asking import Asking
from http_api.fields import View
from http_api.words import words_of


class ClaimView(View):
    """La remise qui retient l’échéance, ou qui l’a prélevée."""

    batch_id: str
    batch_number: str
    end_to_end_id: str
    amount_cents: int
    collection_date: date


class InstalmentView(View):
    """Échéance ; claim est la remise qui la retient, last_debit la dernière qui l’a prélevée, channel qui la
    recouvre à la place d’une remise, sous le numéro channel_reference."""

    id: str
    invoice_id: str
    invoice_number: str
    customer_id: str
    customer_name: str
    activity: str
    label: str
    due_date: date
    amount_cents: int
    debited_cents: int
    in_flight_cents: int
    paid_cents: int
    remaining_cents: int
    pupil: str
    notified_on: date | None
    state: InstalmentState
    state_words: str
    sending: Sending
    sending_words: str
    claim: ClaimView | None
    last_debit: ClaimView | None
    channel: Channel | None
    channel_words: str
    channel_reference: str


class InvoiceSummary(View):
    """Facture ou avoir, dans une liste ; cancels est la facture qu’un avoir annule, cancelled_by l’avoir."""

    id: str
    revision: int
    number: str
    kind: InvoiceKind
    kind_words: str
    customer_id: str
    customer_name: str
    issued_on: date
    label: str
    activity: str
    pupil: str
    notified_on: date | None
    amount_cents: int
    debited_cents: int
    paid_cents: int
    cancels: str
    cancelled_by: str
    sending: Sending
    sending_words: str
    reception: Reception
    reception_words: str
    allowed: list[SendingEvent]


class InvoiceView(InvoiceSummary):
    """Facture ou avoir, avec ses échéances ; cancel_refusal dit pourquoi elle ne peut pas être annulée."""

    cancellable: bool
    cancel_refusal: str
    instalments: list[InstalmentView]


class InvoicesView(View):
    """Une partie de la liste des factures ; next mène à la suite."""

    invoices: list[InvoiceSummary]
    next: str | None


class InstalmentsView(View):
    """Les échéances trouvées ; next mène à la suite de la recherche, même quand cette page est courte."""

    instalments: list[InstalmentView]
    next: str | None


def invoice_view(found: Versioned[Invoice], instalments: list[Instalment], asking: Asking) -> InvoiceView:
    summary = _summary(found, asking)
    shown = [instalment_view(instalment) for instalment in instalments]
    refusal = why_not_cancelled(found.value, instalments)
    return InvoiceView(
        **dict(summary),
        cancellable=not refusal and asking.may(Action.EDIT_INVOICES),
        cancel_refusal=refusal,
        instalments=shown,
    )


def invoices_view(page: InvoicePage, asking: Asking, *criteria: object) -> InvoicesView:
    """``criteria`` are those of the list: what follows belongs to them."""
    return InvoicesView(
        invoices=[_summary(found, asking) for found in page.invoices],
        next=cursor.written(page.next, *criteria),
    )


def instalments_view(page: FoundPage, search: InstalmentSearch) -> InstalmentsView:
    return InstalmentsView(
        instalments=[instalment_view(instalment) for instalment in page.instalments],
        next=cursor.written(page.next, search),
    )


def instalment_view(instalment: Instalment) -> InstalmentView:
    return InstalmentView(
        id=instalment.id,
        invoice_id=instalment.invoice_id,
        invoice_number=instalment.invoice_number,
        customer_id=instalment.customer_id,
        customer_name=instalment.customer_name,
        activity=instalment.activity,
        label=instalment.invoice_label,
        due_date=instalment.due_date,
        amount_cents=instalment.amount_cents,
        debited_cents=instalment.debited_cents,
        in_flight_cents=instalment.in_flight_cents,
        paid_cents=instalment.paid_cents,
        remaining_cents=instalment.remaining_cents,
        pupil=instalment.pupil,
        notified_on=instalment.notified_on,
        state=instalment.state,
        state_words=words_of(instalment.state),
        sending=instalment.invoice_sending,
        sending_words=words_of(instalment.invoice_sending),
        claim=_claim_view(instalment.claim),
        last_debit=_claim_view(instalment.last_debit),
        channel=instalment.channel,
        channel_words=words_of(instalment.channel) if instalment.channel else "",
        channel_reference=instalment.channel_reference,
    )


def _claim_view(claim: Claim | None) -> ClaimView | None:
    if claim is None:
        return None
    return ClaimView(
        batch_id=claim.batch_id,
        batch_number=claim.batch_number,
        end_to_end_id=claim.end_to_end_id,
        amount_cents=claim.amount_cents,
        collection_date=claim.collection_date,
    )


def _summary(found: Versioned[Invoice], asking: Asking) -> InvoiceSummary:
    invoice = found.value
    may_send = asking.may(Action.EDIT_INVOICES) and not invoice.cancelled
    return InvoiceSummary(
        id=invoice.id,
        revision=found.revision,
        number=invoice.number,
        kind=invoice.kind,
        kind_words=words_of(invoice.kind),
        customer_id=invoice.customer_id,
        customer_name=invoice.customer_name,
        issued_on=invoice.issued_on,
        label=invoice.label,
        activity=invoice.activity,
        pupil=invoice.pupil,
        notified_on=invoice.notified_on,
        amount_cents=invoice.amount_cents,
        debited_cents=invoice.debited_cents,
        paid_cents=invoice.paid_cents,
        cancels=invoice.cancels,
        cancelled_by=invoice.cancelled_by,
        sending=invoice.sending,
        sending_words=words_of(invoice.sending),
        reception=invoice.reception,
        reception_words=words_of(invoice.reception),
        allowed=[event for event in SendingEvent if may_send and SENDING.allows(invoice.sending, event)],
    )
