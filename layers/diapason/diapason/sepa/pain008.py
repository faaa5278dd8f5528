"""Writing the direct-debit message (pain.008.001.02, .07, .08) as a stream of bytes, its memory flat.

Order of elements: ISO 20022. What is left out: EPC016-06 and EPC130-08. How each value is written, or
refused: :mod:`diapason.sepa.elements`. The same input gives the same bytes.

A debit is one template. What few debits have (an amendment, an ultimate debtor, an address) is written by
functions that the others never call: they pay an empty text in the template, and one look each. What all have
is looked at for a whole piece at once, which costs a third of looking one by one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from diapason.domain.clock import in_paris
from diapason.domain.money import MAX_CENTS, decimal_text
from diapason.domain.presentations import NO_AMENDMENT
from diapason.sepa.elements import (
    AgentWriter,
    agent_writer,
    amendment_of,
    creditor_scheme,
    name,
    names,
    organisation,
    postal_address,
    reference,
    require_references,
)
from diapason.sepa.faults import DeclaredTotalsError, MixedBatchError, UnwritableValueError
from diapason.sepa.message import DirectDebit, GroupHeader, PaymentGroups, PaymentInformation, Totals
from diapason.sepa.profiles import Profile
from diapason.sepa.text import sepa_texts

REMITTANCE_LIMIT: Final = 140
SMALLEST_DEBIT_CENTS: Final = 1

DEBITS_PER_PIECE: Final = 256
"""About 128 KiB: small beside any upload part, large beside the cost of a call."""

Sink = Callable[[bytes], object]
"""Takes the file piece by piece, in order."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What was written, computed on the way: bytes, SHA-256 (hexadecimal), debits and their sum."""

    size: int
    sha256: str
    totals: Totals


def write_bank_file(profile: Profile, header: GroupHeader, groups: PaymentGroups, sink: Sink) -> WrittenFile:
    """Write one file to the sink, piece by piece.

    Args:
        profile: the version that the bank account is set to.
        header: the group header with the totals of the whole file.
        groups: payment groups with their debits, in the order in which they are to stand.
        sink: takes each piece. What it took is worth nothing before this function has returned.

    Raises:
        UnwritableValueError: a reference outside the SEPA set, an amount outside the limits, a name of which
            nothing can be written, an address without town or country, an original that did not change.
        DeclaredTotalsError: a header announces another count or sum than was streamed.
        MixedBatchError: several local instruments or collection dates, or a group identifier twice.
    """
    digest = hashlib.sha256()
    size = 0
    pieces = _Pieces(profile, header)
    for piece in pieces.of(groups):
        digest.update(piece)
        size += len(piece)
        sink(piece)
    return WrittenFile(size, digest.hexdigest(), pieces.written)


class _Pieces:
    """The pieces of one file, and what they hold so far."""

    def __init__(self, profile: Profile, header: GroupHeader) -> None:
        self._profile = profile
        self._header = header
        self.written = Totals(0, 0)

    def of(self, groups: PaymentGroups) -> Iterator[bytes]:
        yield _encoded(_opening(self._profile, self._header))
        combination = _Combination()
        for payment, debits in groups:
            combination.admit(payment)
            yield _encoded(_group_opening(self._profile, payment))
            yield from self._debits_of(payment, debits)
            yield b"</PmtInf>\n"
        _require_totals(f"le fichier {self._header.message_id}", self._header.totals, self.written)
        yield b"</CstmrDrctDbtInitn>\n</Document>\n"

    def _debits_of(self, payment: PaymentInformation, debits: Iterable[DirectDebit]) -> Iterator[bytes]:
        agent = agent_writer(self._profile)
        count = cents = 0
        remaining = iter(debits)
        while some := list(islice(remaining, DEBITS_PER_PIECE)):
            yield _encoded("".join(_written(some, payment, agent)))
            count += len(some)
            cents += sum(debit.amount_cents for debit in some)
        written = Totals(count, cents)
        _require_totals(f"le lot {payment.payment_information_id}", payment.totals, written)
        self.written = Totals(self.written.count + count, self.written.cents + cents)


class _Combination:
    """What the groups of one file must have in common: the rulebooks keep CORE and B2B apart, and several
    French banks take one due date a file."""

    def __init__(self) -> None:
        self._first: PaymentInformation | None = None
        self._identifiers: set[str] = set()

    def admit(self, payment: PaymentInformation) -> None:
        first = self._first = self._first or payment
        if payment.local_instrument != first.local_instrument:
            raise MixedBatchError("Fichier bancaire refusé : prélèvements CORE et B2B dans un même fichier.")
        if payment.collection_date != first.collection_date:
            raise MixedBatchError("Fichier bancaire refusé : deux dates d'échéance dans un même fichier.")
        if payment.payment_information_id in self._identifiers:
            raise MixedBatchError("Fichier bancaire refusé : deux lots portent le même identifiant.")
        self._identifiers.add(payment.payment_information_id)


def _require_totals(where: str, declared: Totals, written: Totals) -> None:
    if declared != written:
        raise DeclaredTotalsError(where, declared, written)


def _encoded(text: str) -> bytes:
    # The SEPA set is ASCII: anything else is a fault of this module, and must not reach a bank.
    return text.encode("ascii")


def _opening(profile: Profile, header: GroupHeader) -> str:
    message_id = header.message_id
    initiator = name("InitgPty/Nm", message_id, header.initiating_party_name)
    number = header.initiating_party_id
    identifier = "" if number is None else organisation("InitgPty/Id", message_id, number)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{profile.namespace}">\n'
        "<CstmrDrctDbtInitn>\n"
        "<GrpHdr>"
        f"<MsgId>{reference('MsgId', message_id, message_id)}</MsgId>"
        f"<CreDtTm>{_local_time(header.created_at)}</CreDtTm>"
        f"<NbOfTxs>{header.totals.count}</NbOfTxs>"
        f"<CtrlSum>{decimal_text(header.totals.cents)}</CtrlSum>"
        f"<InitgPty><Nm>{initiator}</Nm>{identifier}</InitgPty>"
        "</GrpHdr>\n"
    )


def _group_opening(profile: Profile, payment: PaymentInformation) -> str:
    group_id = payment.payment_information_id
    creditor = f"<Nm>{name('Cdtr/Nm', group_id, payment.creditor_name)}</Nm>"
    return (
        "<PmtInf>"
        f"<PmtInfId>{reference('PmtInfId', group_id, group_id)}</PmtInfId>"
        "<PmtMtd>DD</PmtMtd>"
        f"<BtchBookg>{'true' if payment.batch_booking else 'false'}</BtchBookg>"
        f"<NbOfTxs>{payment.totals.count}</NbOfTxs>"
        f"<CtrlSum>{decimal_text(payment.totals.cents)}</CtrlSum>"
        "<PmtTpInf>"
        "<SvcLvl><Cd>SEPA</Cd></SvcLvl>"
        f"<LclInstrm><Cd>{payment.local_instrument.value}</Cd></LclInstrm>"
        f"<SeqTp>{payment.sequence_type.value}</SeqTp>"
        "</PmtTpInf>"
        f"<ReqdColltnDt>{payment.collection_date.isoformat()}</ReqdColltnDt>"
        f"<Cdtr>{creditor}{postal_address(group_id, payment.creditor_address)}</Cdtr>"
        f"<CdtrAcct><Id><IBAN>{payment.creditor_iban.electronic}</IBAN></Id></CdtrAcct>"
        f"<CdtrAgt>{agent_writer(profile)(payment.creditor_bic)}</CdtrAgt>"
        f"{_ultimate_creditor(payment)}"
        "<ChrgBr>SLEV</ChrgBr>"
        f"<CdtrSchmeId>{creditor_scheme(payment.creditor_identifier)}</CdtrSchmeId>\n"
    )


def _ultimate_creditor(payment: PaymentInformation) -> str:
    ultimate = payment.ultimate_creditor
    if ultimate is None:
        return ""
    group_id = payment.payment_information_id
    number = "" if ultimate.number is None else organisation("UltmtCdtr/Id", group_id, ultimate.number)
    return f"<UltmtCdtr><Nm>{name('UltmtCdtr/Nm', group_id, ultimate.name)}</Nm>{number}</UltmtCdtr>"


def _written(debits: Sequence[DirectDebit], payment: PaymentInformation, agent: AgentWriter) -> list[str]:
    ids = [debit.end_to_end_id for debit in debits]
    require_references("EndToEndId", ids, ids)
    require_references("MndtId", ids, [debit.mandate_reference for debit in debits])
    debtors = names("Dbtr/Nm", ids, [debit.debtor_name for debit in debits])
    remittances = sepa_texts([debit.remittance_text for debit in debits], REMITTANCE_LIMIT)
    _require_amounts(debits)
    return [
        _debit(debit, debtor, remittance, payment, agent)
        for debit, debtor, remittance in zip(debits, debtors, remittances, strict=True)
    ]


def _debit(
    debit: DirectDebit,
    debtor: str,
    remittance_text: str,
    payment: PaymentInformation,
    agent: AgentWriter,
) -> str:
    """One debit whose references and amount were looked at; its debtor and text as they are written."""
    end_to_end_id = debit.end_to_end_id
    remittance = f"<RmtInf><Ustrd>{remittance_text}</Ustrd></RmtInf>" if remittance_text else ""
    amendment = address = ultimate_debtor = ""
    if debit.amendment is not NO_AMENDMENT:
        amendment = amendment_of(debit, payment)
    if debit.debtor_address is not None:
        address = postal_address(end_to_end_id, debit.debtor_address)
    if debit.ultimate_debtor:
        ultimate_debtor = (
            f"<UltmtDbtr><Nm>{name('UltmtDbtr/Nm', end_to_end_id, debit.ultimate_debtor)}</Nm></UltmtDbtr>"
        )
    return (
        "<DrctDbtTxInf>"
        f"<PmtId><EndToEndId>{end_to_end_id}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="EUR">{decimal_text(debit.amount_cents)}</InstdAmt>'
        "<DrctDbtTx><MndtRltdInf>"
        f"<MndtId>{debit.mandate_reference}</MndtId>"
        f"<DtOfSgntr>{debit.signed_on.isoformat()}</DtOfSgntr>"
        f"{amendment}"
        "</MndtRltdInf></DrctDbtTx>"
        f"<DbtrAgt>{agent(debit.debtor_bic)}</DbtrAgt>"
        f"<Dbtr><Nm>{debtor}</Nm>{address}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{debit.debtor_iban.electronic}</IBAN></Id></DbtrAcct>"
        f"{ultimate_debtor}"
        f"{remittance}"
        "</DrctDbtTxInf>\n"
    )


def _require_amounts(debits: Sequence[DirectDebit]) -> None:
    for debit in debits:
        if not SMALLEST_DEBIT_CENTS <= debit.amount_cents <= MAX_CENTS:
            raise UnwritableValueError(
                "InstdAmt", debit.end_to_end_id, "n'est pas compris entre 0,01 et 999 999 999,99 euros"
            )


def _local_time(moment: datetime) -> str:
    """Whole seconds in Paris, without an offset: several French banks refuse one."""
    return in_paris(moment).replace(microsecond=0, tzinfo=None).isoformat()
