"""Cross-origin requests, answered by the gateway itself as the HTTP API's CorsConfiguration says.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.gateway.request import Request
from infra.local.gateway.responses import Response


@dataclass(frozen=True)
class Cors:
    """The declared configuration, with CloudFormation's names; empty when the API declares none."""

    declared: Mapping[str, Any]

    def preflight(self, request: Request) -> Response | None:
        """The answer to a preflight request, which never reaches a function; None for any other request."""
        is_preflight = (
            request.method == "OPTIONS"
            and request.header("origin") is not None
            and request.header("access-control-request-method") is not None
        )
        if not self.declared or not is_preflight:
            return None
        headers = self.headers(request)
        if headers:
            headers += [
                ("Access-Control-Allow-Methods", ",".join(self.declared.get("AllowMethods", []))),
                ("Access-Control-Allow-Headers", ",".join(self.declared.get("AllowHeaders", []))),
                ("Access-Control-Max-Age", str(self.declared.get("MaxAge", 0))),
            ]
        return Response(204, headers, b"")

    def headers(self, request: Request) -> list[tuple[str, str]]:
        """What is added to every answer to an allowed origin."""
        origin = request.header("origin")
        allowed = self.declared.get("AllowOrigins", [])
        if origin is None or not ({"*", origin} & set(allowed)):
            return []
        headers = [("Access-Control-Allow-Origin", "*" if "*" in allowed else origin), ("Vary", "Origin")]
        if self.declared.get("ExposeHeaders"):
            headers.append(("Access-Control-Expose-Headers", ",".join(self.declared["ExposeHeaders"])))
        return headers
