"""Check digits of ISO 7064 mod 97-10, which account numbers and creditor identifiers share."""

from __future__ import annotations

from typing import Final

# A is 10, Z is 35.
_LETTERS: Final = {ord(letter): str(ord(letter) - 55) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def as_digits(text: str) -> str:
    """Capitals and digits as digits alone, a letter as two."""
    return text if text.isdigit() else text.translate(_LETTERS)


def leaves_one(digits: str) -> bool:
    """Whether a number that ends with its check digits is valid."""
    return int(digits) % 97 == 1
