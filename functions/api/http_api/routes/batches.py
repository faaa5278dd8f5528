"""Registered batches, their lines and their bank files."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice

from diapason.access.decisions import Action
from diapason.domain.batches import LINES_PER_CHUNK, Batch, BatchState, Chunk, Line
from diapason.store.house import SchoolStore
from diapason.workflows.downloading import download
from diapason.workflows.generating import request_generation
from diapason.workflows.releasing import request_deletion
from http_api.asking import Asker
from http_api.fields import Day, Id, Limit, Offset, OptionalCode, QueryVersion
from http_api.inputs.batches import GenerateInput
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.batches import (
    BatchesView,
    BatchView,
    DownloadView,
    LinesView,
    batch_view,
    batches_view,
    download_view,
    lines_view,
)

resource = Resource("Remises de prélèvement")


@resource.get("/batches", Action.READ, "Les remises, de la plus récente date à la plus ancienne")
def list_batches(
    asking: Asker,
    state: BatchState | None = None,
    due_from: Day | None = None,
    due_to: Day | None = None,
    number: OptionalCode = "",
    offset: Offset = 0,
    limit: Limit = DEFAULT_PAGE,
) -> BatchesView:
    listed = asking.store.batches.listed(
        due_from.isoformat() if due_from else "", due_to.isoformat() if due_to else "~"
    )
    wanted = number.upper()
    found = (
        batch
        for batch in listed
        if state in {None, batch.state} and (not wanted or wanted in batch.number.upper())
    )
    return batches_view(list(islice(found, offset, offset + limit + 1)), limit, asking)


@resource.get("/batches/{batch_id}", Action.READ, "Une remise")
def get_batch(asking: Asker, batch_id: Id) -> BatchView:
    return batch_view(asking.store.batches.get(batch_id), asking)


@resource.get("/batches/{batch_id}/lines", Action.READ, "Les lignes d’une remise, page par page")
def list_lines(asking: Asker, batch_id: Id, offset: Offset = 0, limit: Limit = DEFAULT_PAGE) -> LinesView:
    batch = asking.store.batches.get(batch_id)
    return lines_view(_lines(asking.store, batch, offset, limit), batch.count)


@resource.post(
    "/batches/{batch_id}/generate",
    Action.GENERATE_FILE,
    "Générer le fichier bancaire",
    HTTPStatus.ACCEPTED,
)
def generate_file(asking: Asker, batch_id: Id, body: GenerateInput) -> BatchView:
    return batch_view(request_generation(asking.store, asking.member, batch_id, body.version), asking)


@resource.post(
    "/batches/{batch_id}/download", Action.DOWNLOAD_FILE, "Télécharger le fichier bancaire", HTTPStatus.OK
)
def download_file(asking: Asker, batch_id: Id) -> DownloadView:
    return download_view(download(asking.store, asking.member, batch_id))


@resource.delete(
    "/batches/{batch_id}", Action.DELETE_BATCH, "Supprimer une remise en attente", HTTPStatus.ACCEPTED
)
def delete_batch(asking: Asker, batch_id: Id, version: QueryVersion) -> BatchView:
    return batch_view(request_deletion(asking.store, asking.member, batch_id, version), asking)


def _lines(store: SchoolStore, batch: Batch, offset: int, limit: int) -> Iterator[tuple[Chunk, Line]]:
    first, end = offset // LINES_PER_CHUNK, -(-(offset + limit) // LINES_PER_CHUNK)
    for chunk in store.batches.chunks(batch.id, range(first, min(end, batch.chunks))):
        for line in chunk.lines:
            if offset <= line.position < offset + limit:
                yield chunk, line
