"""What may stand in a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from diapason.domain.identifiers import InvalidIdentifier
from diapason.domain.mandates import Scheme
from diapason.intake import cells
from diapason.intake.cells import Choice, text_up_to
from diapason.intake.columns import Column, Layout, folded
from diapason.intake.problems import MAX_PROBLEMS, CellFault, Problems, UnreadableFile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05/03/2026", date(2026, 3, 5)),
        ("5/3/2026", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_dates_are_french_or_iso(text: str, expected: date) -> None:
    assert cells.day(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("05/03/26", "date.form"),
        ("2026/03/05", "date.form"),
        ("05-03-2026", "date.form"),
        ("demain", "date.form"),
        ("46086", "date.form"),
        ("05/03/2026 00:00", "date.form"),
        ("29/02/2027", "date.calendar"),
        ("12/13/2026", "date.calendar"),
        ("01/01/0026", "date.range"),
        ("01/01/2100", "date.range"),
    ],
)
def test_other_dates_are_refused(text: str, code: str) -> None:
    with pytest.raises(CellFault) as fault:
        cells.day(text)

    assert fault.value.code == code


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1 234,56", 123_456), ("1\u202f234,5 €", 123_450), ("19.99", 1_999), ("-10,00", -1_000), ("7", 700)],
)
def test_amounts_are_exact_cents(text: str, cents: int) -> None:
    assert cells.amount(text) == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,56", "amount.form"),
        ("1,234.56", "amount.form"),
        ("10,005", "amount.form"),
        ("1e3", "amount.form"),
        ("٣", "amount.form"),
        ("dix", "amount.form"),
        ("0,00", "amount.zero"),
        ("-0", "amount.zero"),
        ("1000000000,00", "amount.range"),
    ],
)
def test_other_amounts_are_refused(text: str, code: str) -> None:
    with pytest.raises(CellFault) as fault:
        cells.amount(text)

    assert fault.value.code == code


def test_text_is_brought_onto_one_line() -> None:
    assert text_up_to(40)(" 3 rue\n de  l’Orgue\u00a0\ufeff") == "3 rue de l’Orgue"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("=SUM(A1)", "text.formula"),
        (" +33 6", "text.formula"),
        ("@lien", "text.formula"),
        ("\ufeff=1", "text.formula"),
        ("a\x07b", "text.control"),
        ("onze lettres", "text.too_long"),
    ],
)
def test_text_that_would_harm_is_refused(text: str, code: str) -> None:
    with pytest.raises(CellFault) as fault:
        text_up_to(10)(text)

    assert fault.value.code == code


def test_a_choice_is_known_whatever_its_accents_and_case() -> None:
    read = Choice({"cœur de gamme": Scheme.CORE, "core": Scheme.CORE, "entre entreprises": Scheme.B2B})

    assert [read(text) for text in ("COEUR DE GAMME", "Core", "Entre-Entreprises")] == [
        Scheme.CORE,
        Scheme.CORE,
        Scheme.B2B,
    ]
    with pytest.raises(CellFault, match=r"cœur de gamme, entre entreprises\.$"):
        read("B3B")


@pytest.mark.parametrize(
    ("read", "sound", "faulty"),
    [
        (cells.email, "a.b@example.org", "a b@example.org"),
        (cells.email, "a@example.org", "a@example"),
        (cells.country, "mc", "Monaco"),
        (cells.country, "France", "33"),
    ],
)
def test_addresses_have_their_form(read: Callable[[str], str], sound: str, faulty: str) -> None:
    assert read(sound)
    with pytest.raises(CellFault):
        read(faulty)


@pytest.mark.parametrize(
    "number", ["FR7630006000011234567890180", "FR76 3000 6000 0112 3456 7890 18", "12345"]
)
def test_a_faulty_iban_is_never_repeated(number: str) -> None:
    with pytest.raises(InvalidIdentifier) as fault:
        cells.iban(number)

    assert number not in fault.value.message


@pytest.mark.parametrize("reference", ["+RUM", "@RUM", "=RUM"])
def test_a_mandate_reference_is_no_formula(reference: str) -> None:
    with pytest.raises(CellFault) as fault:
        cells.mandate_reference(reference)

    assert fault.value.code == "text.formula"


LAYOUT = Layout(
    [Column("sending", "État d’envoi", ("Envoi",), is_mandatory=True), Column("street", "Adresse")]
)


@pytest.mark.parametrize("title", ["État d’envoi", "ETAT D'ENVOI", " etat d envoi ", "envoi"])
def test_a_header_is_known_whatever_its_spelling(title: str) -> None:
    matched = LAYOUT.match(["Autre colonne", title, "", "Encore  une"])

    assert matched.places == {"sending": 1}
    assert matched.unknown == ("Autre colonne", "Encore une")


@pytest.mark.parametrize(
    ("header", "code"), [(["Adresse"], "header.missing"), (["Envoi", "État d’envoi"], "header.twice")]
)
def test_a_header_that_misleads_is_refused(header: list[str], code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        LAYOUT.match(header)

    assert refused.value.problem[:3] == (1, "", code)


def test_ligatures_fold_like_their_letters() -> None:
    assert folded("Cœur") == folded("COEUR") == "coeur"


def test_the_first_problems_are_kept_and_all_are_counted() -> None:
    problems = Problems()
    for line in range(3 * MAX_PROBLEMS, 0, -1):
        problems.add(line, "Nom", "cell.missing", "Cette information manque.")

    assert problems.total == 3 * MAX_PROBLEMS
    assert [problem.line for problem in problems.first()] == list(range(1, MAX_PROBLEMS + 1))
