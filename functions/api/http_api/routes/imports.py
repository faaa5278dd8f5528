"""Files of customers or invoices, handed in by the school, shown, and confirmed."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.imports import ImportKind
from diapason.workflows import import_requests
from diapason.workflows.import_files import changes_of, problems_of, report_of
from http_api import cursor
from http_api.asking import Asker
from http_api.fields import Cursor, Id, Limit, Offset
from http_api.inputs.imports import ImportConfirmation, ImportInput
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.imports import (
    ImportCreated,
    ImportModelView,
    ImportsView,
    ImportView,
    RecordChangesView,
    RowProblemsView,
    changes_view,
    import_created,
    import_view,
    imports_view,
    model_view,
    problems_view,
)

resource = Resource("Imports")


@resource.get("/imports", Action.READ, "Les imports, du plus récent au plus ancien")
def list_imports(asking: Asker, limit: Limit = DEFAULT_PAGE, next: Cursor | None = None) -> ImportsView:  # noqa: A002
    return imports_view(asking.store.imports.listed(limit, cursor.read(next)), asking)


@resource.post("/imports", Action.IMPORT, "Annoncer un fichier et recevoir où l’envoyer", HTTPStatus.CREATED)
def create_import(asking: Asker, body: ImportInput) -> ImportCreated:
    return import_created(
        *import_requests.begin_import(asking.store, asking.member, body.kind, body.file_name)
    )


@resource.get("/imports/model", Action.READ, "Un fichier modèle, avec ses titres et une ligne d’exemple")
def get_import_model(kind: ImportKind) -> ImportModelView:
    return model_view(kind, import_requests.model_of(kind))


@resource.get("/imports/{import_id}", Action.READ, "Un import")
def get_import(asking: Asker, import_id: Id) -> ImportView:
    record = asking.store.imports.get(import_id)
    return import_view(record, report_of(asking.store, record), asking)


@resource.get("/imports/{import_id}/problems", Action.READ, "Les erreurs d’un import, page par page")
def list_import_problems(
    asking: Asker, import_id: Id, offset: Offset = 0, limit: Limit = DEFAULT_PAGE
) -> RowProblemsView:
    record = asking.store.imports.get(import_id)
    return problems_view(record, problems_of(asking.store, record, offset, limit))


@resource.get("/imports/{import_id}/changes", Action.READ, "Ce qu’un import modifie, page par page")
def list_import_changes(
    asking: Asker, import_id: Id, offset: Offset = 0, limit: Limit = DEFAULT_PAGE
) -> RecordChangesView:
    record = asking.store.imports.get(import_id)
    listed = report_of(asking.store, record).changes
    return changes_view(listed.count, changes_of(asking.store, record, offset, limit))


@resource.post(
    "/imports/{import_id}/confirm", Action.IMPORT, "Confirmer un import après l’aperçu", HTTPStatus.ACCEPTED
)
def confirm_import(asking: Asker, import_id: Id, body: ImportConfirmation) -> ImportView:
    record = import_requests.confirm_import(asking.store, asking.member, import_id, body.choice)
    return import_view(record, report_of(asking.store, record), asking)


@resource.post(
    "/imports/{import_id}/discard", Action.IMPORT, "Abandonner un import après l’aperçu", HTTPStatus.OK
)
def discard_import(asking: Asker, import_id: Id) -> ImportView:
    record = import_requests.discard_import(asking.store, asking.member, import_id)
    return import_view(record, report_of(asking.store, record), asking)
