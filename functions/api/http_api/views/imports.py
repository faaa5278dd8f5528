"""Imports as the page receives them."""

from __future__ import annotations

from datetime import datetime

from diapason.domain.imports import Import, ImportKind, ImportReport, ImportState, RowProblem
from diapason.store.files import UploadForm
from diapason.store.imports import ImportPage
from http_api import cursor
from http_api.fields import View
from http_api.words import words_of


class ImportSummary(View):
    """Import, dans une liste ; parts_done sur parts est l’avancement."""

    id: str
    kind: ImportKind
    kind_words: str
    file_name: str
    created_at: datetime
    created_by: str
    state: ImportState
    state_words: str
    finished: bool
    rows: int
    new: int
    unchanged: int
    problems: int
    parts: int
    parts_done: int


class RowProblemView(View):
    """Ce qui ne va pas dans une ligne du fichier ; la ligne 0 est le fichier entier."""

    line: int
    column: str
    code: str
    reason: str


class ImportView(ImportSummary):
    """Import, avec les premières erreurs du fichier."""

    errors: list[RowProblemView]
    unknown_columns: list[str]


class ImportsView(View):
    """Une partie de la liste des imports ; next mène à la suite."""

    imports: list[ImportSummary]
    next: str | None


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


def import_view(record: Import, report: ImportReport) -> ImportView:
    return ImportView(
        **dict(_summary(record)),
        errors=[_problem_view(problem) for problem in report.problems],
        unknown_columns=list(report.unknown_columns),
    )


def imports_view(page: ImportPage) -> ImportsView:
    return ImportsView(imports=[_summary(record) for record in page.imports], next=cursor.written(page.next))


def _problem_view(problem: RowProblem) -> RowProblemView:
    return RowProblemView(line=problem.line, column=problem.column, code=problem.code, reason=problem.message)


def _summary(record: Import) -> ImportSummary:
    return ImportSummary(
        id=record.id,
        kind=record.kind,
        kind_words=words_of(record.kind),
        file_name=record.file_name,
        created_at=record.created_at,
        created_by=record.created_by,
        state=record.state,
        state_words=words_of(record.state),
        finished=record.is_finished,
        rows=record.counts.rows,
        new=record.counts.new,
        unchanged=record.counts.unchanged,
        problems=record.problems,
        parts=record.parts,
        parts_done=record.parts_done,
    )
