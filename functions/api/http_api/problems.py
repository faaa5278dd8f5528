"""The one place where errors become RFC 9457 problem documents."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict, Field

from diapason.domain.errors import (
    AlreadyExists,
    DiapasonError,
    DigestMismatch,
    InvalidInput,
    NotAllowed,
    NotFound,
    StateRefused,
    VersionConflict,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:diapason:problem:"
REQUEST_PREFIX = "urn:diapason:request:"


class UnknownAddress(DiapasonError):
    """No route has this method and path."""

    code = "unknown-address"

    def __init__(self) -> None:
        super().__init__("Cette adresse n’existe pas. Revenez à la page d’accueil.")


class MalformedRequest(DiapasonError):
    """The body is not one JSON object."""

    code = "malformed-request"

    def __init__(self) -> None:
        super().__init__("La requête est illisible : rechargez la page, puis recommencez.")


class RequestTooLarge(DiapasonError):
    """The body is larger than any honest request."""

    code = "request-too-large"

    def __init__(self) -> None:
        super().__init__("La requête est trop volumineuse : procédez en plusieurs fois.")


class UnsupportedMediaType(DiapasonError):
    """The body says that it is something else than JSON."""

    code = "unsupported-media-type"

    def __init__(self) -> None:
        super().__init__("Le corps de la requête doit être du JSON (application/json).")


class Unexpected(DiapasonError):
    """Our fault: the log knows more, the answer says no more."""

    code = "unexpected"

    def __init__(self) -> None:
        super().__init__(
            "Une erreur imprévue s’est produite. Réessayez dans un instant ; si elle persiste, "
            "prévenez l’assistance en lui donnant la référence de la demande."
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """How a problem of one kind is answered."""

    status: HTTPStatus
    title: str


KINDS: dict[type[DiapasonError], Kind] = {
    InvalidInput: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Informations à corriger"),
    NotFound: Kind(HTTPStatus.NOT_FOUND, "Introuvable"),
    VersionConflict: Kind(HTTPStatus.CONFLICT, "Modifié entre-temps"),
    AlreadyExists: Kind(HTTPStatus.CONFLICT, "Existe déjà"),
    StateRefused: Kind(HTTPStatus.CONFLICT, "Impossible dans cet état"),
    NotAllowed: Kind(HTTPStatus.FORBIDDEN, "Action non permise"),
    DigestMismatch: Kind(HTTPStatus.CONFLICT, "Fichier altéré"),
    UnknownAddress: Kind(HTTPStatus.NOT_FOUND, "Adresse inconnue"),
    MalformedRequest: Kind(HTTPStatus.BAD_REQUEST, "Requête illisible"),
    RequestTooLarge: Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Requête trop volumineuse"),
    UnsupportedMediaType: Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Format non pris en charge"),
    Unexpected: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Erreur imprévue"),
}


class ProblemField(BaseModel):
    """Ce qui ne va pas dans un champ."""

    model_config = ConfigDict(title="Champ à corriger")

    path: Annotated[str, Field(description="Chemin du champ, par exemple accounts.0.iban")]
    code: Annotated[str, Field(description="Code stable de l’erreur")]
    message: Annotated[str, Field(description="Phrase à montrer")]


class Problem(BaseModel):
    """Document de problème (RFC 9457)."""

    model_config = ConfigDict(title="Problème")

    type: Annotated[str, Field(description="Nature du problème, stable")]
    title: Annotated[str, Field(description="Titre à montrer")]
    status: Annotated[int, Field(description="Statut HTTP")]
    detail: Annotated[str, Field(description="Phrase à montrer, qui dit comment y remédier")]
    instance: Annotated[str, Field(description="Référence de la demande, pour l’assistance")]
    errors: Annotated[list[ProblemField], Field(description="Champs à corriger")]


def problem_of(error: DiapasonError, request_id: str) -> Problem:
    """The document that answers an error; a kind that the table lacks is answered as unexpected."""
    if type(error) not in KINDS:
        error = Unexpected()
    kind = KINDS[type(error)]
    found = error.errors if isinstance(error, InvalidInput) else []
    return Problem(
        type=TYPE_PREFIX + error.code,
        title=kind.title,
        status=kind.status,
        detail=error.message,
        instance=REQUEST_PREFIX + request_id,
        errors=[ProblemField(path=field.path, code=field.code, message=field.message) for field in found],
    )


def response_of(error: DiapasonError, request_id: str) -> Response[str]:
    problem = problem_of(error, request_id)
    return Response(status_code=problem.status, content_type=MEDIA_TYPE, body=problem.model_dump_json())
