"""Requests that write the accounts that remittances credit."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from pydantic import AfterValidator, Strict
from pydantic_core import PydanticCustomError

from diapason.domain.creditor import (
    AddressRule,
    BicRule,
    Ceilings,
    CreditedAccount,
    MessageVersion,
    PublicAccount,
)
from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.mandates import Scheme
from diapason.domain.money import MAX_CENTS
from diapason.domain.presentations import SequenceRule
from diapason.domain.public_accounts import faults_of_public_account
from diapason.sepa.text import is_sepa_reference, sepa_text
from http_api.fields import BicText, Flag, IbanText, Input, Label, OptionalCode, Revision
from http_api.inputs.addresses import AddressInput
from http_api.limits import MAX_BANK_NAME, MAX_CODE

LeadDays = Annotated[int, Strict(), Ge(1), Le(14)]
"""TARGET days before the due date; 14 calendar days is the longest a bank may ask (EPC130-08 §4.3.1)."""

Hour = Annotated[int, Strict(), Ge(0), Le(24)]
CeilingCents = Annotated[int, Strict(), Ge(1), Le(MAX_CENTS)]


def _writable_name(text: str) -> str:
    if text and not sepa_text(text, MAX_BANK_NAME):
        raise PydanticCustomError(
            "bank_name.characters",
            "Rien de ce texte ne s’écrit en caractères bancaires : ressaisissez-le en lettres latines.",
        )
    return text


def _writable_reference(text: str) -> str:
    if text and not is_sepa_reference(text):
        raise PydanticCustomError(
            "initiating_party.characters",
            "Écrivez des lettres sans accent, des chiffres ou / - ? : ( ) . , ' +, sans barre oblique au "
            "début, à la fin ou doublée.",
        )
    return text


BankName = Annotated[str, MaxLen(MAX_BANK_NAME), AfterValidator(_writable_name)]
"""Empty, or a name of which the bank's characters leave something."""

InitiatingPartyId = Annotated[OptionalCode, AfterValidator(_writable_reference)]


class CeilingsInput(Input):
    """Plafonds en centimes ; null : pas de plafond."""

    line_cents: CeilingCents | None = None
    customer_month_cents: CeilingCents | None = None
    batch_cents: CeilingCents | None = None

    def ceilings(self) -> Ceilings:
        return Ceilings(self.line_cents, self.customer_month_cents, self.batch_cents)


class PublicAccountInput(Input):
    """Compte de dépôt de fonds au Trésor (DFT) : le poste comptable encaisse pour le titulaire."""

    service: Annotated[str, MaxLen(MAX_CODE)]
    codique: Annotated[str, MaxLen(MAX_CODE)]
    accounting_office: BankName
    office_address: AddressInput
    holder: BankName
    iban: IbanText

    def public_account(self) -> PublicAccount:
        return PublicAccount(
            service=self.service.strip(),
            codique=self.codique.strip(),
            accounting_office=self.accounting_office,
            office_address=self.office_address.address(),
            holder=self.holder,
            iban_text=self.iban,
        )


class BankAccountInput(Input):
    """Compte à créditer."""

    label: Label
    iban: IbanText
    bic: BicText = ""
    version: MessageVersion = MessageVersion.V08
    scheme: Scheme = Scheme.CORE
    lead_days: LeadDays = 1
    cut_off_hour: Hour = 12
    batch_booking: Flag = True
    bic_rule: BicRule = BicRule.AS_GIVEN
    address_rule: AddressRule = AddressRule.NONE
    sequence_rule: SequenceRule = SequenceRule.RECURRENT
    initiating_party_id: InitiatingPartyId = ""
    ultimate_creditor: BankName = ""
    names_ultimate_debtor: Flag = False
    ceilings: CeilingsInput = CeilingsInput()
    public_account: PublicAccountInput | None = None
    closed: Flag = False

    def credited_account(self, account_id: str, siret: str) -> CreditedAccount:
        """``siret`` is the organisation's; raises InvalidInput where the Treasury's profile has faults."""
        public = self.public_account.public_account() if self.public_account else None
        faults = _faults(public, siret) if public else []
        if faults:
            raise InvalidInput(faults)
        return CreditedAccount(
            id=account_id,
            label=self.label,
            iban_text=self.iban,
            bic_text=self.bic,
            version=self.version,
            scheme=self.scheme,
            lead_days=self.lead_days,
            cut_off_hour=self.cut_off_hour,
            batch_booking=self.batch_booking,
            bic_rule=self.bic_rule,
            address_rule=self.address_rule,
            sequence_rule=self.sequence_rule,
            initiating_party_id=self.initiating_party_id,
            ultimate_creditor=self.ultimate_creditor,
            names_ultimate_debtor=self.names_ultimate_debtor,
            ceilings=self.ceilings.ceilings(),
            public_account=public,
            closed=self.closed,
        )


class BankAccountUpdate(BankAccountInput):
    """Compte à créditer, modifié."""

    revision: Revision


def _faults(public: PublicAccount, siret: str) -> list[FieldError]:
    return [
        FieldError(
            "public_account" if fault.part == "siret" else f"public_account.{fault.part}",
            f"public_account.{fault.part}",
            fault.words[:1].upper() + fault.words[1:],
        )
        for fault in faults_of_public_account(public, siret)
    ]
