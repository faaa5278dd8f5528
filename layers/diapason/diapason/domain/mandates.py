"""Mandates: the debtor's authorisation to debit one account (EPC130-08 §4.1, EPC222-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diapason.domain.calendar import months_after

LAPSE_MONTHS = 36
"""A mandate lapses 36 months after the due date of its last presented debit (Banque de France)."""


class MandateState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LAPSED = "lapsed"


MANDATE_STATE_WORDS = {
    MandateState.DRAFT: "brouillon",
    MandateState.SIGNED: "signé",
    MandateState.SUSPENDED: "suspendu",
    MandateState.REVOKED: "révoqué",
    MandateState.LAPSED: "caduc",
}


class Scheme(StrEnum):
    """The local instrument of the debit."""

    CORE = "CORE"
    B2B = "B2B"


class MandateType(StrEnum):
    """Whether the mandate serves again (RCUR) or once (OOFF)."""

    RECURRENT = "recurrent"
    ONE_OFF = "one_off"


@dataclass(frozen=True, slots=True)
class Mandate:
    """One RUM. ``creditor_id`` is the ICS it was signed for, empty when it is the school's present one.

    ``last_used_on`` is the due date of the last debit presented with it (Europe/Paris date);
    ``consumed_by`` is the batch that holds a one-off mandate, which serves once.
    """

    id: str
    reference: str
    account_id: str
    state: MandateState
    signed_on: date | None = None
    scheme: Scheme = Scheme.CORE
    type: MandateType = MandateType.RECURRENT
    creditor_id: str = ""
    last_used_on: date | None = None
    consumed_by: str = ""

    @property
    def is_active(self) -> bool:
        return self.state is MandateState.SIGNED

    @property
    def is_one_off(self) -> bool:
        return self.type is MandateType.ONE_OFF

    @property
    def is_spent(self) -> bool:
        """Whether a one-off mandate has served, or serves a batch now."""
        return self.is_one_off and bool(self.consumed_by or self.last_used_on)

    @property
    def signed_on_or_never(self) -> date:
        return self.signed_on or date.min

    def has_lapsed(self, on: date) -> bool:
        """Whether nothing was presented for 36 months; never used, the months count from signature."""
        since = self.last_used_on or self.signed_on
        return since is not None and on > months_after(since, LAPSE_MONTHS)
