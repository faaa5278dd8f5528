"""Payments seen another way: they stand beside the instalment that they pay, and move it and its invoice.

Here stand the very conditions under which an amount is paid, and owed again.
"""

from __future__ import annotations

from diapason.domain.errors import NotFound
from diapason.domain.invoices import Instalment, InvoiceKind
from diapason.domain.payments import Payment
from diapason.store.bulk import query, read_one
from diapason.store.documents import decode, encode_text
from diapason.store.instalments import open_sort_key
from diapason.store.keys import stable_id
from diapason.store.repository import Repository
from diapason.store.transactions import Transaction

PAY = (
    "SET paid_cents = if_not_exists(paid_cents, :zero) + :cents, "
    "remaining_cents = remaining_cents - :cents, revision = revision + :one"
)
PAY_ALL = f"{PAY} REMOVE open_pk, open_sk"
MAY_BE_PAID = (
    "attribute_not_exists(claimed_by) AND attribute_not_exists(staged) AND attribute_not_exists(channel) "
    "AND cancelled = :no AND invoice_kind = :invoice"
)
LEAVES_A_REST = "remaining_cents > :cents"
LEAVES_NOTHING = "remaining_cents = :cents"
OWE_AGAIN = (
    "SET paid_cents = paid_cents - :cents, remaining_cents = remaining_cents + :cents, "
    "revision = revision + :one, open_pk = :open_pk, open_sk = :open_sk"
)
MAY_BE_OWED_AGAIN = f"{MAY_BE_PAID} AND paid_cents >= :cents"
IS_RECORDED = "attribute_not_exists(withdrawn)"


class Payments(Repository):
    """One school's payments."""

    def id_of(self, instalment_id: str, request_key: str) -> str:
        """The id of a payment that was asked for with that key."""
        return stable_id(self._keys.school_id, "payment", instalment_id, request_key)

    def get(self, instalment_id: str, identifier: str) -> Payment:
        """Raises NotFound."""
        found = self.find(instalment_id, identifier)
        if found is None:
            raise NotFound("Ce règlement n’existe pas.")
        return found

    def find(self, instalment_id: str, identifier: str) -> Payment | None:
        item = read_one(self._client, self.table, self._keys.payment(instalment_id, identifier))
        return decode(item["document"]["S"], Payment) if item else None

    def of_invoice(self, invoice_id: str) -> list[Payment]:
        """All of them, withdrawn ones too, in the order of their recording."""
        found = query(
            self._client,
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.invoice(invoice_id).pk},
                ":sk": {"S": self._keys.payments()},
            },
        )
        payments = [decode(item["document"]["S"], Payment) for item in found]
        return sorted(payments, key=lambda payment: (payment.recorded_at, payment.id))

    def add_recording(self, transaction: Transaction, payment: Payment, seen: Instalment) -> None:
        """Adds the payment, which fails where its request was fulfilled already, and what it moves.

        ``seen`` is the instalment as read: nothing may remain of it where this payment takes all.
        """
        cents = payment.receipt.amount_cents
        takes_all = cents == seen.remaining_cents
        transaction.put_new(
            self.table,
            self._keys.payment(payment.instalment_id, payment.id),
            {"document": encode_text(payment)},
        )
        transaction.update(
            self.table,
            self._keys.instalment(payment.instalment_id),
            PAY_ALL if takes_all else PAY,
            f"{MAY_BE_PAID} AND {LEAVES_NOTHING if takes_all else LEAVES_A_REST}",
            cents=cents,
            zero=0,
            one=1,
            no=False,
            invoice=InvoiceKind.INVOICE,
        )
        transaction.update(
            self.table,
            self._keys.invoice(seen.invoice_id),
            "SET paid_cents = if_not_exists(paid_cents, :zero) + :cents",
            "attribute_exists(PK) AND attribute_not_exists(staged)",
            cents=cents,
            zero=0,
        )

    def add_withdrawal(self, transaction: Transaction, withdrawn: Payment, seen: Instalment) -> None:
        """Adds the end of a payment, once, and what is owed again with it."""
        cents = withdrawn.receipt.amount_cents
        transaction.update(
            self.table,
            self._keys.payment(withdrawn.instalment_id, withdrawn.id),
            "SET document = :document, withdrawn = :yes",
            f"attribute_exists(PK) AND {IS_RECORDED}",
            document=encode_text(withdrawn),
            yes=True,
        )
        transaction.update(
            self.table,
            self._keys.instalment(withdrawn.instalment_id),
            OWE_AGAIN,
            MAY_BE_OWED_AGAIN,
            cents=cents,
            one=1,
            no=False,
            invoice=InvoiceKind.INVOICE,
            open_pk=self._keys.open_shard_of(seen.invoice_id),
            open_sk=open_sort_key(seen.due_date, seen.id),
        )
        transaction.update(
            self.table,
            self._keys.invoice(seen.invoice_id),
            "SET paid_cents = paid_cents - :cents",
            "paid_cents >= :cents",
            cents=cents,
        )
