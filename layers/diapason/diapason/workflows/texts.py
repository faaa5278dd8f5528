"""The words that appear on a debtor's bank statement."""

from __future__ import annotations

from diapason.domain.creditor import CreditedAccount, Organisation
from diapason.domain.drafts import DraftRow
from diapason.domain.examination import BankTexts, CreditorTexts
from diapason.domain.invoices import Instalment
from diapason.domain.parties import Customer
from diapason.sepa.text import is_sepa_reference, sepa_text

REMITTANCE_LENGTH = 140
HOLDER_LENGTH = 70
TOWN_LENGTH = 35
REFERENCE_LENGTH = 35
_OPENING = "Facture "


def remittance_text(instalment: Instalment) -> str:
    """Ustrd: invoice number, then label, in the bank's characters; empty where nothing of them can be
    written."""
    told = sepa_text(
        f"{instalment.invoice_number} {instalment.invoice_label}", REMITTANCE_LENGTH - len(_OPENING)
    )
    return f"{_OPENING}{told}" if told else ""


def holder_name(holder: str) -> str:
    """Dbtr/Nm in the bank's characters; empty where nothing of it can be written."""
    return sepa_text(holder, HOLDER_LENGTH)


def creditor_texts(organisation: Organisation, account: CreditedAccount | None) -> CreditorTexts:
    """What the creditor would have printed, as far as it is known."""
    initiating = account.initiating_party_id if account else ""
    is_writable = len(initiating) <= REFERENCE_LENGTH and is_sepa_reference(initiating)
    return CreditorTexts(
        name=sepa_text(organisation.name, HOLDER_LENGTH),
        initiating_party_id=initiating if is_writable else "",
    )


def bank_texts(row: DraftRow, instalment: Instalment | None, customer: Customer | None) -> BankTexts:
    """What a row would make the bank print, as far as its records exist."""
    account = customer.account(row.account_id) if customer else None
    mandate = customer.mandate(row.mandate_id) if customer else None
    return BankTexts(
        remittance=remittance_text(instalment) if instalment else "",
        holder=holder_name(account.holder) if account else "",
        town=sepa_text(customer.address.town, TOWN_LENGTH) if customer else "",
        mandate_reference=mandate.reference if mandate and is_sepa_reference(mandate.reference) else "",
    )
