"""The one rule by which any text becomes text that every bank takes.

Source: EPC217-08, SEPA requirements for an extended character set: ``a-z A-Z 0-9 / - ? : ( ) . , ' +`` and
space. None of these needs escaping in XML, so what passes here is written as it stands. References moreover
neither begin nor end with ``/`` and never contain ``//`` (EPC clarification paper on the use of slashes).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

ALLOWED_CHARACTERS: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "
)

# Words of the set without the slash; between two of them a blank, or one slash with or without blanks.
_REFERENCE: Final = re.compile(r"[A-Za-z0-9\-?:().,'+]+(?:(?: (?:/ ?)?|/ ?)[A-Za-z0-9\-?:().,'+]+)*")
_REPEATED_SLASHES: Final = re.compile(r"/(?: */)+")

# Where the general transliteration says something else than a French reader expects.
_FRENCH_HABITS: Final = {
    "&": "+",
    "€": "EUR",
    "Œ": "OE",
    "Æ": "AE",
    "°": "o",
    "«": " ",
    "»": " ",
    "`": "'",
    "´": "'",
    ";": ",",
    "_": "-",
    "×": "x",
}

# Controls, symbols such as emoji, surrogates, private and unassigned characters, separators: a blank each.
_BLANK_CATEGORIES: Final = frozenset({"Cc", "So", "Sk", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def _plainly(character: str) -> str | None:
    """The character by French habit or without its accent; None where only a dictionary knows."""
    if character in ALLOWED_CHARACTERS:
        return character
    if character in _FRENCH_HABITS:
        return _FRENCH_HABITS[character]
    if character.isascii() or unicodedata.category(character) in _BLANK_CATEGORIES:
        return " "
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in ALLOWED_CHARACTERS else None


def _transliterated(character: str) -> str:
    plain = _plainly(character)
    if plain is not None:
        return plain
    from anyascii import anyascii

    return "".join(part if part in ALLOWED_CHARACTERS else " " for part in anyascii(character))


class _Transliteration(dict[int, str]):
    """Table for ``str.translate`` that learns each character when it first meets it."""

    def __missing__(self, code_point: int) -> str:
        written = self[code_point] = _transliterated(chr(code_point))
        return written


_ANY_CHARACTER: Final = _Transliteration()

# Nearly every French text is Latin-1 but for these three, and nearly every character of Latin-1 becomes
# exactly one: a table of bytes is five times as fast. The others are marked; their texts go the general way.
_FRENCH_BEYOND_LATIN_1: Final = (("’", "'"), ("–", "-"), ("œ", "oe"))
_MARK: Final = 0
_LATIN_1: Final = bytes(
    ord(written) if written is not None and len(written) == 1 else _MARK
    for written in map(_plainly, map(chr, range(256)))
)

# For many texts as lines of one; characters beyond Latin-1 come as backslashes, which are marked too.
_MARKED: Final = chr(_MARK)
_LINES: Final = bytes(
    code if code == ord("\n") else _MARK if code == ord("\\") else written
    for code, written in enumerate(_LATIN_1)
)
_WORDS: Final = "".join(ALLOWED_CHARACTERS - {"/", " "} | {"\n"}).encode("ascii")


def sepa_text(text: str, limit: int) -> str:
    """A name or free text in the SEPA character set, blanks single, at most ``limit`` characters.

    Empty where nothing of the text can be written.
    """
    return _in_sepa_characters(text)[:limit].rstrip()


def sepa_texts(texts: Sequence[str], limit: int) -> Sequence[str]:
    """As :func:`sepa_text`, for many, in a third of the time: they pass the table as lines of one text."""
    lines = _in_latin_form("\n".join(texts)).encode("latin-1", "backslashreplace").translate(_LINES)
    written = lines.decode("ascii").split("\n")
    if len(written) != len(texts):  # one of them is itself of several lines
        return [sepa_text(text, limit) for text in texts]
    return [
        line if _stands(line, limit) else sepa_text(text, limit)
        for line, text in zip(written, texts, strict=True)
    ]


def sepa_reference(text: str, limit: int) -> str:
    """A reference in the SEPA character set, its slashes neither doubled nor at the ends.

    Empty where nothing of the text can be written.
    """
    return _REPEATED_SLASHES.sub("/", _in_sepa_characters(text)).lstrip("/ ")[:limit].rstrip("/ ")


def is_sepa_reference(text: str) -> bool:
    """Whether a reference can be written as it stands, its length left aside."""
    return _REFERENCE.fullmatch(text) is not None


def are_plain_references(texts: Sequence[str], limit: int) -> bool:
    """Whether none of these references is empty, too long, or holds a blank, a slash or what banks refuse.

    One look for many: what it does not accept may still be a reference, to be asked for by itself.
    """
    together = "\n".join(texts)
    return (
        together.isascii()
        and not together.encode("ascii").translate(None, _WORDS)
        and together.count("\n") == len(texts) - 1
        and max(map(len, texts)) <= limit
        and "" not in texts
    )


def _stands(line: str, limit: int) -> bool:
    """Whether a line that went through the table is what it should be, or needs a look of its own."""
    return (
        len(line) <= limit
        and _MARKED not in line
        and "  " not in line
        and not line.startswith(" ")
        and not line.endswith(" ")
    )


def _in_latin_form(text: str) -> str:
    if not text.isascii():
        for character, written in _FRENCH_BEYOND_LATIN_1:
            text = text.replace(character, written)
    return text


def _in_sepa_characters(text: str) -> str:
    """The text in the allowed characters, no blank before it and none doubled; there may be one after it."""
    text = _in_latin_form(text)
    try:
        by_byte = text.encode("latin-1").translate(_LATIN_1)
    except UnicodeEncodeError:
        written = text.translate(_ANY_CHARACTER)
    else:
        written = text.translate(_ANY_CHARACTER) if _MARK in by_byte else by_byte.decode("ascii")
    if "  " in written or written.startswith(" "):
        return " ".join(written.split())
    return written
