"""The settings of the school, as the page receives them."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.domain.creditor import BicRule, CreditedAccount, MessageVersion, Organisation
from diapason.domain.parties import Address
from diapason.store.registry import Activity
from diapason.store.versioned import Versioned
from http_api.asking import Asking
from http_api.fields import View
from http_api.masking import masked


class AddressView(View):
    """Adresse postale."""

    street: str
    postal_code: str
    town: str
    country: str


class OrganisationView(View):
    """L’établissement comme créancier."""

    revision: int
    name: str
    creditor_id: str
    siret: str
    address: AddressView
    editable: bool


class BankAccountView(View):
    """Compte à créditer ; l’IBAN est masqué pour qui ne peut pas le modifier."""

    id: str
    revision: int
    label: str
    iban: str
    bic: str
    version: MessageVersion
    lead_days: int
    cut_off_hour: int
    batch_booking: bool
    bic_rule: BicRule
    initiating_party_id: str
    closed: bool
    editable: bool


class BankAccountsView(View):
    """Les comptes à créditer."""

    bank_accounts: list[BankAccountView]


class ActivityView(View):
    """Activité."""

    code: str
    label: str


class ActivitiesView(View):
    """Les activités."""

    activities: list[ActivityView]


def address_view(address: Address) -> AddressView:
    return AddressView(
        street=address.street, postal_code=address.postal_code, town=address.town, country=address.country
    )


def organisation_view(found: Versioned[Organisation], asking: Asking) -> OrganisationView:
    organisation = found.value
    return OrganisationView(
        revision=found.revision,
        name=organisation.name,
        creditor_id=organisation.creditor_id,
        siret=organisation.siret,
        address=address_view(organisation.address),
        editable=asking.may(Action.EDIT_SETTINGS),
    )


def bank_account_view(found: Versioned[CreditedAccount], asking: Asking) -> BankAccountView:
    """One account, whole for those who edit it."""
    editable = asking.may(Action.EDIT_SETTINGS)
    iban = found.value.iban_text if editable else masked(found.value.iban_text)
    return _bank_account_view(found, iban, editable)


def bank_accounts_view(found: list[Versioned[CreditedAccount]], asking: Asking) -> BankAccountsView:
    """The list: masked for all."""
    editable = asking.may(Action.EDIT_SETTINGS)
    return BankAccountsView(
        bank_accounts=[
            _bank_account_view(account, masked(account.value.iban_text), editable) for account in found
        ]
    )


def activity_view(activity: Activity) -> ActivityView:
    return ActivityView(code=activity.code, label=activity.label)


def activities_view(activities: list[Activity]) -> ActivitiesView:
    return ActivitiesView(activities=[activity_view(activity) for activity in activities])


def _bank_account_view(found: Versioned[CreditedAccount], iban: str, editable: bool) -> BankAccountView:
    account = found.value
    return BankAccountView(
        id=account.id,
        revision=found.revision,
        label=account.label,
        iban=iban,
        bic=account.bic_text,
        version=account.version,
        lead_days=account.lead_days,
        cut_off_hour=account.cut_off_hour,
        batch_booking=account.batch_booking,
        bic_rule=account.bic_rule,
        initiating_party_id=account.initiating_party_id,
        closed=account.closed,
        editable=editable,
    )
