"""Files of customers or invoices, handed in by the school."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.workflows.import_records import begin_import, report_of
from http_api import cursor
from http_api.asking import Asker
from http_api.fields import Cursor, Id, Limit
from http_api.inputs.imports import ImportInput
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.imports import (
    ImportCreated,
    ImportsView,
    ImportView,
    import_created,
    import_view,
    imports_view,
)

resource = Resource("Imports")


@resource.get("/imports", Action.READ, "Les imports, du plus récent au plus ancien")
def list_imports(asking: Asker, limit: Limit = DEFAULT_PAGE, next: Cursor | None = None) -> ImportsView:  # noqa: A002
    return imports_view(asking.store.imports.listed(limit, cursor.read(next)))


@resource.post("/imports", Action.IMPORT, "Annoncer un fichier et recevoir où l’envoyer", HTTPStatus.CREATED)
def create_import(asking: Asker, body: ImportInput) -> ImportCreated:
    return import_created(*begin_import(asking.store, asking.member, body.kind, body.file_name))


@resource.get("/imports/{import_id}", Action.READ, "Un import et ses erreurs")
def get_import(asking: Asker, import_id: Id) -> ImportView:
    record = asking.store.imports.get(import_id)
    return import_view(record, report_of(asking.store, record))
