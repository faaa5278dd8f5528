"""Writing the direct-debit message (pain.008.001.02, .07, .08) as a stream of bytes, its memory flat.

Order of elements: ISO 20022. What is left out, and the length of texts: EPC016-06 and EPC130-08. Every text
passes :mod:`diapason.sepa.text`, references are refused rather than altered, the other values are typed: so
nothing in a template needs escaping. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from diapason.domain.clock import in_paris
from diapason.domain.identifiers import Bic
from diapason.domain.money import MAX_CENTS, decimal_text
from diapason.domain.parties import Address
from diapason.sepa.faults import DeclaredTotalsError, MixedBatchError, UnwritableValueError
from diapason.sepa.message import DirectDebit, GroupHeader, PaymentGroups, PaymentInformation, Totals
from diapason.sepa.profiles import Profile
from diapason.sepa.text import is_sepa_reference, sepa_text

REFERENCE_LIMIT: Final = 35
NAME_LIMIT: Final = 70
REMITTANCE_LIMIT: Final = 140
TOWN_LIMIT: Final = 35
POST_CODE_LIMIT: Final = 16
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
            nothing can be written, an address without town or country.
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
        agent = _agent_writer(self._profile)
        count = cents = 0
        remaining = iter(debits)
        while some := list(islice(remaining, DEBITS_PER_PIECE)):
            yield _encoded("".join([_debit(debit, agent) for debit in some]))
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
    name = _name("InitgPty/Nm", message_id, header.initiating_party_name)
    identifier = ""
    if header.initiating_party_id is not None:
        reference = _reference("InitgPty/Id", message_id, header.initiating_party_id)
        identifier = f"<Id><OrgId><Othr><Id>{reference}</Id></Othr></OrgId></Id>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{profile.namespace}">\n'
        "<CstmrDrctDbtInitn>\n"
        "<GrpHdr>"
        f"<MsgId>{_reference('MsgId', message_id, message_id)}</MsgId>"
        f"<CreDtTm>{_local_time(header.created_at)}</CreDtTm>"
        f"<NbOfTxs>{header.totals.count}</NbOfTxs>"
        f"<CtrlSum>{decimal_text(header.totals.cents)}</CtrlSum>"
        f"<InitgPty><Nm>{name}</Nm>{identifier}</InitgPty>"
        "</GrpHdr>\n"
    )


def _group_opening(profile: Profile, payment: PaymentInformation) -> str:
    group_id = payment.payment_information_id
    return (
        "<PmtInf>"
        f"<PmtInfId>{_reference('PmtInfId', group_id, group_id)}</PmtInfId>"
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
        f"<Cdtr><Nm>{_name('Cdtr/Nm', group_id, payment.creditor_name)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{payment.creditor_iban.electronic}</IBAN></Id></CdtrAcct>"
        f"<CdtrAgt>{_agent_writer(profile)(payment.creditor_bic)}</CdtrAgt>"
        "<ChrgBr>SLEV</ChrgBr>"
        "<CdtrSchmeId><Id><PrvtId><Othr>"
        f"<Id>{payment.creditor_identifier}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm>"
        "</Othr></PrvtId></Id></CdtrSchmeId>\n"
    )


def _debit(debit: DirectDebit, agent: Callable[[Bic | None], str]) -> str:
    end_to_end_id = debit.end_to_end_id
    address = "" if debit.debtor_address is None else _address(end_to_end_id, debit.debtor_address)
    remittance_text = sepa_text(debit.remittance_text, REMITTANCE_LIMIT)
    remittance = f"<RmtInf><Ustrd>{remittance_text}</Ustrd></RmtInf>" if remittance_text else ""
    return (
        "<DrctDbtTxInf>"
        f"<PmtId><EndToEndId>{_reference('EndToEndId', end_to_end_id, end_to_end_id)}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="EUR">{_debit_euros(debit)}</InstdAmt>'
        "<DrctDbtTx><MndtRltdInf>"
        f"<MndtId>{_reference('MndtId', end_to_end_id, debit.mandate_reference)}</MndtId>"
        f"<DtOfSgntr>{debit.signed_on.isoformat()}</DtOfSgntr>"
        "</MndtRltdInf></DrctDbtTx>"
        f"<DbtrAgt>{agent(debit.debtor_bic)}</DbtrAgt>"
        f"<Dbtr><Nm>{_name('Dbtr/Nm', end_to_end_id, debit.debtor_name)}</Nm>{address}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{debit.debtor_iban.electronic}</IBAN></Id></DbtrAcct>"
        f"{remittance}"
        "</DrctDbtTxInf>\n"
    )


def _agent_writer(profile: Profile) -> Callable[[Bic | None], str]:
    element = profile.bank_code_element
    not_provided = "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>"

    def agent(bic: Bic | None) -> str:
        return not_provided if bic is None else f"<FinInstnId><{element}>{bic.code}</{element}></FinInstnId>"

    return agent


def _address(reference: str, address: Address) -> str:
    """A structured address, the same elements in PostalAddress6 and PostalAddress24."""
    street = sepa_text(address.street, NAME_LIMIT)
    post_code = sepa_text(address.postal_code, POST_CODE_LIMIT)
    town = sepa_text(address.town, TOWN_LIMIT)
    if not town or not address.country:
        raise UnwritableValueError("PstlAdr", reference, "n'indique pas la ville et le pays")
    return (
        "<PstlAdr>"
        + (f"<StrtNm>{street}</StrtNm>" if street else "")
        + (f"<PstCd>{post_code}</PstCd>" if post_code else "")
        + f"<TwnNm>{town}</TwnNm><Ctry>{sepa_text(address.country, NAME_LIMIT)}</Ctry></PstlAdr>"
    )


def _reference(element: str, of: str, text: str) -> str:
    if len(text) > REFERENCE_LIMIT or not is_sepa_reference(text):
        raise UnwritableValueError(
            element, of, f"dépasse {REFERENCE_LIMIT} caractères ou en contient que les banques refusent"
        )
    return text


def _name(element: str, of: str, text: str) -> str:
    name = sepa_text(text, NAME_LIMIT)
    if not name:
        raise UnwritableValueError(element, of, "est vide, ou ne contient que des caractères refusés")
    return name


def _debit_euros(debit: DirectDebit) -> str:
    if not SMALLEST_DEBIT_CENTS <= debit.amount_cents <= MAX_CENTS:
        raise UnwritableValueError(
            "InstdAmt", debit.end_to_end_id, "n'est pas compris entre 0,01 et 999 999 999,99 euros"
        )
    return decimal_text(debit.amount_cents)


def _local_time(moment: datetime) -> str:
    """Whole seconds in Paris, without an offset: several French banks refuse one."""
    return in_paris(moment).replace(microsecond=0, tzinfo=None).isoformat()
