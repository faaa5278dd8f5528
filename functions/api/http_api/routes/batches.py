"""Registered batches, their lines and their bank files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from diapason.access.decisions import Action
from diapason.domain.batch_search import BatchCriteria, BatchSort, sorted_batches
from diapason.domain.batches import LINES_PER_CHUNK, Batch, BatchState, Chunk, Collection
from diapason.domain.errors import FieldError, InvalidInput
from diapason.store.house import SchoolStore
from diapason.workflows.cancelling import (
    attest_cancellation,
    request_cancellation,
    withdraw_cancellation,
)
from diapason.workflows.depositing import record_deposit
from diapason.workflows.downloading import download
from diapason.workflows.generating import request_generation
from diapason.workflows.releasing import request_deletion
from http_api.asking import Asker
from http_api.fields import (
    Day,
    ExternalNumber,
    Id,
    Limit,
    Offset,
    OptionalCode,
    QueryCents,
    QueryVersion,
    Search,
)
from http_api.inputs.batches import CancelInput, GenerateInput, VersionInput
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.attachments import AttachmentsView, attachments_view
from http_api.views.batch_lines import LinesView, lines_view
from http_api.views.batches import (
    BatchesView,
    BatchView,
    DownloadView,
    batch_view,
    batches_view,
    download_view,
)

resource = Resource("Remises de prélèvement")


@resource.get("/batches", Action.READ, "Chercher des remises, par tous leurs champs")
def list_batches(
    asking: Asker,
    state: Annotated[list[BatchState] | None, Query()] = None,
    due_from: Day | None = None,
    due_to: Day | None = None,
    created_from: Day | None = None,
    created_to: Day | None = None,
    number: OptionalCode = "",
    external_number: ExternalNumber = "",
    comment: Search = "",
    message_id: OptionalCode = "",
    amount: QueryCents | None = None,
    amount_min: QueryCents | None = None,
    amount_max: QueryCents | None = None,
    account_id: Id | None = None,
    created_by: Id | None = None,
    sort: BatchSort = BatchSort.COLLECTION_DATE,
    descending: bool = True,
    offset: Offset = 0,
    limit: Limit = DEFAULT_PAGE,
) -> BatchesView:
    """``amount`` is exact; it goes with no other bound."""
    if amount is not None and (amount_min is not None or amount_max is not None):
        words = "Indiquez un montant exact, ou un minimum et un maximum."
        raise InvalidInput([FieldError("amount", "exclusive", words)])
    criteria = BatchCriteria(
        states=frozenset(state or ()),
        collected_from=due_from or date.min,
        collected_to=due_to or date.max,
        created_from=created_from or date.min,
        created_to=created_to or date.max,
        number=number,
        external_number=external_number,
        comment=comment,
        message_id=message_id,
        amount_min=amount if amount is not None else amount_min or 0,
        amount_max=amount if amount is not None else amount_max,
        account_id=account_id or "",
        created_by=created_by or "",
    )
    listed = asking.store.batches.listed(
        due_from.isoformat() if due_from else "", due_to.isoformat() if due_to else "~"
    )
    found = sorted_batches(filter(criteria.match, listed), sort, descending=descending)
    return batches_view(found, offset, limit, asking)


@resource.get("/batches/{batch_id}", Action.READ, "Une remise")
def get_batch(asking: Asker, batch_id: Id) -> BatchView:
    return batch_view(asking.store.batches.get(batch_id), asking)


@resource.get("/batches/{batch_id}/lines", Action.READ, "Les lignes d’une remise, page par page")
def list_lines(asking: Asker, batch_id: Id, offset: Offset = 0, limit: Limit = DEFAULT_PAGE) -> LinesView:
    batch = asking.store.batches.get(batch_id)
    return lines_view(batch, _lines(asking.store, batch, offset, limit))


@resource.get("/batches/{batch_id}/attachments", Action.READ, "Les pièces jointes d’une remise")
def list_attachments(asking: Asker, batch_id: Id) -> AttachmentsView:
    batch = asking.store.batches.get(batch_id)
    hand_outs = asking.store.journal_pages.events_of(f"batch-{batch.id}", "handed-out")
    return attachments_view(batch, hand_outs, asking)


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


@resource.post(
    "/batches/{batch_id}/deposit",
    Action.RECORD_DEPOSIT,
    "Enregistrer le dépôt du fichier à la banque",
    HTTPStatus.OK,
)
def deposit_batch(asking: Asker, batch_id: Id, body: VersionInput) -> BatchView:
    return batch_view(record_deposit(asking.store, asking.member, batch_id, body.version), asking)


@resource.post(
    "/batches/{batch_id}/cancel", Action.CANCEL_BATCH, "Annuler une remise générée", HTTPStatus.ACCEPTED
)
def cancel_batch(asking: Asker, batch_id: Id, body: CancelInput) -> BatchView:
    """With an attestation as its ground, the cancel waits for a second person."""
    asked = request_cancellation(asking.store, asking.member, batch_id, body.version, body.request())
    return batch_view(asked, asking)


@resource.post(
    "/batches/{batch_id}/cancel/attest",
    Action.ATTEST_CANCELLATION,
    "Attester, en seconde personne, que la banque n’a pas exécuté le fichier",
    HTTPStatus.ACCEPTED,
)
def attest_batch_cancellation(asking: Asker, batch_id: Id, body: VersionInput) -> BatchView:
    return batch_view(attest_cancellation(asking.store, asking.member, batch_id, body.version), asking)


@resource.post(
    "/batches/{batch_id}/cancel/withdraw",
    Action.WITHDRAW_CANCELLATION,
    "Retirer une demande d’annulation",
    HTTPStatus.OK,
)
def withdraw_batch_cancellation(asking: Asker, batch_id: Id, body: VersionInput) -> BatchView:
    return batch_view(withdraw_cancellation(asking.store, asking.member, batch_id, body.version), asking)


def _lines(store: SchoolStore, batch: Batch, offset: int, limit: int) -> Iterator[tuple[Chunk, Collection]]:
    first, end = offset // LINES_PER_CHUNK, -(-(offset + limit) // LINES_PER_CHUNK)
    for chunk in store.batches.chunks(batch.id, range(first, min(end, batch.chunks))):
        for collection in chunk.collections():
            if offset <= collection.line.position < offset + limit:
                yield chunk, collection
