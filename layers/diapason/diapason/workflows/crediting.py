"""Cancelling an invoice by a credit note: both in one transaction, or neither."""

from __future__ import annotations

from diapason.domain.clock import paris_date
from diapason.domain.credit_notes import cancelled_by, check_cancellation, credit_note_of
from diapason.domain.errors import AlreadyExists, StateRefused, VersionConflict
from diapason.domain.invoices import Invoice, normalised_number
from diapason.domain.members import Member
from diapason.store.house import SchoolStore
from diapason.store.invoices import invoice_id
from diapason.store.transactions import ConditionFailed


def cancel_invoice(
    store: SchoolStore, member: Member, identifier: str, revision: int, number: str, reason: str
) -> Invoice:
    """Cancels the invoice and all its instalments by the credit note ``number``, dated today in Paris, and
    returns that. Asked for again with the same number, it answers the credit note that stands.

    Raises NotFound; StateRefused where something of the invoice is debited, claimed, paid or exported;
    AlreadyExists where the number is taken; VersionConflict.
    """
    seen, instalments = store.invoices.get(identifier)
    if seen.value.cancelled_by:
        return _standing(store, seen.value, number)
    check_cancellation(seen.value, instalments)
    if seen.revision != revision:
        raise VersionConflict
    credit_note_id = invoice_id(store.keys.school_id, number)
    if credit_note_id == identifier:
        raise _taken(number)
    issued_on = paris_date(store.clock.now())
    credit_note, shares = credit_note_of(seen.value, credit_note_id, number, issued_on)
    transaction = store.transactions.begin()
    store.invoices.add_creation(transaction, credit_note, shares)
    store.invoice_moves.add_cancellation(
        transaction, seen, cancelled_by(seen.value, credit_note), instalments
    )
    who = member.username
    store.journal.record(
        transaction, f"invoice-{identifier}", who, "cancelled", credit_note=number, reason=reason
    )
    store.journal.record(
        transaction,
        f"invoice-{credit_note.id}",
        who,
        "created",
        amount_cents=credit_note.amount_cents,
        cancels=seen.value.number,
    )
    try:
        transaction.commit()
    except ConditionFailed as failure:
        if 0 in failure.failed:
            raise _taken(number) from None
        raise VersionConflict from None
    return credit_note


def _taken(number: str) -> AlreadyExists:
    return AlreadyExists(f"Le n° {number} est déjà pris : donnez un autre numéro à l’avoir.")


def _standing(store: SchoolStore, cancelled: Invoice, number: str) -> Invoice:
    credit_note = store.invoices.get(cancelled.cancelled_by)[0].value
    if normalised_number(credit_note.number) != normalised_number(number):
        raise StateRefused(f"Cette facture est déjà annulée par l’avoir n° {credit_note.number}.")
    return credit_note
