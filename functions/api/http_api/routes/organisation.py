"""The school as creditor."""

from __future__ import annotations

from diapason.access.decisions import Action
from http_api.asking import Asker
from http_api.inputs.settings import OrganisationInput
from http_api.routing import Resource
from http_api.views.settings import OrganisationView, organisation_view

resource = Resource("Organisation")


@resource.get("/organisation", Action.READ, "L’organisation créancière")
def get_organisation(asking: Asker) -> OrganisationView:
    return organisation_view(asking.store.registry.organisation(), asking)


@resource.put("/organisation", Action.EDIT_SETTINGS, "Modifier l’organisation créancière")
def put_organisation(asking: Asker, body: OrganisationInput) -> OrganisationView:
    registry = asking.store.registry
    registry.put_organisation(body.organisation(), body.revision, asking.member.username)
    return organisation_view(registry.organisation(), asking)
