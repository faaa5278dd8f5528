"""Payments as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from datetime import date, datetime

from diapason.access.decisions import Action
from diapason.domain.invoices import Instalment
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import PAYMENT, Payment, PaymentEvent, PaymentState
from http_api.asking import Asking
from http_api.fields import View
from http_api.views.invoices import InstalmentView, instalment_view
from http_api.words import words_of


class PaymentView(View):
    """Règlement reçu autrement que par prélèvement ; withdrawn_* disent qui l’a retiré, quand et pourquoi."""

    id: str
    instalment_id: str
    state: PaymentState
    state_words: str
    amount_cents: int
    method: PaymentMethod
    method_words: str
    paid_on: date
    note: str
    recorded_by: str
    recorded_at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawal_reason: str
    allowed: list[PaymentEvent]


class PaymentsView(View):
    """Les règlements d’une facture, dans l’ordre de leur saisie."""

    payments: list[PaymentView]


class PaymentEdited(View):
    """Le règlement, et son échéance comme elle est maintenant."""

    payment: PaymentView
    instalment: InstalmentView


def payment_view(payment: Payment, asking: Asking) -> PaymentView:
    receipt, withdrawal = payment.receipt, payment.withdrawal
    may = asking.may(Action.RECORD_PAYMENTS)
    return PaymentView(
        id=payment.id,
        instalment_id=payment.instalment_id,
        state=payment.state,
        state_words=words_of(payment.state),
        amount_cents=receipt.amount_cents,
        method=receipt.method,
        method_words=words_of(receipt.method),
        paid_on=receipt.paid_on,
        note=receipt.note,
        recorded_by=payment.recorded_by,
        recorded_at=payment.recorded_at,
        withdrawn_by=withdrawal.by if withdrawal else "",
        withdrawn_at=withdrawal.at if withdrawal else None,
        withdrawal_reason=withdrawal.reason if withdrawal else "",
        allowed=[event for event in PaymentEvent if may and PAYMENT.allows(payment.state, event)],
    )


def payments_view(payments: list[Payment], asking: Asking) -> PaymentsView:
    return PaymentsView(payments=[payment_view(payment, asking) for payment in payments])


def payment_edited(payment: Payment, instalment: Instalment, asking: Asking) -> PaymentEdited:
    return PaymentEdited(payment=payment_view(payment, asking), instalment=instalment_view(instalment))
