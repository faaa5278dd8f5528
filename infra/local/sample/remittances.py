"""What an operator does with registered batches: generate, download twice, delete."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diapason.sepa.reread import ReadDebit, reread_bank_file
from infra.local.http_api import Api

Say = Callable[[str], None]
PAGE = 200


@dataclass(frozen=True)
class SampleFile:
    """One line of the summary; the sum is in cents."""

    batch_number: str
    version: str
    due_date: str
    count: int
    total_cents: int
    sha256: str
    path: str


class Mismatch(Exception):
    """Two things that must be equal are not: the sample has failed."""


def generate_and_download(api: Api, say: Say, batch: dict[str, Any], folder: Path) -> SampleFile:
    """Generates a pending batch's file, downloads it twice, compares it with the batch, and writes it."""
    path = f"/batches/{batch['id']}"
    api.post(f"{path}/generate", version=batch["version"])
    done = api.until(path, lambda asked: asked["downloadable"] or asked["refusals"], "le fichier bancaire")
    _require(not done["refusals"], f"{batch['number']} : {done['refusals']}")
    first, second = (_download(api, path) for _ in range(2))
    _require(first == second, f"{batch['number']} : deux téléchargements diffèrent")
    _compare(api, done, first)
    target = folder / done["message_version"] / f"{done['number']}.xml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(first)
    say(f"  {done['number']} : {done['count']} prélèvements, {len(first)} octets, téléchargé deux fois")
    return SampleFile(
        batch_number=done["number"],
        version=done["message_version"],
        due_date=done["collection_date"],
        count=done["count"],
        total_cents=done["total_cents"],
        sha256=hashlib.sha256(first).hexdigest(),
        path=target.relative_to(folder.parent).as_posix(),
    )


def delete_pending(api: Api, say: Say, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Deletes a pending batch; returns its lines, whose instalments can be selected again."""
    path = f"/batches/{batch['id']}"
    lines = _lines(api, path, batch["count"])
    api.delete(path, version=batch["version"])
    api.until(path, lambda asked: asked["state"] == "deleted", "la suppression de la remise")
    say(f"  {batch['number']} : supprimée, {batch['count']} échéances de nouveau libres")
    return lines


def _download(api: Api, path: str) -> bytes:
    link = api.post(f"{path}/download")
    data = api.download(link["url"])
    _require(hashlib.sha256(data).hexdigest() == link["sha256"], f"{path} : empreinte différente")
    _require(len(data) == link["size"], f"{path} : taille différente")
    return data


def _compare(api: Api, batch: dict[str, Any], data: bytes) -> None:
    """The file, read again, says what the batch and its lines say."""
    debits: list[ReadDebit] = []
    read = reread_bank_file(io.BytesIO(data), debits.append)
    _require(read.version == batch["message_version"], f"{batch['number']} : version {read.version}")
    _require(
        (read.totals.count, read.totals.cents) == (batch["count"], batch["total_cents"]),
        f"{batch['number']} : {read.totals} dans le fichier",
    )
    lines = _lines(api, f"/batches/{batch['id']}", batch["count"])
    in_file = {debit.end_to_end_id: debit.amount_cents for debit in debits}
    in_batch = {line["end_to_end_id"]: line["amount_cents"] for line in lines}
    _require(in_file == in_batch, f"{batch['number']} : les lignes diffèrent")


def _lines(api: Api, path: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found.extend(api.get(f"{path}/lines", offset=len(found), limit=PAGE)["lines"])
    return found


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Mismatch(otherwise)
