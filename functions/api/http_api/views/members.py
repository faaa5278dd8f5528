"""The people of a school, and the person who is asking, as the page receives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from diapason.access.decisions import Action
from diapason.domain.creditor import School
from diapason.domain.members import MEMBER, Member, MemberEvent, MemberState, Permission, Role
from diapason.store.versioned import Versioned
from http_api.asking import Asking
from http_api.fields import View
from http_api.words import words_of


class SchoolView(View):
    """L’établissement."""

    id: str
    name: str
    direct_debit: bool


class PersonView(View):
    """La personne connectée."""

    username: str
    name: str
    email: str
    role: Role
    role_words: str
    permissions: list[Permission]
    permissions_words: list[str]


class MeView(View):
    """La personne connectée, son établissement et ce qu’elle peut faire."""

    member: PersonView
    school: SchoolView
    actions: list[Action]


class MemberView(PersonView):
    """Un membre de l’établissement."""

    revision: int
    state: MemberState
    state_words: str
    since: datetime | None
    editable: bool
    withdrawable: bool
    reopenable: bool


class MembersView(View):
    """Les membres de l’établissement, ceux dont l’accès est fermé aussi."""

    members: list[MemberView]
    invitable: bool


def me_view(asking: Asking, school: School) -> MeView:
    return MeView(
        member=PersonView(**_person(asking.member)),
        school=SchoolView(id=school.id, name=school.name, direct_debit=school.direct_debit),
        actions=[action for action in Action if asking.may(action)],
    )


def member_view(found: Versioned[Member], asking: Asking) -> MemberView:
    member = found.value
    may_edit = asking.may(Action.EDIT_MEMBERS)
    return MemberView(
        **_person(member),
        revision=found.revision,
        state=member.state,
        state_words=words_of(member.state),
        since=member.since,
        editable=may_edit and MEMBER.allows(member.state, MemberEvent.CHANGE),
        withdrawable=may_edit
        and MEMBER.allows(member.state, MemberEvent.WITHDRAW)
        and member.username != asking.member.username,
        reopenable=may_edit and MEMBER.allows(member.state, MemberEvent.REOPEN),
    )


def members_view(found: list[Versioned[Member]], asking: Asking) -> MembersView:
    """By name; those whose access is closed come last."""
    ordered = sorted(
        found, key=lambda one: (one.value.state is MemberState.CLOSED, one.value.name.casefold())
    )
    return MembersView(
        members=[member_view(one, asking) for one in ordered], invitable=asking.may(Action.EDIT_MEMBERS)
    )


def _person(member: Member) -> dict[str, Any]:
    permissions = sorted(member.permissions)
    return {
        "username": member.username,
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "role_words": words_of(member.role),
        "permissions": permissions,
        "permissions_words": [words_of(permission) for permission in permissions],
    }
