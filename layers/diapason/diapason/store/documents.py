"""Domain values as JSON text and back: the ``document`` attribute of an item, and the files of the house."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(value: object) -> bytes:
    """JSON in UTF-8, fields in the order of their declaration: the same value gives the same bytes."""
    return msgspec.json.encode(value)


def encode_text(value: object) -> str:
    return encode(value).decode()


def decode(text: str | bytes, kind: type[T]) -> T:
    """Raises msgspec.ValidationError when the text is not of that kind."""
    return msgspec.json.decode(text, type=kind)
