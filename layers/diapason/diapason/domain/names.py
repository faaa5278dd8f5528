"""Names as they are looked for."""

from __future__ import annotations

import unicodedata

_AS_TYPED = str.maketrans({"Œ": "OE", "Æ": "AE", "’": "'"})
"""What a keyboard gives for letters and signs that do not decompose."""


def searchable(name: str) -> str:
    """A name as its index sorts it: without accents, ligatures or case."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return letters.upper().translate(_AS_TYPED)
