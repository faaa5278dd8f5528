"""CSV as French spreadsheets and school software write it.

UTF-8 (with or without byte order mark) or Windows-1252; separated by semicolon, comma or tab, whichever cuts
the header into the most columns; fields in double quotes may hold line breaks (RFC 4180).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from diapason.intake.problems import UnreadableFile

_SEPARATORS = (";", ",", "\t")
_MIXED = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")
"""Accents and quotation marks of UTF-8: Windows-1252 reads them « Ã© » and « â€™ », which nobody writes."""


def records(data: bytes) -> Iterator[list[str]]:
    """The cells of each row, empty rows too; raises UnreadableFile, here or at a row."""
    encoding = _encoding_of(data)
    return _records(data, encoding, _separator_of(data, encoding))


def _records(data: bytes, encoding: str, separator: str) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 0
    try:
        for cells in reader:
            line += 1
            yield cells
    except csv.Error as fault:
        if "field limit" in str(fault):
            raise UnreadableFile(
                "cell.too_long",
                f"Une cellule de la ligne {line + 1} est démesurée : un guillemet n’est peut-être pas "
                "refermé.",
                line + 1,
            ) from None
        raise UnreadableFile(
            "file.quotes",
            f"Les guillemets de la ligne {line + 1} ne sont pas refermés, ou sont mal placés : "
            "un guillemet à l’intérieur d’une cellule s’écrit deux fois.",
            line + 1,
        ) from None


def _separator_of(data: bytes, encoding: str) -> str:
    def columns(separator: str) -> int:
        try:
            return len(next(_records(data, encoding, separator), []))
        except UnreadableFile:
            return 0

    return max(_SEPARATORS, key=columns)


def _encoding_of(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise UnreadableFile(
            "file.encoding", "Enregistrez le fichier au format « CSV UTF-8 » : ce codage n’est pas reconnu."
        )
    if _decodes(data, "utf-8"):
        return "utf-8-sig"
    if _MIXED.search(data):
        raise UnreadableFile(
            "file.mixed_encodings",
            "Le fichier mélange deux codages des accents, parce que des morceaux de plusieurs fichiers y ont "
            "été réunis : ouvrez chacun dans votre tableur et réunissez-les là, puis enregistrez en « CSV "
            "UTF-8 ».",
        )
    if _decodes(data, "cp1252"):
        return "cp1252"
    raise UnreadableFile(
        "file.encoding", "Le codage des accents n’est pas reconnu : enregistrez le fichier en « CSV UTF-8 »."
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
