"""Which sequence type a line has, and which amendment it carries: read off what lives under its mandate.

Source: EPC016-06 and EPC130-08 (AT-21, AT-24), EPC131-08 §AmdmntInfDtls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from diapason.domain.batches import Line
from diapason.domain.creditor import is_same_creditor
from diapason.domain.identifiers import Iban, InvalidIban, normalised_mandate_reference
from diapason.domain.identifiers.spelling import compact
from diapason.domain.parties import Customer, DebtorAccount
from diapason.domain.presentations import (
    NO_AMENDMENT,
    Amendment,
    History,
    Presentation,
    SequenceRule,
    SequenceType,
)


@dataclass(frozen=True, slots=True)
class CreditorAsWritten:
    """The creditor's side of every presentation of a batch: name in the bank's characters, ICS."""

    name: str
    creditor_id: str


class Debit(Protocol):
    """What sequence and amendment look at: a line, or one that is not there yet."""

    @property
    def mandate_id(self) -> str: ...

    @property
    def mandate_reference(self) -> str: ...

    @property
    def iban(self) -> str: ...

    @property
    def is_final(self) -> bool: ...

    @property
    def ends_mandate(self) -> bool: ...


def sequence_of(line: Debit, customer: Customer, history: History, rule: SequenceRule) -> SequenceType:
    """OOFF for a mandate that serves once, FNAL for its last collection, FRST where the bank wants it and
    nothing was presented yet, else RCUR."""
    if line.ends_mandate:
        return SequenceType.FINAL if line.is_final else SequenceType.ONE_OFF
    mandate = customer.mandate(line.mandate_id)
    is_first = history.is_empty and (mandate is None or not customer.was_presented(mandate))
    return SequenceType.FIRST if rule is SequenceRule.FIRST and is_first else SequenceType.RECURRENT


class _AsPresented(NamedTuple):
    """What a debtor's bank was told last, as far as it is known."""

    reference: str
    iban: str
    creditor_id: str
    creditor_name: str


def amendment_of(line: Debit, creditor: CreditorAsWritten, history: History, customer: Customer) -> Amendment:
    """What changed since the last presentation, be it here or by another software before.

    The first of all says one thing at most: that the mandate was signed for a former ICS. An original that
    equals the new value is never written (it draws MD02).
    """
    last = history.latest or _before_the_first(line, creditor, customer)
    if last is None:
        return NO_AMENDMENT
    same_account = last.iban == line.iban
    same_bank = same_account or _bank(last.iban) == _bank(line.iban)
    return Amendment(
        original_reference=""
        if _is_same_reference(last.reference, line.mandate_reference)
        else last.reference,
        original_iban=last.iban if same_bank and not same_account else "",
        another_bank=not same_bank,
        original_creditor_id=(
            last.creditor_id if not is_same_creditor(last.creditor_id, creditor.creditor_id) else ""
        ),
        original_creditor_name=last.creditor_name if last.creditor_name != creditor.name else "",
    )


def presentation_of(
    line: Line, batch_id: str, collected_on: date, creditor: CreditorAsWritten, sequence: SequenceType
) -> Presentation:
    """What the history keeps of a line."""
    return Presentation(
        batch_id=batch_id,
        end_to_end_id=line.end_to_end_id,
        collected_on=collected_on,
        amount_cents=line.amount_cents,
        sequence=sequence,
        iban=line.iban,
        reference=line.mandate_reference,
        creditor_id=creditor.creditor_id,
        creditor_name=creditor.name,
    )


def _before_the_first(line: Debit, creditor: CreditorAsWritten, customer: Customer) -> _AsPresented | None:
    """What is known of a mandate without a presentation here: its own data, and those of the mandate under
    which another software collected."""
    mandate = customer.mandate(line.mandate_id)
    if mandate is None:
        return None
    used = customer.used_elsewhere(mandate)
    account = customer.account(used.account_id) if used else None
    signed_for = compact((used or mandate).creditor_id or mandate.creditor_id)
    return _AsPresented(
        reference=used.reference if used else line.mandate_reference,
        iban=_electronic(account) or line.iban,
        creditor_id=signed_for or creditor.creditor_id,
        creditor_name=creditor.name,
    )


def _electronic(account: DebtorAccount | None) -> str:
    """Empty where there is none, or a wrong one: under that nothing can have been collected."""
    try:
        return account.iban().electronic if account else ""
    except InvalidIban:
        return ""


def _is_same_reference(one: str, other: str) -> bool:
    """References are compared without case or blanks (EPC130-08, AT-01)."""
    return normalised_mandate_reference(one) == normalised_mandate_reference(other)


def _bank(electronic: str) -> tuple[str, str]:
    iban = Iban.parse(electronic)
    return iban.country, iban.bank_code
