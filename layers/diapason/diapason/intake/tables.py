"""Bytes into rows, whatever the file is: CSV (csv_rows.py) or XLSX (workbook.py), as its own bytes say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diapason.intake import csv_rows
from diapason.intake.problems import CellFault, UnreadableFile

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELL = 1_000
"""Characters of one cell."""

_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` counts rows as a spreadsheet does: the header is line 1, empty rows count, and line breaks
    inside a quoted field do not. ``faults`` are cells, by their place, that hold no value to read."""

    line: int
    cells: list[str]
    faults: Mapping[int, CellFault] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.faults and not any(cell and not cell.isspace() for cell in self.cells)


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
    if not data.strip():
        raise UnreadableFile("file.empty", "Le fichier est vide.")
    rows = _rows_of(data)
    header = next(rows, None)
    if header is None or header.line != 1 or header.is_empty:
        raise UnreadableFile("file.no_header", "La première ligne doit porter les titres des colonnes.", 1)
    for fault in header.faults.values():
        raise UnreadableFile(fault.code, f"Dans la ligne de titres : {fault.message}", 1)
    return Table(header.cells, _filled(rows))


def _rows_of(data: bytes) -> Iterator[Row]:
    if data.startswith(_OLE_MAGIC):
        raise _old_workbook(data)
    if not data.startswith(_ZIP_MAGIC):
        return (Row(line, cells) for line, cells in enumerate(csv_rows.records(data), 1))
    from diapason.intake.workbook import rows_of_workbook  # only where a workbook is read

    return rows_of_workbook(data)


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for row in rows:
        if row.is_empty:
            continue
        count += 1
        if count > MAX_ROWS:
            raise UnreadableFile(
                "file.too_many_rows",
                f"Le fichier dépasse {MAX_ROWS} lignes : partagez-le en plusieurs fichiers.",
                row.line,
            )
        yield row


def _old_workbook(data: bytes) -> UnreadableFile:
    """OLE is the container of .xls, and of any workbook that is encrypted ([MS-OFFCRYPTO] §1.3)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFile(
            "file.encrypted",
            "Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe, puis "
            "déposez-le à nouveau.",
        )
    return UnreadableFile(
        "file.old_workbook",
        "C’est un ancien document Office (.xls) : dans votre tableur, enregistrez-le au format "
        "« Classeur Excel (.xlsx) » ou « CSV UTF-8 », puis déposez ce fichier.",
    )
