"""Invoices and their instalments: what is owed, what is claimed, what was debited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.identifiers.spelling import single_spaced
from diapason.domain.states import StateTable

MAX_INSTALMENTS = 48
"""An invoice and its instalments are written in one transaction of at most 100 actions."""


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Sending(StrEnum):
    """The sending state of an invoice."""

    WAITING = "waiting"
    READY = "ready"
    SENT = "sent"
    KEPT = "kept"


class SendingEvent(StrEnum):
    PREPARE = "prepare"
    SEND = "send"
    KEEP = "keep"


SENDING = StateTable(
    "Envoi de la facture",
    {
        Sending.WAITING: "en attente",
        Sending.READY: "prête",
        Sending.SENT: "envoyée au destinataire",
        Sending.KEPT: "conservée en interne",
    },
    {
        (Sending.WAITING, SendingEvent.PREPARE): Sending.READY,
        (Sending.WAITING, SendingEvent.SEND): Sending.SENT,
        (Sending.WAITING, SendingEvent.KEEP): Sending.KEPT,
        (Sending.READY, SendingEvent.SEND): Sending.SENT,
        (Sending.READY, SendingEvent.KEEP): Sending.KEPT,
        (Sending.KEPT, SendingEvent.PREPARE): Sending.READY,
        (Sending.KEPT, SendingEvent.SEND): Sending.SENT,
    },
)


class Reception(StrEnum):
    """The reception state of an invoice: it follows from amounts and is never set by hand."""

    UNPAID = "unpaid"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CANCELLED = "cancelled"


RECEPTION_WORDS = {
    Reception.UNPAID: "non payée",
    Reception.PARTLY_PAID: "payée partiellement",
    Reception.PAID: "payée en totalité",
    Reception.CANCELLED: "annulée par avoir",
}


class InstalmentState(StrEnum):
    NOT_DEBITED = "not_debited"
    PARTLY_DEBITED = "partly_debited"
    DEBITED = "debited"
    PAID = "paid"
    CANCELLED = "cancelled"


INSTALMENT_STATE_WORDS = {
    InstalmentState.NOT_DEBITED: "non prélevée",
    InstalmentState.PARTLY_DEBITED: "prélevée partiellement",
    InstalmentState.DEBITED: "prélevée en totalité",
    InstalmentState.PAID: "réglée autrement",
    InstalmentState.CANCELLED: "annulée",
}


class Channel(StrEnum):
    """Who collects an instalment in the place of a remittance: one invoice goes one way."""

    ACCOUNTING = "accounting"
    PES = "pes"


CHANNEL_WORDS = {
    Channel.ACCOUNTING: "conservée en comptabilité",
    Channel.PES: "exportée en PES ASAP",
}


@dataclass(frozen=True, slots=True)
class Invoice:
    """``amount_cents`` is the sum of the instalments; a credit note's are negative.

    ``pupil`` is whom the invoice is about; ``notified_on`` the date on which its debits were announced with
    date and amount (pre-notification), None where they were not. ``paid_cents`` was paid another way.
    ``accounting_export`` is the id of the export that gave it to accounting, empty where none did.
    ``cancelled_by`` is the id of the credit note that cancels it, and ``cancels``, on that one, of the
    invoice.
    """

    id: str
    number: str
    kind: InvoiceKind
    customer_id: str
    customer_name: str
    issued_on: date
    label: str
    activity: str
    amount_cents: int
    sending: Sending
    cancelled: bool = False
    pupil: str = ""
    notified_on: date | None = None
    debited_cents: int = 0
    paid_cents: int = 0
    accounting_export: str = ""
    cancels: str = ""
    cancelled_by: str = ""

    @property
    def reception(self) -> Reception:
        if self.cancelled:
            return Reception.CANCELLED
        received = self.debited_cents + self.paid_cents
        if received <= 0:
            return Reception.UNPAID
        return Reception.PAID if received >= self.amount_cents else Reception.PARTLY_PAID


@dataclass(frozen=True, slots=True)
class Claim:
    """The one live claim on an instalment: who takes it, for how much and when."""

    batch_id: str
    batch_number: str
    end_to_end_id: str
    amount_cents: int
    collection_date: date


@dataclass(frozen=True, slots=True)
class Instalment:
    """A due date and an amount of an invoice. Always ``debited + in flight + paid + remaining = amount``.

    It repeats what selecting it needs to know of its invoice, so that one read tells all.
    ``revision`` grows with every change, so that a draft sees what moved since. ``channel`` says who
    collects it instead of a remittance, under the number ``channel_reference``.
    """

    id: str
    invoice_id: str
    invoice_number: str
    invoice_kind: InvoiceKind
    invoice_label: str
    invoice_sending: Sending
    customer_id: str
    customer_name: str
    activity: str
    due_date: date
    amount_cents: int
    debited_cents: int
    in_flight_cents: int
    remaining_cents: int
    cancelled: bool
    revision: int
    pupil: str = ""
    notified_on: date | None = None
    paid_cents: int = 0
    claim: Claim | None = None
    last_debit: Claim | None = None
    channel: Channel | None = None
    channel_reference: str = ""

    def __post_init__(self) -> None:
        parts = self.debited_cents + self.in_flight_cents + self.paid_cents + self.remaining_cents
        assert parts == self.amount_cents

    @property
    def state(self) -> InstalmentState:
        if self.cancelled:
            return InstalmentState.CANCELLED
        if self.paid_cents > 0 and self.paid_cents >= self.amount_cents - self.debited_cents:
            return InstalmentState.PAID
        if self.debited_cents <= 0:
            return InstalmentState.NOT_DEBITED
        if self.debited_cents < self.amount_cents:
            return InstalmentState.PARTLY_DEBITED
        return InstalmentState.DEBITED

    @property
    def is_open(self) -> bool:
        """Whether a draft can select it: something remains, and nobody claims it."""
        return (
            self.invoice_kind is InvoiceKind.INVOICE
            and not self.cancelled
            and self.claim is None
            and self.channel is None
            and self.remaining_cents > 0
        )


class Share(NamedTuple):
    """One instalment as it is agreed on: when, and how much (cents; negative for a credit note)."""

    due_date: date
    amount_cents: int


def normalised_number(number: str) -> str:
    """The number of an invoice for comparison: case and doubled blanks do not count."""
    return single_spaced(number).upper()


def instalment_id(invoice_id: str, rank: int) -> str:
    """The id of an invoice's instalment; ranks begin with 1."""
    return f"{invoice_id}-{rank:03d}"


def instalments_of(invoice: Invoice, shares: Sequence[Share]) -> list[Instalment]:
    """The instalments of a new invoice, ranked as they come: nothing claimed, nothing debited."""
    assert 0 < len(shares) <= MAX_INSTALMENTS
    assert sum(share.amount_cents for share in shares) == invoice.amount_cents
    return [
        Instalment(
            id=instalment_id(invoice.id, rank),
            invoice_id=invoice.id,
            invoice_number=invoice.number,
            invoice_kind=invoice.kind,
            invoice_label=invoice.label,
            invoice_sending=invoice.sending,
            customer_id=invoice.customer_id,
            customer_name=invoice.customer_name,
            activity=invoice.activity,
            due_date=share.due_date,
            amount_cents=share.amount_cents,
            debited_cents=0,
            in_flight_cents=0,
            remaining_cents=share.amount_cents,
            cancelled=invoice.cancelled,
            revision=1,
            pupil=invoice.pupil,
            notified_on=invoice.notified_on,
        )
        for rank, share in enumerate(shares, 1)
    ]
