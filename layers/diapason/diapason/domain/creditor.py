"""The school as creditor: its organisation and the accounts that its remittances credit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from diapason.domain.identifiers import CreditorIdentifier, InvalidIdentifier
from diapason.domain.identifiers.spelling import compact
from diapason.domain.mandates import Scheme
from diapason.domain.numbering import NumberingRule
from diapason.domain.parties import Address
from diapason.domain.presentations import SequenceRule
from diapason.domain.remittance_rule import DEFAULT_REMITTANCE_RULE

_BUSINESS_CODE = slice(4, 7)

NOTICE_DAYS = 14
"""Calendar days between the pre-notification and the debit, unless agreed otherwise (EPC016-06, §4.1)."""


class MessageVersion(StrEnum):
    """The version of pain.008.001 that a bank asks for."""

    V02 = "02"
    V07 = "07"
    V08 = "08"


class AddressRule(StrEnum):
    """How a debtor's address is written where its bank does not demand one anyway."""

    NONE = "none"
    STRUCTURED = "structured"
    HYBRID = "hybrid"


class BicRule(StrEnum):
    """Which BIC of the debtor's bank is written: none, the customer's own, or one at any rate."""

    NOT_PROVIDED = "not_provided"
    AS_GIVEN = "as_given"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Cents; None where there is no ceiling. Above that of a line or of a customer's month a row is blocked;
    above that of a batch its sum is confirmed a second time."""

    line_cents: int | None = None
    customer_month_cents: int | None = None
    batch_cents: int | None = None


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """The profile of an account kept by the Treasury (dépôt de fonds au Trésor, DFT) of a régie or municipal
    school: the accounting office collects, for the holder of the account.

    ``service`` is the code of the direct-debit service (TGDFT027), ``codique`` the accounting office's six
    digits.
    """

    service: str
    codique: str
    accounting_office: str
    office_address: Address
    holder: str
    iban_text: str


@dataclass(frozen=True, slots=True)
class School:
    """The tenant. ``direct_debit`` is the paid option that this product serves; ``direct_debit_since`` the
    day, in Paris, from which it is on or off; None as long as nobody has switched it."""

    id: str
    name: str
    direct_debit: bool
    direct_debit_since: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The school as creditor. ``creditor_id`` is its ICS, empty until entered; it may be wrong.

    ``former_creditor_ids`` are those under which mandates were signed before; ``remittance_rule`` is the
    text on the debtor's statement, its words in braces taken from the invoice.
    """

    name: str
    creditor_id: str = ""
    siret: str = ""
    address: Address = Address()
    numbering: NumberingRule = NumberingRule()
    remittance_rule: str = DEFAULT_REMITTANCE_RULE
    notice_days: int = NOTICE_DAYS
    former_creditor_ids: tuple[str, ...] = ()

    def succeeding(self, before: Organisation) -> Organisation:
        """This organisation with the identifiers under which mandates were signed before. One that differs by
        its business code alone is the same; one that was never valid signed nothing."""
        known = (*before.former_creditor_ids, before.creditor_id)
        former = (one for one in known if not self.is_creditor(one) and _is_valid(one))
        return replace(self, former_creditor_ids=tuple(dict.fromkeys(former)))

    def is_creditor(self, creditor_id: str) -> bool:
        """Whether an ICS is this organisation's. The business code in its midst (ZZZ) is the creditor's to
        choose and does not tell creditors apart (EPC130-08, AT-02)."""
        return is_same_creditor(self.creditor_id, creditor_id)

    def was_creditor(self, creditor_id: str) -> bool:
        """Whether an ICS is, or once was, this organisation's."""
        return self.is_creditor(creditor_id) or any(
            is_same_creditor(former, creditor_id) for former in self.former_creditor_ids
        )


@dataclass(frozen=True, slots=True)
class CreditedAccount:
    """A bank account of the school, and how its bank wants its files.

    ``lead_days`` TARGET days before the due date, until ``cut_off_hour`` o'clock in Paris, the bank takes a
    file. ``initiating_party_id`` goes to InitgPty where the bank demands one (SIRET or ICS).
    ``ultimate_creditor`` is named where the school collects for somebody else; ``names_ultimate_debtor``
    says whose debt it is where the account belongs to another person.
    """

    id: str
    label: str
    iban_text: str
    bic_text: str = ""
    version: MessageVersion = MessageVersion.V08
    scheme: Scheme = Scheme.CORE
    lead_days: int = 1
    cut_off_hour: int = 12
    batch_booking: bool = True
    bic_rule: BicRule = BicRule.AS_GIVEN
    address_rule: AddressRule = AddressRule.NONE
    sequence_rule: SequenceRule = SequenceRule.RECURRENT
    initiating_party_id: str = ""
    ultimate_creditor: str = ""
    names_ultimate_debtor: bool = False
    ceilings: Ceilings = Ceilings()
    public_account: PublicAccount | None = None
    closed: bool = False

    @property
    def demands_bic(self) -> bool:
        return self.bic_rule is BicRule.REQUIRED

    @property
    def demands_address(self) -> bool:
        """Whether every debtor's address is written, whatever their bank: the Treasury's profile wants it."""
        return self.public_account is not None


def is_same_creditor(one: str, other: str) -> bool:
    """Whether two ICS name one creditor: their business codes are left aside."""
    return _national_identifier(one) == _national_identifier(other)


def _is_valid(creditor_id: str) -> bool:
    try:
        CreditorIdentifier.parse(creditor_id)
    except InvalidIdentifier:
        return False
    return True


def _national_identifier(creditor_id: str) -> str:
    electronic = compact(creditor_id)
    return electronic[: _BUSINESS_CODE.start] + electronic[_BUSINESS_CODE.stop :]
