"""Requests about the people of a school."""

from __future__ import annotations

from typing import Annotated

from annotated_types import MaxLen

from diapason.domain.members import Permission, Role
from diapason.workflows.memberships import Invitation
from http_api.fields import Input, Name, Revision, SignInEmail

Permissions = Annotated[tuple[Permission, ...], MaxLen(len(Permission))]


class InvitationInput(Input):
    """Personne invitée dans l’établissement."""

    email: SignInEmail
    name: Name
    role: Role
    permissions: Permissions = ()

    def invitation(self) -> Invitation:
        return Invitation(self.email, self.name, self.role, frozenset(self.permissions))


class MemberUpdate(Input):
    """Membre, modifié."""

    revision: Revision
    name: Name
    role: Role
    permissions: Permissions


class ReopenInput(Input):
    """Accès d’un membre, à rouvrir."""

    revision: Revision
