"""A batch as the message that its bank reads: identifiers, groups and debits of the pain.008 file.

Everything is a function of the batch and its frozen lines, so that rendering again gives the same bytes.
Three profiles of the creditor's side stand side by side here: the school itself, the school that collects for
somebody else, and the Treasury's (dépôt de fonds au Trésor), where the accounting office collects for the
holder of the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from diapason.domain.batches import Batch, Collection, Creditor, Line, SequenceGroup
from diapason.domain.creditor import AddressRule, CreditedAccount
from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, Siret, bic_of
from diapason.domain.parties import Address
from diapason.domain.presentations import SequenceType
from diapason.domain.sequences import CreditorAsWritten
from diapason.sepa.addresses import hybrid, structured
from diapason.sepa.elements import NAME_LIMIT
from diapason.sepa.faults import UnwritableValueError
from diapason.sepa.message import (
    DirectDebit,
    GroupHeader,
    OrganisationNumber,
    PaymentInformation,
    PostalAddress,
    Totals,
    UltimateCreditor,
)
from diapason.sepa.text import sepa_text

SIRET_SCHEME = "SIRET"


def creditor_name(creditor: Creditor) -> str:
    """Cdtr/Nm: the school, or the accounting office that collects for it."""
    public = creditor.account.public_account
    return sepa_text(public.accounting_office if public else creditor.name, NAME_LIMIT)


def creditor_as_written(creditor: Creditor) -> CreditorAsWritten:
    """The creditor as every debit of its batches names it."""
    return CreditorAsWritten(creditor_name(creditor), creditor.creditor_id)


def group_header(batch: Batch) -> GroupHeader:
    """MsgId is the batch's number unless the bank wants its own form; CreDtTm the moment at which generation
    was asked for."""
    assert batch.file_created_at is not None
    return GroupHeader(
        message_id=batch.message_id or batch.number,
        created_at=batch.file_created_at,
        totals=Totals(batch.count, batch.total_cents),
        initiating_party_name=batch.creditor.name,
        initiating_party_id=_initiating_party(batch),
    )


def payment_information(batch: Batch, group: SequenceGroup) -> PaymentInformation:
    """PmtInfId is the batch's number and the sequence type, of which a batch has at most one each."""
    account = batch.creditor.account
    public = account.public_account
    iban = Iban.parse(account.iban_text)
    return PaymentInformation(
        payment_information_id=f"{batch.number}-{group.sequence}",
        batch_booking=account.batch_booking,
        totals=Totals(group.count, group.total_cents),
        local_instrument=account.scheme,
        sequence_type=group.sequence,
        collection_date=batch.collection_date,
        creditor_name=creditor_name(batch.creditor),
        creditor_iban=iban,
        creditor_bic=Bic.parse(account.bic_text) if account.bic_text else bic_of(iban),
        creditor_identifier=CreditorIdentifier.parse(batch.creditor.creditor_id),
        creditor_address=structured(public.office_address) if public else None,
        ultimate_creditor=_ultimate_creditor(account),
    )


def direct_debits(
    batch: Batch, collections: Iterable[Collection], sequence: SequenceType
) -> Iterator[DirectDebit]:
    """The debits of one group, in the order of the batch.

    Raises UnwritableValueError: a mandate of the other scheme, or a line without what the Treasury demands.
    """
    account = batch.creditor.account
    address_form = address_form_of(account)
    for line, own_sequence, amendment in collections:
        if own_sequence is sequence:
            _require_what_the_account_demands(line, account)
            yield DirectDebit(
                end_to_end_id=line.end_to_end_id,
                amount_cents=line.amount_cents,
                mandate_reference=line.mandate_reference,
                signed_on=line.signed_on,
                debtor_name=line.holder,
                debtor_iban=Iban(line.iban),
                debtor_bic=Bic(line.bic) if line.bic else None,
                debtor_address=address_form(line.address) if line.address else None,
                remittance_text=line.remittance_text,
                amendment=amendment,
                ultimate_debtor=line.ultimate_debtor,
            )


def address_form_of(account: CreditedAccount) -> Callable[[Address], PostalAddress]:
    """The form in which the account's bank takes addresses. Where its rule is to write none, those that a
    debtor's bank outside the EEA demands are structured; the Treasury takes no other form."""
    is_hybrid = account.address_rule is AddressRule.HYBRID and account.public_account is None
    return hybrid if is_hybrid else structured


def _initiating_party(batch: Batch) -> OrganisationNumber | None:
    account = batch.creditor.account
    if account.public_account is not None:
        return OrganisationNumber(str(Siret.parse(batch.creditor.siret)), SIRET_SCHEME)
    return OrganisationNumber(account.initiating_party_id) if account.initiating_party_id else None


def _ultimate_creditor(account: CreditedAccount) -> UltimateCreditor | None:
    public = account.public_account
    if public is not None:
        number = OrganisationNumber(Iban.parse(public.iban_text).electronic)
        return UltimateCreditor(public.holder, number)
    return UltimateCreditor(account.ultimate_creditor) if account.ultimate_creditor else None


def _require_what_the_account_demands(line: Line, account: CreditedAccount) -> None:
    if line.scheme is not account.scheme:
        raise UnwritableValueError(
            "LclInstrm",
            line.end_to_end_id,
            f"est {account.scheme} pour le compte crédité, alors que le mandat est {line.scheme}",
        )
    if account.public_account is not None:
        if not line.remittance_text:
            raise UnwritableValueError("Ustrd", line.end_to_end_id, "manque, le Trésor l'exige")
        if line.address is None:
            raise UnwritableValueError("PstlAdr", line.end_to_end_id, "manque, le Trésor l'exige")
