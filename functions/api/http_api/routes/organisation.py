"""The school as creditor."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.domain.errors import VersionConflict
from http_api.asking import Asker
from http_api.inputs.organisation import OrganisationInput, RemittanceRule
from http_api.routing import Resource
from http_api.views.organisation import (
    OrganisationView,
    RemittanceTextView,
    organisation_view,
    remittance_text_view,
)

resource = Resource("Organisation")


@resource.get("/organisation", Action.READ, "L’organisation créancière")
def get_organisation(asking: Asker) -> OrganisationView:
    return organisation_view(asking.store.registry.organisation(), asking)


@resource.put("/organisation", Action.EDIT_SETTINGS, "Modifier l’organisation créancière")
def put_organisation(asking: Asker, body: OrganisationInput) -> OrganisationView:
    registry = asking.store.registry
    before = registry.organisation()
    if before.revision != body.revision:
        raise VersionConflict
    registry.put_organisation(body.written_over(before.value), body.revision, asking.member.username)
    return organisation_view(registry.organisation(), asking)


@resource.get("/organisation/remittance-preview", Action.READ, "Un libellé de prélèvement, sur un exemple")
def preview_remittance_rule(asking: Asker, rule: RemittanceRule) -> RemittanceTextView:
    return remittance_text_view(rule)
