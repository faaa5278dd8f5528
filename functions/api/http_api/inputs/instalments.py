"""Searches of instalments, and payments of them."""

from __future__ import annotations

from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import InstalmentState
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import Receipt
from http_api.fields import Cents, Comment, Day, Id, Input, OptionalCode, Reason, RequestKey, Search


class SearchInput(Input):
    """Recherche d’échéances ; tous les critères donnés doivent convenir. Les textes sont des débuts, les
    montants, en centimes, ceux du reste à prélever. Sans state : ce qu’une remise peut prendre."""

    invoice_number: OptionalCode = ""
    customer_id: Id | None = None
    customer_reference: OptionalCode = ""
    customer_name: Search = ""
    due_from: Day | None = None
    due_to: Day | None = None
    min_cents: Cents | None = None
    max_cents: Cents | None = None
    activity: OptionalCode = ""
    pupil: Search = ""
    state: InstalmentState | None = None

    def search(self) -> InstalmentSearch:
        return InstalmentSearch(**{**dict(self), "customer_id": self.customer_id or ""})


class PaymentInput(Input):
    """Règlement reçu autrement que par prélèvement : un montant en centimes, son mode et sa date."""

    request_key: RequestKey
    amount_cents: Cents
    method: PaymentMethod
    paid_on: Day
    note: Comment = ""

    def receipt(self) -> Receipt:
        return Receipt(self.amount_cents, self.method, self.paid_on, self.note)


class WithdrawalInput(Input):
    """Pourquoi le règlement ne compte plus."""

    reason: Reason
