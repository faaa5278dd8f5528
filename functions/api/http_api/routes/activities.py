"""What invoices are for."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.errors import AlreadyExists, VersionConflict
from http_api.asking import Asker
from http_api.inputs.settings import ActivityInput
from http_api.routing import Resource
from http_api.views.settings import ActivitiesView, ActivityView, activities_view, activity_view

resource = Resource("Activités")


@resource.get("/activities", Action.READ, "Les activités")
def list_activities(asking: Asker) -> ActivitiesView:
    return activities_view(asking.store.registry.activities())


@resource.post("/activities", Action.EDIT_SETTINGS, "Ajouter une activité", HTTPStatus.CREATED)
def create_activity(asking: Asker, body: ActivityInput) -> ActivityView:
    try:
        asking.store.registry.put_activity(body.activity(), None, asking.member.username)
    except VersionConflict:
        raise AlreadyExists(f"L’activité « {body.code} » existe déjà : choisissez un autre code.") from None
    return activity_view(body.activity())
