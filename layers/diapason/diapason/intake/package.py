"""The ZIP container of a workbook (ECMA-376 part 2), judged before anything in it is read."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from diapason.intake.problems import UnreadableFile

MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""All parts together: 200 000 rows of 20 columns take some 160 MB as XML."""
MAX_SHARED_BYTES = 128 * 1024 * 1024
"""One part that is kept in memory."""
MAX_RATIO = 100
"""Unpacked over packed: sheets of schools reach 20, a bomb several hundred."""
SMALL_BYTES = 4 * 1024 * 1024
"""Parts below are no bomb, whatever their ratio: a sheet of a few repeated rows packs very well."""

PIECE_BYTES = 64 * 1024

_CENTRAL_ENTRY = b"PK\x01\x02"
_IS_ENCRYPTED = 0x1
_ZIP_FAULTS = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError)
"""What zipfile raises for bytes that are no archive, or one that was cut."""


def damaged() -> UnreadableFile:
    return UnreadableFile(
        "file.damaged",
        "Le classeur est abîmé : ouvrez-le dans votre tableur, enregistrez-le à nouveau au format .xlsx, "
        "puis déposez-le.",
    )


class Package:
    """An archive whose declared sizes are within the limits. Unpacking never exceeds what is declared."""

    def __init__(self, data: bytes) -> None:
        """Raises UnreadableFile."""
        if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
            raise _too_large()
        try:
            self._archive = ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS:
            raise damaged() from None
        self._entries = {entry.filename.lower(): entry for entry in self._archive.infolist()}
        for entry in self._archive.infolist():
            _check(entry)
        if sum(entry.file_size for entry in self._archive.infolist()) > MAX_UNPACKED_BYTES:
            raise _too_large()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part; raises UnreadableFile where it lacks or is damaged."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise damaged()
        try:
            with self._archive.open(entry) as part:
                while piece := part.read(PIECE_BYTES):
                    yield piece
        except _ZIP_FAULTS:
            raise damaged() from None

    def size_of(self, name: str) -> int:
        """Bytes of a part that exists, as declared."""
        return self._entries[name.lower()].file_size


def _check(entry: ZipInfo) -> None:
    if entry.flag_bits & _IS_ENCRYPTED:
        raise UnreadableFile(
            "file.encrypted",
            "Ce fichier est protégé par un mot de passe : enregistrez-le sans mot de passe, puis déposez-le "
            "à nouveau.",
        )
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise damaged()
    if entry.file_size > SMALL_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        raise _too_large()


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "file.bomb",
        "Le contenu de ce classeur est démesuré une fois décompressé : copiez la seule feuille à importer "
        "dans un classeur neuf, puis déposez-le.",
    )
