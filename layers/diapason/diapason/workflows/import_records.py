"""Importing a file of customers or invoices: taken whole or not at all, and taking it twice changes nothing.

read      the file is parsed and compared with what stands; what is new is stored in parts
stage     chunk by chunk, records are written invisible, each with the import's own mark
          then one condition on the import's record takes the file: the commit point
reveal    chunk by chunk, records become visible
unstage   instead of reveal, where a foreign record stood in the way: what was staged is taken back

A chunk is one transaction, and the parts are content-addressed: whoever runs a phase again cuts the same
chunks. While staging, every chunk also checks that the import is still in that phase, so that a write that
arrives after the end leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise, repeat
from typing import Any

from diapason.domain.errors import FieldError, InvalidInput, VersionConflict
from diapason.domain.identifiers.spelling import single_spaced
from diapason.domain.imports import (
    IMPORT,
    Import,
    ImportCounts,
    ImportEvent,
    ImportKind,
    ImportPhase,
    ImportReport,
)
from diapason.domain.members import Member
from diapason.intake.problems import Problems
from diapason.intake.tables import MAX_BYTES
from diapason.store.documents import decode, encode
from diapason.store.files import UPLOAD_SECONDS, FileMissing, UploadForm
from diapason.store.house import SchoolStore
from diapason.store.registry import Activity
from diapason.store.transactions import AttributeValue, ConditionFailed, Transaction
from diapason.workflows.import_parts import Plan, check, cut, whole_file
from diapason.workflows.imported_customers import ImportedCustomers
from diapason.workflows.imported_invoices import ImportedInvoices
from diapason.workflows.imported_records import ImportedRecord, RecordKind
from diapason.workflows.phases import SILENCE, Deadline, NoDeadline, Phases

MAX_FILE_NAME = 200
UPLOAD_GRACE = timedelta(seconds=UPLOAD_SECONDS) + timedelta(hours=1)
"""After this, a file that did not arrive will not arrive: its form has expired."""

WRITERS = 2
"""Chunks written at once where no fence stands between them."""

_KINDS: dict[ImportKind, Callable[[SchoolStore], RecordKind[Any]]] = {
    ImportKind.CUSTOMERS: ImportedCustomers,
    ImportKind.INVOICES: ImportedInvoices,
}


def begin_import(
    store: SchoolStore, member: Member, kind: ImportKind, file_name: str
) -> tuple[Import, UploadForm]:
    """Creates an import and the form by which the page uploads its file; the upload itself starts the work.

    Raises InvalidInput where the file has no name, or too long a one.
    """
    name = single_spaced(file_name)
    if not name or len(name) > MAX_FILE_NAME or not name.isprintable():
        raise InvalidInput([FieldError("file_name", "length", "Indiquez le nom du fichier.")])
    now = store.clock.now()
    record = Import(
        id=f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:12]}",
        kind=kind,
        file_name=name,
        created_at=now,
        created_by=member.username,
    )
    store.imports.create(record)
    return record, store.uploads.upload_form(store.keys.upload(record.id), MAX_BYTES)


def report_of(store: SchoolStore, record: Import) -> ImportReport:
    """What reading the file found; empty until it was read."""
    if not record.report_key:
        return ImportReport()
    return decode(store.work_files.get(record.report_key), ImportReport)


def unfinished(store: SchoolStore) -> Iterator[str]:
    """Ids of the imports that a sweeper drives on: nothing has moved in them for a while. One whose file has
    yet to come just stays as it is."""
    return store.imports.unfinished(store.clock.now() - SILENCE)


def import_records(store: SchoolStore, import_id: str, deadline: Deadline | None = None) -> Import:
    """Drives an import as far as it goes, and returns it as it stands there.

    Raises NotFound for an unknown import, and OutOfTime at a boundary.
    """
    return ImportingRecords(store, import_id, deadline or NoDeadline()).run()


class FileAwaited(Exception):
    """The file was not uploaded yet, and still can be."""


class ImportingRecords:
    """The worker's side: one import."""

    def __init__(self, store: SchoolStore, import_id: str, deadline: Deadline) -> None:
        self._store = store
        self._deadline = deadline
        self.phases: Phases[Import] = Phases(
            lambda: store.imports.get(import_id),
            {
                ImportPhase.READ: self.read,
                ImportPhase.STAGE: self.stage,
                ImportPhase.REVEAL: self.reveal,
                ImportPhase.UNSTAGE: self.unstage,
            },
        )
        self.import_id = import_id

    def run(self) -> Import:
        try:
            return self.phases.run()
        except FileAwaited:
            return self._store.imports.get(self.import_id)

    def read(self, record: Import) -> None:
        """Parses the file and stores what is new in it; raises FileAwaited."""
        data = self._uploaded(record)
        if data is None:
            absent = whole_file("file.absent", "Aucun fichier n’a été reçu : recommencez l’import.")
            self._refuse(record, record, absent, ImportPhase.DONE)
            return
        kind = self._kind(record)
        checked = check(kind, data)
        read = replace(record, sha256=sha256(data).hexdigest(), size=len(data))
        if checked.report.total:
            refused = replace(read, counts=ImportCounts(checked.rows))
            self._refuse(record, refused, checked.report, ImportPhase.DONE)
            return
        parts = tuple(self._keep(record, encode(part)) for part in cut(checked.new, kind))
        staging = replace(
            read,
            phase=ImportPhase.STAGE,
            counts=ImportCounts(checked.rows, len(checked.new), checked.unchanged),
            plan_key=self._keep(record, encode(Plan(parts, checked.activities))),
            parts=len(parts),
            report_key=self._keep(record, encode(checked.report)),
        )
        self._advance(record, staging, "read", rows=checked.rows)

    def stage(self, record: Import) -> None:
        """Writes the records invisible, then takes the file."""
        for number, chunks in self.chunks_by_part(record):
            for chunk in chunks:
                self._deadline.check()
                obstacles = self.stage_chunk(record, chunk)
                if obstacles is None:
                    return
                if obstacles.total:
                    self._undo(record, obstacles)
                    return
            self._note_progress(record, number)
        state = IMPORT.after(record.state, ImportEvent.TAKE)
        taken = replace(record, phase=ImportPhase.REVEAL, state=state)
        self._advance(
            record, taken, "taken", sha256=record.sha256, new=record.counts.new, rows=record.counts.rows
        )

    def reveal(self, record: Import) -> None:
        """Makes the records visible."""
        self._register_activities(record)
        self._write_chunks(record, self._reveal_chunk)
        self._advance(record, replace(record, phase=ImportPhase.DONE), "revealed")

    def unstage(self, record: Import) -> None:
        """Takes back what was staged."""
        self._write_chunks(record, self._unstage_chunk)
        self._advance(record, replace(record, phase=ImportPhase.DONE), "undone")

    def stage_chunk(self, record: Import, chunk: list[ImportedRecord]) -> Problems | None:
        """Stages one chunk, or finds it staged already. What stands in its way is returned as problems;
        None says that the import has left the phase."""
        kind = self._kind(record)
        transaction = self._store.transactions.begin()
        self._store.imports.add_fence(transaction, record.id, ImportPhase.STAGE)
        starts = [len(transaction)]
        for found in chunk:
            kind.add_creation(transaction, found, record.id)
            starts.append(len(transaction))
        problems = Problems()
        try:
            transaction.commit()
        except ConditionFailed as failure:
            if 0 in failure.failed:
                return None
            for found, (start, end) in zip(chunk, pairwise(starts), strict=True):
                in_the_way = (failure.failed.get(rank) for rank in range(start, end))
                foreign = [item for item in in_the_way if item and _staged_by(item) != record.id]
                if foreign:
                    problems.add(found.line, kind.identity_column, *_obstacle(foreign[0]))
        return problems

    def _write_chunks(self, record: Import, write: Callable[[Import, list[ImportedRecord]], None]) -> None:
        """Writes every chunk that is left, some at once: each for itself, in any order."""
        with ThreadPoolExecutor(WRITERS) as writers:
            for number, chunks in self.chunks_by_part(record):
                for _ in writers.map(write, repeat(record), chunks):
                    self._deadline.check()
                self._note_progress(record, number)

    def _note_progress(self, record: Import, number: int) -> None:
        self._store.imports.note_progress(record, number + 1, self._store.clock.now())

    def _reveal_chunk(self, record: Import, chunk: list[ImportedRecord]) -> None:
        transaction = self._store.transactions.begin()
        for found in chunk:
            self._kind(record).add_reveal(transaction, found, record.id)
        self._store.journal.record(
            transaction,
            f"import-{record.id}",
            record.created_by,
            "chunk-revealed",
            first_line=chunk[0].line,
            records=len(chunk),
            digest=sha256(encode(chunk)).hexdigest(),
        )
        self._commit_unless_done(transaction, record)

    def _unstage_chunk(self, record: Import, chunk: list[ImportedRecord]) -> None:
        transaction = self._store.transactions.begin()
        for found in chunk:
            self._kind(record).add_unstaging(transaction, found, record.id)
        self._commit_unless_done(transaction, record)

    def _commit_unless_done(self, transaction: Transaction, record: Import) -> None:
        """A chunk is staged, revealed and taken back as a whole: where one of its items stands without this
        import's mark, all do, and there is nothing to do."""
        try:
            transaction.commit()
        except ConditionFailed as failure:
            standing = failure.failed.values()
            if any(item is None or _staged_by(item) == record.id for item in standing):
                raise

    def _register_activities(self, record: Import) -> None:
        known = {activity.code for activity in self._store.registry.activities()}
        for code in self._plan(record).activities:
            if code not in known:
                with suppress(VersionConflict):  # another worker was faster
                    self._store.registry.put_activity(Activity(code, code), None, record.created_by)

    def _undo(self, record: Import, obstacles: Problems) -> None:
        """Turns back before the commit point: a record of someone else stands where one was to come."""
        unknown = report_of(self._store, record).unknown_columns
        self._refuse(record, record, obstacles.report(unknown), ImportPhase.UNSTAGE)

    def _refuse(self, before: Import, after: Import, report: ImportReport, phase: ImportPhase) -> None:
        refused = replace(
            after,
            phase=phase,
            state=IMPORT.after(before.state, ImportEvent.REFUSE),
            problems=report.total,
            report_key=self._keep(before, encode(report)),
        )
        self._advance(before, refused, "refused", problems=report.total)

    def _advance(self, before: Import, after: Import, event: str, **facts: object) -> None:
        """Moves the recovery point; where another worker was faster, the next step reads what it did."""
        self._store.imports.advance(before, after, self._store.clock.now(), before.created_by, event, **facts)

    def _kind(self, record: Import) -> RecordKind[Any]:
        return _KINDS[record.kind](self._store)

    def _plan(self, record: Import) -> Plan:
        return decode(self._store.work_files.get(record.plan_key), Plan)

    def chunks_by_part(self, record: Import) -> Iterator[tuple[int, list[list[ImportedRecord]]]]:
        """The parts that this phase has yet to do, by their number."""
        part = self._kind(record).part
        for number, key in enumerate(self._plan(record).parts):
            if number >= record.parts_done:
                yield number, decode(self._store.work_files.get(key), part)

    def _keep(self, record: Import, data: bytes) -> str:
        """Stores bytes under their own digest, and returns the key."""
        key = self._store.keys.import_part(record.id, sha256(data).hexdigest()[:32])
        self._store.work_files.put(key, data)
        return key

    def _uploaded(self, record: Import) -> bytes | None:
        """The file; None when it did not come in time. Raises FileAwaited while it still can."""
        with suppress(FileMissing):
            return self._store.uploads.get(self._store.keys.upload(record.id))
        if self._store.clock.now() < record.created_at + UPLOAD_GRACE:
            raise FileAwaited
        return None


def _staged_by(item: AttributeValue) -> str:
    staged: dict[str, str] = item.get("staged", {})
    return staged.get("S", "")


def _obstacle(item: AttributeValue) -> tuple[str, str]:
    """Code and words for a record of someone else that stands where one was to be staged."""
    if _staged_by(item):
        return (
            "record.in_other_import",
            "Un autre import en cours contient cet enregistrement : recommencez quand il sera terminé.",
        )
    return (
        "record.exists",
        "Cet enregistrement, ou une de ses références, vient d’être créé par ailleurs : relancez l’import.",
    )
