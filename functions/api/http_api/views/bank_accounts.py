"""The accounts that remittances credit, as the page receives them."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.domain.creditor import (
    AddressRule,
    BicRule,
    Ceilings,
    CreditedAccount,
    MessageVersion,
    PublicAccount,
)
from diapason.domain.mandates import Scheme
from diapason.domain.presentations import SequenceRule
from diapason.store.versioned import Versioned
from http_api.asking import Asking
from http_api.fields import View
from http_api.masking import masked
from http_api.views.addresses import AddressView, address_view
from http_api.views.bank_account_words import address_rule_in_force, meaning_of
from http_api.views.outdated_batches import OutdatedBatchView, outdated_batches


class CeilingsView(View):
    """Plafonds en centimes ; null : pas de plafond."""

    line_cents: int | None
    customer_month_cents: int | None
    batch_cents: int | None


class PublicAccountView(View):
    """Compte de dépôt de fonds au Trésor (DFT)."""

    service: str
    codique: str
    accounting_office: str
    office_address: AddressView
    holder: str
    iban: str


class BankAccountSummary(View):
    """Compte à créditer ; l’IBAN est masqué pour qui ne peut pas le modifier. meaning dit en mots ce que les
    réglages font."""

    id: str
    revision: int
    label: str
    iban: str
    bic: str
    version: MessageVersion
    scheme: Scheme
    lead_days: int
    cut_off_hour: int
    batch_booking: bool
    bic_rule: BicRule
    address_rule: AddressRule
    sequence_rule: SequenceRule
    initiating_party_id: str
    ultimate_creditor: str
    names_ultimate_debtor: bool
    ceilings: CeilingsView
    public_account: PublicAccountView | None
    closed: bool
    meaning: list[str]
    editable: bool


class BankAccountView(BankAccountSummary):
    """Compte à créditer, avec les remises en attente dont le fichier sera refusé depuis que son IBAN a
    changé."""

    outdated_batches: list[OutdatedBatchView]


class BankAccountsView(View):
    """Les comptes à créditer."""

    bank_accounts: list[BankAccountSummary]


def bank_account_view(found: Versioned[CreditedAccount], asking: Asking) -> BankAccountView:
    """One account, whole for those who edit it."""
    account = found.value
    is_whole = asking.may(Action.EDIT_SETTINGS)
    view = _summary(found, asking, is_whole)
    outdated = outdated_batches(
        asking,
        lambda batch: (
            batch.creditor.account.id == account.id and batch.creditor.account.iban_text != account.iban_text
        ),
        "l’IBAN du compte",
    )
    return BankAccountView(**dict(view), outdated_batches=outdated)


def bank_accounts_view(found: list[Versioned[CreditedAccount]], asking: Asking) -> BankAccountsView:
    """The list: masked for all."""
    return BankAccountsView(bank_accounts=[_summary(account, asking, is_whole=False) for account in found])


def _summary(found: Versioned[CreditedAccount], asking: Asking, is_whole: bool) -> BankAccountSummary:
    account = found.value
    return BankAccountSummary(
        id=account.id,
        revision=found.revision,
        label=account.label,
        iban=account.iban_text if is_whole else masked(account.iban_text),
        bic=account.bic_text,
        version=account.version,
        scheme=account.scheme,
        lead_days=account.lead_days,
        cut_off_hour=account.cut_off_hour,
        batch_booking=account.batch_booking,
        bic_rule=account.bic_rule,
        address_rule=address_rule_in_force(account),
        sequence_rule=account.sequence_rule,
        initiating_party_id=account.initiating_party_id,
        ultimate_creditor=account.ultimate_creditor,
        names_ultimate_debtor=account.names_ultimate_debtor,
        ceilings=_ceilings_view(account.ceilings),
        public_account=_public_account_view(account.public_account, is_whole),
        closed=account.closed,
        meaning=list(meaning_of(account)),
        editable=asking.may(Action.EDIT_SETTINGS),
    )


def _ceilings_view(ceilings: Ceilings) -> CeilingsView:
    return CeilingsView(
        line_cents=ceilings.line_cents,
        customer_month_cents=ceilings.customer_month_cents,
        batch_cents=ceilings.batch_cents,
    )


def _public_account_view(public: PublicAccount | None, is_whole: bool) -> PublicAccountView | None:
    if public is None:
        return None
    return PublicAccountView(
        service=public.service,
        codique=public.codique,
        accounting_office=public.accounting_office,
        office_address=address_view(public.office_address),
        holder=public.holder,
        iban=public.iban_text if is_whole else masked(public.iban_text),
    )
