"""``factures.csv``: invoices out of rows, and every bad row told."""

from __future__ import annotations

from datetime import date

import pytest

from diapason.domain.invoices import InvoiceKind, Sending, Share
from diapason.intake import invoice_rows
from diapason.intake.invoice_rows import InvoiceEntry, InvoiceTerms, read_invoices
from diapason.intake.reading import Read
from diapason.intake.tables import read_table

HEADER = "Numéro;Type;Référence client;Date de facture;Libellé;Activité;État d’envoi;Échéance;Montant"
SOUND = {
    "Numéro": "F1", "Type": "facture", "Référence client": "C1", "Date de facture": "01/11/2026",
    "Libellé": "Cours de piano", "Activité": "PIANO", "État d’envoi": "envoyée au destinataire",
    "Échéance": "05/12/2026", "Montant": "100,00",
}  # fmt: skip


def row(**cells: str) -> str:
    """A row by headers; blanks in a header are written as underscores, the apostrophe left out."""
    given = SOUND | {header.replace("_", " ").replace("dʼ", "d’"): text for header, text in cells.items()}
    return ";".join(given.get(header, "") for header in HEADER.split(";"))


def read(*rows: str) -> Read[InvoiceEntry]:
    return read_invoices(read_table("\n".join([HEADER, *rows]).encode()))


def faults(*rows: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.code) for problem in read(*rows).problems.first()]


def test_rows_of_one_number_are_instalments_by_due_date() -> None:
    found = read(
        row(Échéance="05/01/2027", Montant="33,33"),
        row(Numéro="F2", Référence_client="C2"),
        row(Numéro=" f1 ", Échéance="05/12/2026", Montant="66,67"),
    )

    assert found.problems.first() == ()
    assert found.rows == 3
    first, second = found.entries
    assert first.terms == InvoiceTerms(
        "F1",
        InvoiceKind.INVOICE,
        "C1",
        date(2026, 11, 1),
        "Cours de piano",
        "PIANO",
        Sending.SENT,
        pupil="",
        notified_on=date(2026, 11, 1),
    )
    assert first.shares == (Share(date(2026, 12, 5), 6_667), Share(date(2027, 1, 5), 3_333))
    assert (first.line, second.line, second.terms.number) == (2, 3, "F2")


def test_an_invoice_waits_to_be_sent_unless_the_file_says_otherwise() -> None:
    table = read_table('N°,Client,Date,Échéance,Montant\nF1,C1,01/11/2026,05/12/2026,"100,00"\n'.encode())

    (entry,) = read_invoices(table).entries

    assert (entry.terms.kind, entry.terms.sending) == (InvoiceKind.INVOICE, Sending.WAITING)
    assert (entry.terms.label, entry.terms.activity) == ("", "")


@pytest.mark.parametrize(
    ("words", "sending"),
    [
        ("en attente", Sending.WAITING),
        ("Prête", Sending.READY),
        ("ENVOYEE", Sending.SENT),
        ("conservée en interne", Sending.KEPT),
    ],
)
def test_the_sending_state_is_read_from_its_words(words: str, sending: Sending) -> None:
    (entry,) = read(row().replace("envoyée au destinataire", words)).entries

    assert entry.terms.sending is sending


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"Numéro": ""}, "Numéro", "cell.missing"),
        ({"Numéro": "=F1"}, "Numéro", "text.formula"),
        ({"Type": "devis"}, "Type", "choice.unknown"),
        ({"Référence_client": ""}, "Référence client", "cell.missing"),
        ({"Date_de_facture": "30/02/2026"}, "Date de facture", "date.calendar"),
        ({"Libellé": "@piano"}, "Libellé", "text.formula"),
        ({"Activité": "x" * 41}, "Activité", "text.too_long"),
        ({"Échéance": ""}, "Échéance", "cell.missing"),
        ({"Échéance": "12/2026"}, "Échéance", "date.form"),
        ({"Montant": ""}, "Montant", "cell.missing"),
        ({"Montant": "19,999"}, "Montant", "amount.form"),
        ({"Montant": "0"}, "Montant", "amount.zero"),
        ({"Montant": "-5,00"}, "Montant", "amount.negative"),
        ({"Type": "avoir"}, "Montant", "amount.positive"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(cells: dict[str, str], column: str, code: str) -> None:
    assert faults(row(Numéro="F0"), row(**cells)) == [(3, column, code)]


def test_a_credit_note_has_negative_instalments() -> None:
    (entry,) = read(row(Type="Avoir", Montant="-12,50")).entries

    assert (entry.terms.kind, entry.shares[0].amount_cents) == (InvoiceKind.CREDIT_NOTE, -1_250)


@pytest.mark.parametrize(
    ("second", "column", "code"),
    [
        (row(Échéance="05/01/2027", Référence_client="C2"), "Numéro", "invoice.differs"),
        (row(Échéance="05/01/2027", Date_de_facture="02/11/2026"), "Numéro", "invoice.differs"),
        (row(Échéance="05/01/2027", Activité="DANSE"), "Numéro", "invoice.differs"),
        (row(), "Échéance", "instalment.twice"),
        (row(Échéance="05/01/2027", Montant="999 999 999,99"), "Montant", "amount.range"),
    ],
)
def test_rows_that_contradict_or_repeat_are_told(second: str, column: str, code: str) -> None:
    assert faults(row(), second) == [(3, column, code)]


def test_an_invoice_with_a_bad_row_is_left_out_whole() -> None:
    found = read(row(), row(Échéance="05/01/2027", Montant="x"), row(Numéro="F2"))

    assert [entry.terms.number for entry in found.entries] == ["F2"]
    assert (found.rows, found.faulty, found.stray_rows) == (3, 1, 0)


def test_a_row_without_a_number_may_be_any_invoices() -> None:
    found = read(row(), row(Numéro="", Échéance="05/01/2027"))

    assert (found.faulty, found.stray_rows) == (0, 1)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("Léa;envoyée;16/09/2026", ("Léa", date(2026, 9, 16))),
        (";envoyée;", ("", date(2026, 9, 15))),
        ("Léa;en attente;", ("Léa", None)),
    ],
)
def test_the_pupil_and_the_day_of_sending_are_read(cells: str, expected: tuple[str, date | None]) -> None:
    header = "Numéro;Référence client;Date de facture;Échéance;Montant;Élève;État d’envoi;Date d’envoi"
    text = f"{header}\nF1;C1;15/09/2026;05/10/2026;10,00;{cells}\n"

    (entry,) = read_invoices(read_table(text.encode())).entries

    assert (entry.terms.pupil, entry.terms.notified_on) == expected


def test_a_day_of_sending_needs_a_sent_invoice() -> None:
    header = "Numéro;Référence client;Date de facture;Échéance;Montant;Date d’envoi"
    text = f"{header}\nF1;C1;15/09/2026;05/10/2026;10,00;16/09/2026\n"

    (problem,) = read_invoices(read_table(text.encode())).problems.first()

    assert problem[:3] == (2, "Date d’envoi", "notified.not_sent")


def test_an_invoice_fits_one_transaction() -> None:
    days = [date(2027, 1 + rank // 25, 1 + rank % 25).strftime("%d/%m/%Y") for rank in range(49)]

    assert faults(*[row(Échéance=day) for day in days[:48]]) == []
    assert faults(*[row(Échéance=day) for day in days]) == [(50, "Numéro", "invoice.too_many_instalments")]


def test_a_wrong_column_taken_for_the_activity_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoice_rows, "MAX_ACTIVITIES", 2)
    rows = [row(Numéro=f"F{rank}", Activité=f"A{rank}") for rank in range(5)]

    assert faults(*rows) == [(4, "Activité", "activity.too_many")]
