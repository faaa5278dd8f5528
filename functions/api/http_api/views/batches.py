"""Registered batches as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from diapason.access.decisions import Action
from diapason.domain.batches import (
    BATCH,
    Batch,
    BatchEvent,
    BatchState,
    Chunk,
    Line,
    LineState,
)
from diapason.domain.creditor import MessageVersion
from diapason.domain.mandates import Scheme
from diapason.domain.presentations import SequenceType
from diapason.workflows.downloading import DownloadLink
from http_api.asking import Asking
from http_api.fields import View
from http_api.masking import masked
from http_api.words import words_of

_ACTIONS = {
    BatchEvent.GENERATE: Action.GENERATE_FILE,
    BatchEvent.DOWNLOAD: Action.DOWNLOAD_FILE,
    BatchEvent.DELETE: Action.DELETE_BATCH,
}
"""What a member may ask of a batch; its other events are the workers'."""


class FileView(View):
    """Fichier bancaire, tel qu’il a été enregistré."""

    file_name: str
    sha256: str
    size: int


class HandOutView(View):
    """Dernière remise du fichier : il est réputé envoyé."""

    at: datetime
    by: str
    times: int


class RefusalView(View):
    """Ligne qui empêche de générer le fichier."""

    position: int
    invoice_number: str
    customer_name: str
    reason: str


class GroupView(View):
    """Les lignes d’une séquence."""

    sequence: SequenceType
    count: int
    total_cents: int


class BatchSummary(View):
    """Remise de prélèvement, dans une liste ; downloadable dit que son fichier peut être téléchargé."""

    id: str
    number: str
    version: int
    state: BatchState
    state_words: str
    collection_date: date
    count: int
    total_cents: int
    external_number: str
    created_at: datetime
    created_by: str
    downloadable: bool
    allowed: list[BatchEvent]


class BatchView(BatchSummary):
    """Remise de prélèvement."""

    comment: str
    draft_id: str
    creditor_name: str
    creditor_id: str
    account_label: str
    account: str
    message_version: MessageVersion
    file: FileView | None
    file_created_at: datetime | None
    file_created_by: str
    handed_out: HandOutView | None
    groups: list[GroupView]
    refusals: list[RefusalView]


class BatchesView(View):
    """Une partie de la liste des remises ; more dit qu’il y en a d’autres."""

    batches: list[BatchSummary]
    more: bool


class LineView(View):
    """Ligne de remise, figée ; l’IBAN est masqué."""

    position: int
    end_to_end_id: str
    state: LineState
    state_words: str
    instalment_id: str
    invoice_id: str
    invoice_number: str
    customer_id: str
    customer_name: str
    due_date: date
    amount_cents: int
    holder: str
    account: str
    bic: str
    mandate_reference: str
    signed_on: date
    scheme: Scheme
    remittance_text: str


class LinesView(View):
    """Une page des lignes d’une remise ; count les compte toutes."""

    lines: list[LineView]
    count: int


class DownloadView(View):
    """Lien de téléchargement, valable expires_in secondes."""

    url: str
    file_name: str
    sha256: str
    size: int
    expires_in: int


def batch_view(batch: Batch, asking: Asking) -> BatchView:
    account = batch.creditor.account
    return BatchView(
        **dict(_summary(batch, asking)),
        comment=batch.comment,
        draft_id=batch.draft_id,
        creditor_name=batch.creditor.name,
        creditor_id=batch.creditor.creditor_id,
        account_label=account.label,
        account=masked(account.iban_text),
        message_version=account.version,
        file=_file_view(batch),
        file_created_at=batch.file_created_at,
        file_created_by=batch.file_created_by,
        handed_out=_hand_out_view(batch),
        groups=[
            GroupView(sequence=group.sequence, count=group.count, total_cents=group.total_cents)
            for group in batch.groups
        ],
        refusals=[
            RefusalView(
                position=refusal.position,
                invoice_number=refusal.invoice_number,
                customer_name=refusal.customer_name,
                reason=refusal.reason,
            )
            for refusal in batch.refusals
        ],
    )


def batches_view(found: list[Batch], limit: int, asking: Asking) -> BatchesView:
    """The first so many; one more in ``found`` says that there are others."""
    return BatchesView(batches=[_summary(batch, asking) for batch in found[:limit]], more=len(found) > limit)


def lines_view(lines: Iterable[tuple[Chunk, Line]], count: int) -> LinesView:
    return LinesView(lines=[_line_view(chunk, line) for chunk, line in lines], count=count)


def download_view(link: DownloadLink) -> DownloadView:
    return DownloadView(
        url=link.url,
        file_name=link.file.file_name,
        sha256=link.file.sha256,
        size=link.file.size,
        expires_in=link.expires_in,
    )


def _summary(batch: Batch, asking: Asking) -> BatchSummary:
    return BatchSummary(
        id=batch.id,
        number=batch.number,
        version=batch.version,
        state=batch.state,
        state_words=words_of(batch.state),
        collection_date=batch.collection_date,
        count=batch.count,
        total_cents=batch.total_cents,
        external_number=batch.external_number,
        created_at=batch.created_at,
        created_by=batch.created_by,
        downloadable=batch.can_be_downloaded,
        allowed=[event for event in _ACTIONS if _allows(batch, event, asking)],
    )


def _allows(batch: Batch, event: BatchEvent, asking: Asking) -> bool:
    is_ready = event is not BatchEvent.DOWNLOAD or batch.can_be_downloaded
    return is_ready and BATCH.allows(batch.state, event) and asking.may(_ACTIONS[event])


def _file_view(batch: Batch) -> FileView | None:
    if batch.file is None:
        return None
    return FileView(file_name=batch.file.file_name, sha256=batch.file.sha256, size=batch.file.size)


def _hand_out_view(batch: Batch) -> HandOutView | None:
    if batch.handed_out is None:
        return None
    return HandOutView(at=batch.handed_out.at, by=batch.handed_out.by, times=batch.handed_out.times)


def _line_view(chunk: Chunk, line: Line) -> LineView:
    return LineView(
        position=line.position,
        end_to_end_id=line.end_to_end_id,
        state=chunk.state,
        state_words=words_of(chunk.state),
        instalment_id=line.instalment_id,
        invoice_id=line.invoice_id,
        invoice_number=line.invoice_number,
        customer_id=line.customer_id,
        customer_name=line.customer_name,
        due_date=line.due_date,
        amount_cents=line.amount_cents,
        holder=line.holder,
        account=masked(line.iban),
        bic=line.bic,
        mandate_reference=line.mandate_reference,
        signed_on=line.signed_on,
        scheme=line.scheme,
        remittance_text=line.remittance_text,
    )
