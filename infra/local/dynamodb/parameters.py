"""Reading the parameters of a request, in the words that the service uses to refuse them."""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.dynamodb.errors import SerializationError, ValidationError

Request = Mapping[str, Any]

_LEGACY = (
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
)


def required(request: Request, name: str) -> Any:
    """Return a parameter. Raises ValidationError where the request lacks it."""
    value = request.get(name)
    if value is None:
        raise constraint_error("null", name, "Member must not be null")
    return value


def required_text(request: Request, name: str) -> str:
    """Return a parameter that is text. Raises ValidationError or SerializationError."""
    value = required(request, name)
    if not isinstance(value, str):
        raise SerializationError(f"{name} is a string")
    return value


def required_list(request: Request, name: str) -> list[Any]:
    """Return a parameter that is a list. Raises ValidationError or SerializationError."""
    value = required(request, name)
    if not isinstance(value, list):
        raise SerializationError(f"{name} is a list")
    return value


def required_structure(request: Request, name: str) -> dict[str, Any]:
    """Return a parameter that is a map or structure. Raises ValidationError or SerializationError."""
    value = required(request, name)
    if not isinstance(value, dict):
        raise SerializationError(f"{name} is a structure")
    return value


def choice(request: Request, name: str, allowed: Sequence[str]) -> str:
    """Return a parameter that takes one of `allowed` values, the first where the request is silent."""
    value = request.get(name)
    if value is None:
        return allowed[0]
    if value not in allowed:
        members = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        raise constraint_error(value, name, members)
    return str(value)


def positive_integer(request: Request, name: str) -> int | None:
    """Return a parameter that counts from 1, or None. Raises ValidationError or SerializationError."""
    value = request.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise SerializationError(f"{name} is an integer")
    if value < 1:
        raise constraint_error(value, name, "Member must have value greater than or equal to 1")
    return value


def refuse_too_many(given: Sequence[Any], name: str, most: int) -> None:
    """Raise ValidationError unless a list has between one and `most` members."""
    if len(given) > most:
        raise constraint_error("[...]", name, f"Member must have length less than or equal to {most}")
    if not given:
        raise constraint_error("[]", name, "Member must have length greater than or equal to 1")


def refuse_legacy(request: Request) -> None:
    """Raise ValidationError for the parameters that expressions have replaced."""
    for name in _LEGACY:
        if name in request:
            raise ValidationError(
                f"The legacy parameter {name} is not supported by this endpoint; use an expression instead"
            )


def constraint_error(value: object, name: str, constraint: str) -> ValidationError:
    """Return the error for a parameter that fails a constraint, named as the service's messages do."""
    member = name[0].lower() + name[1:]
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{member}' "
        f"failed to satisfy constraint: {constraint}"
    )
