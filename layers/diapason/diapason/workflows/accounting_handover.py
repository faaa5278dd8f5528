"""What becomes of a finished export: its files are handed out, or it is cancelled."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diapason.domain.accounting_exports import (
    ACCOUNTING_EXPORT,
    AccountingExport,
    AccountingExportEvent,
    AccountingExportPhase,
    AccountingExportState,
    AccountingFile,
    AccountingFileKind,
    Cancellation,
)
from diapason.domain.errors import DigestMismatch, FieldError, InvalidInput, NotFound, VersionConflict
from diapason.domain.members import Member
from diapason.store.files import LINK_SECONDS
from diapason.store.house import SchoolStore
from diapason.workflows.exporting_accounts import send_to_worker


@dataclass(frozen=True, slots=True)
class AccountingDownload:
    """A presigned address that serves the registered bytes, for ``expires_in`` seconds."""

    url: str
    file: AccountingFile
    expires_in: int


def download_accounting_file(
    store: SchoolStore, member: Member, export_id: str, kind: AccountingFileKind
) -> AccountingDownload:
    """The bytes are digested once more, and who takes them is recorded before the link exists.

    Raises StateRefused while there is no verified file, NotFound where the export has no file of that kind,
    DigestMismatch when the bytes are not those that were registered.
    """
    export = store.accounting_exports.get(export_id)
    state = ACCOUNTING_EXPORT.after(export.state, AccountingExportEvent.DOWNLOAD)
    file = export.file(kind)
    if file is None:
        raise NotFound("Cet export n’a pas de fichier de cette sorte.")
    if store.outputs.digest(file.key, file.version_id) != file.sha256:
        raise DigestMismatch(
            "Le fichier conservé ne correspond plus à son empreinte : le téléchargement est refusé. "
            "Ne transmettez rien à la comptabilité et prévenez l’assistance."
        )
    changed = replace(export, state=state, downloads=export.downloads + 1)
    facts = {"file": file.kind, "sha256": file.sha256}
    store.accounting_exports.write(export, changed, member.username, "handed-out", **facts)
    url = store.outputs.download_link(file.key, file.version_id, file.file_name)
    return AccountingDownload(url, file, LINK_SECONDS)


def request_cancellation(
    store: SchoolStore,
    member: Member,
    export_id: str,
    version: int,
    reason: str,
    attests_not_debited: bool,
) -> AccountingExport:
    """Closes the export and hands it to the worker, which gives its invoices back.

    The numbers of its entries are never given again: accounting may hold them. Raises StateRefused,
    VersionConflict, and InvalidInput where debits were handed out and nobody attests that none is made.
    """
    export = store.accounting_exports.get(export_id)
    if export.state is AccountingExportState.CANCELLING:
        send_to_worker(store, export)
        return export
    changed = replace(
        export,
        state=ACCOUNTING_EXPORT.after(export.state, AccountingExportEvent.CANCEL),
        phase=AccountingExportPhase.RETURN,
        cancellation=Cancellation(member.username, store.clock.now(), reason, attests_not_debited),
    )
    if export.version != version:
        raise VersionConflict
    if export.keeps_debits and export.downloads and not attests_not_debited:
        words = (
            "Les échéances de cet export ont été remises à la comptabilité : attestez qu’elle ne les a pas "
            "prélevées et ne les prélèvera pas."
        )
        raise InvalidInput([FieldError("attests_not_debited", "required", words)])
    written = store.accounting_exports.write(
        export,
        changed,
        member.username,
        "cancellation-requested",
        reason=reason,
        attests_not_debited=attests_not_debited,
    )
    send_to_worker(store, written)
    return written
