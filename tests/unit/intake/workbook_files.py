"""Workbooks for tests: made as spreadsheets make them (openpyxl), or put together part by part."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet, as openpyxl writes these values."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def archive(parts: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return data.getvalue()


def relationships(*targets: tuple[str, str, str]) -> bytes:
    """A part of relationships: identifiers, kinds and targets."""
    inner = "".join(
        f'<Relationship Id="{ident}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for ident, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'.encode()


def parts(sheet: bytes, strings: bytes = b"", **changes: bytes) -> dict[str, bytes]:
    """The parts of a small workbook whose sheet (``xl/worksheets/sheet1.xml``) is this one."""
    workbook_part = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>'
        '<sheet name="Feuille 1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook_part.encode(),
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "/xl/sharedStrings.xml"),
        ),
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{MAIN}"/>'.encode(),
        "xl/worksheets/sheet1.xml": sheet,
    }


def sheet(inner: str, before: str = "") -> bytes:
    """A sheet part: what stands between the tags of ``sheetData``, and before the root."""
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{inner}</sheetData></worksheet>'.encode()


def row(line: int, *cells: str) -> str:
    """A row of inline texts; a cell that begins with ``<`` stands as it is."""
    inner = "".join(
        cell
        if cell.startswith("<")
        else f'<c r="{get_column_letter(place)}{line}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for place, cell in enumerate(cells, 1)
    )
    return f'<row r="{line}">{inner}</row>'


def with_rows(*rows: str) -> bytes:
    return archive(parts(sheet("".join(rows))))
