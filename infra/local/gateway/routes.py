"""Routes of the HTTP API: declared on functions, matched as API Gateway matches them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html: a full match before
a greedy one, a named method before ANY.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.template import Template

ANY = "ANY"
NO_AUTHORIZER = "NONE"
_PARAMETER = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    """`authorizer` is the name of a declared authorizer, or None for a public route."""

    method: str
    path: str
    function: str
    authorizer: str | None

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def pattern(self) -> re.Pattern[str]:
        parts, end = [], 0
        for parameter in _PARAMETER.finditer(self.path):
            name, greedy = parameter.groups()
            parts += [
                re.escape(self.path[end : parameter.start()]),
                f"(?P<{name}>{'.+' if greedy else '[^/]+'})",
            ]
            end = parameter.end()
        return re.compile("".join([*parts, re.escape(self.path[end:])]))

    @property
    def precedence(self) -> tuple[bool, int, bool]:
        """Smaller is tried first."""
        return ("+}" in self.path, self.path.count("{"), self.method == ANY)


@dataclass(frozen=True)
class Match:
    route: Route
    path_parameters: dict[str, str]


def declared_routes(template: Template, default_authorizer: str | None) -> list[Route]:
    """Every HttpApi event of every function, in order of precedence."""
    routes = [
        _route(function.logical_id, event["Properties"], default_authorizer)
        for function in template.of_type("AWS::Serverless::Function")
        for event in function.properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]
    return sorted(routes, key=lambda route: route.precedence)


def _route(function: str, declared: dict[str, Any], default_authorizer: str | None) -> Route:
    authorizer = declared.get("Auth", {}).get("Authorizer", default_authorizer)
    return Route(
        method=declared["Method"].upper(),
        path=declared["Path"],
        function=function,
        authorizer=None if authorizer == NO_AUTHORIZER else authorizer,
    )


def find_route(routes: Sequence[Route] | Iterable[Route], method: str, path: str) -> Match | None:
    """The first route, in order, that takes this method and path."""
    for route in routes:
        if route.method not in (method, ANY):
            continue
        matched = route.pattern.fullmatch(path)
        if matched:
            return Match(route, matched.groupdict())
    return None
