"""The people of the school."""

from __future__ import annotations

from diapason.access.decisions import Action
from http_api.asking import Asker
from http_api.routing import Resource
from http_api.views.settings import MembersView, members_view

resource = Resource("Membres")


@resource.get("/members", Action.READ, "Les membres de l’établissement")
def list_members(asking: Asker) -> MembersView:
    return members_view(asking.store.registry.members())
