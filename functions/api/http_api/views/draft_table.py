"""What is told about a draft's table beside its pages: what changed since, and its sheet."""

from __future__ import annotations

from diapason.domain.drafts import Draft
from diapason.workflows.draft_changes import Changes
from diapason.workflows.draft_sheet import SheetLink
from http_api.fields import View
from http_api.views.drafts import RowView, row_view


class OutdatedRowView(View):
    """Ligne telle que le tableau la montre, et ce qui a changé depuis."""

    row: RowView
    changes: list[str]


class ChangesView(View):
    """Les lignes qui ont changé parmi les looked_at examinées ; next_offset mène à la suite."""

    version: int
    rows: list[OutdatedRowView]
    looked_at: int
    next_offset: int | None


class SheetView(View):
    """Lien vers le tableau en CSV, valable expires_in secondes."""

    url: str
    file_name: str
    rows: int
    expires_in: int


def changes_view(draft: Draft, found: Changes) -> ChangesView:
    return ChangesView(
        version=draft.version,
        rows=[OutdatedRowView(row=row_view(one.row), changes=one.news) for one in found.rows],
        looked_at=found.looked_at,
        next_offset=found.next_offset,
    )


def sheet_view(link: SheetLink) -> SheetView:
    return SheetView(url=link.url, file_name=link.file_name, rows=link.rows, expires_in=link.expires_in)
