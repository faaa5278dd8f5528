"""Who belongs to a school: inviting, changing, withdrawing, opening again.

A membership stands in two places, the school's record and the account's group in the user pool, and both
must say yes: the record is asked at every request, the group is in the token. So the order is: reserve the
address, make the account, write the record, join the group last; and to withdraw, close the record first.
Each step finds done what is done, so that a request that was cut off is simply made again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from diapason.domain.errors import AlreadyExists, FieldError, InvalidInput, StateRefused, VersionConflict
from diapason.domain.members import (
    MEMBER,
    Member,
    MemberEvent,
    MemberState,
    Permission,
    Role,
    check_permissions,
)
from diapason.store.accounts import AddressNotAccepted, AlreadySignedIn
from diapason.store.house import SchoolStore
from diapason.store.members import AddressTaken
from diapason.store.versioned import Versioned

ADDRESS_REFUSED = (
    "Cette adresse ne peut pas être invitée : vérifiez-la, ou demandez-en une autre à la personne. "
    "Si elle est exacte, prévenez l’assistance."
)
"""One sentence for all: it does not tell whether the address signs in somewhere else."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom an administrator invites; ``email`` is normalised."""

    email: str
    name: str
    role: Role
    permissions: frozenset[Permission]


def invite(store: SchoolStore, by: Member, invitation: Invitation) -> Versioned[Member]:
    """Makes the account and the member; the same invitation again gives the same member.

    Raises InvalidInput, AlreadyExists for a member who is otherwise than invited, and StateRefused for one
    whose access is closed.
    """
    check_permissions(invitation.role, invitation.permissions)
    standing = _member_at(store, invitation.email)
    if standing is None:
        _admit(store, by, invitation)
        standing = _member_at(store, invitation.email)
        assert standing is not None, "a member who was admitted stands"
    member = standing.value
    if member.state is MemberState.CLOSED:
        raise StateRefused(
            "Cette personne a déjà été membre de l’établissement : rouvrez son accès depuis sa fiche."
        )
    followed = follow_record(store, member.username)
    if (member.name, member.role, member.permissions) != (
        invitation.name,
        invitation.role,
        invitation.permissions,
    ):
        raise AlreadyExists(
            "Cette personne est déjà membre de l’établissement : modifiez sa fiche plutôt que de l’inviter."
        )
    return followed


def change(
    store: SchoolStore,
    by: Member,
    seen: Versioned[Member],
    name: str,
    role: Role,
    permissions: frozenset[Permission],
) -> Versioned[Member]:
    """Writes over the revision that was read; raises InvalidInput, StateRefused, VersionConflict."""
    check_permissions(role, permissions)
    state = MEMBER.after(seen.value.state, MemberEvent.CHANGE)
    changed = replace(seen.value, name=name, role=role, permissions=permissions, state=state)
    store.members.replace(seen, changed, by.username, "member-changed")
    return store.members.get(changed.username)


def withdraw(store: SchoolStore, by: Member, username: str, revision: int) -> Versioned[Member]:
    """Closes the access; a member who is out already stays out.

    Raises StateRefused for oneself and for the last holder of an office, VersionConflict.
    """
    seen = store.members.get(username)
    if username == by.username:
        raise StateRefused(
            "Vous ne pouvez pas vous retirer vous-même : demandez-le à un autre administrateur."
        )
    if seen.value.state is not MemberState.CLOSED:
        _move(store, by, seen, revision, MemberEvent.WITHDRAW, "member-withdrawn")
    return follow_record(store, username)


def reopen(store: SchoolStore, by: Member, username: str, revision: int) -> Versioned[Member]:
    """Opens a closed access again; one that is open stays so. Raises StateRefused, VersionConflict."""
    seen = store.members.get(username)
    if seen.value.state is not MemberState.ACTIVE:
        try:
            _move(store, by, seen, revision, MemberEvent.REOPEN, "member-reopened")
        except AddressTaken:
            raise StateRefused(
                "Cet accès ne peut pas être rouvert : invitez la personne avec une autre adresse, "
                "ou prévenez l’assistance."
            ) from None
    return follow_record(store, username)


def send_invitation_again(store: SchoolStore, by: Member, username: str) -> Versioned[Member]:
    """A new first password by mail, for whoever let the first one lapse; raises StateRefused."""
    seen = store.members.get(username)
    MEMBER.after(seen.value.state, MemberEvent.CHANGE)
    try:
        store.accounts.invite_again(seen.value.email)
    except AlreadySignedIn:
        raise StateRefused(
            "Cette personne s’est déjà connectée : elle peut demander un nouveau mot de passe "
            "depuis l’écran de connexion."
        ) from None
    store.members.record_invitation_mail(seen.value, by.username)
    return seen


def follow_record(store: SchoolStore, username: str) -> Versioned[Member]:
    """Brings the account's group to what the record says, again if the record changed meanwhile: of two who
    withdraw and reopen at once, the last to come here sees the end of both."""
    while True:
        seen = store.members.get(username)
        if seen.value.state is MemberState.ACTIVE:
            store.accounts.join(username)
        else:
            store.accounts.leave(username)
        if store.members.get(username).revision == seen.revision:
            return seen


def _admit(store: SchoolStore, by: Member, invitation: Invitation) -> None:
    try:
        store.members.reserve(invitation.email, by.username)
        username = store.accounts.opened(invitation.email)
        if store.accounts.belongs_elsewhere(username):
            raise AddressTaken
        member = Member(
            username=username,
            school_id=store.keys.school_id,
            name=invitation.name,
            role=invitation.role,
            permissions=invitation.permissions,
            email=invitation.email,
            since=store.clock.now(),
        )
        store.members.admit(member, by.username)
    except (AddressTaken, AddressNotAccepted):
        raise InvalidInput([FieldError("email", "address_refused", ADDRESS_REFUSED)]) from None
    except VersionConflict:
        return  # another request with this invitation was ahead: its record is as good


def _member_at(store: SchoolStore, email: str) -> Versioned[Member] | None:
    return next((found for found in store.members.listed() if found.value.email == email), None)


def _move(
    store: SchoolStore,
    by: Member,
    seen: Versioned[Member],
    revision: int,
    event: MemberEvent,
    journal_event: str,
) -> None:
    if seen.revision != revision:
        raise VersionConflict
    state = MEMBER.after(seen.value.state, event)
    changed = replace(seen.value, state=state, since=store.clock.now())
    store.members.replace(seen, changed, by.username, journal_event)
