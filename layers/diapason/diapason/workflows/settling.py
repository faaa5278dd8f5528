"""Payments seen another way: recorded once for each request, withdrawn once."""

from __future__ import annotations

from dataclasses import replace

from diapason.domain.clock import paris_date
from diapason.domain.errors import FieldError, InvalidInput, VersionConflict
from diapason.domain.members import Member
from diapason.domain.payments import Payment, Receipt, Withdrawal, check_receipt, check_withdrawal
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed

ATTEMPTS = 5
"""How often a payment whose instalment moved meanwhile is judged anew."""


def record_payment(
    store: SchoolStore, member: Member, instalment_id: str, request_key: str, receipt: Receipt
) -> Payment:
    """Raises NotFound, InvalidInput and StateRefused where the instalment cannot be paid so. The same request
    again answers the payment that it made."""
    identifier = store.payments.id_of(instalment_id, request_key)
    for _ in range(ATTEMPTS):
        known = store.payments.find(instalment_id, identifier)
        if known is not None:
            return _same(known, receipt)
        instalment = store.instalments.get(instalment_id)
        now = store.clock.now()
        check_receipt(receipt, instalment, paris_date(now))
        payment = Payment(identifier, instalment_id, receipt, member.username, now)
        transaction = store.transactions.begin()
        store.payments.add_recording(transaction, payment, instalment)
        store.journal.record(
            transaction,
            f"invoice-{instalment.invoice_id}",
            member.username,
            "payment-recorded",
            instalment=instalment_id,
            payment=identifier,
            amount_cents=receipt.amount_cents,
            method=receipt.method,
            paid_on=receipt.paid_on,
        )
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return payment
    raise VersionConflict


def withdraw_payment(
    store: SchoolStore, member: Member, instalment_id: str, payment_id: str, reason: str
) -> Payment:
    """What was paid is owed again. Raises NotFound, and StateRefused while a batch or an export holds the
    instalment; a payment that was withdrawn already stays so."""
    for _ in range(ATTEMPTS):
        payment = store.payments.get(instalment_id, payment_id)
        if payment.withdrawal is not None:
            return payment
        instalment = store.instalments.get(instalment_id)
        check_withdrawal(instalment)
        withdrawal = Withdrawal(member.username, store.clock.now(), reason)
        withdrawn = replace(payment, withdrawal=withdrawal)
        transaction = store.transactions.begin()
        store.payments.add_withdrawal(transaction, withdrawn, instalment)
        store.journal.record(
            transaction,
            f"invoice-{instalment.invoice_id}",
            member.username,
            "payment-withdrawn",
            instalment=instalment_id,
            payment=payment_id,
            amount_cents=payment.receipt.amount_cents,
            reason=reason,
        )
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return withdrawn
    raise VersionConflict


def _same(known: Payment, receipt: Receipt) -> Payment:
    """Raises InvalidInput where a key that served once is sent with something else."""
    if known.receipt != receipt:
        words = "Cette demande a déjà servi pour un autre règlement : rechargez la page, puis recommencez."
        raise InvalidInput([FieldError("request_key", "used", words)])
    return known
