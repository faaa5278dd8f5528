"""The words that appear on a debtor's bank statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from diapason.domain.creditor import CreditedAccount, Organisation, PublicAccount
from diapason.domain.drafts import DraftRow
from diapason.domain.examination import BankTexts, CreditorTexts
from diapason.domain.invoices import Instalment, InvoiceKind, Sending
from diapason.domain.parties import Customer, DebtorAccount
from diapason.domain.remittance_rule import RemittanceWord, told, words_of
from diapason.sepa.text import is_sepa_reference, sepa_text

REMITTANCE_LENGTH = 140
HOLDER_LENGTH = 70
TOWN_LENGTH = 35
REFERENCE_LENGTH = 35

_BETWEEN_WORDS = " -–—/:,;|·"

_EXAMPLE = Instalment(
    id="",
    invoice_id="",
    invoice_number="F2026-00042",
    invoice_kind=InvoiceKind.INVOICE,
    invoice_label="Cours de piano, 1er trimestre",
    invoice_sending=Sending.SENT,
    customer_id="",
    customer_name="Lefèvre Anne",
    activity="PIANO",
    due_date=date(2027, 1, 5),
    amount_cents=7_000,
    debited_cents=0,
    in_flight_cents=0,
    remaining_cents=7_000,
    cancelled=False,
    revision=1,
    pupil="Zoé Lefèvre",
)


def remittance_text(rule: str, instalment: Instalment) -> str:
    """Ustrd by the school's rule, in the bank's characters; empty where nothing of its words can be
    written. What the rule puts between words does not stand at an end where a word was empty."""
    facts = {word: sepa_text(_FACTS[word](instalment), REMITTANCE_LENGTH) for word in words_of(rule)}
    return sepa_text(told(rule, facts).strip(_BETWEEN_WORDS), REMITTANCE_LENGTH)


def example_text(rule: str) -> str:
    """What the rule makes of an example."""
    return remittance_text(rule, _EXAMPLE)


_FACTS: Mapping[RemittanceWord, Callable[[Instalment], str]] = {
    RemittanceWord.INVOICE: lambda instalment: instalment.invoice_number,
    RemittanceWord.LABEL: lambda instalment: instalment.invoice_label,
    RemittanceWord.ACTIVITY: lambda instalment: instalment.activity,
    RemittanceWord.PUPIL: lambda instalment: instalment.pupil,
    RemittanceWord.CUSTOMER: lambda instalment: instalment.customer_name,
    RemittanceWord.DUE_DATE: lambda instalment: f"{instalment.due_date:%d/%m/%Y}",
}


def holder_name(holder: str) -> str:
    """Dbtr/Nm in the bank's characters; empty where nothing of it can be written."""
    return sepa_text(holder, HOLDER_LENGTH)


def ultimate_debtor(customer: Customer, account: DebtorAccount) -> str:
    """UltmtDbtr/Nm: who owes, where the account belongs to somebody else; else empty."""
    name = sepa_text(customer.name, HOLDER_LENGTH)
    return "" if name.casefold() == holder_name(account.holder).casefold() else name


def creditor_texts(organisation: Organisation, account: CreditedAccount | None) -> CreditorTexts:
    """What the creditor would have printed, as far as it is known."""
    initiating = account.initiating_party_id if account else ""
    is_writable = len(initiating) <= REFERENCE_LENGTH and is_sepa_reference(initiating)
    return CreditorTexts(
        name=sepa_text(organisation.name, HOLDER_LENGTH),
        initiating_party_id=initiating if is_writable else "",
        public_account=_as_written(account.public_account) if account and account.public_account else None,
    )


def _as_written(public: PublicAccount) -> PublicAccount:
    town = sepa_text(public.office_address.town, TOWN_LENGTH)
    return replace(
        public,
        accounting_office=sepa_text(public.accounting_office, HOLDER_LENGTH),
        office_address=replace(public.office_address, town=town),
        holder=sepa_text(public.holder, HOLDER_LENGTH),
    )


def bank_texts(
    rule: str, row: DraftRow, instalment: Instalment | None, customer: Customer | None
) -> BankTexts:
    """What a row would make the bank print, as far as its records exist."""
    account = customer.account(row.account_id) if customer else None
    mandate = customer.mandate(row.mandate_id) if customer else None
    return BankTexts(
        remittance=remittance_text(rule, instalment) if instalment else "",
        holder=holder_name(account.holder) if account else "",
        town=sepa_text(customer.address.town, TOWN_LENGTH) if customer else "",
        mandate_reference=mandate.reference if mandate and is_sepa_reference(mandate.reference) else "",
    )
