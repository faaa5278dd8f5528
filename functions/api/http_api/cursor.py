"""Where the next part of a list begins, as an opaque text."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from diapason.domain.errors import FieldError, InvalidInput


def written(place: str) -> str | None:
    """The text for the page; None at the end of the list."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=") if place else None


def read(text: str | None) -> str:
    """The place, empty for the beginning; raises InvalidInput for a text that was not written here.

    It opens nothing: the list's own partition is part of the key, and comes from the membership.
    """
    if not text:
        return ""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        message = "La suite de la liste est introuvable : relancez la recherche."
        raise InvalidInput([FieldError("next", "unreadable", message)]) from None
