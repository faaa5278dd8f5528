"""Batches (remises): one credited account, one due date, n lines; and the drafts they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.cancellations import Cancellation
from diapason.domain.creditor import CreditedAccount
from diapason.domain.mandates import MandateType, Scheme
from diapason.domain.parties import Address
from diapason.domain.presentations import NO_AMENDMENT, Amendment, SequenceType
from diapason.domain.states import StateTable

LINES_PER_CHUNK = 32
"""A chunk's transaction moves each line's instalment, invoice and customer beside three items of its own:
3 × 32 + 3 actions, of the 100 that TransactWriteItems takes."""


class BatchState(StrEnum):
    CREATING = "creating"
    DISCARDED = "discarded"
    PENDING = "pending"
    GENERATING = "generating"
    GENERATED = "generated"
    DELETING = "deleting"
    DELETED = "deleted"
    CANCELLATION_REQUESTED = "cancellation_requested"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class BatchEvent(StrEnum):
    REGISTER = "register"
    DISCARD = "discard"
    GENERATE = "generate"
    REFUSE_GENERATION = "refuse_generation"
    REGISTER_FILE = "register_file"
    DOWNLOAD = "download"
    DEPOSIT = "deposit"
    DELETE = "delete"
    FINISH_DELETION = "finish_deletion"
    REQUEST_CANCELLATION = "request_cancellation"
    WITHDRAW_CANCELLATION = "withdraw_cancellation"
    ATTEST_CANCELLATION = "attest_cancellation"
    CANCEL = "cancel"
    FINISH_CANCELLATION = "finish_cancellation"


BATCH = StateTable(
    "Remise",
    {
        BatchState.CREATING: "en cours de création",
        BatchState.DISCARDED: "abandonnée",
        BatchState.PENDING: "en attente",
        BatchState.GENERATING: "en cours de génération",
        BatchState.GENERATED: "générée",
        BatchState.DELETING: "en cours de suppression",
        BatchState.DELETED: "supprimée",
        BatchState.CANCELLATION_REQUESTED: "annulation à attester",
        BatchState.CANCELLING: "en cours d’annulation",
        BatchState.CANCELLED: "annulée",
    },
    {
        (BatchState.CREATING, BatchEvent.REGISTER): BatchState.PENDING,
        (BatchState.CREATING, BatchEvent.DISCARD): BatchState.DISCARDED,
        (BatchState.PENDING, BatchEvent.GENERATE): BatchState.GENERATING,
        (BatchState.PENDING, BatchEvent.DELETE): BatchState.DELETING,
        (BatchState.GENERATING, BatchEvent.REFUSE_GENERATION): BatchState.PENDING,
        (BatchState.GENERATING, BatchEvent.REGISTER_FILE): BatchState.GENERATED,
        (BatchState.GENERATED, BatchEvent.DOWNLOAD): BatchState.GENERATED,
        (BatchState.GENERATED, BatchEvent.DEPOSIT): BatchState.GENERATED,
        (BatchState.DELETING, BatchEvent.FINISH_DELETION): BatchState.DELETED,
        (BatchState.GENERATED, BatchEvent.REQUEST_CANCELLATION): BatchState.CANCELLATION_REQUESTED,
        (BatchState.CANCELLATION_REQUESTED, BatchEvent.WITHDRAW_CANCELLATION): BatchState.GENERATED,
        (BatchState.CANCELLATION_REQUESTED, BatchEvent.ATTEST_CANCELLATION): BatchState.CANCELLING,
        (BatchState.GENERATED, BatchEvent.CANCEL): BatchState.CANCELLING,
        (BatchState.CANCELLING, BatchEvent.FINISH_CANCELLATION): BatchState.CANCELLED,
    },
)


class LineState(StrEnum):
    """What became of a chunk's lines."""

    HELD = "held"
    DEBITED = "debited"
    RELEASED = "released"
    CANCELLED = "cancelled"


LINE_STATE_WORDS = {
    LineState.HELD: "retenue",
    LineState.DEBITED: "prélevée",
    LineState.RELEASED: "libérée",
    LineState.CANCELLED: "annulée",
}


class DraftState(StrEnum):
    OPEN = "open"
    PREPARING = "preparing"
    REGISTERING = "registering"
    REGISTERED = "registered"
    ABANDONED = "abandoned"


class DraftEvent(StrEnum):
    EDIT = "edit"
    PREPARE = "prepare"
    FINISH_PREPARING = "finish_preparing"
    VALIDATE = "validate"
    REOPEN = "reopen"
    COMMIT = "commit"
    ABANDON = "abandon"


DRAFT = StateTable(
    "Remise en préparation",
    {
        DraftState.OPEN: "en préparation",
        DraftState.PREPARING: "tableau en cours de calcul",
        DraftState.REGISTERING: "en cours d’enregistrement",
        DraftState.REGISTERED: "enregistrée",
        DraftState.ABANDONED: "abandonnée",
    },
    {
        (DraftState.OPEN, DraftEvent.EDIT): DraftState.OPEN,
        (DraftState.OPEN, DraftEvent.PREPARE): DraftState.PREPARING,
        (DraftState.PREPARING, DraftEvent.FINISH_PREPARING): DraftState.OPEN,
        (DraftState.PREPARING, DraftEvent.ABANDON): DraftState.ABANDONED,
        (DraftState.OPEN, DraftEvent.VALIDATE): DraftState.REGISTERING,
        (DraftState.OPEN, DraftEvent.ABANDON): DraftState.ABANDONED,
        (DraftState.REGISTERING, DraftEvent.REOPEN): DraftState.OPEN,
        (DraftState.REGISTERING, DraftEvent.COMMIT): DraftState.REGISTERED,
    },
)


class Line(NamedTuple):
    """A frozen copy of what will be debited; nothing that happens later changes it.

    ``position`` counts from 0 in the batch; chunk and rank follow from it, and the end-to-end id says it.
    ``due_date`` is the instalment's own; the batch says when it is collected. ``iban`` and ``bic`` are
    electronic forms; ``bic`` is empty where the bank does without. ``is_final`` ends the mandate;
    ``ultimate_debtor`` is empty where the holder of the account owes.
    """

    position: int
    end_to_end_id: str
    instalment_id: str
    instalment_revision: int
    invoice_id: str
    invoice_number: str
    due_date: date
    customer_id: str
    customer_name: str
    amount_cents: int
    account_id: str
    holder: str
    iban: str
    bic: str
    mandate_id: str
    mandate_reference: str
    signed_on: date
    scheme: Scheme
    mandate_type: MandateType
    remittance_text: str
    address: Address | None
    is_final: bool = False
    ultimate_debtor: str = ""

    @property
    def ends_mandate(self) -> bool:
        """Whether nothing may be collected under the mandate after this line."""
        return self.is_final or self.mandate_type is MandateType.ONE_OFF

    @property
    def plain_sequence(self) -> SequenceType:
        """The sequence of a line that nothing was marked on."""
        return SequenceType.ONE_OFF if self.mandate_type is MandateType.ONE_OFF else SequenceType.RECURRENT


class Marking(NamedTuple):
    """What generation froze on a line beside its plain sequence, from what lives under its mandate then."""

    position: int
    sequence: SequenceType
    amendment: Amendment = NO_AMENDMENT


class Collection(NamedTuple):
    """A line as the bank is told of it."""

    line: Line
    sequence: SequenceType
    amendment: Amendment


@dataclass(frozen=True, slots=True)
class BankFile:
    """The bytes handed to the bank, as registered: they are written once and never rendered again."""

    key: str
    version_id: str
    sha256: str
    size: int
    file_name: str


@dataclass(frozen=True, slots=True)
class Creditor:
    """The creditor's side of a batch, frozen when it is registered."""

    name: str
    creditor_id: str
    account: CreditedAccount
    siret: str = ""


class BatchPhase(StrEnum):
    """The recovery point of the workflow that a batch is in; ``idle`` while it waits, ``done`` at an end."""

    CREATING = "creating"
    IDLE = "idle"
    CHECK = "check"
    SEQUENCE = "sequence"
    GROUP = "group"
    RENDER = "render"
    APPLY = "apply"
    VERIFY = "verify"
    RELEASE = "release"
    CANCEL = "cancel"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line cannot be generated as it was frozen; French words."""

    position: int
    invoice_number: str
    customer_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SequenceGroup:
    """The lines of one sequence type: one PmtInf of the file."""

    sequence: SequenceType
    count: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class HandOut:
    """The last time a download link was issued, and how often one was: the file counts as sent."""

    at: datetime
    by: str
    times: int


@dataclass(frozen=True, slots=True)
class Deposit:
    """The file was given to the bank, says who did it; a fact, recorded once."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One remise. ``file_created_at`` is fixed when generation is asked for, and with it ``message_id``: a
    second rendering is the same bytes. ``refusals`` say why the last generation was refused."""

    id: str
    number: str
    version: int
    state: BatchState
    phase: BatchPhase
    draft_id: str
    collection_date: date
    count: int
    total_cents: int
    chunks: int
    creditor: Creditor
    external_number: str
    comment: str
    created_at: datetime
    created_by: str
    file_created_at: datetime | None = None
    file_created_by: str = ""
    groups: tuple[SequenceGroup, ...] = ()
    file: BankFile | None = None
    refusals: tuple[Refusal, ...] = ()
    handed_out: HandOut | None = None
    message_id: str = ""
    cancellation: Cancellation | None = None
    deposited: Deposit | None = None

    @property
    def can_be_downloaded(self) -> bool:
        """Generated, every state moved, and the file read again and found equal."""
        return self.state is BatchState.GENERATED and self.phase is BatchPhase.DONE

    @property
    def left_the_house(self) -> bool:
        """Whether the bank may have the file: a link to it was issued, or somebody says that they gave it."""
        return self.handed_out is not None or self.deposited is not None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines that are claimed, debited or released together, in one transaction."""

    batch_id: str
    number: int
    state: LineState
    count: int
    total_cents: int
    lines: tuple[Line, ...]
    markings: tuple[Marking, ...] = ()

    def collections(self) -> Iterator[Collection]:
        """The lines with their sequence and amendment, as generation froze them."""
        marked = {marking.position: marking for marking in self.markings}
        for line in self.lines:
            marking = marked.get(line.position)
            if marking is None:
                yield Collection(line, line.plain_sequence, NO_AMENDMENT)
            else:
                yield Collection(line, marking.sequence, marking.amendment)

    def __post_init__(self) -> None:
        assert len(self.lines) == self.count <= LINES_PER_CHUNK
        assert sum(line.amount_cents for line in self.lines) == self.total_cents
