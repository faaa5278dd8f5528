"""Step 3 of the wizard: the table of instalments. Every row will be generated."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from annotated_types import Ge, Le

from diapason.access.decisions import Action
from diapason.domain.drafts import Draft, DraftRow
from diapason.workflows import draft_view, drafting
from diapason.workflows.draft_table import read_rows
from diapason.workflows.draft_view import RowFilter, SortKey
from http_api.asking import Asker, Asking
from http_api.fields import Day, Id, Offset, OptionalCode, Search
from http_api.inputs.drafts import AttachInput, DatesInput, RowInput, RowsInput
from http_api.limits import DEFAULT_PAGE
from http_api.routes.drafts import shown
from http_api.routing import Resource
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
    draft = drafting.attach(asking.store, asking.member, draft_id, body.version, body.instalment_ids)
    return shown(asking, draft)


@resource.post("/drafts/{draft_id}/detach", Action.PREPARE_BATCHES, "Détacher des échéances", HTTPStatus.OK)
def detach_rows(asking: Asker, draft_id: Id, body: RowsInput) -> DraftView:
    chosen = _chosen(asking, draft_id, body)
    return shown(asking, drafting.detach(asking.store, asking.member, draft_id, body.version, chosen))


@resource.post(
    "/drafts/{draft_id}/dates", Action.PREPARE_BATCHES, "Donner une date à des échéances", HTTPStatus.OK
)
def set_dates(asking: Asker, draft_id: Id, body: DatesInput) -> DraftView:
    chosen = _chosen(asking, draft_id, body)
    draft = drafting.set_date(asking.store, asking.member, draft_id, body.version, chosen, body.date)
    return shown(asking, draft)


@resource.patch(
    "/drafts/{draft_id}/rows/{instalment_id}", Action.PREPARE_BATCHES, "Modifier une ligne du tableau"
)
def edit_row(asking: Asker, draft_id: Id, instalment_id: Id, body: RowInput) -> RowEdited:
    draft = drafting.edit_row(
        asking.store, asking.member, draft_id, body.version, instalment_id, body.change()
    )
    return RowEdited(draft=shown(asking, draft), row=row_view(_row(asking, draft, instalment_id)))


def _chosen(asking: Asking, draft_id: str, body: RowsInput) -> Sequence[str]:
    """The ids that the request names, or those of its filter as the table stands."""
    chosen = body.named_or_filter()
    if not isinstance(chosen, RowFilter):
        return chosen
    draft = asking.store.drafts.get(draft_id)
    return [row.instalment_id for row in draft_view.filtered(asking.store, draft, chosen)]


def _row(asking: Asking, draft: Draft, instalment_id: str) -> DraftRow:
    return next(row for row in read_rows(asking.store, draft) if row.instalment_id == instalment_id)
