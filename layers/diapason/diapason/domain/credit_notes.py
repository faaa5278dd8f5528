"""Cancelling an invoice: a credit note of the same sum, tied to it, and nothing left to collect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from diapason.domain.errors import StateRefused
from diapason.domain.invoices import (
    CHANNEL_WORDS,
    Instalment,
    Invoice,
    InvoiceKind,
    Sending,
    Share,
    instalments_of,
)


def check_cancellation(invoice: Invoice, instalments: Sequence[Instalment]) -> None:
    """Raises StateRefused, saying what to do instead, unless the whole invoice can be cancelled."""
    refusal = why_not_cancelled(invoice, instalments)
    if refusal:
        raise StateRefused(refusal)


def why_not_cancelled(invoice: Invoice, instalments: Sequence[Instalment]) -> str:
    """French; empty where the invoice can be cancelled: nothing of it debited, claimed, paid or exported."""
    if invoice.kind is not InvoiceKind.INVOICE:
        return "C’est un avoir : il ne s’annule pas. Saisissez une nouvelle facture."
    if invoice.cancelled:
        return "Cette facture est déjà annulée."
    for one in instalments:
        if one.claim is not None:
            return (
                f"La remise {one.claim.batch_number} retient une échéance de cette facture : supprimez "
                "d’abord cette remise."
            )
    if invoice.debited_cents:
        return (
            "Une partie de cette facture est prélevée : elle ne s’annule plus en entier. Si la banque n’a "
            "pas exécuté la remise, annulez d’abord la remise ; sinon remboursez la famille et saisissez un "
            "avoir de la somme rendue."
        )
    if invoice.paid_cents:
        return "Une partie de cette facture est réglée autrement : retirez d’abord ses règlements."
    for one in instalments:
        if one.channel is not None:
            where = CHANNEL_WORDS[one.channel]
            return f"Cette facture est {where} ({one.channel_reference}) : annulez d’abord cet export."
    if invoice.accounting_export:
        return "Cette facture est exportée vers la comptabilité : annulez d’abord cet export."
    return ""


def cancelled_by(invoice: Invoice, credit_note: Invoice) -> Invoice:
    return replace(invoice, cancelled=True, cancelled_by=credit_note.id)


def credit_note_of(
    invoice: Invoice, identifier: str, number: str, issued_on: date
) -> tuple[Invoice, list[Instalment]]:
    """The credit note that takes the whole invoice back, with its one instalment; it waits to be sent."""
    credit_note = Invoice(
        id=identifier,
        number=number,
        kind=InvoiceKind.CREDIT_NOTE,
        customer_id=invoice.customer_id,
        customer_name=invoice.customer_name,
        issued_on=issued_on,
        label=invoice.label,
        activity=invoice.activity,
        amount_cents=-invoice.amount_cents,
        sending=Sending.WAITING,
        pupil=invoice.pupil,
        cancels=invoice.id,
    )
    return credit_note, instalments_of(credit_note, [Share(issued_on, credit_note.amount_cents)])
