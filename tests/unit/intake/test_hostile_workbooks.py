"""Workbooks that nobody made in good faith, or that were damaged: a reason in French, and little memory."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile

import pytest

from diapason.intake import package, sheet_rows
from diapason.intake.problems import UnreadableFile
from diapason.intake.tables import MAX_CELL, read_table
from tests.unit.intake.workbook_files import archive, parts, relationships, row, sheet, with_rows, workbook

MEMORY = 60 * 1024 * 1024
SOUND = parts(sheet(row(1, "A", "B") + row(2, "1", "2")))


def refusal(data: bytes) -> str:
    """The code of the reason why a file is not read to its end."""
    with pytest.raises(UnreadableFile) as refused:
        list(read_table(data).rows)
    assert refused.value.problem.message.endswith(".")
    return refused.value.problem.code


def changed(**replaced: bytes) -> bytes:
    """The sound workbook with other parts, named with ``__`` for each slash."""
    return archive(SOUND | {name.replace("__", "/"): content for name, content in replaced.items()})


@contextmanager
def little_memory() -> Iterator[None]:
    """What runs in it holds no more than MEMORY at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_the_sound_workbook_is_read() -> None:
    assert [found.cells for found in read_table(archive(SOUND)).rows] == [["1", "2"]]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
KLINGON = b"<?xml version='1.0' encoding='klingon'?><a/>"
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("before", [ENTITIES, OUTSIDE, "<!DOCTYPE x>", f"<!-- {'x' * 100_000} -->{OUTSIDE}"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_part_declares_a_document_type(before: str, encoding: str) -> None:
    part = sheet(row(1, "A"), before).decode().encode(encoding)

    assert refusal(archive(parts(part))) == "file.damaged"


@pytest.mark.parametrize(
    "name",
    ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"],
)
@pytest.mark.parametrize(
    "content",
    [b"", b"<", b"<a><b></a>", f"{OUTSIDE}<a/>".encode(), KLINGON],
)
def test_every_part_is_held_to_be_xml(name: str, content: bytes) -> None:
    assert refusal(archive(SOUND | {name: content})) == "file.damaged"


@pytest.mark.parametrize(
    "name", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_a_part_that_lacks_is_noticed(name: str) -> None:
    assert refusal(archive({known: part for known, part in SOUND.items() if known != name})) == "file.damaged"


@pytest.mark.parametrize(
    "inner",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="-1"/>',
        '<row r="x"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="1"/></row>',
        '<row r="1"><c r="ABCD1"/></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="É1"/></row>',
        '<row r="1"><c r="A1" s="x"/></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="z"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>NaN</v></c></row>',
        '<row r="1"><c r="A1"><v>1_000</v></c></row>',
        '<row r="1"><c r="A1"><v>1 000,00</v></c></row>',
        "<row>" * 50 + "</row>" * 50,
        f'<row r="1" x="{"x" * 2_000_000}"/>',
    ],
)
def test_a_sheet_that_no_spreadsheet_writes_is_refused(inner: str) -> None:
    assert refusal(archive(parts(sheet(inner)))) == "file.damaged"


def test_a_cell_of_ten_megabytes_is_told_and_not_kept() -> None:
    data = with_rows(row(1, "A"), row(2, random.Random(1).randbytes(5_000_000).hex()))

    (found,) = read_table(data).rows

    assert len(found.cells[0]) == MAX_CELL + 1


@pytest.mark.parametrize(
    "inner",
    ["<row/>" * 1_500_000, f"<row>{'<c/>' * 1_500_000}</row>", f"<row><c>{'<is/>' * 1_000_000}</c></row>"],
    ids=["rows", "cells", "texts"],
)
def test_what_packs_too_well_is_not_unpacked(inner: str) -> None:
    data = archive(parts(sheet(inner)))

    with little_memory():
        assert refusal(data) == "file.bomb"


@pytest.mark.parametrize(
    "inner", ["<row/>" * 1_000_000, f"<row>{'<c/>' * 1_000_000}</row>"], ids=["rows", "cells"]
)
def test_a_sheet_without_end_stops_where_sheets_end(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_RATIO", 10_000)
    monkeypatch.setattr(sheet_rows, "LAST_LINE", 100_000)
    data = archive(parts(sheet(inner)))

    with little_memory():
        assert refusal(data) == "file.damaged"


def test_all_parts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(map(len, SOUND.values()))
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", size)
    list(read_table(archive(SOUND)).rows)

    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", size - 1)
    assert refusal(archive(SOUND)) == "file.bomb"


def test_an_archive_of_very_many_files_is_not_opened() -> None:
    assert refusal(changed(**{f"part{rank}": b"" for rank in range(package.MAX_ENTRIES)})) == "file.bomb"


def test_texts_that_are_kept_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diapason.intake.workbook.MAX_SHARED_BYTES", 10)

    assert refusal(archive(SOUND)) == "file.too_large"


def test_columns_have_a_limit() -> None:
    cells = ["x"] * (sheet_rows.MAX_COLUMNS + 1)

    assert len(read_table(with_rows(row(1, *cells[1:]))).header) == sheet_rows.MAX_COLUMNS
    assert refusal(with_rows(row(1, *cells))) == "file.too_many_columns"


def test_a_size_that_was_understated_is_noticed() -> None:
    data = bytearray(archive(SOUND))
    size = len(SOUND["xl/worksheets/sheet1.xml"]).to_bytes(4, "little")
    lie = (20).to_bytes(4, "little")
    place = data.rfind(size, 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    data[place : place + 4] = lie

    assert refusal(bytes(data)) == "file.damaged"


def test_other_packings_than_those_of_workbooks_are_refused() -> None:
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_BZIP2) as written:
        for name, part in SOUND.items():
            written.writestr(name, part, ZIP_BZIP2 if name.startswith("xl") else ZIP_STORED)

    assert refusal(data.getvalue()) == "file.damaged"


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"},
            "file.open_document",
        ),
        ({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}, "file.binary_workbook"),
        ({"clients.csv": b"A;B"}, "file.archive"),
        ({"[Content_Types].xml": b"<a/>", "_rels/.rels": relationships()}, "file.damaged"),
    ],
)
def test_other_documents_are_called_by_their_name(entries: dict[str, bytes], code: str) -> None:
    assert refusal(archive(entries)) == code


def test_an_encrypted_archive_asks_for_one_without_password() -> None:
    data = bytearray(archive(SOUND))
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 8] |= 1

    assert refusal(bytes(data)) == "file.encrypted"


@pytest.mark.parametrize("kept", [10, 100, 1_000, -30, -1])
def test_a_workbook_that_was_cut_is_damaged(kept: int) -> None:
    assert refusal(workbook([["A"], ["1"]])[:kept]) == "file.damaged"


def test_a_workbook_with_any_byte_changed_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20261121)
    sound = workbook([["A", "B"], ["1", 2]])
    for _ in range(400):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        try:
            list(read_table(bytes(data)).rows)
        except UnreadableFile:
            continue


def test_a_part_with_any_character_changed_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20261121)
    names = [name for name in SOUND if name != "[Content_Types].xml"]
    for _ in range(600):
        name = chance.choice(names)
        part = bytearray(SOUND[name])
        part[chance.randrange(len(part))] = chance.choice(b'<>&"/= 0aZ\x00\xff')
        try:
            list(read_table(archive(SOUND | {name: bytes(part)})).rows)
        except UnreadableFile:
            continue
