"""Which tokens the HTTP API's authorizer takes: a matrix of forged, foreign and stale ones."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from infra.local.gateway.authorizer import JwtAuthorizer, PublishedKeys, UnauthorizedError
from infra.local.processes import free_port

ISSUER = "https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_pool"
CLIENT = "page-client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


class OneKey:
    def key(self, key_id: str) -> Any:
        if key_id != "k-1":
            raise UnauthorizedError("unknown key")
        return KEY.public_key()


AUTHORIZER = JwtAuthorizer(ISSUER, [CLIENT], OneKey())


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "sub": "s-1",
        "iss": ISSUER,
        "client_id": CLIENT,
        "token_use": "access",
        "cognito:groups": ["ecole-demo"],
        "iat": now - 10,
        "exp": now + 600,
        **changes,
    }


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in claims().items() if key != name}


def signed(payload: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256", **headers: Any) -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers={"kid": "k-1", **headers})


def segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    return f"{segment({'alg': algorithm, 'kid': 'k-1'})}.{segment(claims())}."


def hmac_with_the_public_key() -> str:
    content = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': 'k-1'})}.{segment(claims())}"
    digest = hmac.new(PUBLIC_PEM, content.encode(), hashlib.sha256).digest()
    return f"{content}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_altered_payload() -> str:
    header, _, signature = signed(claims()).split(".")
    return f"{header}.{segment(claims(**{'cognito:groups': ['ecole-voisine']}))}.{signature}"


def with_altered_signature() -> str:
    token = signed(claims())
    return token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BBBBBBBB")


REFUSED: dict[str, Callable[[], str | None]] = {
    "no header": lambda: None,
    "empty header": lambda: "",
    "scheme only": lambda: "Bearer",
    "another scheme": lambda: "Basic " + signed(claims()),
    "not a token": lambda: "Bearer abc",
    "two segments": lambda: "Bearer a.b",
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg RS256 without signature": lambda: unsigned("RS256"),
    "HS256 with the public key": hmac_with_the_public_key,
    "RS512": lambda: signed(claims(), algorithm="RS512"),
    "PS256": lambda: signed(claims(), algorithm="PS256"),
    "ES256": lambda: signed(claims(), key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
    "another key": lambda: signed(claims(), key=OTHER_KEY),
    "another key, named by jwk": lambda: signed(
        claims(), key=OTHER_KEY, jwk=json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key()))
    ),
    "another key, named by jku": lambda: signed(claims(), key=OTHER_KEY, jku="http://127.0.0.1:9/jwks.json"),
    "unknown kid": lambda: signed(claims(), kid="k-2"),
    "kid of a wrong type": lambda: f"{segment({'alg': 'RS256', 'kid': 7})}.{segment(claims())}.AAAA",
    "no kid": lambda: jwt.encode(claims(), KEY, algorithm="RS256"),
    "altered payload": with_altered_payload,
    "altered signature": with_altered_signature,
    "expired": lambda: signed(claims(exp=int(time.time()) - 1)),
    "no expiry": lambda: signed(without("exp")),
    "not yet valid": lambda: signed(claims(nbf=int(time.time()) + 60)),
    "issued in the future": lambda: signed(claims(iat=int(time.time()) + 60)),
    "another issuer": lambda: signed(claims(iss=ISSUER + "x")),
    "no issuer": lambda: signed(without("iss")),
    "another client": lambda: signed(claims(client_id="other")),
    "no client": lambda: signed(without("client_id")),
    "another audience, though the right client": lambda: signed(claims(aud="other")),
    "empty audience": lambda: signed(claims(aud=[])),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_token_is_refused(case: str) -> None:
    token = REFUSED[case]()
    authorization = token if token is None or " " in token or token in ("", "Bearer") else f"Bearer {token}"
    with pytest.raises(UnauthorizedError):
        AUTHORIZER.claims(authorization)


def test_without_the_pools_keys_no_token_is_taken() -> None:
    nobody_listens = PublishedKeys(f"http://127.0.0.1:{free_port()}/jwks.json")
    with pytest.raises(UnauthorizedError):
        JwtAuthorizer(ISSUER, [CLIENT], nobody_listens).claims(signed(claims()))


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "{}", "  Bearer   {}  "])
def test_an_access_token_is_taken_with_and_without_its_scheme(form: str) -> None:
    assert AUTHORIZER.claims(form.format(signed(claims())))["sub"] == "s-1"


def test_an_id_token_is_taken_too_as_on_aws() -> None:
    id_token = signed({**without("client_id"), "aud": CLIENT, "token_use": "id"})
    assert AUTHORIZER.claims(f"Bearer {id_token}")["token_use"] == "id"


def test_one_of_several_audiences_is_enough() -> None:
    assert AUTHORIZER.claims(signed(claims(aud=["other", CLIENT])))["sub"] == "s-1"
