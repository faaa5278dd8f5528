"""From the claims that the gateway verified to the one school they belong to.

API Gateway's JWT authorizer has checked signature, issuer, client and expiry. What is left to check here:
that it is an access token (an HTTP API accepts id tokens too), and that the person belongs to one school.
A school is a Cognito group; only the platform puts a person into a group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diapason.domain.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person and the school that their membership names."""

    username: str
    school_id: str


def identity_of(claims: Mapping[str, object]) -> Identity:
    """Raises NotAllowed for an id token, a missing name, and for none or several schools."""
    if claims.get("token_use") != "access":
        raise NotAllowed("Ce jeton ne donne pas accès : reconnectez-vous.")
    username = str(claims.get("username") or "")
    groups = _groups(claims.get("cognito:groups"))
    if not username or len(groups) != 1:
        raise NotAllowed("Votre compte n’est rattaché à aucun établissement : prévenez l’assistance.")
    return Identity(username=username, school_id=groups[0])


def _groups(claim: object) -> list[str]:
    """An HTTP API hands a list over as ``[a b]``."""
    return claim.strip("[]").replace(",", " ").split() if isinstance(claim, str) else []
