"""Handing a bank file out. Issuing a link is handing out: it is recorded before the link exists."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diapason.domain.batches import BATCH, BankFile, BatchEvent, HandOut
from diapason.domain.errors import DigestMismatch, StateRefused
from diapason.domain.members import Member
from diapason.store.files import LINK_SECONDS
from diapason.store.house import SchoolStore


@dataclass(frozen=True, slots=True)
class DownloadLink:
    """A presigned address that serves the registered bytes, for ``expires_in`` seconds."""

    url: str
    file: BankFile
    expires_in: int


def download(store: SchoolStore, member: Member, batch_id: str) -> DownloadLink:
    """The bytes are digested once more and compared with what was registered.

    Raises StateRefused while there is no verified file, DigestMismatch when the bytes are not those.
    """
    batch = store.batches.get(batch_id)
    state = BATCH.after(batch.state, BatchEvent.DOWNLOAD)
    if not batch.can_be_downloaded or batch.file is None:
        raise StateRefused("Le fichier est encore en cours de contrôle : réessayez dans un instant.")
    if store.outputs.digest(batch.file.key, batch.file.version_id) != batch.file.sha256:
        raise DigestMismatch
    times = batch.handed_out.times + 1 if batch.handed_out else 1
    handed_out = HandOut(store.clock.now(), member.username, times)
    changed = replace(batch, state=state, handed_out=handed_out)
    store.batches.write(batch, changed, member.username, "handed-out", sha256=batch.file.sha256)
    url = store.outputs.download_link(batch.file.key, batch.file.version_id, batch.file.file_name)
    return DownloadLink(url, batch.file, LINK_SECONDS)
