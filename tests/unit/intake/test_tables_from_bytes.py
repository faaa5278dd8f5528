"""Bytes into rows: what spreadsheets and school software write, and what is no table."""

from __future__ import annotations

import pytest

from diapason.intake import tables
from diapason.intake.problems import UnreadableFile
from diapason.intake.tables import Row, read_table


def rows_of(data: bytes) -> list[Row]:
    return list(read_table(data).rows)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252"], ids=["UTF-8", "with byte order mark", "Windows-1252"]
)
def test_accents_survive_every_encoding(encoding: str) -> None:
    table = read_table("Référence;Nom\nC1;Chœur d’Évreux, 5 €\n".encode(encoding))

    assert table.header == ["Référence", "Nom"]
    assert list(table.rows) == [Row(2, ["C1", "Chœur d’Évreux, 5 €"])]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_the_one_that_cuts_the_header(separator: str) -> None:
    header = separator.join(["Numéro", "Montant", "Libellé"])
    row = separator.join(["F1", '"1,50"', '"a;b\tc"'])

    assert rows_of(f"{header}\n{row}\n".encode()) == [Row(2, ["F1", "1,50", "a;b\tc"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(end: str) -> None:
    assert [row.cells for row in rows_of(f"A;B{end}1;2{end}3;4{end}".encode())] == [["1", "2"], ["3", "4"]]


def test_lines_are_counted_as_a_spreadsheet_counts_them() -> None:
    data = 'A;B\n"un\nsur\ntrois lignes";2\n\n;;\n   ;\u00a0\n5;6\n'.encode()

    assert [(row.line, row.cells[1]) for row in rows_of(data)] == [(2, "2"), (6, "6")]


def test_quoted_quotes_are_read() -> None:
    assert rows_of('A;B\n"dit ""la Môme""";2\n'.encode())[0].cells == ['dit "la Môme"', "2"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b" \r\n ", "file.empty"),
        (b"PK\x03\x04rest of a workbook", "file.damaged"),
        (b"\xd0\xcf\x11\xe0rest of an old workbook", "file.old_workbook"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
        (b"A;B\n1;" + b"x" * 10_000_000, "cell.too_long"),
        ("Référence;Nom\n".encode("utf-16"), "file.encoding"),
        (b"A;B\n1;\x00\n", "file.encoding"),
        (b"A;B\n1;\x81\xff\n", "file.encoding"),
        ("A;B\nété;".encode() + "été\n".encode("cp1252"), "file.mixed_encodings"),
        ("A;B\nl’orgue;".encode() + "été\n".encode("cp1252"), "file.mixed_encodings"),
        (b"\n\nA;B\n1;2\n", "file.no_header"),
        (b";;\nA;B\n", "file.no_header"),
        (b'A;B\n1;"never closed\n2;3\n', "file.quotes"),
        (b'A;B\n1;"closed"too early\n', "file.quotes"),
    ],
)
def test_what_is_no_table_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        rows_of(data)

    assert refused.value.problem.code == code
    assert refused.value.problem.message.endswith(".")


def test_faulty_quotes_name_their_row() -> None:
    with pytest.raises(UnreadableFile) as refused:
        rows_of(b'A;B\n1;2\n1;"x"y\n')

    assert refused.value.problem.line == 3


def test_a_file_above_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    assert rows_of(b"A;B\n1;2\n45") == [Row(2, ["1", "2"]), Row(3, ["45"])]

    with pytest.raises(UnreadableFile, match="Mo"):
        read_table(b"A;B\n1;2\n456")


def test_rows_above_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert len(rows_of(b"A;B\n1;2\n\n3;4\n")) == 2

    with pytest.raises(UnreadableFile) as refused:
        rows_of(b"A;B\n1;2\n3;4\n5;6\n")

    assert refused.value.problem[:3] == (4, "", "file.too_many_rows")
