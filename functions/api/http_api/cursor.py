"""Where the next part of a list begins, as an opaque text that goes with the criteria of its list.

It opens nothing: the partition that is read is built from the membership, as for the first part.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from diapason.domain.errors import FieldError, InvalidInput

_ALPHABET = b"-_"


def written(place: str, *criteria: object) -> str | None:
    """The text for the page; None at the end of the list."""
    if not place:
        return None
    return b64encode(json.dumps([place, *map(str, criteria)]).encode(), _ALPHABET).decode().rstrip("=")


def read(text: str | None, *criteria: object) -> str:
    """The place, empty for the beginning; raises InvalidInput unless it was written for these criteria."""
    if text is None:
        return ""
    try:
        match json.loads(b64decode(text + "=" * (-len(text) % 4), _ALPHABET, validate=True)):
            case [str(place), *rest] if rest == list(map(str, criteria)):
                return place
            case _:
                raise ValueError
    except ValueError:
        message = "La suite de la liste est introuvable : relancez la recherche."
        raise InvalidInput([FieldError("next", "unreadable", message)]) from None
