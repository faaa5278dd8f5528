"""XLSX into rows: the same as CSV, with the cells that only a workbook has."""

# ruff: noqa: DTZ001  a spreadsheet's moments have no time zone

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from diapason.intake.customer_rows import Identities, read_customers
from diapason.intake.invoice_rows import InvoiceEntry, read_invoices
from diapason.intake.problems import UnreadableFile
from diapason.intake.reading import Read
from diapason.intake.tables import Row, read_table
from tests.unit.intake.workbook_files import archive, parts, row, saved, sheet, with_rows, workbook

INVOICES = ["Numéro", "Référence client", "Date de facture", "Échéance", "Montant", "Libellé"]
SOUND = ["F1", "C1", date(2026, 11, 1), date(2026, 12, 5), 100, "Piano"]


def rows_of(data: bytes) -> list[list[str]]:
    table = read_table(data)
    return [table.header, *[found.cells for found in table.rows]]


def invoices(*rows: list[object]) -> Read[InvoiceEntry]:
    return read_invoices(read_table(workbook([INVOICES, *rows])))


def with_cell(column: str, value: object) -> list[object]:
    cells = list(SOUND)
    cells[INVOICES.index(column)] = value
    return cells


def only_problem(read: Read[InvoiceEntry]) -> tuple[int, str, str]:
    (problem,) = read.problems.first()
    return problem[:3]


def test_a_workbook_reads_as_the_csv_of_the_same_content() -> None:
    csv = (
        "Numéro;Référence client;Date de facture;Échéance;Montant;Libellé\n"
        "F1;C1;01/11/2026;05/12/2026;1 234,56;Cours d’éveil\n"
        "F1;C1;01/11/2026;05/01/2027;0,29;Cours d’éveil\n"
    )
    issued, label = date(2026, 11, 1), "Cours d’éveil"

    read = invoices(
        ["F1", "C1", issued, datetime(2026, 12, 5), 1234.56, label],
        ["F1", "C1", "01/11/2026", "2027-01-05", "0,29", label],
    )

    assert read.problems.first() == ()
    assert read.entries == read_invoices(read_table(csv.encode())).entries


@pytest.mark.parametrize(
    ("stored", "cents"),
    [
        ("19.989999999999998", 1_999),
        ("0.28999999999999998", 29),
        ("1.1000000000000001", 110),
        ("999999999.99", 99_999_999_999),
        ("100", 10_000),
        ("100.0", 10_000),
        ("1E2", 10_000),
        ("1.005E3", 100_500),
    ],
)
def test_an_amount_is_the_one_that_was_typed_however_the_spreadsheet_stores_it(
    stored: str, cents: int
) -> None:
    header = row(1, *INVOICES)
    cells = row(2, "F1", "C1", "01/11/2026", "05/12/2026", f'<c r="E2"><v>{stored}</v></c>')

    (entry,) = read_invoices(read_table(with_rows(header, cells))).entries

    assert entry.shares[0].amount_cents == cents


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("19.999", "amount.form"),
        ("19.990001", "amount.form"),
        ("1E-300", "amount.form"),
        ("0", "amount.zero"),
        ("1000000000", "amount.range"),
        ("1E300", "cell.digits_lost"),
    ],
)
def test_an_amount_that_is_not_of_cents_is_refused(stored: str, code: str) -> None:
    cells = row(2, "F1", "C1", "01/11/2026", "05/12/2026", f'<c r="E2"><v>{stored}</v></c>')

    read = read_invoices(read_table(with_rows(row(1, *INVOICES), cells)))

    assert only_problem(read) == (2, "Montant", code)


def test_numbers_in_columns_of_text_are_their_digits() -> None:
    header = ["Référence", "Nom", "Mode de paiement", "Code postal", "Ville"]
    rows = [[1042, "Dupont", "chèque", 1000, "Bourg"], ["00042", "Durand", "chèque", "01000", "Bourg"]]
    identities = Identities(str, lambda reference, iban: f"{reference} {iban}", str)

    read = read_customers(read_table(workbook([header, *rows])), identities)

    assert [(entry.customer.reference, entry.customer.address.postal_code) for entry in read.entries] == [
        ("1042", "1000"),
        ("00042", "01000"),
    ]


def test_a_number_of_which_the_spreadsheet_lost_digits_is_refused() -> None:
    assert only_problem(invoices(with_cell("Numéro", 12_345_678_901_234_567))) == (
        2,
        "Numéro",
        "cell.digits_lost",
    )


@pytest.mark.parametrize("formula", ["=1+1", "=SUM(A1:A2)", ArrayFormula("E2", "=1+1")])
def test_a_formula_is_refused_with_how_to_paste_its_value(formula: object) -> None:
    read = invoices(with_cell("Montant", formula))

    assert only_problem(read) == (2, "Montant", "cell.formula")
    assert "Valeurs" in read.problems.first()[0].message


def test_a_formula_is_refused_whatever_value_stands_beside_it() -> None:
    cells = row(2, "F1", "C1", "01/11/2026", "05/12/2026", '<c r="E2"><f>9+1</f><v>10</v></c>')

    read = read_invoices(read_table(with_rows(row(1, *INVOICES), cells)))

    assert only_problem(read) == (2, "Montant", "cell.formula")


@pytest.mark.parametrize("column", INVOICES)
def test_a_formula_is_refused_in_every_column(column: str) -> None:
    assert (2, column, "cell.formula") in [
        problem[:3] for problem in invoices(with_cell(column, "=A1")).problems.first()
    ]


def test_a_formula_in_a_column_left_aside_refuses_nothing() -> None:
    read = read_invoices(read_table(workbook([[*INVOICES, "Total"], [*SOUND, "=E2"]])))

    assert (read.problems.first(), read.unknown_columns) == ((), ("Total",))


def test_a_formula_beyond_the_titles_makes_its_row_too_long() -> None:
    assert only_problem(invoices([*SOUND, "=E2"])) == (2, "", "row.too_long")


def test_a_formula_among_the_titles_refuses_the_file() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_table(workbook([["=A2", *INVOICES[1:]], SOUND]))

    assert refused.value.problem[:3] == (1, "", "cell.formula")


def test_text_that_would_compute_is_refused_in_a_workbook_too() -> None:
    cells = row(2, "F1", "C1", "01/11/2026", "05/12/2026", "10,00", "=1+1")

    read = read_invoices(read_table(with_rows(row(1, *INVOICES), cells)))

    assert only_problem(read) == (2, "Libellé", "text.formula")


def test_an_error_is_refused() -> None:
    assert only_problem(invoices(with_cell("Échéance", "#N/A"))) == (2, "Échéance", "cell.error")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime(2026, 12, 5, 14, 30), "date.form"),
        (time(14, 30), "date.form"),
        (46_000, "date.form"),
        (True, "date.form"),
        (date(1950, 1, 1), "date.range"),
    ],
)
def test_what_is_no_date_is_refused(value: object, code: str) -> None:
    assert only_problem(invoices(with_cell("Échéance", value))) == (2, "Échéance", code)


@pytest.mark.parametrize(
    "code", ["dd/mm/yyyy", "d mmm yy", "[$-40C]d\\ mmmm\\ yyyy;@", "yyyy-mm-dd", 'dd" du "mm" de "yyyy']
)
def test_a_number_is_a_date_where_its_format_shows_a_day(code: str) -> None:
    book = Workbook()
    book.active.append(["Échéance"])
    book.active.append([46_361])
    book.active["A2"].number_format = code

    assert rows_of(saved(book))[1] == ["05/12/2026"]


@pytest.mark.parametrize("code", ["General", "0.00", '#,##0.00 "dly"', "[Red]0", "#,##0\\ _€"])
def test_a_number_is_a_number_where_its_format_shows_none(code: str) -> None:
    book = Workbook()
    book.active.append(["Montant"])
    book.active.append([46_361])
    book.active["A2"].number_format = code

    assert rows_of(saved(book))[1] == ["46361"]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.active.append(["Échéance"])
    book.active.append([date(2026, 12, 5)])

    assert rows_of(saved(book))[1] == ["05/12/2026"]


def test_empty_rows_count_as_lines_and_hidden_ones_are_read() -> None:
    book = Workbook()
    book.active.append(["A", "B"])
    book.active["B4"] = "x"
    book.active["A7"] = "y"
    book.active.row_dimensions[7].hidden = True

    assert list(read_table(saved(book)).rows) == [Row(4, ["", "x"]), Row(7, ["y"])]


def test_the_titles_stand_in_the_first_line() -> None:
    book = Workbook()
    book.active["A2"] = "Numéro"

    with pytest.raises(UnreadableFile) as refused:
        read_table(saved(book))

    assert refused.value.problem[:3] == (1, "", "file.no_header")


def test_the_one_visible_sheet_that_is_filled_is_read() -> None:
    book = Workbook()
    book.create_sheet("Données").append(["A"])
    hidden = book.create_sheet("Calculs")
    hidden.append(["B"])
    hidden.sheet_state = "hidden"

    assert rows_of(saved(book)) == [["A"]]


def test_several_filled_sheets_leave_no_doubt_which_to_take() -> None:
    book = Workbook()
    book.active.title = "Clients"
    book.active.append(["A"])
    book.create_sheet("Factures").append(["B"])

    with pytest.raises(UnreadableFile) as refused:
        read_table(saved(book))

    assert refused.value.problem.code == "file.several_sheets"
    assert "« Clients », « Factures »" in refused.value.problem.message


def test_an_empty_workbook_has_no_titles() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_table(saved(Workbook()))

    assert refused.value.problem.code == "file.no_header"


def test_rich_text_is_read_without_its_pronunciation() -> None:
    strings = (
        "<sst><si><r><t>Fa</t></r><r><t>mille</t></r><rPh><t>fami</t></rPh></si>"
        "<si><t>deux_x000D_lignes</t></si></sst>"
    )
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'

    table = read_table(archive(parts(sheet(cells), strings.encode())))

    assert table.header == ["Famille", "", "deux\rlignes"]


def test_cells_need_not_say_where_they_stand() -> None:
    cells = "<row><c t='str'><v>A</v></c><c t='str'><v>B</v></c></row><row><c/><c><v>1</v></c></row>"

    table = read_table(archive(parts(sheet(cells))))

    assert (table.header, list(table.rows)) == (["A", "B"], [Row(2, ["", "1"])])


def test_truth_values_and_days_of_iso_are_text() -> None:
    cells = row(1, "A") + row(
        2, '<c r="A2" t="b"><v>1</v></c>', '<c r="B2" t="d"><v>2026-12-05T00:00:00</v></c>'
    )

    assert rows_of(with_rows(cells))[1] == ["VRAI", "2026-12-05"]


def test_prefixed_names_of_the_strict_namespace_read_alike() -> None:
    part = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>A</x:t></x:is></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )

    assert rows_of(archive(parts(part.encode()))) == [["A"]]
