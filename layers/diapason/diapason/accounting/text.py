"""The one rule by which a text enters a file for the accounting system.

Nothing that a school or a family typed may end a field, a row or the file, or be computed by a spreadsheet:
OWASP "CSV Injection" (= + - @, tab and carriage return at the beginning, their full-width forms too).
"""

from __future__ import annotations

import unicodedata

from diapason.domain.identifiers.spelling import single_spaced

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SEPARATORS = str.maketrans({"|": " ", '"': " "})
"""Of the law's own flat files, beside the tab: a reader that guesses must not find one inside a value."""


def plain_text(text: str) -> str:
    """One line: NFC, without control, format and unassigned characters, its blanks single."""
    if text.isascii() and text.isprintable():  # by far the most frequent, and nothing to look up
        return single_spaced(text)
    normal = unicodedata.normalize("NFC", text)
    visible = "".join(sign if _is_visible(sign) else " " for sign in normal)
    return single_spaced(visible)


def entry_text(text: str, length: int, encoding: str) -> str:
    """A value of the file of entries: without separators and quotes, beginning with no formula sign.

    What the encoding lacks is written in ASCII letters. May be empty.
    """
    told = single_spaced(plain_text(text).translate(_SEPARATORS))
    written = told if told.isascii() else "".join(_written(sign, encoding) for sign in told)
    return single_spaced(written.translate(_SEPARATORS)).lstrip("".join(FORMULA_SIGNS) + " ")[:length].strip()


def cell(text: str) -> str:
    """A cell of a CSV file: always quoted, and a text that a spreadsheet would compute begins with an
    apostrophe."""
    doubled = guarded(text).replace('"', '""')
    return f'"{doubled}"'


def guarded(text: str) -> str:
    """What a cell says once it was read again."""
    told = plain_text(text)
    return f"'{told}" if told.startswith(FORMULA_SIGNS) else told


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CZ"


def _written(sign: str, encoding: str) -> str:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        from anyascii import anyascii

        return anyascii(sign)
    return sign
