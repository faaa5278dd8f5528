"""What a member asks of an import: announce a file, confirm its preview or discard it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from diapason.domain.errors import FieldError, InvalidInput, StateRefused, VersionConflict
from diapason.domain.identifiers.spelling import single_spaced
from diapason.domain.imports import (
    IMPORT,
    Import,
    ImportChoice,
    ImportEvent,
    ImportKind,
    ImportPhase,
    ImportState,
)
from diapason.domain.members import Member
from diapason.intake.columns import Layout
from diapason.intake.customer_columns import CUSTOMER_COLUMNS
from diapason.intake.invoice_rows import INVOICE_COLUMNS
from diapason.intake.tables import MAX_BYTES
from diapason.store.files import UploadForm
from diapason.store.house import SchoolStore
from diapason.store.queue import Work

MAX_FILE_NAME = 200

_LAYOUTS: dict[ImportKind, Layout] = {
    ImportKind.CUSTOMERS: CUSTOMER_COLUMNS,
    ImportKind.INVOICES: INVOICE_COLUMNS,
}


def model_of(kind: ImportKind) -> str:
    """A CSV file to start from: every column, and a row of examples."""
    return _LAYOUTS[kind].model()


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


def confirm_import(store: SchoolStore, member: Member, import_id: str, choice: ImportChoice) -> Import:
    """Hands a previewed file to the worker; the same choice again, while it works, only wakes it.

    Raises NotFound; StateRefused where there is nothing to confirm any more, or not that way; VersionConflict
    where somebody else decided at the same time.
    """
    record = store.imports.get(import_id)
    if record.state is ImportState.CONFIRMED and record.choice is choice:
        _wake(store, record)
        return record
    state = IMPORT.after(record.state, ImportEvent.CONFIRM)
    _check_choice(store, record, choice)
    confirmed = replace(record, state=state, phase=ImportPhase.STAGE, choice=choice)
    confirmed = _decided(store, member, record, confirmed, "confirmed", choice=choice)
    _wake(store, confirmed)
    return confirmed


def discard_import(store: SchoolStore, member: Member, import_id: str) -> Import:
    """Gives a preview up: nothing was written, nothing is left. Raises as ``confirm_import`` does."""
    record = store.imports.get(import_id)
    state = IMPORT.after(record.state, ImportEvent.DISCARD)
    discarded = replace(record, state=state, phase=ImportPhase.DONE)
    return _decided(store, member, record, discarded, "discarded")


def _check_choice(store: SchoolStore, record: Import, choice: ImportChoice) -> None:
    now = store.clock.now()
    if record.has_expired(now):
        raise StateRefused("L’aperçu de cet import est trop ancien : importez à nouveau le fichier.")
    if choice not in record.choices(now):
        raise StateRefused(
            "Ce fichier contient des erreurs et ne peut pas être pris en entier : corrigez-le et importez-le "
            "à nouveau, ou ne prenez que les lignes sans erreur."
        )


def _decided(
    store: SchoolStore, member: Member, before: Import, after: Import, event: str, **facts: object
) -> Import:
    now = store.clock.now()
    decided = replace(after, decided_at=now, decided_by=member.username)
    if not store.imports.advance(before, decided, now, member.username, event, **facts):
        raise VersionConflict
    return decided


def _wake(store: SchoolStore, record: Import) -> None:
    store.import_records_queue.send(Work(store.keys.school_id, record.id))
