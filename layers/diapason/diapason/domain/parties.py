"""Debtors: families, companies, associations, public bodies, with their accounts and mandates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diapason.domain.identifiers import Bic, Iban
from diapason.domain.mandates import Mandate


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"


class PaymentMethod(StrEnum):
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"


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
    def masked(self) -> str:
        """The account as it may be shown: never the whole number."""
        compact = "".join(self.iban_text.split()).upper()
        return f"{compact[:4]}••••{compact[-4:]}" if len(compact) > 8 else "••••"

    def iban(self) -> Iban:
        """Raises InvalidIban."""
        return Iban.parse(self.iban_text)

    def bic(self) -> Bic | None:
        """None when no BIC was entered; raises InvalidIdentifier."""
        return Bic.parse(self.bic_text) if self.bic_text else None


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever is debited. ``reference`` is the school's own code and never changes."""

    id: str
    reference: str
    kind: CustomerKind
    name: str
    payment_method: PaymentMethod
    email: str = ""
    address: Address = Address()
    accounts: tuple[DebtorAccount, ...] = ()
    mandates: tuple[Mandate, ...] = ()

    def account(self, account_id: str) -> DebtorAccount | None:
        return next((account for account in self.accounts if account.id == account_id), None)

    def mandate(self, mandate_id: str) -> Mandate | None:
        return next((mandate for mandate in self.mandates if mandate.id == mandate_id), None)

    def mandate_proposed(self) -> Mandate | None:
        """The mandate that the wizard proposes: of those that may serve, that signed last; else any, so
        that its anomaly is named."""
        usable = [mandate for mandate in self.mandates if mandate.is_active and not mandate.is_spent]
        return max(usable or self.mandates, key=lambda mandate: mandate.signed_on_or_never, default=None)

    def account_proposed(self) -> DebtorAccount | None:
        """The account of the proposed mandate, else the first that is open."""
        mandate = self.mandate_proposed()
        of_mandate = self.account(mandate.account_id) if mandate else None
        return of_mandate or next((account for account in self.accounts if not account.closed), None)
