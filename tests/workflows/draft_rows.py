"""Rows of a draft made by hand, without records behind them."""

from __future__ import annotations

from datetime import date

from diapason.domain.anomalies import Anomaly, AnomalyCode
from diapason.domain.drafts import DraftRow

FIRST = date(2026, 12, 7)
BLOCKED = (Anomaly(AnomalyCode.ACCOUNT_CLOSED),)
WARNED = (Anomaly(AnomalyCode.DATE_FAR),)


def a_row(rank: int, **cells: object) -> DraftRow:
    """A sound row of a customer of its own."""
    row = DraftRow(
        instalment_id=f"i{rank:03d}-001",
        revision=1,
        invoice_number=f"F{rank:03d}",
        customer_id=f"c{rank}",
        customer_name=f"Famille {rank:03d}",
        activity="PIANO",
        due_date=FIRST,
        total_cents=1_000 + rank,
        remaining_cents=1_000 + rank,
        collection_date=FIRST,
        amount_cents=1_000 + rank,
        account_id="a1",
        account_masked="FR14••••2606",
        mandate_id=f"m{rank}",
        mandate_reference=f"RUM-{rank:03d}",
        one_off=False,
    )
    return row._replace(**cells)  # type: ignore[arg-type]
