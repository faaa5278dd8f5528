"""Debtors: families, companies, associations, public bodies, with their accounts and mandates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from diapason.domain.identifiers import Bic, Iban
from diapason.domain.mandates import Mandate
from diapason.domain.presentations import History

MAX_ACCOUNTS = 50
MAX_MANDATES = 50
"""A customer and the references of its mandates are written in one transaction of at most 100 actions."""

HABIT_COLLECTIONS = 3
"""So many collections make a habit."""


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"


CUSTOMER_KIND_WORDS = {
    CustomerKind.PERSON: "particulier",
    CustomerKind.COMPANY: "entreprise",
    CustomerKind.ASSOCIATION: "association",
    CustomerKind.PUBLIC_BODY: "organisme public",
}


class PaymentMethod(StrEnum):
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"


PAYMENT_METHOD_WORDS = {
    PaymentMethod.DIRECT_DEBIT: "prélèvement",
    PaymentMethod.CHEQUE: "chèque",
    PaymentMethod.CASH: "espèces",
    PaymentMethod.CARD: "carte bancaire",
    PaymentMethod.TRANSFER: "virement",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``country`` is ISO 3166-1 alpha-2."""

    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class DebtorAccount:
    """An account of a customer. ``iban_text`` is kept as it was entered and may be wrong: an anomaly
    says so when the account is to be debited, and nothing that a school entered is lost."""

    id: str
    holder: str
    iban_text: str
    bic_text: str = ""
    closed: bool = False

    @property
    def compact(self) -> str:
        """The number without blanks or case: by this it is compared."""
        return "".join(self.iban_text.split()).upper()

    @property
    def masked(self) -> str:
        """The account as it may be shown: never the whole number."""
        compact = self.compact
        return f"{compact[:4]}••••{compact[-4:]}" if len(compact) > 8 else "••••"

    def iban(self) -> Iban:
        """Raises InvalidIban."""
        return Iban.parse(self.iban_text)

    def bic(self) -> Bic | None:
        """None when no BIC was entered; raises InvalidIdentifier."""
        return Bic.parse(self.bic_text) if self.bic_text else None


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever is debited. ``reference`` is the school's own code and never changes.

    ``presented_revision`` guards the histories of the mandates; ``months`` are the cents that batches hold
    or have debited by month of collection (``202612``), as far as a ceiling makes them count.
    """

    id: str
    reference: str
    kind: CustomerKind
    name: str
    payment_method: PaymentMethod
    email: str = ""
    address: Address = Address()
    accounts: tuple[DebtorAccount, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    presented_revision: int = 0
    months: Mapping[str, int] = field(default_factory=dict, hash=False)

    def account(self, account_id: str) -> DebtorAccount | None:
        return next((account for account in self.accounts if account.id == account_id), None)

    def mandate(self, mandate_id: str) -> Mandate | None:
        return next((mandate for mandate in self.mandates if mandate.id == mandate_id), None)

    def mandate_proposed(self) -> Mandate | None:
        """The mandate that the wizard proposes: of those that may serve, that signed last; else any, so
        that its anomaly is named."""
        usable = [
            mandate
            for mandate in self.mandates
            if mandate.is_active and not mandate.is_spent and self.successor(mandate) is None
        ]
        return max(usable or self.mandates, key=lambda mandate: mandate.signed_on_or_never, default=None)

    def successor(self, mandate: Mandate) -> Mandate | None:
        """The mandate that continues this one under another RUM."""
        return next((later for later in self.mandates if later.replaces == mandate.id), None)

    def lineage(self, mandate: Mandate) -> Iterator[Mandate]:
        """The mandate, the one that it continues, and so on back; each once."""
        seen = set()
        earlier: Mandate | None = mandate
        while earlier is not None and earlier.id not in seen:
            seen.add(earlier.id)
            yield earlier
            earlier = self.mandate(earlier.replaces) if earlier.replaces else None

    def history_of(self, mandate: Mandate) -> History:
        """What was presented under a mandate, or under the one that it continues."""
        histories = (one.history for one in self.lineage(mandate))
        return next((history for history in histories if not history.is_empty), mandate.history)

    def used_elsewhere(self, mandate: Mandate) -> Mandate | None:
        """The mandate itself, or the nearest that it continues, under which another software collected."""
        return next((one for one in self.lineage(mandate) if one.used_before_on is not None), None)

    def was_presented(self, mandate: Mandate) -> bool:
        """Whether a collection under the mandate, or one it continues, is known: here or before."""
        return not self.history_of(mandate).is_empty or self.used_elsewhere(mandate) is not None

    def usual_cents(self) -> int | None:
        """What a collection from this customer usually takes; None before HABIT_COLLECTIONS of them."""
        taken = [one.amount_cents for mandate in self.mandates for one in mandate.history.recent]
        return sum(taken) // len(taken) if len(taken) >= HABIT_COLLECTIONS else None

    def account_proposed(self) -> DebtorAccount | None:
        """The account of the proposed mandate, else the first that is open."""
        mandate = self.mandate_proposed()
        of_mandate = self.account(mandate.account_id) if mandate else None
        return of_mandate or next((account for account in self.accounts if not account.closed), None)
