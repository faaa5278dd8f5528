"""Importing a file of customers or invoices: shown first, taken when confirmed, and twice is like once.

read      the file is parsed and compared with what stands; problems, changes and sound records are stored
preview   nothing is written into the school until a member confirms; without that, the preview expires
stage     chunk by chunk, records are written invisible, or marked for their edit, with the import's own mark
          then one condition on the import's record takes them: the commit point
reveal    chunk by chunk, records become visible, and edits too
unstage   instead of reveal, where a whole file was asked for and something changed since the preview: what
          was staged is taken back

The parts are content-addressed: whoever runs a phase again cuts the same chunks. While staging, every chunk
also checks that the import is still in that phase, so that a write that arrives after the end leaves nothing
behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from diapason.domain.errors import VersionConflict
from diapason.domain.imports import (
    IMPORT,
    PREVIEW_LIFE,
    Import,
    ImportChoice,
    ImportCounts,
    ImportEvent,
    ImportKind,
    ImportPhase,
    LeftOut,
    RowProblem,
)
from diapason.store.files import UPLOAD_SECONDS, FileMissing
from diapason.store.house import SchoolStore
from diapason.store.registry import Activity
from diapason.workflows.import_chunks import ImportChunks
from diapason.workflows.import_files import ImportFiles, Report, report_of
from diapason.workflows.import_parts import Plan, can_be_taken, check, cut, unread
from diapason.workflows.imported_customers import ImportedCustomers
from diapason.workflows.imported_invoices import ImportedInvoices
from diapason.workflows.imported_records import Checked, ImportedRecord, RecordKind
from diapason.workflows.phases import SILENCE, Deadline, NoDeadline, Phases

UPLOAD_GRACE = timedelta(seconds=UPLOAD_SECONDS) + timedelta(hours=1)
"""After this, a file that did not arrive will not arrive: its form has expired."""

WRITERS = 2
"""Chunks written at once where no fence stands between them."""

_KINDS: dict[ImportKind, Callable[[SchoolStore], RecordKind[Any]]] = {
    ImportKind.CUSTOMERS: ImportedCustomers,
    ImportKind.INVOICES: ImportedInvoices,
}


def unfinished(store: SchoolStore) -> Iterator[str]:
    """Ids of the imports that a sweeper drives on: nothing has moved in them for a while, or their preview
    has expired. One whose file has yet to come just stays as it is."""
    now = store.clock.now()
    return store.imports.unfinished(now - SILENCE, now - PREVIEW_LIFE)


def import_records(store: SchoolStore, import_id: str, deadline: Deadline | None = None) -> Import:
    """Drives an import as far as it goes, and returns it as it stands there.

    Raises NotFound for an unknown import, and OutOfTime at a boundary.
    """
    return ImportingRecords(store, import_id, deadline or NoDeadline()).run()


class Awaited(Exception):
    """Somebody has yet to upload the file, or to confirm its preview, and still can."""


class ImportingRecords:
    """The worker's side: one import."""

    def __init__(self, store: SchoolStore, import_id: str, deadline: Deadline) -> None:
        self._store = store
        self._deadline = deadline
        self._files = ImportFiles(store, import_id)
        self.phases: Phases[Import] = Phases(
            lambda: store.imports.get(import_id),
            {
                ImportPhase.READ: self.read,
                ImportPhase.PREVIEW: self.expire,
                ImportPhase.STAGE: self.stage,
                ImportPhase.REVEAL: self.reveal,
                ImportPhase.UNSTAGE: self.unstage,
            },
        )
        self.import_id = import_id

    def run(self) -> Import:
        try:
            return self.phases.run()
        except Awaited:
            return self._store.imports.get(self.import_id)

    def read(self, record: Import) -> None:
        """Parses the file and stores what it would change; raises Awaited."""
        data = self._uploaded(record)
        if data is None:
            absent = unread(0, "", "file.absent", "Aucun fichier n’a été reçu : recommencez l’import.")
            self._refuse_file(record, record, absent)
            return
        checked = check(self._kind(record), data)
        read = replace(record, sha256=sha256(data).hexdigest(), size=len(data), counts=checked.counts)
        if can_be_taken(checked):
            self._show(record, read, checked)
        else:
            self._refuse_file(record, read, checked)

    def expire(self, record: Import) -> None:
        """Gives up a preview that nobody confirmed in time; raises Awaited."""
        if not record.has_expired(self._store.clock.now()):
            raise Awaited
        state = IMPORT.after(record.state, ImportEvent.EXPIRE)
        self._advance(record, replace(record, phase=ImportPhase.DONE, state=state), "expired")

    def stage(self, record: Import) -> None:
        """Writes the records invisible, then takes them."""
        chunks = self._chunks(record)
        for number, part in self.chunks_by_part(record):
            left_out = []
            for chunk in part:
                self._deadline.check()
                barred = chunks.stage(chunk)
                if barred is None:
                    return
                left_out += barred
            self._note_progress(record, number, left_out)
        staged = self._store.imports.get(record.id)
        if staged.phase is ImportPhase.STAGE:
            self._decide(staged)

    def reveal(self, record: Import) -> None:
        """Makes the records visible."""
        self._register_activities(record)
        chunks = self._chunks(record)
        left_out = frozenset(found.problem.line for found in self._files.left_out(record))
        self._write_chunks(record, lambda chunk: chunks.reveal(chunk, left_out))
        self._advance(record, replace(record, phase=ImportPhase.DONE), "revealed")

    def unstage(self, record: Import) -> None:
        """Takes back what was staged."""
        self._write_chunks(record, self._chunks(record).unstage)
        self._advance(record, replace(record, phase=ImportPhase.DONE), "undone")

    def chunks_by_part(self, record: Import) -> Iterator[tuple[int, list[list[ImportedRecord]]]]:
        """The parts that this phase has yet to do, by their number."""
        part = self._kind(record).part
        for number, key in enumerate(self._plan(record).parts):
            if number >= record.parts_done:
                yield number, self._files.kept(key, part)

    def _show(self, before: Import, read: Import, checked: Checked[Any]) -> None:
        parts = tuple(self._files.keep(part) for part in cut(checked.records, self._kind(before)))
        shown = replace(
            read,
            phase=ImportPhase.PREVIEW,
            state=IMPORT.after(before.state, ImportEvent.SHOW),
            plan_key=self._files.keep(Plan(parts, checked.activities)),
            parts=len(parts),
            problems=checked.problems.total,
            report_key=self._keep_report(checked),
            expires_at=self._store.clock.now() + PREVIEW_LIFE,
        )
        self._advance(before, shown, "read", rows=checked.counts.rows, problems=checked.problems.total)

    def _refuse_file(self, before: Import, read: Import, checked: Checked[Any]) -> None:
        """Ends the import of a file of which nothing can be taken."""
        refused = replace(
            read,
            phase=ImportPhase.DONE,
            state=IMPORT.after(before.state, ImportEvent.REFUSE),
            problems=checked.problems.total,
            report_key=self._keep_report(checked),
        )
        self._advance(before, refused, "refused", problems=checked.problems.total)

    def _decide(self, staged: Import) -> None:
        """Takes what was staged, or turns back where all was asked for and something is left out."""
        left_out = self._files.left_out(staged)
        problems = staged.problems + len(left_out)
        told = replace(
            staged,
            counts=_without(staged.counts, left_out),
            problems=problems,
            report_key=self._with_problems(staged, [found.problem for found in left_out]),
        )
        if left_out and staged.choice is ImportChoice.WHOLE:
            state = IMPORT.after(staged.state, ImportEvent.REFUSE)
            refused = replace(told, phase=ImportPhase.UNSTAGE, state=state)
            self._advance(staged, refused, "refused", problems=problems)
            return
        state = IMPORT.after(staged.state, ImportEvent.TAKE)
        self._advance(
            staged,
            replace(told, phase=ImportPhase.REVEAL, state=state),
            "taken",
            sha256=staged.sha256,
            rows=told.counts.rows,
            new=told.counts.new,
            changed=told.counts.changed,
            left_out=len(left_out),
        )

    def _keep_report(self, checked: Checked[Any]) -> str:
        return self._files.keep(
            Report(
                self._files.keep_list(checked.problems.first()),
                self._files.keep_list(checked.changes),
                checked.unknown_columns,
            )
        )

    def _with_problems(self, record: Import, added: list[RowProblem]) -> str:
        """The report with what staging found, stored anew; the same where it found nothing."""
        if not added:
            return record.report_key
        report = report_of(self._store, record)
        known = self._files.entries(report.problems, RowProblem, 0, report.problems.count)
        problems = sorted([*known, *added], key=lambda problem: problem.line)
        return self._files.keep(replace(report, problems=self._files.keep_list(problems)))

    def _write_chunks(self, record: Import, write: Callable[[list[ImportedRecord]], None]) -> None:
        """Writes every chunk that is left, some at once: each for itself, in any order."""
        with ThreadPoolExecutor(WRITERS) as writers:
            for number, chunks in self.chunks_by_part(record):
                for _ in writers.map(write, chunks):
                    self._deadline.check()
                self._note_progress(record, number, [])

    def _note_progress(self, record: Import, number: int, left_out: list[LeftOut]) -> None:
        kept = [self._files.keep(left_out)] if left_out else []
        self._store.imports.note_progress(record, number + 1, self._store.clock.now(), kept)

    def _register_activities(self, record: Import) -> None:
        known = {activity.code for activity in self._store.registry.activities()}
        for code in self._plan(record).activities:
            if code not in known:
                with suppress(VersionConflict):  # another worker was faster
                    self._store.registry.put_activity(Activity(code, code), None, record.acts_for)

    def _advance(self, before: Import, after: Import, event: str, **facts: object) -> None:
        """Moves the recovery point; where another worker was faster, the next step reads what it did."""
        self._store.imports.advance(before, after, self._store.clock.now(), before.acts_for, event, **facts)

    def _kind(self, record: Import) -> RecordKind[Any]:
        return _KINDS[record.kind](self._store)

    def _chunks(self, record: Import) -> ImportChunks:
        return ImportChunks(self._store, self._kind(record), record)

    def _plan(self, record: Import) -> Plan:
        return self._files.kept(record.plan_key, Plan)

    def _uploaded(self, record: Import) -> bytes | None:
        """The file; None when it did not come in time. Raises Awaited while it still can."""
        with suppress(FileMissing):
            return self._store.uploads.get(self._store.keys.upload(record.id))
        if self._store.clock.now() < record.created_at + UPLOAD_GRACE:
            raise Awaited
        return None


def _without(counts: ImportCounts, left_out: list[LeftOut]) -> ImportCounts:
    """The counts of what is taken: what could not be is faulty with the rest."""
    changes = sum(found.was_change for found in left_out)
    return replace(
        counts,
        new=counts.new - len(left_out) + changes,
        changed=counts.changed - changes,
        faulty=counts.faulty + len(left_out),
    )
