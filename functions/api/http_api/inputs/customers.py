"""Requests that write customers with their accounts and mandates."""

from __future__ import annotations

import uuid
from typing import Annotated

from annotated_types import Ge, Lt, MaxLen
from pydantic import Field, Strict

from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.store.customers import customer_id, mandate_id
from http_api.fields import (
    BicText,
    Code,
    CreditorIdentifierText,
    Day,
    Email,
    Flag,
    IbanText,
    Id,
    Input,
    MandateReferenceText,
    Name,
    Revision,
)
from http_api.inputs.addresses import AddressInput
from http_api.limits import MAX_ACCOUNTS, MAX_MANDATES

AccountRank = Annotated[int, Strict(), Ge(0), Lt(MAX_ACCOUNTS)]
"""The place of an account in the list of the same request, from 0: a new account has no id yet."""


class DebtorAccountInput(Input):
    """Compte du client ; sans identifiant, c’est un nouveau compte."""

    id: Id | None = None
    holder: Name
    iban: IbanText
    bic: BicText = ""
    closed: Flag = False

    def account(self) -> DebtorAccount:
        return DebtorAccount(
            id=self.id or uuid.uuid4().hex,
            holder=self.holder,
            iban_text=self.iban,
            bic_text=self.bic,
            closed=self.closed,
        )


class MandateInput(Input):
    """Mandat du client, reconnu à sa RUM ; account_rank est le rang de son compte dans accounts, depuis 0."""

    reference: MandateReferenceText
    account_rank: AccountRank
    state: MandateState
    signed_on: Day | None = None
    scheme: Scheme = Scheme.CORE
    type: MandateType = MandateType.RECURRENT
    creditor_id: CreditorIdentifierText = ""

    def mandate(self, school_id: str, account: DebtorAccount) -> Mandate:
        return Mandate(
            id=mandate_id(school_id, self.reference),
            reference=self.reference,
            account_id=account.id,
            state=self.state,
            signed_on=self.signed_on,
            scheme=self.scheme,
            type=self.type,
            creditor_id=self.creditor_id,
        )


class CustomerContent(Input):
    """Ce qui se modifie d’un client."""

    kind: CustomerKind
    name: Name
    payment_method: PaymentMethod
    email: Email = ""
    address: AddressInput = AddressInput()
    accounts: Annotated[list[DebtorAccountInput], MaxLen(MAX_ACCOUNTS)] = Field(default_factory=list)
    mandates: Annotated[list[MandateInput], MaxLen(MAX_MANDATES)] = Field(default_factory=list)

    def written_over(self, school_id: str, before: Customer) -> Customer:
        """The customer with this content; raises InvalidInput where its parts do not fit together."""
        errors = [*self._faults_of_accounts(before), *self._faults_of_mandates(school_id, before)]
        if errors:
            raise InvalidInput(errors)
        accounts = [given.account() for given in self.accounts]
        return Customer(
            id=before.id,
            reference=before.reference,
            kind=self.kind,
            name=self.name,
            payment_method=self.payment_method,
            email=self.email,
            address=self.address.address(),
            accounts=tuple(accounts),
            mandates=tuple(given.mandate(school_id, accounts[given.account_rank]) for given in self.mandates),
        )

    def _faults_of_accounts(self, before: Customer) -> list[FieldError]:
        faults = []
        seen = set()
        for rank, given in enumerate(self.accounts):
            if given.id is None:
                continue
            if before.account(given.id) is None or given.id in seen:
                words = "Ce compte n’est pas un compte du client : rechargez la fiche."
                faults.append(FieldError(f"accounts.{rank}.id", "unknown", words))
            seen.add(given.id)
        return faults

    def _faults_of_mandates(self, school_id: str, before: Customer) -> list[FieldError]:
        faults = []
        seen = set()
        for rank, given in enumerate(self.mandates):
            identifier = mandate_id(school_id, given.reference)
            if identifier in seen:
                words = "Cette référence (RUM) est déjà celle d’un autre mandat du client."
                faults.append(FieldError(f"mandates.{rank}.reference", "twice", words))
            if given.account_rank >= len(self.accounts):
                words = "Choisissez le compte que le mandat autorise."
                faults.append(FieldError(f"mandates.{rank}.account_rank", "unknown", words))
            if given.state is MandateState.SIGNED and given.signed_on is None:
                words = "Saisissez la date de signature du mandat."
                faults.append(FieldError(f"mandates.{rank}.signed_on", "missing", words))
            seen.add(identifier)
        faults += [
            FieldError("mandates", "removed", f"Le mandat {kept.reference} se révoque, il ne se retire pas.")
            for kept in before.mandates
            if kept.id not in seen
        ]
        return faults


class CustomerInput(CustomerContent):
    """Nouveau client."""

    reference: Code

    def customer(self, school_id: str) -> Customer:
        """Raises InvalidInput where its parts do not fit together."""
        identifier = customer_id(school_id, self.reference)
        nothing = Customer(identifier, self.reference, self.kind, self.name, self.payment_method)
        return self.written_over(school_id, nothing)


class CustomerUpdate(CustomerContent):
    """Client modifié."""

    revision: Revision
