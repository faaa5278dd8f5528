"""Exports to the accounting system: what was chosen, what was marked, and the files that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.accounting import AccountingSettings
from diapason.domain.invoices import Channel, Instalment, Invoice, InvoiceKind
from diapason.domain.parties import Customer
from diapason.domain.states import StateTable

MAX_EXPORTED_INVOICES = 5_000
"""Invoices of one export: the preview reads each of them while its request waits, 29 seconds at most."""

MAX_REFUSALS = 200
"""Refused invoices that are named; more of them say the same."""


class AccountingExportState(StrEnum):
    PREPARING = "preparing"
    REFUSED = "refused"
    GENERATING = "generating"
    READY = "ready"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class AccountingExportEvent(StrEnum):
    REFUSE = "refuse"
    REGISTER = "register"
    FINISH = "finish"
    DOWNLOAD = "download"
    CANCEL = "cancel"
    FINISH_CANCELLATION = "finish_cancellation"


ACCOUNTING_EXPORT = StateTable(
    "Export comptable",
    {
        AccountingExportState.PREPARING: "en préparation",
        AccountingExportState.REFUSED: "refusé",
        AccountingExportState.GENERATING: "en cours de génération",
        AccountingExportState.READY: "généré",
        AccountingExportState.CANCELLING: "en cours d’annulation",
        AccountingExportState.CANCELLED: "annulé",
    },
    {
        (AccountingExportState.PREPARING, AccountingExportEvent.REFUSE): AccountingExportState.REFUSED,
        (AccountingExportState.PREPARING, AccountingExportEvent.REGISTER): AccountingExportState.GENERATING,
        (AccountingExportState.GENERATING, AccountingExportEvent.FINISH): AccountingExportState.READY,
        (AccountingExportState.GENERATING, AccountingExportEvent.CANCEL): AccountingExportState.CANCELLING,
        (AccountingExportState.READY, AccountingExportEvent.DOWNLOAD): AccountingExportState.READY,
        (AccountingExportState.READY, AccountingExportEvent.CANCEL): AccountingExportState.CANCELLING,
        (
            AccountingExportState.CANCELLING,
            AccountingExportEvent.FINISH_CANCELLATION,
        ): AccountingExportState.CANCELLED,
    },
)


class AccountingExportPhase(StrEnum):
    """The recovery point of the workflow."""

    PLAN = "plan"
    MARK = "mark"
    REGISTER = "register"
    RENDER = "render"
    VERIFY = "verify"
    RETURN = "return"
    DONE = "done"


class AccountingFileKind(StrEnum):
    ENTRIES = "entries"
    CUSTOMERS = "customers"
    INSTALMENTS = "instalments"


ACCOUNTING_FILE_WORDS = {
    AccountingFileKind.ENTRIES: "écritures de vente (FEC)",
    AccountingFileKind.CUSTOMERS: "clients, comptes et mandats",
    AccountingFileKind.INSTALMENTS: "échéances à prélever",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Dates of issue, both included (Europe/Paris dates); an empty activity means every one."""

    issued_from: date
    issued_to: date
    activity: str = ""


class RefusedInvoice(NamedTuple):
    """An invoice that cannot be exported, and why, in French."""

    invoice_id: str
    invoice_number: str
    customer_name: str
    reason: str


class ExportedInstalment(NamedTuple):
    """An instalment as it was chosen; cents."""

    id: str
    revision: int
    due_date: date
    amount_cents: int
    remaining_cents: int


class ExportedInvoice(NamedTuple):
    """An invoice or credit note as it was chosen; a credit note's cents are negative."""

    id: str
    revision: int
    number: str
    kind: InvoiceKind
    customer_id: str
    customer_name: str
    issued_on: date
    label: str
    activity: str
    amount_cents: int
    instalments: tuple[ExportedInstalment, ...]


@dataclass(frozen=True, slots=True)
class ExportManifest:
    """What an export holds, frozen before anything is marked: its files are a function of it.

    ``chunks`` are the invoices that are marked together, in the order of their entries.
    """

    chunks: tuple[tuple[ExportedInvoice, ...], ...]
    customers: tuple[Customer, ...]

    @property
    def invoices(self) -> list[ExportedInvoice]:
        """In the order of their entries."""
        return [invoice for chunk in self.chunks for invoice in chunk]


class MarkState(StrEnum):
    MARKED = "marked"
    RETURNED = "returned"


class MarkedInvoice(NamedTuple):
    """What giving an invoice back takes: ``instalment_ids`` is empty where no debit was kept."""

    id: str
    instalment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedChunk:
    """The marker that a chunk's invoices were marked, or given back, in one transaction."""

    number: int
    state: MarkState
    count: int
    total_cents: int
    invoices: tuple[MarkedInvoice, ...]


def refusal_of(invoice: Invoice, instalments: Sequence[Instalment], keeps_debits: bool) -> str:
    """Why an invoice that was sent cannot be given to accounting, in French; empty where it can.

    One invoice goes one way: no part of it may be claimed, debited or exported otherwise where the
    accounting system is to debit it.
    """
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    if invoice.amount_cents == 0 or (invoice.amount_cents > 0) is not is_invoice:
        return "Le montant est nul, ou son signe ne convient pas : corrigez la facture."
    if sum(one.amount_cents for one in instalments) != invoice.amount_cents:
        return "Les échéances ne font pas le total de la facture : corrigez-la."
    for one in instalments:
        if one.channel is Channel.PES:
            return f"Elle est déjà exportée en PES ASAP ({one.channel_reference})."
        if keeps_debits and one.channel is Channel.ACCOUNTING:
            return f"Elle est déjà conservée en comptabilité ({one.channel_reference})."
        if keeps_debits and one.claim is not None:
            return f"Une échéance est retenue par la remise {one.claim.batch_number} : supprimez la remise."
        if keeps_debits and (one.debited_cents or one.in_flight_cents):
            return "Une échéance est déjà prélevée : poursuivez cette facture par remise."
    return ""


@dataclass(frozen=True, slots=True)
class AccountingFile:
    """One file as registered: its bytes are written once and never rendered again. ``rows`` are entries,
    customers or instalments."""

    kind: AccountingFileKind
    key: str
    version_id: str
    sha256: str
    size: int
    file_name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who cancelled an export, when and why. ``attests_not_debited``: whose debits were handed to accounting
    says that it did not and will not make them; without it a remittance could make them again."""

    by: str
    at: datetime
    reason: str
    attests_not_debited: bool


@dataclass(frozen=True, slots=True)
class AccountingExport:
    """One export. ``settings`` and ``siren`` are frozen when it is asked for; ``expected_count`` and
    ``expected_cents`` are what the operator read on the button.

    ``first_entry`` is the number of its first entry, 0 until it is registered on ``registered_on`` (Paris
    date). ``refused`` counts the invoices that were left out, of which ``refusals`` names the first.
    """

    id: str
    number: str
    version: int
    state: AccountingExportState
    phase: AccountingExportPhase
    selection: Selection
    settings: AccountingSettings
    siren: str
    leaves_refused_out: bool
    expected_count: int
    expected_cents: int
    requested_by: str
    requested_at: datetime
    count: int = 0
    total_cents: int = 0
    chunks: int = 0
    manifest_key: str = ""
    manifest_sha256: str = ""
    refused: int = 0
    refusals: tuple[RefusedInvoice, ...] = ()
    notice: str = ""
    first_entry: int = 0
    registered_on: date | None = None
    files: tuple[AccountingFile, ...] = ()
    downloads: int = 0
    cancellation: Cancellation | None = None

    @property
    def keeps_debits(self) -> bool:
        """Whether the accounting system debits the instalments, and no remittance does."""
        return self.settings.keeps_debits

    @property
    def acting(self) -> str:
        """Whose wish the workflow carries out now."""
        return self.cancellation.by if self.cancellation else self.requested_by

    def file(self, kind: AccountingFileKind) -> AccountingFile | None:
        return next((file for file in self.files if file.kind is kind), None)
