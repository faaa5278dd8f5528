"""The HTTP API as the template declares it."""

from typing import Any

from infra.local.gateway.api import HttpApi, Invoke
from infra.local.gateway.authorizer import JwtAuthorizer, PublishedKeys
from infra.local.gateway.cors import Cors
from infra.local.gateway.routes import declared_routes
from infra.local.intrinsics import Names
from infra.local.template import Template


def http_api(template: Template, names: Names, keys_origin: str, invoke: Invoke) -> HttpApi:
    """The template's one HTTP API.

    `keys_origin` is where issuers' keys are read (`{origin}/{pool}/.well-known/jwks.json`): tokens name AWS's
    own address as their issuer, where nobody local answers.
    """
    (declared,) = template.of_type("AWS::Serverless::HttpApi")
    authentication = names.resolve(declared.properties.get("Auth", {}))
    authorizers = {
        name: _authorizer(settings["JwtConfiguration"], keys_origin)
        for name, settings in authentication.get("Authorizers", {}).items()
    }
    return HttpApi(
        routes=declared_routes(template, authentication.get("DefaultAuthorizer")),
        authorizers=authorizers,
        cors=Cors(names.resolve(declared.properties.get("CorsConfiguration", {}))),
        invoke=invoke,
    )


def _authorizer(configuration: dict[str, Any], keys_origin: str) -> JwtAuthorizer:
    issuer: str = configuration["issuer"]
    pool = issuer.rsplit("/", 1)[-1]
    keys = PublishedKeys(f"{keys_origin}/{pool}/.well-known/jwks.json")
    return JwtAuthorizer(issuer, configuration["audience"], keys)
