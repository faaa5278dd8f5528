"""What happens to a whole invoice beside its sending: it is announced, or cancelled by a credit note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from diapason.domain.errors import VersionConflict
from diapason.domain.invoices import Instalment, Invoice
from diapason.store.invoices import Invoices, document_of
from diapason.store.repository import Repository, Tools
from diapason.store.transactions import ConditionFailed, Transaction
from diapason.store.versioned import Versioned

CANCEL_INVOICE = "SET document = :document, revision = revision + :one"
MAY_CANCEL_INVOICE = (
    "revision = :seen AND attribute_not_exists(staged) AND debited_cents = :zero "
    "AND (attribute_not_exists(paid_cents) OR paid_cents = :zero) AND attribute_not_exists(accounting_export)"
)
CANCEL = "SET cancelled = :yes, revision = revision + :one REMOVE open_pk, open_sk"
MAY_CANCEL = (
    "revision = :seen AND cancelled = :no AND attribute_not_exists(claimed_by) "
    "AND attribute_not_exists(channel) AND debited_cents = :zero AND in_flight_cents = :zero "
    "AND (attribute_not_exists(paid_cents) OR paid_cents = :zero)"
)


class InvoiceMoves(Repository):
    """The moves of one school's invoices."""

    def __init__(self, table: str, tools: Tools, invoices: Invoices) -> None:
        super().__init__(table, tools)
        self._invoices = invoices

    def announce(self, identifier: str, day: date, revision: int, who: str) -> None:
        """Sets the day, in Paris, on which the invoice's debits were announced with date and amount.

        It says nothing about money: what a batch holds may be announced too, and no draft is outdated by it.
        Raises NotFound, and VersionConflict where ``revision`` is not the one that stands.
        """
        versioned, instalments = self._invoices.get(identifier)
        before = versioned.value
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "SET document = :document, revision = revision + :one",
            "revision = :seen",
            document=document_of(replace(before, notified_on=day)),
            one=1,
            seen=revision,
        )
        for instalment in instalments:
            transaction.update(
                self.table,
                self._keys.instalment(instalment.id),
                "SET notified_on = :day",
                "attribute_exists(PK)",
                day=day.isoformat(),
            )
        self._journal.record(
            transaction, f"invoice-{identifier}", who, "announced", before=before.notified_on, after=day
        )
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None

    def add_cancellation(
        self,
        transaction: Transaction,
        seen: Versioned[Invoice],
        cancelled: Invoice,
        instalments: Sequence[Instalment],
    ) -> int:
        """Adds the end of an invoice and of its instalments, as they were read and with nothing taken of
        them; returns the rank of the invoice's own action."""
        rank = transaction.update(
            self.table,
            self._keys.invoice(cancelled.id),
            CANCEL_INVOICE,
            MAY_CANCEL_INVOICE,
            document=document_of(cancelled),
            one=1,
            zero=0,
            seen=seen.revision,
        )
        for instalment in instalments:
            transaction.update(
                self.table,
                self._keys.instalment(instalment.id),
                CANCEL,
                MAY_CANCEL,
                yes=True,
                no=False,
                one=1,
                zero=0,
                seen=instalment.revision,
            )
        return rank
