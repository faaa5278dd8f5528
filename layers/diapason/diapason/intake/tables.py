"""Bytes into rows: CSV as French spreadsheets and school software write it.

UTF-8 (with or without byte order mark) or Windows-1252; separated by semicolon, comma or tab, whichever cuts
the header into the most columns; fields in double quotes may hold line breaks (RFC 4180).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from diapason.intake.problems import UnreadableFile

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELL = 1_000
"""Characters of one cell."""

_SEPARATORS = (";", ",", "\t")
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` counts rows as a spreadsheet does: the header is line 1, empty rows count, and line breaks
    inside a quoted field do not."""

    line: int
    cells: list[str]


class Table:
    """A header, and rows that are read as they are asked for, once."""

    def __init__(self, header: list[str], rows: Iterator[Row]) -> None:
        self.header = header
        self.rows = rows


def read_table(data: bytes) -> Table:
    """Raises UnreadableFile, here or while the rows are read."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            "file.too_large",
            f"Le fichier dépasse {MAX_BYTES // (1024 * 1024)} Mo : partagez-le en plusieurs fichiers.",
        )
    encoding = _encoding_of(data)
    separator = _separator_of(data, encoding)
    numbered = enumerate(_records(data, encoding, separator), 1)
    header = next((cells for _, cells in numbered), None)
    if header is None or not any(cell.strip() for cell in header):
        raise UnreadableFile("file.no_header", "La première ligne doit porter les titres des colonnes.", 1)
    return Table(header, _filled(numbered))


def _filled(numbered: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    count = 0
    for line, cells in numbered:
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise UnreadableFile(
                "file.too_many_rows",
                f"Le fichier dépasse {MAX_ROWS} lignes : partagez-le en plusieurs fichiers.",
                line,
            )
        yield Row(line, cells)


def _records(data: bytes, encoding: str, separator: str) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 0
    try:
        for cells in reader:
            line += 1
            yield cells
    except csv.Error:
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
    if not data.strip():
        raise UnreadableFile("file.empty", "Le fichier est vide.")
    if data.startswith((_ZIP_MAGIC, _OLE_MAGIC)):
        raise UnreadableFile(
            "file.workbook",
            "C’est un classeur, pas un fichier CSV : dans votre tableur, enregistrez la feuille au format "
            "« CSV UTF-8 », puis déposez ce fichier.",
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise UnreadableFile(
            "file.encoding", "Enregistrez le fichier au format « CSV UTF-8 » : ce codage n’est pas reconnu."
        )
    if _decodes(data, "utf-8"):
        return "utf-8-sig"
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
