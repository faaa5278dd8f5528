"""The people of the school."""

from __future__ import annotations

from http import HTTPStatus

from diapason.access.decisions import Action
from diapason.domain.errors import VersionConflict
from diapason.workflows import memberships
from http_api.asking import Asker
from http_api.fields import Id, QueryRevision
from http_api.inputs.members import InvitationInput, MemberUpdate, ReopenInput
from http_api.routing import Resource
from http_api.views.members import MembersView, MemberView, member_view, members_view

resource = Resource("Membres")


@resource.get("/members", Action.READ, "Les membres de l’établissement")
def list_members(asking: Asker) -> MembersView:
    return members_view(asking.store.members.listed(), asking)


@resource.post("/members", Action.EDIT_MEMBERS, "Inviter une personne", HTTPStatus.CREATED)
def invite_member(asking: Asker, body: InvitationInput) -> MemberView:
    return member_view(memberships.invite(asking.store, asking.member, body.invitation()), asking)


@resource.get("/members/{username}", Action.READ, "Un membre")
def get_member(asking: Asker, username: Id) -> MemberView:
    return member_view(asking.store.members.get(username), asking)


@resource.put("/members/{username}", Action.EDIT_MEMBERS, "Modifier le nom, le rôle et les permissions")
def put_member(asking: Asker, username: Id, body: MemberUpdate) -> MemberView:
    seen = asking.store.members.get(username)
    if seen.revision != body.revision:
        raise VersionConflict
    changed = memberships.change(
        asking.store, asking.member, seen, body.name, body.role, frozenset(body.permissions)
    )
    return member_view(changed, asking)


@resource.delete("/members/{username}", Action.EDIT_MEMBERS, "Fermer l’accès d’un membre", HTTPStatus.OK)
def withdraw_member(asking: Asker, username: Id, revision: QueryRevision) -> MemberView:
    return member_view(memberships.withdraw(asking.store, asking.member, username, revision), asking)


@resource.post(
    "/members/{username}/reopen", Action.EDIT_MEMBERS, "Rouvrir l’accès d’un membre", HTTPStatus.OK
)
def reopen_member(asking: Asker, username: Id, body: ReopenInput) -> MemberView:
    return member_view(memberships.reopen(asking.store, asking.member, username, body.revision), asking)


@resource.post(
    "/members/{username}/invitation",
    Action.EDIT_MEMBERS,
    "Renvoyer l’invitation, avec un nouveau mot de passe provisoire",
    HTTPStatus.OK,
)
def send_invitation_again(asking: Asker, username: Id) -> MemberView:
    return member_view(memberships.send_invitation_again(asking.store, asking.member, username), asking)
