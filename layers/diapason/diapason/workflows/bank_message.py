"""A batch as the message that its bank reads: identifiers, groups and debits of the pain.008 file.

Everything is a function of the batch and its frozen lines, so that rendering again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diapason.domain.batches import SEQUENCE_OF_MANDATE, Batch, Line, SequenceGroup, SequenceType
from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, bic_of
from diapason.domain.mandates import Scheme
from diapason.sepa.message import DirectDebit, GroupHeader, PaymentInformation, Totals


def sequence_of(line: Line) -> SequenceType:
    """RCUR for a mandate that serves again, OOFF for one that serves once."""
    return SEQUENCE_OF_MANDATE[line.mandate_type]


def group_header(batch: Batch) -> GroupHeader:
    """MsgId is the batch's number, CreDtTm the moment at which generation was first asked for."""
    assert batch.file_created_at is not None
    return GroupHeader(
        message_id=batch.number,
        created_at=batch.file_created_at,
        totals=Totals(batch.count, batch.total_cents),
        initiating_party_name=batch.creditor.name,
        initiating_party_id=batch.creditor.account.initiating_party_id or None,
    )


def payment_information(batch: Batch, group: SequenceGroup) -> PaymentInformation:
    """PmtInfId is the batch's number and the sequence type, of which a batch has at most one each."""
    account = batch.creditor.account
    iban = Iban.parse(account.iban_text)
    return PaymentInformation(
        payment_information_id=f"{batch.number}-{group.sequence}",
        batch_booking=account.batch_booking,
        totals=Totals(group.count, group.total_cents),
        local_instrument=Scheme.CORE,
        sequence_type=group.sequence,
        collection_date=batch.collection_date,
        creditor_name=batch.creditor.name,
        creditor_iban=iban,
        creditor_bic=Bic.parse(account.bic_text) if account.bic_text else bic_of(iban),
        creditor_identifier=CreditorIdentifier.parse(batch.creditor.creditor_id),
    )


def direct_debits(lines: Iterable[Line], sequence: SequenceType) -> Iterator[DirectDebit]:
    """The debits of one group, in the order of the batch."""
    for line in lines:
        if sequence_of(line) is sequence:
            yield DirectDebit(
                end_to_end_id=line.end_to_end_id,
                amount_cents=line.amount_cents,
                mandate_reference=line.mandate_reference,
                signed_on=line.signed_on,
                debtor_name=line.holder,
                debtor_iban=Iban.parse(line.iban),
                debtor_bic=Bic.parse(line.bic) if line.bic else None,
                debtor_address=line.address,
                remittance_text=line.remittance_text,
            )
