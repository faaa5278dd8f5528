"""What a batch's file must say, told apart from the way in which it was written, and comparing it with what
the file says when it is read again.

Every value that a bank debits or believes comes from the header and the frozen lines here, from the file
there; one difference refuses the download.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import IO

from diapason.domain.batches import Batch, Collection, LineState, SequenceGroup
from diapason.domain.clock import in_paris
from diapason.domain.creditor import CreditedAccount
from diapason.domain.drafts import Draft
from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, Siret, bic_of
from diapason.domain.presentations import NO_AMENDMENT
from diapason.sepa.addresses import structured
from diapason.sepa.elements import NAME_LIMIT
from diapason.sepa.message import Totals
from diapason.sepa.reread import ReadDebit, ReadFile, ReadGroup, reread_bank_file
from diapason.sepa.text import sepa_text
from diapason.store.batches import ChunkTotals
from diapason.workflows.bank_message import SIRET_SCHEME, address_form_of
from diapason.workflows.inconsistent import Inconsistent


@dataclass(frozen=True, slots=True)
class FourTotals:
    """Count and cents of one batch, computed apart: what was validated, what was frozen and compared, what
    the file holds, and what left the families' instalments."""

    manifest: Totals
    lines: Totals
    file: Totals
    debited: Totals


def require_agreement(batch: Batch, totals: FourTotals) -> None:
    """Raises Inconsistent where any two of the four differ, or all differ from the header."""
    announced = Totals(batch.count, batch.total_cents)
    if {totals.manifest, totals.lines, totals.file, totals.debited} != {announced}:
        raise Inconsistent(f"totals of {batch.number}, announced {announced}: {totals}")


def manifest_total(draft: Draft, batch: Batch) -> Totals:
    """What the draft planned for a batch when it was frozen; raises Inconsistent."""
    planned = draft.registration.batches if draft.registration else ()
    for one in planned:
        if one.batch_id == batch.id:
            return Totals(one.count, one.total_cents)
    raise Inconsistent(f"{batch.number} is in no manifest")


def debited_total(chunks: Iterable[ChunkTotals]) -> Totals:
    """What chunks have moved from in flight to debited: with their state, in one transaction, that of each
    instalment and invoice."""
    debited = [chunk for chunk in chunks if chunk.state is LineState.DEBITED]
    return Totals(sum(chunk.count for chunk in debited), sum(chunk.total_cents for chunk in debited))


def compare_with_lines(
    stream: IO[bytes], batch: Batch, collections: Callable[[], Iterable[Collection]]
) -> tuple[Totals, Totals]:
    """The totals of the lines and of the file, once every value of either was found equal in the other.

    ``collections`` starts the batch's lines anew for each group. Raises Inconsistent, and BankFileError where
    the file cannot be read at all.
    """
    expected = debits_expected(batch, collections)
    count = cents = 0

    def compare(debit: ReadDebit) -> None:
        nonlocal count, cents
        line = next(expected, None)
        if line is None:
            raise Inconsistent(f"debit {debit.end_to_end_id} is no line of {batch.number}")
        if line != debit:
            raise Inconsistent(f"{line.end_to_end_id} differs in the file: {_differing_fields(line, debit)}")
        count, cents = count + 1, cents + line.amount_cents

    read = reread_bank_file(stream, compare)
    missing = next(expected, None)
    if missing is not None:
        raise Inconsistent(f"{missing.end_to_end_id} is not in the file of {batch.number}")
    file = file_expected(batch)
    if read != file:
        raise Inconsistent(f"the file of {batch.number} differs: {_differing(file, read)}")
    return Totals(count, cents), read.totals


def file_expected(batch: Batch) -> ReadFile:
    """What the file must say of itself and of its groups."""
    assert batch.file_created_at is not None
    account = batch.creditor.account
    public = account.public_account
    return ReadFile(
        version=account.version,
        message_id=batch.message_id or batch.number,
        created_at=in_paris(batch.file_created_at).replace(microsecond=0, tzinfo=None),
        totals=Totals(batch.count, batch.total_cents),
        initiating_party_name=sepa_text(batch.creditor.name, NAME_LIMIT),
        initiating_party_number=(
            str(Siret.parse(batch.creditor.siret)) if public else account.initiating_party_id
        ),
        initiating_party_scheme=SIRET_SCHEME if public else "",
        groups=tuple(_group_expected(batch, group) for group in batch.groups),
    )


def debits_expected(batch: Batch, collections: Callable[[], Iterable[Collection]]) -> Iterator[ReadDebit]:
    """What the file must say of its debits, in its order: group by group, and in the order of the batch.
    Raises Inconsistent for a line whose mandate is of the other scheme."""
    address_form = address_form_of(batch.creditor.account)
    for group in batch.groups:
        for line, sequence, amendment in collections():
            if sequence is not group.sequence:
                continue
            if line.scheme is not batch.creditor.account.scheme:
                raise Inconsistent(f"{line.end_to_end_id} is {line.scheme} in {batch.number}")
            yield ReadDebit(
                payment_information_id=_group_id(batch, group),
                end_to_end_id=line.end_to_end_id,
                amount_cents=line.amount_cents,
                iban=line.iban,
                bic=line.bic,
                mandate_reference=line.mandate_reference,
                signed_on=line.signed_on,
                amendment=None if amendment == NO_AMENDMENT else amendment,
                debtor_name=line.holder,
                address=address_form(line.address) if line.address else None,
                ultimate_debtor=line.ultimate_debtor,
                remittance_text=line.remittance_text,
            )


def _group_expected(batch: Batch, group: SequenceGroup) -> ReadGroup:
    account = batch.creditor.account
    public = account.public_account
    return ReadGroup(
        payment_information_id=_group_id(batch, group),
        totals=Totals(group.count, group.total_cents),
        batch_booking=account.batch_booking,
        local_instrument=account.scheme,
        sequence_type=group.sequence,
        collection_date=batch.collection_date,
        creditor_name=sepa_text(public.accounting_office if public else batch.creditor.name, NAME_LIMIT),
        creditor_address=structured(public.office_address) if public else None,
        creditor_iban=Iban.parse(account.iban_text).electronic,
        creditor_bic=_creditor_bic(account),
        creditor_identifier=str(CreditorIdentifier.parse(batch.creditor.creditor_id)),
        ultimate_creditor=sepa_text(public.holder if public else account.ultimate_creditor, NAME_LIMIT),
        ultimate_creditor_number=Iban.parse(public.iban_text).electronic if public else "",
    )


def _group_id(batch: Batch, group: SequenceGroup) -> str:
    return f"{batch.number}-{group.sequence}"


def _creditor_bic(account: CreditedAccount) -> str:
    if account.bic_text:
        return Bic.parse(account.bic_text).code
    derived = bic_of(Iban.parse(account.iban_text))
    return derived.code if derived else ""


def _differing_fields(line: ReadDebit, debit: ReadDebit) -> str:
    """Names alone: the values may be account numbers."""
    return ", ".join(name for name in line._fields if getattr(line, name) != getattr(debit, name))


def _differing(expected: ReadFile, read: ReadFile) -> str:
    names = (field.name for field in fields(ReadFile))
    return ", ".join(name for name in names if getattr(expected, name) != getattr(read, name))
