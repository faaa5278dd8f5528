"""Which elements of a direct-debit message are read, and the texts that were found there.

A message is a tree of places by element name. A place is either on the way to others or keeps a text in the
record that it belongs to, under its path there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from diapason.sepa.faults import UnreadableBankFile
from diapason.sepa.message import Totals

_ROOT: Final = re.compile(r"(urn:iso:std:iso:20022:tech:xsd:pain\.008\.001\.([0-9]{2}) )Document")
_EUROS_AND_CENTS: Final = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_INDICATORS: Final = {"true": True, "false": False}

_BANK_CODES: Final = {"02": "BIC", "07": "BICFI", "08": "BICFI"}
_NOT_PROVIDED: Final = "NOTPROVIDED"

_HEADER: Final = (
    "MsgId",
    "CreDtTm",
    "NbOfTxs",
    "CtrlSum",
    "InitgPty/Nm",
    "InitgPty/Id/OrgId/Othr/Id",
    "InitgPty/Id/OrgId/Othr/SchmeNm/Prtry",
)
_GROUP: Final = (
    "PmtInfId",
    "PmtMtd",
    "BtchBookg",
    "NbOfTxs",
    "CtrlSum",
    "PmtTpInf/SvcLvl/Cd",
    "PmtTpInf/LclInstrm/Cd",
    "PmtTpInf/SeqTp",
    "ReqdColltnDt",
    "Cdtr/Nm",
    "CdtrAcct/Id/IBAN",
    "CdtrAgt/FinInstnId/Othr/Id",
    "UltmtCdtr/Nm",
    "UltmtCdtr/Id/OrgId/Othr/Id",
    "ChrgBr",
    "CdtrSchmeId/Id/PrvtId/Othr/Id",
    "CdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry",
)
_DEBIT: Final = (
    "PmtId/EndToEndId",
    "InstdAmt",
    "DrctDbtTx/MndtRltdInf/MndtId",
    "DrctDbtTx/MndtRltdInf/DtOfSgntr",
    "DbtrAgt/FinInstnId/Othr/Id",
    "Dbtr/Nm",
    "DbtrAcct/Id/IBAN",
    "UltmtDbtr/Nm",
    "RmtInf/Ustrd",
)
_AMENDMENT: Final = (
    "AmdmntInd",
    "AmdmntInfDtls/OrgnlMndtId",
    "AmdmntInfDtls/OrgnlCdtrSchmeId/Nm",
    "AmdmntInfDtls/OrgnlCdtrSchmeId/Id/PrvtId/Othr/Id",
    "AmdmntInfDtls/OrgnlCdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry",
    "AmdmntInfDtls/OrgnlDbtrAcct/Id/IBAN",
    "AmdmntInfDtls/OrgnlDbtrAcct/Id/Othr/Id",
)
_ADDRESS: Final = ("StrtNm", "PstCd", "TwnNm", "Ctry", "AdrLine")
_REPEATED: Final = frozenset({"AdrLine"})


class Record:
    """The texts of one header, group or debit, by their path below it."""

    def __init__(self, name: str, bank_code: str = "") -> None:
        self.name = name
        self._bank_code = bank_code
        self._texts: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        return not self._texts

    def keep(self, path: str, text: str) -> None:
        """Takes a text of the file; raises UnreadableBankFile where one stands already."""
        if path in self._texts:
            if path not in _REPEATED:
                raise UnreadableBankFile(f"{self.name}/{path} s'y trouve deux fois")
            text = f"{self._texts[path]}\n{text}"
        self._texts[path] = text

    def clear(self) -> None:
        """Before the next of its kind."""
        self._texts.clear()

    def text(self, path: str) -> str:
        """Raises UnreadableBankFile where it is absent or empty, as the others here."""
        text = self._texts.get(path)
        if not text:
            raise UnreadableBankFile(f"{self.name}/{path} manque")
        return text

    def optional(self, path: str) -> str:
        """Empty where it is absent."""
        return self._texts.get(path, "")

    def all(self, path: str) -> tuple[str, ...]:
        """Each text of an element that may be repeated."""
        return tuple(self._texts[path].split("\n")) if path in self._texts else ()

    def require(self, path: str, constant: str) -> None:
        if self.text(path) != constant:
            raise UnreadableBankFile(f"{self.name}/{path} n'est pas {constant}")

    def indicator(self, path: str) -> bool:
        try:
            return _INDICATORS[self.text(path)]
        except KeyError as error:
            raise UnreadableBankFile(f"{self.name}/{path} n'est ni true ni false") from error

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

    def local_time(self, path: str) -> datetime:
        """Without an offset."""
        text = self.text(path)
        try:
            if _LOCAL_TIME.fullmatch(text):
                return datetime.fromisoformat(text)
        except ValueError as error:
            raise UnreadableBankFile(f"{self.name}/{path} n'est pas un instant") from error
        raise UnreadableBankFile(f"{self.name}/{path} n'est pas un instant")

    def bank(self, agent: str) -> str:
        """The BIC of an agent; empty where it is said not to be provided."""
        code = self.optional(f"{agent}/FinInstnId/{self._bank_code}")
        otherwise = self.optional(f"{agent}/FinInstnId/Othr/Id")
        if bool(code) == bool(otherwise) or (otherwise and otherwise != _NOT_PROVIDED):
            raise UnreadableBankFile(f"{self.name}/{agent} n'indique ni un BIC ni {_NOT_PROVIDED}")
        return code

    def totals(self) -> Totals:
        count = self.text("NbOfTxs")
        if not _COUNT.fullmatch(count):
            raise UnreadableBankFile(f"{self.name}/NbOfTxs n'est pas un nombre")
        return Totals(int(count), self.cents("CtrlSum"))


class Place(dict[str, "Place"]):
    """Where the reading stands in the message: the places below it, by element name.

    ``record`` and ``path`` are set where a text is kept, ``at_end`` where an element's end has an effect;
    ``attributes`` are all that the element has.
    """

    record: Record | None = None
    path: str = ""
    at_end: Callable[[], None] | None = None
    attributes: dict[str, str] = {}  # noqa: RUF012  # shared by all, changed by none

    def add(self, namespace: str, record: Record, paths: Iterable[str]) -> None:
        """Adds the places of a record's texts below this one."""
        for path in paths:
            place = self.below(namespace, path)
            place.record, place.path = record, path

    def below(self, namespace: str, path: str) -> Place:
        """The place at a path, made where it is new."""
        place = self
        for name in path.split("/"):
            place = place.setdefault(namespace + name, Place())
        return place


@dataclass(frozen=True, slots=True)
class Message:
    """The places of a version's message, and its records."""

    version: str
    document: Place
    each_group: Place
    each_debit: Place
    header: Record
    group: Record
    creditor_address: Record
    debit: Record
    amendment: Record
    debtor_address: Record


def message_of(root: str) -> Message:
    """The message whose root element is named so; raises UnreadableBankFile."""
    found = _ROOT.fullmatch(root)
    if found is None or found[2] not in _BANK_CODES:
        raise UnreadableBankFile("ce n'est pas un message pain.008.001 en version 02, 07 ou 08")
    namespace, version = found[1], found[2]
    bank_code = _BANK_CODES[version]
    header = Record("GrpHdr")
    group, creditor_address = Record("PmtInf", bank_code), Record("PmtInf/Cdtr/PstlAdr")
    debit, debtor_address = Record("DrctDbtTxInf", bank_code), Record("DrctDbtTxInf/Dbtr/PstlAdr")
    amendment = Record("DrctDbtTxInf/DrctDbtTx/MndtRltdInf")
    document = Place()
    document.below(namespace, "CstmrDrctDbtInitn/GrpHdr").add(namespace, header, _HEADER)
    each_group = document.below(namespace, "CstmrDrctDbtInitn/PmtInf")
    each_group.add(namespace, group, (*_GROUP, f"CdtrAgt/FinInstnId/{bank_code}"))
    each_group.below(namespace, "Cdtr/PstlAdr").add(namespace, creditor_address, _ADDRESS)
    each_debit = each_group.below(namespace, "DrctDbtTxInf")
    each_debit.add(namespace, debit, (*_DEBIT, f"DbtrAgt/FinInstnId/{bank_code}"))
    each_debit.below(namespace, "InstdAmt").attributes = {"Ccy": "EUR"}
    each_debit.below(namespace, "DrctDbtTx/MndtRltdInf").add(namespace, amendment, _AMENDMENT)
    each_debit.below(namespace, "Dbtr/PstlAdr").add(namespace, debtor_address, _ADDRESS)
    return Message(
        version,
        document,
        each_group,
        each_debit,
        header,
        group,
        creditor_address,
        debit,
        amendment,
        debtor_address,
    )
