"""From a selection of invoices to the files of the accounting system.

The phases, each of which may run again at any time:

``plan``      examine every invoice on consistent reads; write the manifest, or refuse the export
``mark``      chunk by chunk: invoices, and instalments where debits are kept, marked in one transaction
``register``  every chunk stands and agrees with the manifest: the entries take their numbers (commit point)
``render``    write each file once
``verify``    read each file again, apart from its writer, and compare it with the manifest

and, when a mark was refused or the export was cancelled, backwards:

``return``    give every invoice and instalment back

A file can be downloaded after ``verify`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from diapason.accounting.reread import UnsoundFile
from diapason.domain.accounting_exports import (
    ACCOUNTING_EXPORT,
    MAX_REFUSALS,
    AccountingExport,
    AccountingExportEvent,
    AccountingExportPhase,
    AccountingExportState,
    AccountingFile,
    MarkState,
    RefusedInvoice,
    Selection,
)
from diapason.domain.clock import paris_date
from diapason.domain.errors import FieldError, InvalidInput, NotFound
from diapason.domain.members import Member
from diapason.store.files import FileExists, StoredFile
from diapason.store.house import SchoolStore
from diapason.store.keys import stable_id
from diapason.store.queue import Work
from diapason.workflows.accounting_files import Rendered, render, verify
from diapason.workflows.accounting_manifest import keep_manifest, manifest_of, read_manifest
from diapason.workflows.accounting_marks import mark_chunk, return_chunk
from diapason.workflows.accounting_selection import Chosen, choose, export_ground
from diapason.workflows.phases import Deadline, NoDeadline, Phases

PROGRESS_CHUNKS = 25
"""How often the worker tells how far it is."""

CONTENT_TYPES = {"txt": "text/plain", "csv": "text/csv"}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What the operator asked for: ``count``, ``total_cents`` and ``keeps_debits`` are what the page said;
    ``leaves_refused_out`` exports the others where some invoices are refused."""

    request_key: str
    selection: Selection
    leaves_refused_out: bool
    keeps_debits: bool
    count: int
    total_cents: int


def preview(store: SchoolStore, selection: Selection) -> tuple[Chosen, bool]:
    """What an export would hold now, and whether its debits stay in accounting; raises InvalidInput."""
    ground = export_ground(store)
    return choose(store, selection, ground.settings, NoDeadline()), ground.settings.keeps_debits


def request_export(store: SchoolStore, member: Member, order: ExportOrder) -> AccountingExport:
    """Hands the export to the worker, once for each request key; raises InvalidInput."""
    export_id = stable_id(store.keys.school_id, "accounting-export", order.request_key)
    try:
        export = store.accounting_exports.get(export_id)
    except NotFound:
        export = store.accounting_exports.create(_ordered(store, member, order, export_id), member.username)
    send_to_worker(store, export)
    return export


def send_to_worker(store: SchoolStore, export: AccountingExport) -> None:
    store.export_accounting_queue.send(Work(store.keys.school_id, export.id))


def _ordered(store: SchoolStore, member: Member, order: ExportOrder, export_id: str) -> AccountingExport:
    ground = export_ground(store)
    if order.count == 0:
        words = "Aucune facture à exporter : élargissez la période ou l’activité."
        raise InvalidInput([FieldError("count", "empty", words)])
    if order.keeps_debits is not ground.settings.keeps_debits:
        words = "Les paramètres comptables ont changé : relancez l’aperçu, puis confirmez de nouveau."
        raise InvalidInput([FieldError("keeps_debits", "outdated", words)])
    return AccountingExport(
        id=export_id,
        number="",
        version=1,
        state=AccountingExportState.PREPARING,
        phase=AccountingExportPhase.PLAN,
        selection=order.selection,
        settings=ground.settings,
        siren=ground.siren,
        leaves_refused_out=order.leaves_refused_out,
        expected_count=order.count,
        expected_cents=order.total_cents,
        requested_by=member.username,
        requested_at=store.clock.now(),
    )


class ExportingAccounts:
    """The worker's side: one export."""

    def __init__(self, store: SchoolStore, export_id: str, deadline: Deadline | None = None) -> None:
        self._store = store
        self._exports = store.accounting_exports
        self._deadline = deadline or NoDeadline()
        self.phases: Phases[AccountingExport] = Phases(
            lambda: store.accounting_exports.get(export_id),
            {
                AccountingExportPhase.PLAN: self.plan,
                AccountingExportPhase.MARK: self.mark,
                AccountingExportPhase.REGISTER: self.register,
                AccountingExportPhase.RENDER: self.render,
                AccountingExportPhase.VERIFY: self.verify,
                AccountingExportPhase.RETURN: self.give_back,
            },
        )

    def plan(self, export: AccountingExport) -> None:
        try:
            chosen = choose(self._store, export.selection, export.settings, self._deadline)
        except InvalidInput as error:
            notice = " ".join(field.message for field in error.errors)
            self._refuse(export, notice, (), AccountingExportPhase.DONE)
            return
        if chosen.refused and not export.leaves_refused_out:
            notice = (
                f"Rien n’a été exporté : {len(chosen.refused)} facture(s) refusée(s). Corrigez-les, ou "
                "demandez l’export des autres."
            )
            self._refuse(export, notice, chosen.refused, AccountingExportPhase.DONE)
            return
        if (chosen.count, chosen.total_cents) != (export.expected_count, export.expected_cents):
            notice = "Rien n’a été exporté : la sélection a changé depuis l’aperçu. Relancez l’aperçu."
            self._refuse(export, notice, chosen.refused, AccountingExportPhase.DONE)
            return
        manifest = manifest_of(chosen, export.keeps_debits)
        key, digest = keep_manifest(self._store, export.id, manifest)
        planned = replace(
            export,
            phase=AccountingExportPhase.MARK,
            count=chosen.count,
            total_cents=chosen.total_cents,
            chunks=len(manifest.chunks),
            manifest_key=key,
            manifest_sha256=digest,
            refused=len(chosen.refused),
            refusals=chosen.refused[:MAX_REFUSALS],
        )
        self._move(export, planned, "planned", count=chosen.count, total_cents=chosen.total_cents)

    def mark(self, export: AccountingExport) -> None:
        standing = {chunk.number for chunk in self._exports.chunks(export.id, range(export.chunks))}
        marked = 0
        for number, invoices in enumerate(read_manifest(self._store, export).chunks):
            if number not in standing:
                self._deadline.check()
                refused = mark_chunk(self._store, export, number, invoices)
                if refused:
                    notice = (
                        "Rien n’a été exporté : des factures ont changé pendant l’export. Relancez l’aperçu."
                    )
                    self._refuse(export, notice, refused, AccountingExportPhase.RETURN)
                    return
            marked += len(invoices)
            if number % PROGRESS_CHUNKS == 0:
                self._exports.tell_alive(export, marked)
        self._move(export, replace(export, phase=AccountingExportPhase.REGISTER), "marked")

    def register(self, export: AccountingExport) -> None:
        standing = list(self._exports.chunks(export.id, range(export.chunks)))
        count = sum(chunk.count for chunk in standing)
        cents = sum(chunk.total_cents for chunk in standing)
        if (len(standing), count, cents) != (export.chunks, export.count, export.total_cents):
            # A chunk that was marked cannot vanish: going back is the one safe way out.
            notice = "Rien n’a été exporté : les factures ne correspondent plus. Relancez l’aperçu."
            self._refuse(export, notice, (), AccountingExportPhase.RETURN)
            return
        registered = replace(
            export,
            state=ACCOUNTING_EXPORT.after(export.state, AccountingExportEvent.REGISTER),
            phase=AccountingExportPhase.RENDER,
            registered_on=paris_date(self._store.clock.now()),
        )
        self._exports.register(export, registered, export.requested_by)

    def render(self, export: AccountingExport) -> None:
        self._deadline.check()
        manifest = read_manifest(self._store, export)
        files = tuple(self._stored(export, rendered) for rendered in render(export, manifest))
        digests = {str(file.kind): file.sha256 for file in files}
        rendered = replace(export, phase=AccountingExportPhase.VERIFY, files=files)
        self._move(export, rendered, "generated", **digests)

    def verify(self, export: AccountingExport) -> None:
        self._deadline.check()
        manifest = read_manifest(self._store, export)
        for file in export.files:
            with self._store.outputs.open(file.key, file.version_id) as stream:
                data = stream.read()
            if (sha256(data).hexdigest(), len(data)) != (file.sha256, file.size):
                raise UnsoundFile(f"{file.key} is not what was registered")
            verify(export, manifest, file.kind, data)
        state = ACCOUNTING_EXPORT.after(export.state, AccountingExportEvent.FINISH)
        self._move(export, replace(export, state=state, phase=AccountingExportPhase.DONE), "verified")

    def give_back(self, export: AccountingExport) -> None:
        for chunk in self._exports.chunks(export.id, range(export.chunks)):
            if chunk.state is MarkState.MARKED:
                self._deadline.check()
                return_chunk(self._store, export, chunk)
                if chunk.number % PROGRESS_CHUNKS == 0:
                    self._exports.tell_alive(export, 0)
        state = export.state
        if ACCOUNTING_EXPORT.allows(state, AccountingExportEvent.FINISH_CANCELLATION):
            state = ACCOUNTING_EXPORT.after(state, AccountingExportEvent.FINISH_CANCELLATION)
        self._move(export, replace(export, state=state, phase=AccountingExportPhase.DONE), "returned")

    def _stored(self, export: AccountingExport, rendered: Rendered) -> AccountingFile:
        """Writes a file once; where it stands already, it must be the same bytes."""
        key = self._store.keys.accounting_file(export.id, f"{rendered.kind}/{rendered.file_name}")
        digest, size = sha256(rendered.data).hexdigest(), len(rendered.data)
        content_type = CONTENT_TYPES[rendered.file_name.rpartition(".")[2]]
        upload = self._store.outputs.upload_once(key, content_type)
        try:
            upload.write(rendered.data)
            stored = StoredFile(key, upload.complete(), digest, size)
        except FileExists:
            upload.abort()
            stored = self._store.outputs.describe(key)
            if (stored.sha256, stored.size) != (digest, size):
                raise UnsoundFile(f"another file stands under {key}") from None
        return AccountingFile(
            rendered.kind, key, stored.version_id, digest, size, rendered.file_name, rendered.rows
        )

    def _refuse(
        self,
        export: AccountingExport,
        notice: str,
        refused: tuple[RefusedInvoice, ...],
        phase: AccountingExportPhase,
    ) -> None:
        changed = replace(
            export,
            state=ACCOUNTING_EXPORT.after(export.state, AccountingExportEvent.REFUSE),
            phase=phase,
            notice=notice,
            refused=len(refused),
            refusals=refused[:MAX_REFUSALS],
        )
        self._move(export, changed, "refused", refused=len(refused))

    def _move(self, export: AccountingExport, changed: AccountingExport, event: str, **facts: object) -> None:
        """Moves the recovery point; where another worker was faster, the next step reads what it did."""
        self._exports.advance(export, changed, export.acting, event, **facts)
