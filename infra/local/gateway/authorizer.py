"""The JWT authorizer of an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: the signature (RSA
only), `kid`, `iss`, `aud` or else `client_id`, `exp`, `nbf`, `iat`. It takes a Cognito id token as readily as
an access token: telling them apart (`token_use`) is the application's part.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

ALGORITHMS = ["RS256"]
REFRESH_SECONDS = 10.0
FETCH_TIMEOUT_SECONDS = 1.5


class UnauthorizedError(Exception):
    """No token, or one that the authorizer does not accept. The message tells why, without the token."""


class Keys(Protocol):
    def key(self, key_id: str) -> Any:
        """The public key with this id. Raises UnauthorizedError."""


class PublishedKeys:
    """The keys that the user pool publishes, read again for an unknown id, but not without pause."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, Any] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def key(self, key_id: str) -> Any:
        with self._lock:
            if key_id not in self._keys and time.monotonic() - self._read_at > REFRESH_SECONDS:
                self._keys = self._read()
                self._read_at = time.monotonic()
            try:
                return self._keys[key_id]
            except KeyError:
                raise UnauthorizedError("unknown key") from None

    def _read(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(self._url, timeout=FETCH_TIMEOUT_SECONDS) as answer:  # noqa: S310 - ours
                published = jwt.PyJWKSet.from_dict(json.load(answer))
        except OSError as unreachable:
            raise UnauthorizedError(f"the keys cannot be read: {unreachable}") from None
        return {key.key_id: key.key for key in published.keys if key.key_id}


@dataclass(frozen=True)
class JwtAuthorizer:
    """Accepts tokens of one issuer for the given audience (for Cognito: app client ids)."""

    issuer: str
    audience: Sequence[str]
    keys: Keys

    def claims(self, authorization: str | None) -> Mapping[str, Any]:
        """The claims of a valid token, from an Authorization header. Raises UnauthorizedError."""
        token = _token(authorization)
        try:
            key = self.keys.key(_key_id(token))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self.issuer,
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except jwt.PyJWTError as refused:
            raise UnauthorizedError(str(refused)) from None
        self._check_audience(claims)
        return claims

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        """`client_id` counts only where `aud` is absent."""
        named = claims["aud"] if "aud" in claims else claims.get("client_id")
        if not set(named if isinstance(named, list) else [named]) & set(self.audience):
            raise UnauthorizedError("the token is for another client")


def _token(authorization: str | None) -> str:
    if not authorization:
        raise UnauthorizedError("no token")
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else authorization.strip()


def _key_id(token: str) -> str:
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise UnauthorizedError("algorithm not allowed")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise UnauthorizedError("no key id")
    return key_id
