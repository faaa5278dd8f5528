"""How identifiers are written: blanks, case and what comes along when they are pasted do not count."""

from __future__ import annotations

from typing import Final

# Soft hyphen, zero-width and direction marks, byte order mark: pasted from PDF files and mails, never seen.
_INVISIBLE: Final = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)


def compact(text: str) -> str:
    """The text in capitals, without blanks and invisible characters."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return "".join(text.split()).upper()


def single_spaced(text: str) -> str:
    """The text without invisible characters, its blanks single and none at the ends."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())
