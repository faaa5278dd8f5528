"""Imports as the page receives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from diapason.access.decisions import Action
from diapason.domain.imports import (
    IMPORT,
    FieldChange,
    Import,
    ImportChoice,
    ImportEvent,
    ImportKind,
    ImportState,
    RecordChange,
    RowProblem,
)
from diapason.store.files import UploadForm
from diapason.store.imports import ImportPage
from diapason.workflows.import_files import Report
from http_api import cursor
from http_api.asking import Asking
from http_api.fields import View
from http_api.words import words_of

MODEL_NAMES = {ImportKind.CUSTOMERS: "clients.csv", ImportKind.INVOICES: "factures.csv"}


class ImportSummary(View):
    """Import, dans une liste ; parts_done sur parts est l’avancement, choices ce qui peut être confirmé."""

    id: str
    kind: ImportKind
    kind_words: str
    file_name: str
    created_at: datetime
    created_by: str
    decided_at: datetime | None
    decided_by: str
    state: ImportState
    state_words: str
    finished: bool
    expires_at: datetime | None
    choice: ImportChoice | None
    choices: list[ImportChoice]
    discardable: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    faulty: int
    problems: int
    parts: int
    parts_done: int


class ImportView(ImportSummary):
    """Import, avec les colonnes laissées de côté."""

    unknown_columns: list[str]


class RowProblemView(View):
    """Ce qui ne va pas dans une ligne du fichier ; la ligne 0 est le fichier entier."""

    line: int
    column: str
    code: str
    reason: str


class RowProblemsView(View):
    """Une page des erreurs, dans l’ordre des lignes ; total les compte toutes."""

    problems: list[RowProblemView]
    total: int


class FieldChangeView(View):
    """Information modifiée : avant, après."""

    field: str
    before: str
    after: str


class RecordChangeView(View):
    """Enregistrement que le fichier modifie."""

    line: int
    reference: str
    name: str
    fields: list[FieldChangeView]


class RecordChangesView(View):
    """Une page des enregistrements modifiés, dans l’ordre du fichier ; total les compte tous."""

    changes: list[RecordChangeView]
    total: int


class ImportsView(View):
    """Une partie de la liste des imports ; next mène à la suite."""

    imports: list[ImportSummary]
    next: str | None


class ImportModelView(View):
    """Fichier modèle au format CSV : les titres des colonnes, et une ligne d’exemple."""

    file_name: str
    content: str


class UploadView(View):
    """Où et avec quels champs envoyer le fichier (multipart/form-data, le fichier en dernier, nommé file)."""

    url: str
    fields: dict[str, str]


class ImportCreated(View):
    """Import annoncé, et le formulaire d’envoi de son fichier."""

    id: str
    upload: UploadView


def import_created(record: Import, form: UploadForm) -> ImportCreated:
    return ImportCreated(id=record.id, upload=UploadView(url=form.url, fields=form.fields))


def import_view(record: Import, report: Report, asking: Asking) -> ImportView:
    return ImportView(**dict(_summary(record, asking)), unknown_columns=list(report.unknown_columns))


def imports_view(page: ImportPage, asking: Asking) -> ImportsView:
    return ImportsView(
        imports=[_summary(record, asking) for record in page.imports], next=cursor.written(page.next)
    )


def problems_view(record: Import, problems: Sequence[RowProblem]) -> RowProblemsView:
    return RowProblemsView(problems=[_problem_view(problem) for problem in problems], total=record.problems)


def changes_view(total: int, changes: Sequence[RecordChange]) -> RecordChangesView:
    return RecordChangesView(changes=[_change_view(change) for change in changes], total=total)


def model_view(kind: ImportKind, content: str) -> ImportModelView:
    return ImportModelView(file_name=MODEL_NAMES[kind], content=content)


def _problem_view(problem: RowProblem) -> RowProblemView:
    return RowProblemView(line=problem.line, column=problem.column, code=problem.code, reason=problem.message)


def _change_view(change: RecordChange) -> RecordChangeView:
    return RecordChangeView(
        line=change.line,
        reference=change.reference,
        name=change.name,
        fields=[_field_view(field) for field in change.fields],
    )


def _field_view(field: FieldChange) -> FieldChangeView:
    return FieldChangeView(field=field.field, before=field.before, after=field.after)


def _summary(record: Import, asking: Asking) -> ImportSummary:
    may_decide = asking.may(Action.IMPORT)
    choices = record.choices(asking.store.clock.now()) if may_decide else ()
    return ImportSummary(
        id=record.id,
        kind=record.kind,
        kind_words=words_of(record.kind),
        file_name=record.file_name,
        created_at=record.created_at,
        created_by=record.created_by,
        decided_at=record.decided_at,
        decided_by=record.decided_by,
        state=record.state,
        state_words=words_of(record.state),
        finished=record.is_finished,
        expires_at=record.expires_at,
        choice=record.choice,
        choices=list(choices),
        discardable=may_decide and IMPORT.allows(record.state, ImportEvent.DISCARD),
        rows=record.counts.rows,
        new=record.counts.new,
        changed=record.counts.changed,
        unchanged=record.counts.unchanged,
        faulty=record.counts.faulty,
        problems=record.problems,
        parts=record.parts,
        parts_done=record.parts_done,
    )
