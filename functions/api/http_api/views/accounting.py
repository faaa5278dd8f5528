"""What goes into the school's accounting, as the page receives it."""

from __future__ import annotations

from datetime import date, datetime

from diapason.access.decisions import Action
from diapason.domain.accounting import AccountingSettings, EntriesEncoding, LedgerAccount
from diapason.domain.accounting_exports import (
    ACCOUNTING_EXPORT,
    MAX_REFUSALS,
    AccountingExport,
    AccountingExportEvent,
    AccountingExportPhase,
    AccountingExportState,
    AccountingFile,
    AccountingFileKind,
    Cancellation,
    RefusedInvoice,
    Selection,
)
from diapason.store.accounting_exports import AccountingExportPage
from diapason.workflows.accounting_handover import AccountingDownload
from diapason.workflows.accounting_manifest import kept_instalments
from diapason.workflows.accounting_selection import Chosen
from http_api import cursor
from http_api.asking import Asking
from http_api.fields import View
from http_api.words import words_of

_ACTIONS = {
    AccountingExportEvent.DOWNLOAD: Action.EXPORT_ACCOUNTING,
    AccountingExportEvent.CANCEL: Action.CANCEL_ACCOUNTING_EXPORT,
}
"""What a member can do with an export, and which permission it takes."""


class LedgerAccountView(View):
    """Compte général."""

    number: str
    label: str


class ActivityAccountView(View):
    """Compte de produit d’une activité."""

    activity: str
    account: LedgerAccountView


class AccountingSettingsView(View):
    """Paramètres comptables ; la révision est 0 tant que rien n’est enregistré."""

    revision: int
    keeps_debits: bool
    journal_code: str
    journal_label: str
    customers_account: LedgerAccountView
    revenue_account: LedgerAccountView
    revenue_by_activity: list[ActivityAccountView]
    auxiliary_prefix: str
    encoding: EntriesEncoding
    editable: bool


class AccountingSelectionView(View):
    """Factures à exporter."""

    issued_from: date
    issued_to: date
    activity: str


class RefusedInvoiceView(View):
    """Facture qui ne peut pas être exportée, et pourquoi."""

    invoice_id: str
    invoice_number: str
    customer_name: str
    reason: str


class AccountingPreviewView(View):
    """Ce que l’export contiendrait ; instalments compte les échéances que la comptabilité prélèverait, et
    refused les factures refusées, dont les premières sont nommées."""

    count: int
    total_cents: int
    customers: int
    instalments: int
    keeps_debits: bool
    refused: int
    refusals: list[RefusedInvoiceView]


class AccountingFileView(View):
    """Fichier d’un export ; rows compte ses écritures, ses clients ou ses échéances."""

    kind: AccountingFileKind
    kind_words: str
    file_name: str
    sha256: str
    size: int
    rows: int


class AccountingCancellationView(View):
    """Qui a annulé l’export, quand et pourquoi."""

    by: str
    at: datetime
    reason: str
    attests_not_debited: bool


class AccountingExportSummary(View):
    """Export comptable, dans une liste."""

    id: str
    number: str
    version: int
    state: AccountingExportState
    state_words: str
    finished: bool
    selection: AccountingSelectionView
    keeps_debits: bool
    count: int
    total_cents: int
    refused: int
    requested_by: str
    requested_at: datetime
    allowed: list[AccountingExportEvent]


class AccountingExportView(AccountingExportSummary):
    """Export comptable ; marked sur count est l’avancement, first_entry le numéro de la première écriture."""

    marked: int
    notice: str
    first_entry: int
    registered_on: date | None
    downloads: int
    files: list[AccountingFileView]
    refusals: list[RefusedInvoiceView]
    cancellation: AccountingCancellationView | None


class AccountingExportsView(View):
    """Une partie de l’historique des exports ; next mène à la suite."""

    exports: list[AccountingExportSummary]
    next: str | None


class AccountingDownloadView(View):
    """Adresse du fichier, valable expires_in secondes."""

    url: str
    file_name: str
    sha256: str
    size: int
    expires_in: int


def settings_view(settings: AccountingSettings, revision: int, asking: Asking) -> AccountingSettingsView:
    return AccountingSettingsView(
        revision=revision,
        keeps_debits=settings.keeps_debits,
        journal_code=settings.journal_code,
        journal_label=settings.journal_label,
        customers_account=_account_view(settings.customers_account),
        revenue_account=_account_view(settings.revenue_account),
        revenue_by_activity=[
            ActivityAccountView(activity=own.activity, account=_account_view(own.account))
            for own in settings.revenue_by_activity
        ],
        auxiliary_prefix=settings.auxiliary_prefix,
        encoding=settings.encoding,
        editable=asking.may(Action.EDIT_SETTINGS),
    )


def preview_view(chosen: Chosen, keeps_debits: bool) -> AccountingPreviewView:
    return AccountingPreviewView(
        count=chosen.count,
        total_cents=chosen.total_cents,
        customers=len(chosen.customers),
        instalments=sum(len(kept_instalments(invoice, keeps_debits)) for invoice in chosen.invoices),
        keeps_debits=keeps_debits,
        refused=len(chosen.refused),
        refusals=[_refused_view(refused) for refused in chosen.refused[:MAX_REFUSALS]],
    )


def export_view(export: AccountingExport, marked: int, asking: Asking) -> AccountingExportView:
    return AccountingExportView(
        **dict(_summary(export, asking)),
        marked=marked,
        notice=export.notice,
        first_entry=export.first_entry,
        registered_on=export.registered_on,
        downloads=export.downloads,
        files=[_file_view(file) for file in export.files],
        refusals=[_refused_view(refused) for refused in export.refusals],
        cancellation=_cancellation_view(export.cancellation),
    )


def exports_view(page: AccountingExportPage, asking: Asking) -> AccountingExportsView:
    return AccountingExportsView(
        exports=[_summary(export, asking) for export in page.exports], next=cursor.written(page.next)
    )


def download_view(link: AccountingDownload) -> AccountingDownloadView:
    return AccountingDownloadView(
        url=link.url,
        file_name=link.file.file_name,
        sha256=link.file.sha256,
        size=link.file.size,
        expires_in=link.expires_in,
    )


def _summary(export: AccountingExport, asking: Asking) -> AccountingExportSummary:
    return AccountingExportSummary(
        id=export.id,
        number=export.number,
        version=export.version,
        state=export.state,
        state_words=words_of(export.state),
        finished=export.phase is AccountingExportPhase.DONE,
        selection=_selection_view(export.selection),
        keeps_debits=export.keeps_debits,
        count=export.count,
        total_cents=export.total_cents,
        refused=export.refused,
        requested_by=export.requested_by,
        requested_at=export.requested_at,
        allowed=[
            event
            for event, action in _ACTIONS.items()
            if ACCOUNTING_EXPORT.allows(export.state, event) and asking.may(action)
        ],
    )


def _account_view(account: LedgerAccount) -> LedgerAccountView:
    return LedgerAccountView(number=account.number, label=account.label)


def _selection_view(selection: Selection) -> AccountingSelectionView:
    return AccountingSelectionView(
        issued_from=selection.issued_from, issued_to=selection.issued_to, activity=selection.activity
    )


def _refused_view(refused: RefusedInvoice) -> RefusedInvoiceView:
    return RefusedInvoiceView(
        invoice_id=refused.invoice_id,
        invoice_number=refused.invoice_number,
        customer_name=refused.customer_name,
        reason=refused.reason,
    )


def _file_view(file: AccountingFile) -> AccountingFileView:
    return AccountingFileView(
        kind=file.kind,
        kind_words=words_of(file.kind),
        file_name=file.file_name,
        sha256=file.sha256,
        size=file.size,
        rows=file.rows,
    )


def _cancellation_view(cancellation: Cancellation | None) -> AccountingCancellationView | None:
    if cancellation is None:
        return None
    return AccountingCancellationView(
        by=cancellation.by,
        at=cancellation.at,
        reason=cancellation.reason,
        attests_not_debited=cancellation.attests_not_debited,
    )
