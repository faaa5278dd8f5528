"""What an operator hands to the accountant: entries, customers, and what accounting debits."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from infra.local.accounting_api import export_accounting, keep_debits
from infra.local.http_api import Api
from infra.local.sample.checks import require


def export_and_download(
    operator: Api, administrator: Api, issued_from: date, issued_to: date, activity: str, folder: Path
) -> dict[str, Any]:
    """Exports an activity whose debits accounting keeps, writes the files, and tells what they are."""
    keep_debits(administrator, True)
    export = export_accounting(
        operator, issued_from, issued_to, activity, uuid.uuid4().hex, keeps_debits=True
    )
    keep_debits(administrator, False)
    path = f"/accounting-exports/{export['id']}"
    files = [_downloaded(operator, path, file, folder) for file in export["files"]]
    require(export["count"] > 0 and bool(files), "l’export comptable est vide")
    return {
        "number": export["number"],
        "invoices": export["count"],
        "total_cents": export["total_cents"],
        "files": files,
    }


def _downloaded(api: Api, path: str, file: dict[str, Any], folder: Path) -> dict[str, Any]:
    link = api.post(f"{path}/download", file=file["kind"])
    data = api.download(link["url"])
    digest = hashlib.sha256(data).hexdigest()
    require(digest == link["sha256"], f"{file['file_name']} : empreinte différente")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file["file_name"]).write_bytes(data)
    return {
        "kind": file["kind"],
        "rows": file["rows"],
        "sha256": digest,
        "path": f"{folder.name}/{file['file_name']}",
    }
