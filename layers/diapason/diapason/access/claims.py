"""From the claims that the gateway verified to the one school they belong to, or to the platform.

API Gateway's JWT authorizer has checked signature, issuer, client and expiry. What is left to check here:
that it is an access token (an HTTP API accepts id tokens too), and that the person belongs to one group.
A school is a Cognito group, named by the school's id; ``platform`` is the group of the platform's people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diapason.domain.errors import NotAllowed
from diapason.domain.members import PLATFORM


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person and the school that their membership names."""

    username: str
    school_id: str


@dataclass(frozen=True, slots=True)
class PlatformIdentity:
    """A signed-in person of the platform, who belongs to no school."""

    username: str

    @property
    def realm(self) -> str:
        return PLATFORM

    @property
    def who(self) -> str:
        """How a school's journal names them: they are none of its members."""
        return f"{PLATFORM}:{self.username}"


def identity_of(claims: Mapping[str, object]) -> Identity | PlatformIdentity:
    """Raises NotAllowed for an id token, a missing name, and for none or several groups."""
    if claims.get("token_use") != "access":
        raise NotAllowed("Ce jeton ne donne pas accès : reconnectez-vous.")
    username = str(claims.get("username") or "")
    groups = _groups(claims.get("cognito:groups"))
    if not username or len(groups) != 1:
        raise NotAllowed("Votre compte n’est rattaché à aucun établissement : prévenez l’assistance.")
    if groups == [PLATFORM]:
        return PlatformIdentity(username)
    return Identity(username=username, school_id=groups[0])


def _groups(claim: object) -> list[str]:
    """An HTTP API hands a list over as ``[a b]``."""
    return claim.strip("[]").replace(",", " ").split() if isinstance(claim, str) else []
