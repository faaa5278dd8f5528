"""The wizard: general information, criteria, recap, registration."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.drafts import Draft
from diapason.workflows import drafting, registering
from diapason.workflows.confirming import confirmations_of
from diapason.workflows.draft_table import ground_of
from diapason.workflows.draft_view import recap
from http_api.asking import Asker, Asking
from http_api.fields import Id, QueryVersion
from http_api.inputs.drafts import CriteriaInput, GeneralInput, GeneralUpdate, ValidateInput, VersionInput
from http_api.routing import Resource
from http_api.views.drafts import DraftsView, DraftView, RecapView, draft_view, drafts_view, recap_view

resource = Resource("Remises en préparation")


@resource.get("/drafts", Action.READ, "Les remises en préparation")
def list_drafts(asking: Asker) -> DraftsView:
    return drafts_view(list(asking.store.drafts.listed()), asking)


@resource.post("/drafts", Action.PREPARE_BATCHES, "Commencer une remise", HTTPStatus.CREATED)
def create_draft(asking: Asker, body: GeneralInput) -> DraftView:
    return shown(asking, drafting.create_draft(asking.store, asking.member, body.general()))


@resource.get("/drafts/{draft_id}", Action.READ, "Une remise en préparation")
def get_draft(asking: Asker, draft_id: Id) -> DraftView:
    return shown(asking, asking.store.drafts.get(draft_id))


@resource.put("/drafts/{draft_id}/general", Action.PREPARE_BATCHES, "Étape 1 : informations générales")
def put_general(asking: Asker, draft_id: Id, body: GeneralUpdate) -> DraftView:
    draft = drafting.set_general(asking.store, asking.member, draft_id, body.version, body.general())
    return shown(asking, draft)


@resource.put("/drafts/{draft_id}/criteria", Action.PREPARE_BATCHES, "Étape 2 : critères de sélection")
def put_criteria(asking: Asker, draft_id: Id, body: CriteriaInput) -> DraftView:
    draft = drafting.select(asking.store, asking.member, draft_id, body.version, body.criteria())
    return shown(asking, draft)


@resource.post(
    "/drafts/{draft_id}/refresh", Action.PREPARE_BATCHES, "Reprendre ce qui a changé", HTTPStatus.OK
)
def refresh_draft(asking: Asker, draft_id: Id, body: VersionInput) -> DraftView:
    return shown(asking, drafting.refresh(asking.store, asking.member, draft_id, body.version))


@resource.get("/drafts/{draft_id}/recap", Action.READ, "Étape 4 : récapitulatif par date")
def get_recap(asking: Asker, draft_id: Id) -> RecapView:
    draft = asking.store.drafts.get(draft_id)
    totals = recap(asking.store, draft)
    account = ground_of(asking.store, draft).account
    to_confirm = confirmations_of(asking.store, draft, totals)
    return recap_view(shown(asking, draft), totals, account, to_confirm)


@resource.post(
    "/drafts/{draft_id}/validate",
    Action.REGISTER_BATCHES,
    "Valider : enregistrer une remise par date",
    HTTPStatus.ACCEPTED,
)
def validate_draft(asking: Asker, draft_id: Id, body: ValidateInput) -> DraftView:
    draft = registering.validate(
        asking.store,
        asking.member,
        draft_id,
        body.version,
        body.request_key,
        body.count,
        body.total_cents,
        body.confirmed,
    )
    return shown(asking, draft)


@resource.delete(
    "/drafts/{draft_id}",
    Action.PREPARE_BATCHES,
    "Abandonner une remise en préparation",
    HTTPStatus.OK,
)
def delete_draft(asking: Asker, draft_id: Id, version: QueryVersion) -> DraftView:
    drafting.abandon(asking.store, asking.member, draft_id, version)
    return shown(asking, asking.store.drafts.get(draft_id))


def shown(asking: Asking, draft: Draft) -> DraftView:
    """The draft with what blocks it as a whole, and how far its registration is."""
    creditor = ground_of(asking.store, draft).anomalies_of_creditor()
    return draft_view(draft, creditor, asking.store.drafts.progress(draft), asking)
