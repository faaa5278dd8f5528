"""What families paid in another way."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.workflows import settling
from http_api.asking import Asker
from http_api.fields import Id
from http_api.inputs.instalments import PaymentInput, WithdrawalInput
from http_api.routing import Resource
from http_api.views.payments import PaymentEdited, PaymentsView, payment_edited, payments_view

resource = Resource("Règlements")


@resource.get("/invoices/{invoice_id}/payments", Action.READ, "Les règlements d’une facture")
def list_payments(asking: Asker, invoice_id: Id) -> PaymentsView:
    asking.store.invoices.get(invoice_id)
    return payments_view(asking.store.payments.of_invoice(invoice_id), asking)


@resource.post(
    "/instalments/{instalment_id}/payments",
    Action.RECORD_PAYMENTS,
    "Enregistrer un règlement reçu autrement",
    HTTPStatus.CREATED,
)
def record_payment(asking: Asker, instalment_id: Id, body: PaymentInput) -> PaymentEdited:
    payment = settling.record_payment(
        asking.store, asking.member, instalment_id, body.request_key, body.receipt()
    )
    return payment_edited(payment, asking.store.instalments.get(instalment_id), asking)


@resource.post(
    "/instalments/{instalment_id}/payments/{payment_id}/withdraw",
    Action.RECORD_PAYMENTS,
    "Retirer un règlement",
    HTTPStatus.OK,
)
def withdraw_payment(
    asking: Asker, instalment_id: Id, payment_id: Id, body: WithdrawalInput
) -> PaymentEdited:
    payment = settling.withdraw_payment(asking.store, asking.member, instalment_id, payment_id, body.reason)
    return payment_edited(payment, asking.store.instalments.get(instalment_id), asking)
