"""Requests that write invoices."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import Strict

from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.invoices import MAX_INSTALMENTS, Invoice, InvoiceKind, Sending, SendingEvent, Share
from diapason.domain.money import MAX_CENTS
from diapason.domain.parties import Customer
from diapason.store.invoices import invoice_id
from http_api.fields import (
    Code,
    Day,
    Id,
    Input,
    Label,
    OptionalCode,
    OptionalName,
    Reason,
    Revision,
)

SignedCents = Annotated[int, Strict(), Ge(-MAX_CENTS), Le(MAX_CENTS)]


class ShareInput(Input):
    """Échéance : une date et un montant en centimes, négatif pour un avoir."""

    due_date: Day
    amount_cents: SignedCents


class InvoiceInput(Input):
    """Nouvelle facture ou nouvel avoir, en attente d’envoi."""

    number: Code
    kind: InvoiceKind = InvoiceKind.INVOICE
    customer_id: Id
    issued_on: Day
    label: Label
    activity: OptionalCode = ""
    pupil: OptionalName = ""
    notified_on: Day | None = None
    instalments: Annotated[list[ShareInput], MinLen(1), MaxLen(MAX_INSTALMENTS)]

    def shares(self) -> list[Share]:
        """Raises InvalidInput for an amount whose sign is not that of the kind."""
        sign = 1 if self.kind is InvoiceKind.INVOICE else -1
        expected = "positif" if self.kind is InvoiceKind.INVOICE else "négatif (c’est un avoir)"
        faults = [
            FieldError(f"instalments.{rank}.amount_cents", "sign", f"Le montant doit être {expected}.")
            for rank, given in enumerate(self.instalments)
            if given.amount_cents * sign <= 0
        ]
        if faults:
            raise InvalidInput(faults)
        return [Share(given.due_date, given.amount_cents) for given in self.instalments]

    def invoice(self, school_id: str, customer: Customer) -> Invoice:
        return Invoice(
            id=invoice_id(school_id, self.number),
            number=self.number,
            kind=self.kind,
            customer_id=customer.id,
            customer_name=customer.name,
            issued_on=self.issued_on,
            label=self.label,
            activity=self.activity,
            amount_cents=sum(given.amount_cents for given in self.instalments),
            sending=Sending.WAITING,
            pupil=self.pupil,
            notified_on=self.notified_on,
        )


class NoticeInput(Input):
    """Le jour où les prélèvements de la facture ont été annoncés à la famille, dates et montants."""

    notified_on: Day
    revision: Revision


class CancellationInput(Input):
    """Annulation d’une facture par un avoir : son numéro, et la raison."""

    credit_note_number: Code
    reason: Reason
    revision: Revision


class SendingInput(Input):
    """Ce qui arrive à l’envoi de la facture."""

    event: SendingEvent
    revision: Revision
