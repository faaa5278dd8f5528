"""The table of a draft as a file for a spreadsheet: what the page shows, by its filter and in its order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diapason.accounting.sheets import sheet
from diapason.domain.clock import in_paris
from diapason.domain.drafts import Draft, DraftRow
from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.money import decimal_text
from diapason.store.files import LINK_SECONDS
from diapason.store.house import SchoolStore
from diapason.workflows.draft_view import RowFilter, SortKey, ordered

MAX_SHEET_ROWS = 200_000
"""Rows that are written while the page waits."""

COLUMNS = (
    "Facture",
    "Client",
    "Activité",
    "Échéance",
    "Total de l’échéance",
    "Reste à prélever",
    "Date du prélèvement",
    "Montant à prélever",
    "Compte débité",
    "Mandat",
    "Dernier prélèvement du mandat",
    "Anomalies",
)


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A presigned address that serves the sheet, for ``expires_in`` seconds."""

    url: str
    file_name: str
    rows: int
    expires_in: int


def export_sheet(
    store: SchoolStore, draft: Draft, row_filter: RowFilter, sort: SortKey, *, descending: bool
) -> SheetLink:
    """Writes the sheet to the work bucket and hands a link out; raises InvalidInput where it would be too
    long, StateRefused when the table has expired."""
    if draft.count > MAX_SHEET_ROWS and row_filter.is_open:
        words = f"Le tableau dépasse {MAX_SHEET_ROWS} lignes : filtrez-le, puis exportez ce qu’il montre."
        raise InvalidInput([FieldError("filter", "too-many", words)])
    rows = ordered(store, draft, row_filter, sort, descending=descending)
    data = sheet(COLUMNS, _cells(rows))
    key = store.keys.draft_sheet(draft.id, hashlib.sha256(data).hexdigest())
    store.work_files.put(key, data, "text/csv; charset=utf-8")
    name = f"remise-en-preparation-{in_paris(store.clock.now()):%Y%m%d-%H%M}.csv"
    return SheetLink(store.work_files.link(key, name), name, len(rows), LINK_SECONDS)


def _cells(rows: Iterable[DraftRow]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (
            row.invoice_number,
            row.customer_name,
            row.activity,
            f"{row.due_date:%d/%m/%Y}",
            _amount(row.total_cents),
            _amount(row.remaining_cents),
            f"{row.collection_date:%d/%m/%Y}",
            _amount(row.amount_cents),
            row.account_masked,
            row.mandate_reference,
            "oui" if row.is_final else "",
            " ".join(anomaly.words for anomaly in row.anomalies),
        )


def _amount(cents: int) -> str:
    return decimal_text(cents).replace(".", ",")
