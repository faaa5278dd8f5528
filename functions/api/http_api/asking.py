"""Who is asking: from the verified claims to one member of one school, or to a person of the platform, before
anything else is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware
from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from diapason.access.claims import Identity, PlatformIdentity, identity_of
from diapason.access.decisions import Action, may, require, require_platform
from diapason.domain.errors import NotAllowed, NotFound
from diapason.domain.members import Member, MemberState
from diapason.store.house import House, SchoolStore
from diapason.store.platform import Platform
from http_api.logs import logger
from http_api.problems import UnknownAddress
from http_api.routing import Function, Operation

_ASKING = "asking"


@dataclass(frozen=True, slots=True)
class Asking:
    """A member, and the one school that their membership opens."""

    store: SchoolStore
    member: Member

    @property
    def realm(self) -> str:
        return self.store.keys.school_id

    def may(self, action: Action) -> bool:
        return may(self.member, action)

    def require(self, action: Action) -> None:
        require(self.member, action)


@dataclass(frozen=True, slots=True)
class PlatformAsking:
    """A person of the platform, and what the platform sees."""

    platform: Platform
    identity: PlatformIdentity

    @property
    def realm(self) -> str:
        return self.identity.realm

    def require(self, action: Action) -> None:
        require_platform(action)


def admitted(house: House, claims: Mapping[str, object]) -> Asking | PlatformAsking:
    """Raises NotAllowed unless the claims name an active member of one school, or the platform."""
    identity = identity_of(claims)
    if isinstance(identity, PlatformIdentity):
        return PlatformAsking(Platform(house), identity)
    return _member_asking(house, identity)


def _member_asking(house: House, identity: Identity) -> Asking:
    nobody = NotAllowed("Votre compte n’est rattaché à aucun établissement : prévenez l’assistance.")
    try:
        store = house.school(identity.school_id)
    except ValueError:  # a group that is no school
        raise nobody from None
    try:
        member = store.members.get(identity.username).value
    except NotFound:
        raise nobody from None
    if member.state is MemberState.CLOSED:  # tokens live on for minutes
        raise NotAllowed(
            "Votre accès à cet établissement est fermé : adressez-vous à son administrateur pour le rouvrir."
        )
    return Asking(store, member)


class Admission(BaseMiddlewareHandler[ApiGatewayResolver]):
    """The middleware that decides. A route without an action answers as if it did not exist."""

    def __init__(self, house: Callable[[], House], operations: Mapping[Function, Operation]) -> None:
        self._house = house
        self._operations = operations

    def handler(self, app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
        asking = admitted(self._house(), _claims(cast(APIGatewayProxyEventV2, app.current_event)))
        app.context[_ASKING] = asking
        operation = self._operations.get(app.context["_route"].func)
        if operation is None:
            raise UnknownAddress
        logger.info("asked", extra={"school": asking.realm, "operation": str(operation)})
        asking.require(operation.action)
        return next_middleware(app)


def _claims(event: APIGatewayProxyEventV2) -> Mapping[str, object]:
    """What the gateway's authorizer verified; nothing on a route that has none."""
    authorizer = event.request_context.authorizer
    return (authorizer.jwt_claim if authorizer else None) or {}


def who_asks(request: Request) -> Asking:
    """The member whom the admission let in: a school's route is granted to nobody else."""
    asking = request.context[_ASKING]
    assert isinstance(asking, Asking)
    return asking


def who_asks_for_the_platform(request: Request) -> PlatformAsking:
    """The person of the platform whom the admission let in: its routes are granted to nobody else."""
    asking = request.context[_ASKING]
    assert isinstance(asking, PlatformAsking)
    return asking


Asker = Annotated[Asking, Depends(who_asks)]
PlatformAsker = Annotated[PlatformAsking, Depends(who_asks_for_the_platform)]
