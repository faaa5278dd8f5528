"""The platform: schools and their options."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.workflows.options import switch_direct_debit
from http_api.asking import PlatformAsker
from http_api.fields import Id
from http_api.inputs.platform import OptionInput
from http_api.routing import Resource
from http_api.views.platform import (
    PlatformMeView,
    PlatformSchoolsView,
    PlatformSchoolView,
    platform_me_view,
    platform_school_view,
    platform_schools_view,
)

resource = Resource("Plateforme")


@resource.get("/platform/me", Action.READ_SCHOOLS, "La personne connectée, de la plateforme")
def get_platform_me(asking: PlatformAsker) -> PlatformMeView:
    return platform_me_view(asking.identity.username)


@resource.get("/platform/schools", Action.READ_SCHOOLS, "Les établissements et leurs options")
def list_schools(asking: PlatformAsker) -> PlatformSchoolsView:
    return platform_schools_view(asking.platform.schools())


@resource.put(
    "/platform/schools/{school_id}/direct-debit",
    Action.SWITCH_OPTIONS,
    "Activer ou arrêter l’option prélèvement d’un établissement",
)
def put_direct_debit(asking: PlatformAsker, school_id: Id, body: OptionInput) -> PlatformSchoolView:
    return platform_school_view(
        switch_direct_debit(
            asking.platform,
            asking.identity.who,
            school_id,
            body.revision,
            active=body.active,
            since=body.since,
            reason=body.reason,
        )
    )
