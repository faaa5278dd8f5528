"""What invoices are for."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.errors import AlreadyExists, VersionConflict
from http_api.asking import Asker
from http_api.fields import Id
from http_api.inputs.activities import ActivityInput, ActivityUpdate
from http_api.routing import Resource
from http_api.views.activities import ActivitiesView, ActivityView, activities_view, activity_view

resource = Resource("Activités")


@resource.get("/activities", Action.READ, "Les activités")
def list_activities(asking: Asker) -> ActivitiesView:
    return activities_view(asking.store.registry.versioned_activities(), asking)


@resource.post("/activities", Action.EDIT_SETTINGS, "Ajouter une activité", HTTPStatus.CREATED)
def create_activity(asking: Asker, body: ActivityInput) -> ActivityView:
    registry, activity = asking.store.registry, body.activity()
    try:
        registry.put_activity(activity, None, asking.member.username)
    except VersionConflict:
        raise AlreadyExists(f"L’activité « {body.code} » existe déjà : choisissez un autre code.") from None
    return activity_view(registry.activity(activity.code), asking)


@resource.put("/activities/{activity_id}", Action.EDIT_SETTINGS, "Renommer, clore ou rouvrir une activité")
def put_activity(asking: Asker, activity_id: Id, body: ActivityUpdate) -> ActivityView:
    registry = asking.store.registry
    activity = body.activity(registry.activity_of_id(activity_id).value.code)
    registry.put_activity(activity, body.revision, asking.member.username)
    return activity_view(registry.activity(activity.code), asking)
