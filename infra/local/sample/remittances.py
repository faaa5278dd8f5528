"""What an operator does with registered batches: generate, download twice, delete, have cancelled."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diapason.domain.presentations import NO_AMENDMENT
from diapason.sepa.reread import ReadDebit, reread_bank_file
from infra.local.http_api import Api
from infra.local.sample.checks import require

Say = Callable[[str], None]
PAGE = 200


@dataclass(frozen=True)
class SampleFile:
    """One line of the summary; the sum is in cents. ``amendments``, ``addresses`` and ``ultimate_debtors``
    count the debits that carry one."""

    batch_number: str
    file_name: str
    account: str
    version: str
    scheme: str
    due_date: str
    count: int
    total_cents: int
    sequences: dict[str, int]
    amendments: dict[str, int]
    addresses: dict[str, int]
    ultimate_debtors: int
    sha256: str
    path: str


def generate_and_download(api: Api, say: Say, batch: dict[str, Any], folder: Path) -> SampleFile:
    """Generates a pending batch's file, downloads it twice, compares it with the batch, and writes it."""
    path = f"/batches/{batch['id']}"
    api.post(f"{path}/generate", version=batch["version"])
    done = api.until(path, lambda asked: asked["downloadable"] or asked["refusals"], "le fichier bancaire")
    require(not done["refusals"], f"{batch['number']} : {done['refusals']}")
    (first, file_name), (second, _) = (_download(api, path) for _ in range(2))
    require(first == second, f"{batch['number']} : deux téléchargements diffèrent")
    target = folder / done["message_version"] / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(first)
    say(f"  {done['number']} : {done['count']} prélèvements, {len(first)} octets, téléchargé deux fois")
    return _described(api, done, first, target.relative_to(folder.parent).as_posix())


def delete_pending(api: Api, say: Say, batch: dict[str, Any]) -> None:
    """Deletes a pending batch; its instalments can be selected again."""
    path = f"/batches/{batch['id']}"
    lines = _lines(api, path, batch["count"])
    api.delete(path, version=batch["version"])
    api.until(path, lambda asked: asked["state"] == "deleted", "la suppression de la remise")
    _require_selectable(api, lines)
    say(f"  {batch['number']} : supprimée, {batch['count']} échéances de nouveau libres")


def cancel_with_attestation(asking: Api, attesting: Api, say: Say, batch_number: str) -> list[str]:
    """Has a generated batch cancelled: one asks, another attests that the bank did not execute its file.
    Returns the instalments, which can be selected again."""
    (found,) = asking.get("/batches", number=batch_number)["batches"]
    path = f"/batches/{found['id']}"
    lines = _lines(asking, path, found["count"])
    asked = asking.post(
        f"{path}/cancel",
        version=asking.get(path)["version"],
        ground="attestation",
        reason="Fichier téléchargé mais jamais remis à la banque",
    )
    attesting.post(f"{path}/cancel/attest", version=asked["version"])
    asking.until(path, lambda now: now["state"] == "cancelled", "l’annulation de la remise")
    _require_selectable(asking, lines)
    say(f"  {batch_number} : annulée par deux personnes, {len(lines)} échéances de nouveau libres")
    return [line["instalment_id"] for line in lines]


def _require_selectable(api: Api, lines: list[dict[str, Any]]) -> None:
    days = {line["due_date"] for line in lines}
    free = {
        one["id"]
        for day in days
        for one in api.get("/instalments", due_from=day, due_to=day, limit=PAGE)["instalments"]
    }
    for line in lines:
        require(
            line["instalment_id"] in free,
            f"l’échéance de {line['invoice_number']} n’est pas redevenue libre",
        )


def _download(api: Api, path: str) -> tuple[bytes, str]:
    link = api.post(f"{path}/download")
    data = api.download(link["url"])
    require(hashlib.sha256(data).hexdigest() == link["sha256"], f"{path} : empreinte différente")
    require(len(data) == link["size"], f"{path} : taille différente")
    return data, str(link["file_name"])


def _described(api: Api, batch: dict[str, Any], data: bytes, path: str) -> SampleFile:
    """The file, read again, says what the batch and its lines say."""
    debits: list[ReadDebit] = []
    read = reread_bank_file(io.BytesIO(data), debits.append)
    number = batch["number"]
    require(read.version == batch["message_version"], f"{number} : version {read.version}")
    require(
        (read.totals.count, read.totals.cents) == (batch["count"], batch["total_cents"]),
        f"{number} : {read.totals} dans le fichier",
    )
    lines = _lines(api, f"/batches/{batch['id']}", batch["count"])
    in_file = {debit.end_to_end_id: debit.amount_cents for debit in debits}
    in_batch = {line["end_to_end_id"]: line["amount_cents"] for line in lines}
    require(in_file == in_batch, f"{number} : les lignes diffèrent")
    return SampleFile(
        batch_number=number,
        file_name=path.rpartition("/")[2],
        account=batch["account_label"],
        version=batch["message_version"],
        scheme=read.groups[0].local_instrument,
        due_date=batch["collection_date"],
        count=batch["count"],
        total_cents=batch["total_cents"],
        sequences={group.sequence_type: group.totals.count for group in read.groups},
        amendments=dict(Counter(kind for debit in debits for kind in _amendments(debit))),
        addresses=dict(
            Counter("hybrid" if debit.address.lines else "structured" for debit in debits if debit.address)
        ),
        ultimate_debtors=sum(bool(debit.ultimate_debtor) for debit in debits),
        sha256=hashlib.sha256(data).hexdigest(),
        path=path,
    )


def _amendments(debit: ReadDebit) -> list[str]:
    amendment = debit.amendment or NO_AMENDMENT
    told = {
        "mandate_reference": amendment.original_reference,
        "same_bank": amendment.original_iban,
        "another_bank": amendment.another_bank,
        "creditor_identifier": amendment.original_creditor_id,
        "creditor_name": amendment.original_creditor_name,
    }
    return [kind for kind, original in told.items() if original]


def _lines(api: Api, path: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found.extend(api.get(f"{path}/lines", offset=len(found), limit=PAGE)["lines"])
    return found
