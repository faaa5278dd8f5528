"""XLSX (ISO/IEC 29500 SpreadsheetML): the one visible sheet that holds something, row by row.

Numbers come as the text that stands in the file, cut to the 15 digits that a spreadsheet keeps and shows; no
float is made of them. Dates come as ``jj/mm/aaaa``, so that everything reads as it would from CSV.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from diapason.intake.package import MAX_SHARED_BYTES, Package, damaged
from diapason.intake.problems import UnreadableFile
from diapason.intake.sheet_cells import MAX_STORED, SharedStrings, Style, unescaped
from diapason.intake.sheet_rows import sheet_rows
from diapason.intake.tables import Row
from diapason.intake.xml_events import Attributes, Events, read_part

MAX_SHEETS = 100

_VISIBLE = "visible"
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
"""Number formats that every spreadsheet knows and that show a day (ISO/IEC 29500-1 §18.8.30)."""
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
"""Parts of a format code that are literal text, colours or places."""


def rows_of_workbook(data: bytes) -> Iterator[Row]:
    """Raises UnreadableFile, here or at a row."""
    package = Package(data)
    _refuse_other_documents(package)
    book = _Book(package)
    filled = [sheet for sheet in book.visible_sheets() if any(not row.is_empty for row in book.rows(sheet))]
    if len(filled) > 1:
        names = ", ".join(f"« {name} »" for name, _ in filled[:3])
        raise UnreadableFile(
            "file.several_sheets",
            f"Plusieurs feuilles sont remplies ({names}) : ne gardez que celle à importer, ou masquez les "
            "autres.",
        )
    return book.rows(filled[0]) if filled else iter(())


def _refuse_other_documents(package: Package) -> None:
    if "content.xml" in package and "mimetype" in package:
        raise UnreadableFile(
            "file.open_document",
            "C’est un document OpenDocument (.ods) : enregistrez la feuille au format « Classeur Excel "
            "(.xlsx) » ou « CSV UTF-8 », puis déposez ce fichier.",
        )
    if "xl/workbook.bin" in package:
        raise UnreadableFile(
            "file.binary_workbook",
            "C’est un classeur binaire (.xlsb) : enregistrez-le au format « Classeur Excel (.xlsx) », puis "
            "déposez ce fichier.",
        )
    if "[Content_Types].xml" not in package:
        raise UnreadableFile(
            "file.archive",
            "C’est une archive, pas un classeur : décompressez-la, puis déposez le fichier qu’elle contient.",
        )


Sheet = tuple[str, str]
"""Its title and its part."""


class _Book:
    """The parts that say how the cells of a sheet are to be read."""

    def __init__(self, package: Package) -> None:
        self._package = package
        root = _Relationships("")
        read_part(package.pieces("_rels/.rels"), root)
        part = root.target("officeDocument")
        if part is None:
            raise damaged()
        folder, name = posixpath.split(part)
        self._related = _Relationships(folder)
        read_part(package.pieces(f"{folder}/_rels/{name}.rels".lstrip("/")), self._related)
        self._list = _Sheets()
        read_part(package.pieces(part), self._list)
        self._styles = _Styles()
        styles = self._related.target("styles")
        if styles is not None:
            read_part(self._kept(styles), self._styles)
        self._strings = SharedStrings()
        strings = self._related.target("sharedStrings")
        if strings is not None:
            read_part(self._kept(strings), self._strings)

    def visible_sheets(self) -> list[Sheet]:
        """Worksheets in their order; charts, which hold no cells, are left aside."""
        targets = [(title, self._related.sheet(ident)) for title, ident in self._list.visible]
        return [(title, part) for title, part in targets if part is not None]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        epoch_1904 = self._list.counts_from_1904
        return sheet_rows(
            self._package.pieces(sheet[1]), self._strings.texts, self._styles.list(), epoch_1904=epoch_1904
        )

    def _kept(self, part: str) -> Iterator[bytes]:
        """The bytes of a part whose content is held in memory."""
        if part in self._package and self._package.size_of(part) > MAX_SHARED_BYTES:
            raise UnreadableFile(
                "file.too_large",
                "Ce classeur contient trop de textes différents : partagez-le en plusieurs fichiers.",
            )
        return self._package.pieces(part)


class _Relationships(Events):
    """Where the parts are that a part names (ECMA-376 part 2, §9.3)."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._by_kind: dict[str, str] = {}
        self._sheets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        part = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", ""))).lstrip("/")
        self._by_kind.setdefault(kind, part)
        if kind == "worksheet":
            self._sheets[attributes.get("Id", "")] = part

    def target(self, kind: str) -> str | None:
        return self._by_kind.get(kind)

    def sheet(self, identifier: str) -> str | None:
        return self._sheets.get(identifier)


class _Sheets(Events):
    """The list of sheets (§18.2.19), and from which year days are counted (§18.2.28)."""

    def __init__(self) -> None:
        self.visible: list[tuple[str, str]] = []
        self.counts_from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif name == "sheet" and attributes.get("state", _VISIBLE) == _VISIBLE:
            if len(self.visible) == MAX_SHEETS:
                raise damaged()
            identifiers = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            self.visible.append((unescaped(attributes.get("name", "")), "".join(identifiers)))


class _Styles(Events):
    """Which cell formats show a number as a date (§18.8.10)."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cell_formats = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_formats = True
        elif name == "xf" and self._in_cell_formats:
            if len(self._formats) == MAX_STORED:
                raise damaged()
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_formats = False

    def list(self) -> list[Style]:
        """By the number that a cell names."""
        return [Style.DATE if self._shows_a_day(ident) else Style.PLAIN for ident in self._formats]

    def _shows_a_day(self, identifier: str) -> bool:
        code = self._codes.get(identifier)
        if code is None:
            return identifier.isascii() and identifier.isdigit() and int(identifier[:4]) in _BUILT_IN_DATES
        return bool(set("dy") & set(_NOT_SHOWN.sub("", code).lower()))
