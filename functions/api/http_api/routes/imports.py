"""Files of customers or invoices, handed in by the school."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.imports import Import, ImportReport
from diapason.intake.tables import MAX_BYTES
from diapason.store.documents import decode
from diapason.store.house import SchoolStore
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
    store, now = asking.store, asking.store.clock.now()
    record = Import(
        id=f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:12]}",
        kind=body.kind,
        file_name=body.file_name,
        created_at=now,
        created_by=asking.member.username,
    )
    store.imports.create(record)
    return import_created(record, store.uploads.upload_form(store.keys.upload(record.id), MAX_BYTES))


@resource.get("/imports/{import_id}", Action.READ, "Un import et ses erreurs")
def get_import(asking: Asker, import_id: Id) -> ImportView:
    record = asking.store.imports.get(import_id)
    return import_view(record, _report(asking.store, record))


def _report(store: SchoolStore, record: Import) -> ImportReport:
    return (
        decode(store.work_files.get(record.report_key), ImportReport) if record.report_key else ImportReport()
    )
