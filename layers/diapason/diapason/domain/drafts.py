"""The wizard's draft: what the operator chose, and the table of instalments that will be generated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.anomalies import Anomaly
from diapason.domain.batches import DraftState
from diapason.domain.invoices import Instalment
from diapason.domain.parties import Customer


class DraftRow(NamedTuple):
    """One row of the table: every row will be generated, ticked or not.

    ``revision`` is the instalment's revision that the operator saw; ``collection_date`` and
    ``amount_cents`` are what will be debited, ``account_id`` and ``mandate_id`` from where (empty: none).
    ``is_final`` makes it the mandate's last collection. ``month_cents`` is what other batches take of the
    customer in that month, where a ceiling makes it count.
    """

    instalment_id: str
    revision: int
    invoice_number: str
    customer_id: str
    customer_name: str
    activity: str
    due_date: date
    total_cents: int
    remaining_cents: int
    collection_date: date
    amount_cents: int
    account_id: str
    account_masked: str
    mandate_id: str
    mandate_reference: str
    one_off: bool
    anomalies: tuple[Anomaly, ...] = ()
    is_final: bool = False
    month_cents: int = 0

    @property
    def is_blocked(self) -> bool:
        return any(anomaly.is_blocking for anomaly in self.anomalies)


def row_of(instalment: Instalment, customer: Customer | None) -> DraftRow:
    """The row that proposes to debit all that remains, at its due date, from the customer's mandate."""
    row = DraftRow(
        instalment_id=instalment.id,
        revision=instalment.revision,
        invoice_number=instalment.invoice_number,
        customer_id=instalment.customer_id,
        customer_name=instalment.customer_name,
        activity=instalment.activity,
        due_date=instalment.due_date,
        total_cents=instalment.amount_cents,
        remaining_cents=instalment.remaining_cents,
        collection_date=instalment.due_date,
        amount_cents=instalment.remaining_cents,
        account_id="",
        account_masked="",
        mandate_id="",
        mandate_reference="",
        one_off=False,
    )
    if customer is None:
        return row
    account, mandate = customer.account_proposed(), customer.mandate_proposed()
    return with_mandate(
        with_account(row, customer, account.id if account else ""), customer, mandate.id if mandate else ""
    )


def with_account(row: DraftRow, customer: Customer, account_id: str) -> DraftRow:
    """The row debiting another account of its customer; an unknown id leaves the row without one."""
    account = customer.account(account_id)
    return row._replace(
        account_id=account.id if account else "", account_masked=account.masked if account else ""
    )


def with_mandate(row: DraftRow, customer: Customer, mandate_id: str) -> DraftRow:
    """The row under another mandate of its customer; an unknown id leaves the row without one."""
    mandate = customer.mandate(mandate_id)
    return row._replace(
        mandate_id=mandate.id if mandate else "",
        mandate_reference=mandate.reference if mandate else "",
        one_off=mandate is not None and mandate.is_one_off,
    )


def brought_up_to_date(row: DraftRow, instalment: Instalment, customer: Customer | None) -> DraftRow:
    """The row after the operator asked to take over what changed: date and amount chosen by hand are kept
    as long as they still make sense, account and mandate as long as the customer has them."""
    fresh = row_of(instalment, customer)
    amount_was_edited = row.amount_cents != row.remaining_cents
    if row.collection_date != row.due_date:
        fresh = fresh._replace(collection_date=row.collection_date)
    if amount_was_edited and row.amount_cents <= fresh.remaining_cents:
        fresh = fresh._replace(amount_cents=row.amount_cents)
    if customer and customer.account(row.account_id):
        fresh = with_account(fresh, customer, row.account_id)
    if customer and customer.mandate(row.mandate_id):
        fresh = with_mandate(fresh, customer, row.mandate_id)
        fresh = fresh._replace(is_final=row.is_final and not fresh.one_off)
    return fresh


class DraftPhase(StrEnum):
    """The recovery point of preparing a large table, and of registering; ``idle`` while the operator works,
    ``done`` at the end."""

    IDLE = "idle"
    SELECT = "select"
    REFRESH = "refresh"
    EXAMINE = "examine"
    FREEZE = "freeze"
    OPEN_BATCHES = "open_batches"
    CLAIM = "claim"
    COMMIT = "commit"
    PUBLISH = "publish"
    FENCE = "fence"
    RELEASE = "release"
    REOPEN = "reopen"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class GeneralInformation:
    """Step 1 of the wizard."""

    credited_account_id: str
    external_number: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Step 2: due dates from ``due_from`` to ``due_to``, both included; amounts in cents, of what remains."""

    due_from: date
    due_to: date
    min_cents: int | None = None
    max_cents: int | None = None
    activity: str = ""

    def match(self, instalment: Instalment) -> bool:
        return (
            self.due_from <= instalment.due_date <= self.due_to
            and (self.min_cents is None or instalment.remaining_cents >= self.min_cents)
            and (self.max_cents is None or instalment.remaining_cents <= self.max_cents)
            and (not self.activity or instalment.activity == self.activity)
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """A stored slice of the table: an immutable object of at most SEGMENT_ROWS rows, with its totals."""

    key: str
    count: int
    total_cents: int
    blocked: int
    warned: int


class TakenRow(NamedTuple):
    """A row that was detached, and the place that it had in the table, counted from 0."""

    place: int
    row: DraftRow


@dataclass(frozen=True, slots=True)
class Detachment:
    """What one act detached, in stored slices of at most SEGMENT_ROWS taken rows."""

    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ManifestSlice:
    """A stored slice of the manifest: whole chunks of frozen lines, under its digest."""

    key: str
    sha256: str
    first_chunk: int
    chunks: int


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """One due date of the manifest: the batch that it becomes, and what its chunks must sum up to."""

    batch_id: str
    number: str
    collection_date: date
    count: int
    total_cents: int
    chunks: int
    slices: tuple[ManifestSlice, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """What *Valider* asked for. The request key comes from the page; count and total are what it showed;
    ``confirmed`` are the dates whose unusual sum the operator confirmed a second time."""

    request_key: str
    requested_by: str
    requested_at: datetime
    stamp: str
    expected_count: int
    expected_cents: int
    confirmed: tuple[date, ...] = ()
    batches: tuple[PlannedBatch, ...] = ()
    claimed_lines: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The saved state of the wizard; ``version`` guards every edit. ``detached`` are the last detachments,
    the latest at the end, until they are undone or the table is made anew."""

    id: str
    version: int
    state: DraftState
    phase: DraftPhase
    created_at: datetime
    created_by: str
    general: GeneralInformation
    criteria: Criteria | None = None
    segments: tuple[Segment, ...] = ()
    left_out: int = 0
    notice: str = ""
    registration: Registration | None = field(default=None)
    detached: tuple[Detachment, ...] = ()

    @property
    def count(self) -> int:
        return sum(segment.count for segment in self.segments)

    @property
    def total_cents(self) -> int:
        return sum(segment.total_cents for segment in self.segments)

    @property
    def blocked(self) -> int:
        return sum(segment.blocked for segment in self.segments)

    @property
    def warned(self) -> int:
        return sum(segment.warned for segment in self.segments)

    @property
    def undo_rows(self) -> int:
        """How many rows the last detachment took out, which undoing it brings back."""
        return self.detached[-1].count if self.detached else 0

    def emptied(self, notice: str) -> Draft:
        """The draft without its table, and why."""
        return replace(self, segments=(), detached=(), notice=notice)

    def at_phase(self, phase: DraftPhase) -> Draft:
        return replace(self, phase=phase)
