"""Requests that change the school's settings."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Strict

from diapason.domain.creditor import BicRule, CreditedAccount, MessageVersion, Organisation
from diapason.domain.parties import Address
from diapason.store.registry import Activity
from http_api.fields import (
    BicText,
    Code,
    Country,
    CreditorIdentifierText,
    Flag,
    IbanText,
    Input,
    Label,
    Name,
    OptionalCode,
    PostalCode,
    Revision,
    SiretText,
    Street,
    Town,
)

LeadDays = Annotated[int, Strict(), Ge(1), Le(14)]
"""TARGET days before the due date; 14 calendar days is the longest a bank may ask (EPC130-08 §4.3.1)."""

Hour = Annotated[int, Strict(), Ge(0), Le(24)]


class AddressInput(Input):
    """Adresse postale."""

    street: Street = ""
    postal_code: PostalCode = ""
    town: Town = ""
    country: Country = "FR"

    def address(self) -> Address:
        return Address(self.street, self.postal_code, self.town, self.country)


class OrganisationInput(Input):
    """L’établissement comme créancier."""

    revision: Revision
    name: Name
    creditor_id: CreditorIdentifierText = ""
    siret: SiretText = ""
    address: AddressInput = AddressInput()

    def organisation(self) -> Organisation:
        return Organisation(self.name, self.creditor_id, self.siret, self.address.address())


class BankAccountInput(Input):
    """Compte à créditer."""

    label: Label
    iban: IbanText
    bic: BicText = ""
    version: MessageVersion = MessageVersion.V08
    lead_days: LeadDays = 1
    cut_off_hour: Hour = 12
    batch_booking: Flag = True
    bic_rule: BicRule = BicRule.AS_GIVEN
    initiating_party_id: OptionalCode = ""
    closed: Flag = False

    def credited_account(self, account_id: str) -> CreditedAccount:
        return CreditedAccount(
            id=account_id,
            label=self.label,
            iban_text=self.iban,
            bic_text=self.bic,
            version=self.version,
            lead_days=self.lead_days,
            cut_off_hour=self.cut_off_hour,
            batch_booking=self.batch_booking,
            bic_rule=self.bic_rule,
            initiating_party_id=self.initiating_party_id,
            closed=self.closed,
        )


class BankAccountUpdate(BankAccountInput):
    """Compte à créditer, modifié."""

    revision: Revision


class ActivityInput(Input):
    """Activité."""

    code: Code
    label: Label

    def activity(self) -> Activity:
        return Activity(self.code, self.label)
