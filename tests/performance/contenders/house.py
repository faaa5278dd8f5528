"""What both of the house's contenders have in common: the frame of the message, and the way to the disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban
from diapason.domain.mandates import Scheme
from diapason.domain.presentations import SequenceType
from diapason.sepa.message import DirectDebit, GroupHeader, PaymentInformation, Totals
from diapason.sepa.profiles import PROFILES
from diapason.sepa.validation import write_validated_bank_file
from tests.performance import debits
from tests.performance.debits import FamilyTexts

Debits = Callable[[list[FamilyTexts], int], Iterator[DirectDebit]]


def main(debits_of: Debits) -> None:
    """Write the file that the command line asks for."""
    families, count, out = debits.read_families(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3])
    totals = Totals(count, debits.total_cents(families, count))
    header = GroupHeader(
        message_id=debits.MESSAGE_ID,
        created_at=datetime.fromisoformat(debits.CREATED_AT),
        totals=totals,
        initiating_party_name=debits.CREDITOR_NAME,
        initiating_party_id=None,
    )
    payment = PaymentInformation(
        payment_information_id=f"{debits.MESSAGE_ID}-RCUR",
        batch_booking=True,
        totals=totals,
        local_instrument=Scheme.CORE,
        sequence_type=SequenceType.RECURRENT,
        collection_date=date.fromisoformat(debits.COLLECTED_ON),
        creditor_name=debits.CREDITOR_NAME,
        creditor_iban=Iban.parse(debits.CREDITOR_IBAN),
        creditor_bic=Bic.parse(debits.CREDITOR_BIC),
        creditor_identifier=CreditorIdentifier.parse(debits.CREDITOR_IDENTIFIER),
    )
    with out.open("wb") as file:
        write_validated_bank_file(PROFILES["08"], header, [(payment, debits_of(families, count))], file.write)
