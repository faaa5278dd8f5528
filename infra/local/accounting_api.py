"""Accounting exports over HTTP: settings, preview, export, files."""

from __future__ import annotations

from datetime import date
from typing import Any

from infra.local.http_api import Api

NOT_WRITTEN = ("editable",)


def keep_debits(administrator: Api, keeps: bool) -> None:
    """Whether the school's accounting debits what is exported to it."""
    settings = administrator.get("/accounting-settings")
    written = {name: value for name, value in settings.items() if name not in NOT_WRITTEN}
    administrator.put("/accounting-settings", **{**written, "keeps_debits": keeps})


def export_accounting(
    api: Api, issued_from: date, issued_to: date, activity: str, request_key: str, *, keeps_debits: bool
) -> dict[str, Any]:
    """Exports what the preview shows, without the invoices that it refuses; returns the finished export."""
    selection = {
        "issued_from": issued_from.isoformat(),
        "issued_to": issued_to.isoformat(),
        "activity": activity,
    }
    preview = api.post("/accounting-exports/preview", **selection)
    export = api.post(
        "/accounting-exports",
        **selection,
        request_key=request_key,
        leaves_refused_out=True,
        keeps_debits=keeps_debits,
        count=preview["count"],
        total_cents=preview["total_cents"],
    )
    finished: dict[str, Any] = api.until(
        f"/accounting-exports/{export['id']}", lambda asked: asked["finished"], "l’export comptable"
    )
    return finished
