"""A batch as the message that its bank reads: identifiers, groups and debits of the pain.008 file.

Everything is a function of the batch and its frozen lines, so that rendering again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diapason.domain.batches import Batch, Collection, SequenceGroup
from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, bic_of
from diapason.domain.presentations import SequenceType
from diapason.domain.sequences import CreditorAsWritten
from diapason.sepa.message import DirectDebit, GroupHeader, PaymentInformation, Totals
from diapason.sepa.pain008 import NAME_LIMIT
from diapason.sepa.text import sepa_text


def creditor_name(batch: Batch) -> str:
    """Cdtr/Nm: the school, or the accounting office that collects for it."""
    public = batch.creditor.account.public_account
    return sepa_text(public.accounting_office if public else batch.creditor.name, NAME_LIMIT)


def creditor_as_written(batch: Batch) -> CreditorAsWritten:
    """The creditor as every debit of the batch names it."""
    return CreditorAsWritten(creditor_name(batch), batch.creditor.creditor_id)


def group_header(batch: Batch) -> GroupHeader:
    """MsgId is the batch's number unless the bank wants its own form; CreDtTm the moment at which generation
    was asked for."""
    assert batch.file_created_at is not None
    return GroupHeader(
        message_id=batch.message_id or batch.number,
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
        local_instrument=account.scheme,
        sequence_type=group.sequence,
        collection_date=batch.collection_date,
        creditor_name=creditor_name(batch),
        creditor_iban=iban,
        creditor_bic=Bic.parse(account.bic_text) if account.bic_text else bic_of(iban),
        creditor_identifier=CreditorIdentifier.parse(batch.creditor.creditor_id),
    )


def direct_debits(collections: Iterable[Collection], sequence: SequenceType) -> Iterator[DirectDebit]:
    """The debits of one group, in the order of the batch."""
    for line, own_sequence, _amendment in collections:
        if own_sequence is sequence:
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
