"""The words that appear on a debtor's bank statement."""

from __future__ import annotations

from diapason.domain.invoices import Instalment
from diapason.sepa.text import sepa_text

REMITTANCE_LENGTH = 140
HOLDER_LENGTH = 70


def remittance_text(instalment: Instalment) -> str:
    """Ustrd: invoice number, then label, in the bank's characters."""
    return sepa_text(f"Facture {instalment.invoice_number} {instalment.invoice_label}", REMITTANCE_LENGTH)


def holder_name(holder: str) -> str:
    """Dbtr/Nm in the bank's characters; empty where nothing of it can be written."""
    return sepa_text(holder, HOLDER_LENGTH)
