"""Step 3 of the wizard: the table of instalments. Every row will be generated."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from annotated_types import Ge, Le

from diapason.access.decisions import Action
from diapason.domain.drafts import Draft, DraftRow
from diapason.domain.instalment_search import InstalmentSearch
from diapason.workflows import draft_view, drafting
from diapason.workflows.draft_changes import changes
from diapason.workflows.draft_sheet import export_sheet
from diapason.workflows.draft_table import read_rows
from diapason.workflows.draft_undo import undo_detach
from diapason.workflows.draft_view import RowFilter, SortKey
from diapason.workflows.finding import attach_found
from http_api.asking import Asker, Asking
from http_api.fields import Day, Id, Offset, OptionalCode, Search
from http_api.inputs.drafts import (
    AttachInput,
    DatesInput,
    RowInput,
    RowsInput,
    SheetInput,
    VersionInput,
)
from http_api.limits import DEFAULT_PAGE
from http_api.routes.drafts import shown
from http_api.routing import Resource
from http_api.views.draft_table import ChangesView, SheetView, changes_view, sheet_view
from http_api.views.drafts import DraftView, RowEdited, RowsView, row_view, rows_view

RowLimit = Annotated[int, Ge(1), Le(draft_view.MAX_PAGE_ROWS)]

resource = Resource("Lignes d’une remise en préparation")


@resource.get("/drafts/{draft_id}/rows", Action.READ, "Étape 3 : le tableau des échéances, page par page")
def list_rows(
    asking: Asker,
    draft_id: Id,
    offset: Offset = 0,
    limit: RowLimit = DEFAULT_PAGE,
    sort: SortKey = SortKey.STORED,
    descending: bool = False,
    search: Search = "",
    collection_date: Day | None = None,
    activity: OptionalCode = "",
    anomalies_only: bool = False,
) -> RowsView:
    draft = asking.store.drafts.get(draft_id)
    row_filter = RowFilter(search, collection_date, activity, anomalies_only)
    page = draft_view.page(asking.store, draft, row_filter, sort, offset, limit, descending=descending)
    return rows_view(draft, page)


@resource.post("/drafts/{draft_id}/attach", Action.PREPARE_BATCHES, "Attacher des échéances", HTTPStatus.OK)
def attach_rows(asking: Asker, draft_id: Id, body: AttachInput) -> DraftView:
    wanted, store, member = body.named_or_searched(), asking.store, asking.member
    if isinstance(wanted, InstalmentSearch):
        return shown(asking, attach_found(store, member, draft_id, body.version, wanted))
    return shown(asking, drafting.attach(store, member, draft_id, body.version, wanted))


@resource.post("/drafts/{draft_id}/detach", Action.PREPARE_BATCHES, "Détacher des échéances", HTTPStatus.OK)
def detach_rows(asking: Asker, draft_id: Id, body: RowsInput) -> DraftView:
    chosen = _chosen(asking, draft_id, body)
    return shown(asking, drafting.detach(asking.store, asking.member, draft_id, body.version, chosen))


@resource.post(
    "/drafts/{draft_id}/undo-detach",
    Action.PREPARE_BATCHES,
    "Rétablir les dernières échéances détachées",
    HTTPStatus.OK,
)
def undo_detach_rows(asking: Asker, draft_id: Id, body: VersionInput) -> DraftView:
    return shown(asking, undo_detach(asking.store, asking.member, draft_id, body.version))


@resource.post(
    "/drafts/{draft_id}/dates", Action.PREPARE_BATCHES, "Donner une date à des échéances", HTTPStatus.OK
)
def set_dates(asking: Asker, draft_id: Id, body: DatesInput) -> DraftView:
    day, chosen = body.day_or_proposed(), _chosen(asking, draft_id, body)
    store, member = asking.store, asking.member
    if day is None:
        draft = drafting.set_proposed_dates(store, member, draft_id, body.version, chosen)
    else:
        draft = drafting.set_date(store, member, draft_id, body.version, chosen, day)
    return shown(asking, draft)


@resource.patch(
    "/drafts/{draft_id}/rows/{instalment_id}", Action.PREPARE_BATCHES, "Modifier une ligne du tableau"
)
def edit_row(asking: Asker, draft_id: Id, instalment_id: Id, body: RowInput) -> RowEdited:
    draft = drafting.edit_row(
        asking.store, asking.member, draft_id, body.version, instalment_id, body.change()
    )
    return RowEdited(draft=shown(asking, draft), row=row_view(_row(asking, draft, instalment_id)))


@resource.post(
    "/drafts/{draft_id}/rows/{instalment_id}/refresh",
    Action.PREPARE_BATCHES,
    "Reprendre ce qui a changé pour une ligne",
    HTTPStatus.OK,
)
def refresh_row(asking: Asker, draft_id: Id, instalment_id: Id, body: VersionInput) -> RowEdited:
    draft = drafting.refresh_row(asking.store, asking.member, draft_id, body.version, instalment_id)
    return RowEdited(draft=shown(asking, draft), row=row_view(_row(asking, draft, instalment_id)))


@resource.post(
    "/drafts/{draft_id}/customers/{customer_id}/refresh",
    Action.PREPARE_BATCHES,
    "Reprendre ce qui a changé pour les lignes d’un client",
    HTTPStatus.OK,
)
def refresh_customer(asking: Asker, draft_id: Id, customer_id: Id, body: VersionInput) -> DraftView:
    draft = drafting.refresh_customer(asking.store, asking.member, draft_id, body.version, customer_id)
    return shown(asking, draft)


@resource.get(
    "/drafts/{draft_id}/changes",
    Action.READ,
    "Ce qui a changé depuis que le tableau est fait, partie par partie, sans rien modifier",
)
def list_changes(asking: Asker, draft_id: Id, offset: Offset = 0) -> ChangesView:
    draft = asking.store.drafts.get(draft_id)
    return changes_view(draft, changes(asking.store, draft, offset))


@resource.post("/drafts/{draft_id}/export", Action.READ, "Le tableau pour un tableur (CSV)", HTTPStatus.OK)
def export_rows(asking: Asker, draft_id: Id, body: SheetInput) -> SheetView:
    draft = asking.store.drafts.get(draft_id)
    link = export_sheet(asking.store, draft, body.row_filter(), body.sort, descending=body.descending)
    return sheet_view(link)


def _chosen(asking: Asking, draft_id: str, body: RowsInput) -> Sequence[str]:
    """The ids that the request names, or those of its filter as the table stands."""
    chosen = body.named_or_filter()
    if not isinstance(chosen, RowFilter):
        return chosen
    draft = asking.store.drafts.get(draft_id)
    return [row.instalment_id for row in draft_view.filtered(asking.store, draft, chosen)]


def _row(asking: Asking, draft: Draft, instalment_id: str) -> DraftRow:
    return next(row for row in read_rows(asking.store, draft) if row.instalment_id == instalment_id)
