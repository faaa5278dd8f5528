"""Reading a finished bank file again, to compare it with the batch it came from.

Independent of the writer and of the schema check: another parser (expat), and what the file says is taken
from the file alone, its version included. Every element is read: one that is not known here, or that stands
twice, refuses the file, so nothing that a bank would believe can stand in it unread. Nothing is built, so
memory is flat; sums are integer cents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Final, NamedTuple
from xml.parsers import expat

from diapason.domain.presentations import Amendment
from diapason.sepa.faults import DeclaredTotalsError, UnreadableBankFile
from diapason.sepa.message import PostalAddress, Totals
from diapason.sepa.read_places import Message, Place, Record, message_of

_CONSTANTS_OF_GROUP: Final = (
    ("PmtMtd", "DD"),
    ("PmtTpInf/SvcLvl/Cd", "SEPA"),
    ("ChrgBr", "SLEV"),
    ("CdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry", "SEPA"),
)
_DETAILS: Final = "AmdmntInfDtls"


class ReadDebit(NamedTuple):
    """One debit as the file says it: cents, Europe/Paris dates, ``iban`` in electronic form. ``bic`` is empty
    where it is NOTPROVIDED, a text where its element is absent, ``address`` None where there is none."""

    payment_information_id: str
    end_to_end_id: str
    amount_cents: int
    iban: str
    bic: str
    mandate_reference: str
    signed_on: date
    amendment: Amendment | None
    debtor_name: str
    address: PostalAddress | None
    ultimate_debtor: str
    remittance_text: str

    def __repr__(self) -> str:
        return f"ReadDebit({self.end_to_end_id})"


@dataclass(frozen=True, slots=True, repr=False)
class ReadGroup:
    """One PmtInf as the file says it; ``totals`` are counted, and equal to what its header announces."""

    payment_information_id: str
    totals: Totals
    batch_booking: bool
    local_instrument: str
    sequence_type: str
    collection_date: date
    creditor_name: str
    creditor_address: PostalAddress | None
    creditor_iban: str
    creditor_bic: str
    creditor_identifier: str
    ultimate_creditor: str
    ultimate_creditor_number: str


@dataclass(frozen=True, slots=True, repr=False)
class ReadFile:
    """What the file holds; ``totals`` are counted, and equal to what each of its headers announces.
    ``created_at`` is Paris time, as written without an offset."""

    version: str
    message_id: str
    created_at: datetime
    totals: Totals
    initiating_party_name: str
    initiating_party_number: str
    initiating_party_scheme: str
    groups: tuple[ReadGroup, ...]


def reread_bank_file(stream: IO[bytes], each_debit: Callable[[ReadDebit], object]) -> ReadFile:
    """Read a direct-debit file from its beginning to its end.

    Args:
        stream: the bytes of the file.
        each_debit: called with every debit, in the order of the file.

    Raises:
        UnreadableBankFile: broken XML, a document type, another message, an element that is unknown or
            repeated, or one that is missing or unreadable where a debit or a header needs it.
        DeclaredTotalsError: a header announces another count or sum than the file holds.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    reading = _Reading(each_debit)
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise UnreadableBankFile(f"XML incorrect, ligne {error.lineno}") from error
    return reading.result()


def _refuse_document_type(*_declaration: object) -> None:
    raise UnreadableBankFile("une déclaration DOCTYPE s'y trouve")


class _Reading:
    """What was read so far, and the open elements."""

    def __init__(self, each_debit: Callable[[ReadDebit], object]) -> None:
        self._each_debit = each_debit
        self._message: Message | None = None
        self._groups: list[ReadGroup] = []
        self._open: list[Place] = []
        self._text: list[str] = []
        self._group_id = ""
        self._group_count = self._group_cents = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        place = self._open[-1].get(name) if self._open else self._document(name)
        if place is None or attributes != place.attributes:
            raise UnreadableBankFile(f"l'élément {name.rpartition(' ')[2]} y est inattendu")
        self._open.append(place)
        self._text.clear()

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _name: str) -> None:
        place = self._open.pop()
        if place.record is not None:
            place.record.keep(place.path, "".join(self._text))
        elif place.at_end is not None:
            place.at_end()

    def result(self) -> ReadFile:
        """What the whole file holds, once it was read to its end."""
        assert self._message is not None, "expat refuses a document without a root"
        header = self._message.header
        count = sum(group.totals.count for group in self._groups)
        cents = sum(group.totals.cents for group in self._groups)
        message_id = header.text("MsgId")
        _require(f"le fichier {message_id}", header.totals(), Totals(count, cents))
        return ReadFile(
            version=self._message.version,
            message_id=message_id,
            created_at=header.local_time("CreDtTm"),
            totals=Totals(count, cents),
            initiating_party_name=header.text("InitgPty/Nm"),
            initiating_party_number=header.optional("InitgPty/Id/OrgId/Othr/Id"),
            initiating_party_scheme=header.optional("InitgPty/Id/OrgId/Othr/SchmeNm/Prtry"),
            groups=tuple(self._groups),
        )

    def _document(self, root: str) -> Place:
        self._message = message_of(root)
        self._message.each_debit.at_end = self._end_debit
        self._message.each_group.at_end = self._end_group
        return self._message.document

    def _end_debit(self) -> None:
        assert self._message is not None
        debit = self._message.debit
        if not self._group_count:
            self._group_id = self._message.group.text("PmtInfId")
        cents = debit.cents("InstdAmt")
        self._each_debit(
            ReadDebit(
                payment_information_id=self._group_id,
                end_to_end_id=debit.text("PmtId/EndToEndId"),
                amount_cents=cents,
                iban=debit.text("DbtrAcct/Id/IBAN"),
                bic=debit.bank("DbtrAgt"),
                mandate_reference=debit.text("DrctDbtTx/MndtRltdInf/MndtId"),
                signed_on=debit.date("DrctDbtTx/MndtRltdInf/DtOfSgntr"),
                amendment=_amendment(self._message.amendment),
                debtor_name=debit.text("Dbtr/Nm"),
                address=_address(self._message.debtor_address),
                ultimate_debtor=debit.optional("UltmtDbtr/Nm"),
                remittance_text=debit.optional("RmtInf/Ustrd"),
            )
        )
        self._group_count += 1
        self._group_cents += cents
        debit.clear()

    def _end_group(self) -> None:
        assert self._message is not None
        group = self._message.group
        found = Totals(self._group_count, self._group_cents)
        group_id = group.text("PmtInfId")
        _require(f"le lot {group_id}", group.totals(), found)
        for path, constant in _CONSTANTS_OF_GROUP:
            group.require(path, constant)
        self._groups.append(
            ReadGroup(
                payment_information_id=group_id,
                totals=found,
                batch_booking=group.indicator("BtchBookg"),
                local_instrument=group.text("PmtTpInf/LclInstrm/Cd"),
                sequence_type=group.text("PmtTpInf/SeqTp"),
                collection_date=group.date("ReqdColltnDt"),
                creditor_name=group.text("Cdtr/Nm"),
                creditor_address=_address(self._message.creditor_address),
                creditor_iban=group.text("CdtrAcct/Id/IBAN"),
                creditor_bic=group.bank("CdtrAgt"),
                creditor_identifier=group.text("CdtrSchmeId/Id/PrvtId/Othr/Id"),
                ultimate_creditor=group.optional("UltmtCdtr/Nm"),
                ultimate_creditor_number=group.optional("UltmtCdtr/Id/OrgId/Othr/Id"),
            )
        )
        self._group_count = self._group_cents = 0
        group.clear()


def _amendment(record: Record) -> Amendment | None:
    if record.is_empty:
        return None
    record.require("AmdmntInd", "true")
    creditor_id = record.optional(f"{_DETAILS}/OrgnlCdtrSchmeId/Id/PrvtId/Othr/Id")
    if creditor_id:
        record.require(f"{_DETAILS}/OrgnlCdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry", "SEPA")
    another_bank = record.optional(f"{_DETAILS}/OrgnlDbtrAcct/Id/Othr/Id")
    if another_bank:
        record.require(f"{_DETAILS}/OrgnlDbtrAcct/Id/Othr/Id", "SMNDA")
    amendment = Amendment(
        original_reference=record.optional(f"{_DETAILS}/OrgnlMndtId"),
        original_iban=record.optional(f"{_DETAILS}/OrgnlDbtrAcct/Id/IBAN"),
        another_bank=bool(another_bank),
        original_creditor_id=creditor_id,
        original_creditor_name=record.optional(f"{_DETAILS}/OrgnlCdtrSchmeId/Nm"),
    )
    record.clear()
    return amendment


def _address(record: Record) -> PostalAddress | None:
    if record.is_empty:
        return None
    address = PostalAddress(
        town=record.text("TwnNm"),
        country=record.text("Ctry"),
        post_code=record.optional("PstCd"),
        street=record.optional("StrtNm"),
        lines=record.all("AdrLine"),
    )
    record.clear()
    return address


def _require(where: str, announced: Totals, found: Totals) -> None:
    if announced != found:
        raise DeclaredTotalsError(where, announced, found)
