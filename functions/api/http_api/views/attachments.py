"""The files of a batch as the page receives them: what they are, and every time one was handed out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from diapason.domain.batches import Batch
from diapason.domain.clock import in_paris
from diapason.domain.creditor import MessageVersion
from diapason.store.journal import JournalRow
from http_api.asking import Asking
from http_api.fields import View
from http_api.people import People
from http_api.words import words_of

BANK_FILE_WORDS = "fichier bancaire"


class PersonAndTimeView(View):
    """Qui, et quand (heure de Paris)."""

    by: str
    by_name: str
    at: datetime


class AttachmentView(View):
    """Pièce jointe d’une remise : ses octets ne changent plus ; handed_out dit chaque lien délivré.
    Une remise annulée garde la sienne, sans lien."""

    file_name: str
    kind_words: str
    sha256: str
    size: int
    message_version: MessageVersion
    message_version_words: str
    message_id: str
    generated: PersonAndTimeView
    handed_out: list[PersonAndTimeView]
    deposited: PersonAndTimeView | None
    downloadable: bool


class AttachmentsView(View):
    """Les pièces jointes d’une remise."""

    attachments: list[AttachmentView]


def attachments_view(batch: Batch, hand_outs: Iterable[JournalRow], asking: Asking) -> AttachmentsView:
    if batch.file is None:
        return AttachmentsView(attachments=[])
    people = People(asking.store)

    def act(by: str, at: datetime) -> PersonAndTimeView:
        return PersonAndTimeView(by=by, by_name=people.name_of(by), at=in_paris(at))

    assert batch.file_created_at is not None
    version = batch.creditor.account.version
    attachment = AttachmentView(
        file_name=batch.file.file_name,
        kind_words=BANK_FILE_WORDS,
        sha256=batch.file.sha256,
        size=batch.file.size,
        message_version=version,
        message_version_words=words_of(version),
        message_id=batch.message_id,
        generated=act(batch.file_created_by, batch.file_created_at),
        handed_out=[act(row.who, row.at) for row in hand_outs],
        deposited=act(batch.deposited.by, batch.deposited.at) if batch.deposited else None,
        downloadable=batch.can_be_downloaded,
    )
    return AttachmentsView(attachments=[attachment])
