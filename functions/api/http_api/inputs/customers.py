"""Requests that write customers with their accounts and mandates."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from annotated_types import Ge, Lt, MaxLen
from pydantic import Field, Strict

from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.mandate_rules import faults_of_mandate
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import (
    MAX_ACCOUNTS,
    MAX_MANDATES,
    Customer,
    CustomerKind,
    DebtorAccount,
    PaymentMethod,
)
from diapason.domain.presentations import History
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
    OptionalMandateReference,
    Revision,
)
from http_api.inputs.addresses import AddressInput

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
    """Mandat du client, reconnu à sa RUM ; account_rank est le rang de son compte dans accounts, depuis 0 ;
    used_before_on est la date du dernier prélèvement d’un autre logiciel, replaces la RUM qu’il continue."""

    reference: MandateReferenceText
    account_rank: AccountRank
    state: MandateState
    signed_on: Day | None = None
    scheme: Scheme = Scheme.CORE
    type: MandateType = MandateType.RECURRENT
    creditor_id: CreditorIdentifierText = ""
    used_before_on: Day | None = None
    replaces: OptionalMandateReference = ""

    def mandate(self, school_id: str, accounts: Sequence[DebtorAccount], before: Customer) -> Mandate:
        """``accounts`` are those of the same request; what batches moved on a mandate of ``before`` stays."""
        identifier = mandate_id(school_id, self.reference)
        known = before.mandate(identifier)
        return Mandate(
            id=identifier,
            reference=self.reference,
            account_id=accounts[self.account_rank].id if self.account_rank < len(accounts) else "",
            state=self.state,
            signed_on=self.signed_on,
            scheme=self.scheme,
            type=self.type,
            creditor_id=self.creditor_id,
            used_before_on=self.used_before_on,
            replaces=mandate_id(school_id, self.replaces) if self.replaces else "",
            history=known.history if known else History(),
            consumed_by=known.consumed_by if known else "",
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
        accounts = [given.account() for given in self.accounts]
        after = replace(
            before,
            kind=self.kind,
            name=self.name,
            payment_method=self.payment_method,
            email=self.email,
            address=self.address.address(),
            accounts=tuple(accounts),
            mandates=tuple(given.mandate(school_id, accounts, before) for given in self.mandates),
        )
        errors = [*self._faults_of_accounts(before), *self._faults_of_mandates(before, after)]
        if errors:
            raise InvalidInput(errors)
        return after

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

    def _faults_of_mandates(self, before: Customer, after: Customer) -> list[FieldError]:
        faults = []
        seen = set()
        for rank, mandate in enumerate(after.mandates):
            if mandate.id in seen:
                words = "Cette référence (RUM) est déjà celle d’un autre mandat du client."
                faults.append(FieldError(f"mandates.{rank}.reference", "twice", words))
            if not mandate.account_id:
                words = "Choisissez le compte que le mandat autorise."
                faults.append(FieldError(f"mandates.{rank}.account_rank", "unknown", words))
            faults += [
                FieldError(f"mandates.{rank}.{fault.part}", fault.code, fault.words)
                for fault in faults_of_mandate(before.mandate(mandate.id), mandate, after)
            ]
            seen.add(mandate.id)
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
