"""The school as creditor: its organisation and the accounts that its remittances credit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diapason.domain.identifiers.spelling import compact
from diapason.domain.parties import Address

_BUSINESS_CODE = slice(4, 7)


class MessageVersion(StrEnum):
    """The version of pain.008.001 that a bank asks for."""

    V02 = "02"
    V07 = "07"
    V08 = "08"


@dataclass(frozen=True, slots=True)
class School:
    """The tenant. ``direct_debit`` is the paid option that this product serves."""

    id: str
    name: str
    direct_debit: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """The school as creditor. ``creditor_id`` is its ICS, empty until entered; it may be wrong."""

    name: str
    creditor_id: str = ""
    siret: str = ""
    address: Address = Address()

    def is_creditor(self, creditor_id: str) -> bool:
        """Whether an ICS is this organisation's. The business code in its midst (ZZZ) is the creditor's to
        choose and does not tell creditors apart (EPC130-08, AT-02)."""
        return _national_identifier(self.creditor_id) == _national_identifier(creditor_id)


@dataclass(frozen=True, slots=True)
class CreditedAccount:
    """A bank account of the school. ``lead_days`` TARGET days before the due date, until ``cut_off_hour``
    o'clock in Paris, the bank takes a file. ``initiating_party_id`` goes to InitgPty where the bank
    demands one (SIRET or ICS)."""

    id: str
    label: str
    iban_text: str
    bic_text: str = ""
    version: MessageVersion = MessageVersion.V08
    lead_days: int = 1
    cut_off_hour: int = 12
    batch_booking: bool = True
    bic_required: bool = False
    initiating_party_id: str = ""
    closed: bool = False


def _national_identifier(creditor_id: str) -> str:
    electronic = compact(creditor_id)
    return electronic[: _BUSINESS_CODE.start] + electronic[_BUSINESS_CODE.stop :]
