"""The person who is asking."""

from __future__ import annotations

from diapason.access.decisions import Action
from http_api.asking import Asker
from http_api.routing import Resource
from http_api.views.members import MeView, me_view

resource = Resource("Session")


@resource.get("/me", Action.READ, "La personne connectée et ce qu’elle peut faire")
def get_me(asking: Asker) -> MeView:
    return me_view(asking, asking.store.registry.school())
