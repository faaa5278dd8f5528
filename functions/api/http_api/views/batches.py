"""Registered batches as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from datetime import date, datetime

from diapason.access.decisions import Action
from diapason.domain.batches import (
    BATCH,
    Batch,
    BatchEvent,
    BatchState,
)
from diapason.domain.cancellations import Cancellation, CancellationGround
from diapason.domain.creditor import MessageVersion
from diapason.domain.presentations import SequenceType
from diapason.workflows.downloading import DownloadLink
from http_api.asking import Asking
from http_api.fields import View
from http_api.masking import masked
from http_api.people import People
from http_api.words import words_of

_ACTIONS = {
    BatchEvent.GENERATE: Action.GENERATE_FILE,
    BatchEvent.DOWNLOAD: Action.DOWNLOAD_FILE,
    BatchEvent.DEPOSIT: Action.RECORD_DEPOSIT,
    BatchEvent.DELETE: Action.DELETE_BATCH,
    BatchEvent.CANCEL: Action.CANCEL_BATCH,
    BatchEvent.REQUEST_CANCELLATION: Action.CANCEL_BATCH,
    BatchEvent.ATTEST_CANCELLATION: Action.ATTEST_CANCELLATION,
    BatchEvent.WITHDRAW_CANCELLATION: Action.WITHDRAW_CANCELLATION,
}
"""What a member may ask of a batch; its other events are the workers'."""

_NEED_THE_FILE = frozenset(
    {BatchEvent.DOWNLOAD, BatchEvent.DEPOSIT, BatchEvent.CANCEL, BatchEvent.REQUEST_CANCELLATION}
)
"""What waits until the file was read again."""


class FileView(View):
    """Fichier bancaire, tel qu’il a été enregistré."""

    file_name: str
    sha256: str
    size: int


class HandOutView(View):
    """Dernière remise du fichier : il est réputé envoyé."""

    at: datetime
    by: str
    by_name: str
    times: int


class DepositView(View):
    """Dépôt du fichier à la banque, tel qu’il a été déclaré."""

    at: datetime
    by: str
    by_name: str


class CancellationView(View):
    """Annulation : qui la demande, sur quel fondement et pourquoi ; attested_by est la seconde personne."""

    ground: CancellationGround
    ground_words: str
    reason: str
    reject_reference: str
    rejected_on: date | None
    requested_by: str
    requested_by_name: str
    requested_at: datetime
    attested_by: str
    attested_by_name: str
    attested_at: datetime | None


class RefusalView(View):
    """Ligne qui empêche de générer le fichier."""

    position: int
    invoice_number: str
    customer_name: str
    reason: str


class GroupView(View):
    """Les lignes d’une séquence."""

    sequence: SequenceType
    sequence_words: str
    count: int
    total_cents: int


class BatchSummary(View):
    """Remise de prélèvement, dans une liste ; downloadable dit que son fichier peut être téléchargé,
    handed_out qu’un lien a été délivré, deposited qu’elle a été déposée à la banque."""

    id: str
    number: str
    version: int
    state: BatchState
    state_words: str
    collection_date: date
    count: int
    total_cents: int
    external_number: str
    comment: str
    account_label: str
    message_id: str
    created_at: datetime
    created_by: str
    created_by_name: str
    downloadable: bool
    handed_out: HandOutView | None
    deposited: DepositView | None
    allowed: list[BatchEvent]


class BatchView(BatchSummary):
    """Remise de prélèvement ; cancellation_grounds sont les fondements sur lesquels l’annuler."""

    draft_id: str
    creditor_name: str
    creditor_id: str
    account: str
    message_version: MessageVersion
    file: FileView | None
    file_created_at: datetime | None
    file_created_by: str
    file_created_by_name: str
    groups: list[GroupView]
    refusals: list[RefusalView]
    cancellation: CancellationView | None
    cancellation_grounds: list[CancellationGround]


class BatchesView(View):
    """Une partie des remises trouvées ; count et total_cents les comptent toutes, more dit qu’il y en a
    après celles-ci."""

    batches: list[BatchSummary]
    more: bool
    count: int
    total_cents: int


class DownloadView(View):
    """Lien de téléchargement, valable expires_in secondes."""

    url: str
    file_name: str
    sha256: str
    size: int
    expires_in: int


def batch_view(batch: Batch, asking: Asking) -> BatchView:
    account = batch.creditor.account
    people = People(asking.store)
    return BatchView(
        **dict(_summary(batch, asking, people)),
        draft_id=batch.draft_id,
        creditor_name=batch.creditor.name,
        creditor_id=batch.creditor.creditor_id,
        account=masked(account.iban_text),
        message_version=account.version,
        file=_file_view(batch),
        file_created_at=batch.file_created_at,
        file_created_by=batch.file_created_by,
        file_created_by_name=people.name_of(batch.file_created_by),
        groups=[
            GroupView(
                sequence=group.sequence,
                sequence_words=words_of(group.sequence),
                count=group.count,
                total_cents=group.total_cents,
            )
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
        cancellation=_cancellation_view(batch.cancellation, people),
        cancellation_grounds=_grounds(batch, asking),
    )


def batches_view(found: list[Batch], offset: int, limit: int, asking: Asking) -> BatchesView:
    """One page of all that was found."""
    people = People(asking.store)
    return BatchesView(
        batches=[_summary(batch, asking, people) for batch in found[offset : offset + limit]],
        more=len(found) > offset + limit,
        count=len(found),
        total_cents=sum(batch.total_cents for batch in found),
    )


def download_view(link: DownloadLink) -> DownloadView:
    return DownloadView(
        url=link.url,
        file_name=link.file.file_name,
        sha256=link.file.sha256,
        size=link.file.size,
        expires_in=link.expires_in,
    )


def _summary(batch: Batch, asking: Asking, people: People) -> BatchSummary:
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
        comment=batch.comment,
        account_label=batch.creditor.account.label,
        message_id=batch.message_id,
        created_at=batch.created_at,
        created_by=batch.created_by,
        created_by_name=people.name_of(batch.created_by),
        downloadable=batch.can_be_downloaded,
        handed_out=_hand_out_view(batch, people),
        deposited=_deposit_view(batch, people),
        allowed=[event for event in _ACTIONS if _allows(batch, event, asking)],
    )


def _allows(batch: Batch, event: BatchEvent, asking: Asking) -> bool:
    if event in _NEED_THE_FILE and not batch.can_be_downloaded:
        return False
    if event is BatchEvent.DEPOSIT and batch.deposited is not None:
        return False
    asked, member = batch.cancellation, asking.member
    if event is BatchEvent.ATTEST_CANCELLATION and not (asked and asked.may_be_attested_by(member)):
        return False
    if event is BatchEvent.WITHDRAW_CANCELLATION and not (asked and asked.may_be_withdrawn_by(member)):
        return False
    return BATCH.allows(batch.state, event) and asking.may(_ACTIONS[event])


def _grounds(batch: Batch, asking: Asking) -> list[CancellationGround]:
    if not _allows(batch, BatchEvent.CANCEL, asking):
        return []
    unsent = CancellationGround.NEVER_HANDED_OUT
    return [ground for ground in CancellationGround if ground is not unsent or not batch.left_the_house]


def _file_view(batch: Batch) -> FileView | None:
    if batch.file is None:
        return None
    return FileView(file_name=batch.file.file_name, sha256=batch.file.sha256, size=batch.file.size)


def _hand_out_view(batch: Batch, people: People) -> HandOutView | None:
    last = batch.handed_out
    if last is None:
        return None
    return HandOutView(at=last.at, by=last.by, by_name=people.name_of(last.by), times=last.times)


def _deposit_view(batch: Batch, people: People) -> DepositView | None:
    deposit = batch.deposited
    if deposit is None:
        return None
    return DepositView(at=deposit.at, by=deposit.by, by_name=people.name_of(deposit.by))


def _cancellation_view(asked: Cancellation | None, people: People) -> CancellationView | None:
    if asked is None:
        return None
    return CancellationView(
        ground=asked.ground,
        ground_words=words_of(asked.ground),
        reason=asked.reason,
        reject_reference=asked.evidence,
        rejected_on=asked.rejected_on,
        requested_by=asked.requested_by,
        requested_by_name=people.name_of(asked.requested_by),
        requested_at=asked.requested_at,
        attested_by=asked.attested_by,
        attested_by_name=people.name_of(asked.attested_by),
        attested_at=asked.attested_at,
    )
