"""What was given to the school's accounting system."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.accounting_exports import AccountingExport
from diapason.workflows.accounting_handover import download_accounting_file, request_cancellation
from diapason.workflows.exporting_accounts import preview, request_export
from http_api import cursor
from http_api.asking import Asker, Asking
from http_api.fields import Cursor, Id, Limit
from http_api.inputs.accounting import (
    AccountingCancellationInput,
    AccountingDownloadInput,
    AccountingExportInput,
    AccountingSelectionInput,
)
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.accounting import (
    AccountingDownloadView,
    AccountingExportsView,
    AccountingExportView,
    AccountingPreviewView,
    download_view,
    export_view,
    exports_view,
    preview_view,
)

resource = Resource("Exports comptables")


@resource.post(
    "/accounting-exports/preview", Action.EXPORT_ACCOUNTING, "Ce qu’un export contiendrait", HTTPStatus.OK
)
def preview_accounting_export(asking: Asker, body: AccountingSelectionInput) -> AccountingPreviewView:
    return preview_view(*preview(asking.store, body.selection()))


@resource.post(
    "/accounting-exports",
    Action.EXPORT_ACCOUNTING,
    "Exporter des factures vers la comptabilité",
    HTTPStatus.ACCEPTED,
)
def create_accounting_export(asking: Asker, body: AccountingExportInput) -> AccountingExportView:
    return _shown(request_export(asking.store, asking.member, body.order()), asking)


@resource.get("/accounting-exports", Action.READ, "Les exports comptables, du plus récent au plus ancien")
def list_accounting_exports(
    asking: Asker,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> AccountingExportsView:
    return exports_view(asking.store.accounting_exports.listed(limit, cursor.read(next)), asking)


@resource.get("/accounting-exports/{export_id}", Action.READ, "Un export comptable et son avancement")
def get_accounting_export(asking: Asker, export_id: Id) -> AccountingExportView:
    return _shown(asking.store.accounting_exports.get(export_id), asking)


@resource.post(
    "/accounting-exports/{export_id}/download",
    Action.EXPORT_ACCOUNTING,
    "Télécharger un fichier d’un export",
    HTTPStatus.OK,
)
def download_accounting_export(
    asking: Asker, export_id: Id, body: AccountingDownloadInput
) -> AccountingDownloadView:
    return download_view(download_accounting_file(asking.store, asking.member, export_id, body.file))


@resource.post(
    "/accounting-exports/{export_id}/cancel",
    Action.CANCEL_ACCOUNTING_EXPORT,
    "Annuler un export : ses factures peuvent être exportées ou prélevées de nouveau",
    HTTPStatus.ACCEPTED,
)
def cancel_accounting_export(
    asking: Asker, export_id: Id, body: AccountingCancellationInput
) -> AccountingExportView:
    cancelled = request_cancellation(
        asking.store, asking.member, export_id, body.version, body.reason, body.attests_not_debited
    )
    return _shown(cancelled, asking)


def _shown(export: AccountingExport, asking: Asking) -> AccountingExportView:
    return export_view(export, asking.store.accounting_exports.progress(export.id), asking)
