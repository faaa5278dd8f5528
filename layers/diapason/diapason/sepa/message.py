"""What a direct-debit message says, before it is written: values named as ISO 20022 names them.

Amounts are integer cents of euros; dates are Europe/Paris dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban
from diapason.domain.mandates import Scheme
from diapason.domain.presentations import NO_AMENDMENT, Amendment, SequenceType


@dataclass(frozen=True, slots=True)
class Totals:
    """How many debits, and their sum in cents."""

    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class OrganisationNumber:
    """OrgId/Othr: a number and, where the bank wants to know, what kind of number it is (SchmeNm/Prtry)."""

    number: str
    scheme: str = ""


class PostalAddress(NamedTuple):
    """PstlAdr: structured, with ``street``, or hybrid, with at most two free ``lines``; never both. Town and
    country stand in either: addresses without them are forbidden since 15 November 2026."""

    town: str
    country: str
    post_code: str = ""
    street: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UltimateCreditor:
    """UltmtCdtr: for whom the creditor collects."""

    name: str
    number: OrganisationNumber | None = None


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """GrpHdr: what is true of the whole file.

    Attributes:
        message_id: MsgId, by which the bank recognises a file sent twice.
        created_at: CreDtTm, stored with the batch and never taken again; aware.
        totals: NbOfTxs and CtrlSum of the file.
        initiating_party_name: InitgPty/Nm.
        initiating_party_id: InitgPty/Id where the bank demands one (SIRET or ICS).
    """

    message_id: str
    created_at: datetime
    totals: Totals
    initiating_party_name: str
    initiating_party_id: OrganisationNumber | None


@dataclass(frozen=True, slots=True)
class PaymentInformation:
    """PmtInf: one credited account, creditor identifier, date, sequence type and local instrument.

    Attributes:
        payment_information_id: PmtInfId.
        batch_booking: BtchBookg, whether the bank credits the group in one line.
        totals: NbOfTxs and CtrlSum of the group.
        local_instrument: LclInstrm.
        sequence_type: SeqTp.
        collection_date: ReqdColltnDt, a TARGET day.
        creditor_bic: None writes NOTPROVIDED.
        creditor_address: Cdtr/PstlAdr; None writes none.
        ultimate_creditor: UltmtCdtr; None where the creditor collects for itself.
    """

    payment_information_id: str
    batch_booking: bool
    totals: Totals
    local_instrument: Scheme
    sequence_type: SequenceType
    collection_date: date
    creditor_name: str
    creditor_iban: Iban
    creditor_bic: Bic | None
    creditor_identifier: CreditorIdentifier
    creditor_address: PostalAddress | None = None
    ultimate_creditor: UltimateCreditor | None = None


class DirectDebit(NamedTuple):
    """DrctDbtTxInf: one debit. A tuple, because a file may hold a million.

    Attributes:
        end_to_end_id: EndToEndId, unique for every attempt: the key that comes back in every reject.
        amount_cents: InstdAmt in cents, 1 to 99 999 999 999.
        mandate_reference: MndtId ("RUM"), as signed.
        signed_on: DtOfSgntr.
        debtor_bic: None writes NOTPROVIDED.
        debtor_address: PstlAdr; None writes none.
        remittance_text: Ustrd; empty writes none.
        amendment: AmdmntInfDtls; NO_AMENDMENT writes none.
        ultimate_debtor: UltmtDbtr/Nm; empty where the debtor owes.
    """

    end_to_end_id: str
    amount_cents: int
    mandate_reference: str
    signed_on: date
    debtor_name: str
    debtor_iban: Iban
    debtor_bic: Bic | None
    debtor_address: PostalAddress | None
    remittance_text: str
    amendment: Amendment = NO_AMENDMENT
    ultimate_debtor: str = ""


PaymentGroups = Iterable[tuple[PaymentInformation, Iterable[DirectDebit]]]
"""The groups of a file in their order, each with its debits in theirs."""
