"""Reading a finished bank file again, to compare it with the batch it came from.

Independent of the writer and of the schema check: another parser (expat), and what the file says is taken
from the file alone, its version included. Nothing is built, so memory is flat; sums are integer cents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import IO, Final, NamedTuple
from xml.parsers import expat

from diapason.sepa.faults import DeclaredTotalsError, UnreadableBankFile
from diapason.sepa.message import Totals

_ROOT: Final = re.compile(r"(urn:iso:std:iso:20022:tech:xsd:pain\.008\.001\.([0-9]{2}) )Document")
_EUROS_AND_CENTS: Final = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_HEADER: Final = ("MsgId", "NbOfTxs", "CtrlSum")
_GROUP: Final = ("PmtInfId", "NbOfTxs", "CtrlSum", "PmtTpInf/SeqTp", "ReqdColltnDt")
_DEBIT: Final = (
    "PmtId/EndToEndId",
    "InstdAmt",
    "DrctDbtTx/MndtRltdInf/MndtId",
    "DrctDbtTx/MndtRltdInf/DtOfSgntr",
    "Dbtr/Nm",
    "DbtrAcct/Id/IBAN",
)


class ReadDebit(NamedTuple):
    """One debit as the file says it: cents, Europe/Paris dates, ``iban`` in electronic form."""

    end_to_end_id: str
    amount_cents: int
    iban: str
    mandate_reference: str
    signed_on: date
    debtor_name: str
    collection_date: date
    sequence_type: str

    def __repr__(self) -> str:
        return f"ReadDebit({self.end_to_end_id})"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What the file holds; ``totals`` are counted, and equal to what each of its headers announces."""

    version: str
    message_id: str
    totals: Totals


def reread_bank_file(stream: IO[bytes], each_debit: Callable[[ReadDebit], object]) -> ReadFile:
    """Read a direct-debit file from its beginning to its end.

    Args:
        stream: the bytes of the file.
        each_debit: called with every debit, in the order of the file.

    Raises:
        UnreadableBankFile: broken XML, a document type, another message, or an element that is missing,
            repeated or unreadable where a debit or a header needs it.
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


class _Record:
    """The texts of one header, group or debit, by their path below it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: dict[str, str] = {}

    def text(self, path: str) -> str:
        text = self.texts.get(path)
        if not text:
            raise UnreadableBankFile(f"{self.name}/{path} manque")
        return text

    def cents(self, path: str) -> int:
        amount = _EUROS_AND_CENTS.fullmatch(self.text(path))
        if amount is None:
            raise UnreadableBankFile(f"{self.name}/{path} n'est pas un montant en euros et centimes")
        return int(amount[1]) * 100 + int(amount[2])

    def date(self, path: str) -> date:
        text = self.text(path)
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError as error:
            raise UnreadableBankFile(f"{self.name}/{path} n'est pas une date") from error
        raise UnreadableBankFile(f"{self.name}/{path} n'est pas une date")

    def totals(self) -> Totals:
        count = self.text("NbOfTxs")
        if not _COUNT.fullmatch(count):
            raise UnreadableBankFile(f"{self.name}/NbOfTxs n'est pas un nombre")
        return Totals(int(count), self.cents("CtrlSum"))


class _Place(dict[str, "_Place"]):
    """Where the reading stands in the message: the places below it that matter, by element name.

    ``record`` and ``path`` are set where a text is kept, ``at_end`` where an element's end has an effect.
    """

    record: _Record | None = None
    path: str = ""
    at_end: Callable[[], None] | None = None


_ELSEWHERE: Final = _Place()


def _place(record: _Record, paths: tuple[str, ...], namespace: str) -> _Place:
    top = _Place()
    for path in paths:
        place = top
        for name in path.split("/"):
            place = place.setdefault(namespace + name, _Place())
        place.record, place.path = record, path
    return top


class _Reading:
    """What was read so far, and the open elements."""

    def __init__(self, each_debit: Callable[[ReadDebit], object]) -> None:
        self._each_debit = each_debit
        self._header = _Record("GrpHdr")
        self._group = _Record("PmtInf")
        self._debit = _Record("DrctDbtTxInf")
        self._version = ""
        self._collection_date: date | None = None
        self._open: list[_Place] = []
        self._text: list[str] = []
        self._group_count = self._group_cents = 0
        self._count = self._cents = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._open.append(self._open[-1].get(name, _ELSEWHERE) if self._open else self._message(name))
        self._text.clear()

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _name: str) -> None:
        place = self._open.pop()
        if place.record is not None:
            if place.path in place.record.texts:
                raise UnreadableBankFile(f"{place.record.name}/{place.path} s'y trouve deux fois")
            place.record.texts[place.path] = "".join(self._text)
        elif place.at_end is not None:
            place.at_end()

    def result(self) -> ReadFile:
        """What the whole file holds, once it was read to its end."""
        message_id = self._header.text("MsgId")
        self._require(f"le fichier {message_id}", self._header.totals(), Totals(self._count, self._cents))
        return ReadFile(self._version, message_id, Totals(self._count, self._cents))

    def _message(self, root: str) -> _Place:
        message = _ROOT.fullmatch(root)
        if message is None:
            raise UnreadableBankFile("ce n'est pas un message pain.008.001")
        namespace, self._version = message[1], message[2]
        debit = _place(self._debit, _DEBIT, namespace)
        debit.at_end = self._end_debit
        group = _place(self._group, _GROUP, namespace)
        group.at_end = self._end_group
        group[namespace + "DrctDbtTxInf"] = debit
        initiation = _Place()
        initiation[namespace + "GrpHdr"] = _place(self._header, _HEADER, namespace)
        initiation[namespace + "PmtInf"] = group
        document = _Place()
        document[namespace + "CstmrDrctDbtInitn"] = initiation
        return document

    def _end_debit(self) -> None:
        debit, group = self._debit, self._group
        cents = debit.cents("InstdAmt")
        if self._collection_date is None:
            self._collection_date = group.date("ReqdColltnDt")
        self._each_debit(
            ReadDebit(
                end_to_end_id=debit.text("PmtId/EndToEndId"),
                amount_cents=cents,
                iban=debit.text("DbtrAcct/Id/IBAN"),
                mandate_reference=debit.text("DrctDbtTx/MndtRltdInf/MndtId"),
                signed_on=debit.date("DrctDbtTx/MndtRltdInf/DtOfSgntr"),
                debtor_name=debit.text("Dbtr/Nm"),
                collection_date=self._collection_date,
                sequence_type=group.text("PmtTpInf/SeqTp"),
            )
        )
        self._group_count += 1
        self._group_cents += cents
        debit.texts.clear()

    def _end_group(self) -> None:
        group = self._group
        found = Totals(self._group_count, self._group_cents)
        self._require(f"le lot {group.text('PmtInfId')}", group.totals(), found)
        self._count += self._group_count
        self._cents += self._group_cents
        self._group_count = self._group_cents = 0
        self._collection_date = None
        group.texts.clear()

    @staticmethod
    def _require(where: str, announced: Totals, found: Totals) -> None:
        if announced != found:
            raise DeclaredTotalsError(where, announced, found)
