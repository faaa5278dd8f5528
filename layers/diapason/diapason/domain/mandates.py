"""Mandates: the debtor's authorisation to debit one account (EPC130-08 §4.1, EPC222-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diapason.domain.calendar import months_after
from diapason.domain.presentations import History
from diapason.domain.states import StateTable

LAPSE_MONTHS = 36
"""A mandate lapses 36 months after the due date of its last presented debit (Banque de France)."""


class MandateState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LAPSED = "lapsed"


class MandateEvent(StrEnum):
    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    LAPSE = "lapse"


MANDATE = StateTable(
    "Mandat",
    {
        MandateState.DRAFT: "brouillon",
        MandateState.SIGNED: "signé",
        MandateState.SUSPENDED: "suspendu",
        MandateState.REVOKED: "révoqué",
        MandateState.LAPSED: "caduc",
    },
    {
        (MandateState.DRAFT, MandateEvent.SIGN): MandateState.SIGNED,
        (MandateState.DRAFT, MandateEvent.REVOKE): MandateState.REVOKED,
        (MandateState.SIGNED, MandateEvent.SUSPEND): MandateState.SUSPENDED,
        (MandateState.SIGNED, MandateEvent.REVOKE): MandateState.REVOKED,
        (MandateState.SIGNED, MandateEvent.LAPSE): MandateState.LAPSED,
        (MandateState.SUSPENDED, MandateEvent.RESUME): MandateState.SIGNED,
        (MandateState.SUSPENDED, MandateEvent.REVOKE): MandateState.REVOKED,
        (MandateState.SUSPENDED, MandateEvent.LAPSE): MandateState.LAPSED,
    },
)
"""A mandate that was revoked or has lapsed never authorises again: a new one is signed."""

MANDATE_STATE_WORDS = MANDATE.words

MANDATE_EVENT_WORDS = {
    MandateEvent.SIGN: "signer",
    MandateEvent.SUSPEND: "suspendre",
    MandateEvent.RESUME: "reprendre",
    MandateEvent.REVOKE: "révoquer",
    MandateEvent.LAPSE: "déclarer caduc",
}


def moves_from(state: MandateState) -> dict[MandateEvent, MandateState]:
    """What may happen to a mandate in this state, and where each leads."""
    return {event: MANDATE.after(state, event) for event in MandateEvent if MANDATE.allows(state, event)}


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

    ``used_before_on`` is the due date of the last debit that another software presented with it;
    ``replaces`` is the id of the customer's mandate that this one continues under another RUM. ``history``
    and ``consumed_by`` follow from batches: what was presented, and the batch that holds the mandate's end.
    """

    id: str
    reference: str
    account_id: str
    state: MandateState
    signed_on: date | None = None
    scheme: Scheme = Scheme.CORE
    type: MandateType = MandateType.RECURRENT
    creditor_id: str = ""
    used_before_on: date | None = None
    replaces: str = ""
    history: History = History()
    consumed_by: str = ""

    @property
    def is_active(self) -> bool:
        return self.state is MandateState.SIGNED

    @property
    def is_one_off(self) -> bool:
        return self.type is MandateType.ONE_OFF

    @property
    def last_used_on(self) -> date | None:
        """The due date of the last debit presented with it (Europe/Paris date)."""
        days = [day for day in (self.history.last_collected_on, self.used_before_on) if day is not None]
        return max(days, default=None)

    @property
    def is_spent(self) -> bool:
        """Whether a batch holds its end, or a one-off mandate has served."""
        return bool(self.consumed_by) or (self.is_one_off and self.last_used_on is not None)

    @property
    def signed_on_or_never(self) -> date:
        return self.signed_on or date.min

    def has_lapsed(self, on: date) -> bool:
        """Whether nothing was presented for 36 months; never used, the months count from signature."""
        since = self.last_used_on or self.signed_on
        return since is not None and on > months_after(since, LAPSE_MONTHS)
