"""Nothing that was typed ends a field, a row or a file, or is computed by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.accounting.text import cell, entry_text, guarded, plain_text
from diapason.domain.accounting import EntriesEncoding
from tests.unit.accounting.accounting_examples import HOSTILE

# Said otherwise than in the module: what OWASP lists under "CSV Injection".
COMPUTED = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Famille Noël", '"Famille Noël"'),
        ("=1+1", '"\'=1+1"'),
        ("-12", '"\'-12"'),
        ("+33 6", '"\'+33 6"'),
        ("@SUM(A1)", '"\'@SUM(A1)"'),
        ("\t=1+1", '"\'=1+1"'),
        ("\ufeff=1+1", '"\'=1+1"'),
        ('dite "la grande"; 12', '"dite ""la grande""; 12"'),
        ("deux\r\nlignes", '"deux lignes"'),
        ("e\u0301cole", '"école"'),
        ("", '""'),
    ],
)
def test_a_cell_is_quoted_and_never_computed(text: str, written: str) -> None:
    assert cell(text) == written


@given(st.lists(HOSTILE, min_size=1))
def test_any_row_is_read_again_as_it_was_written(texts: list[str]) -> None:
    line = ";".join(map(cell, texts)) + "\r\n"

    (row,) = csv.reader(io.StringIO(line, newline=""), delimiter=";", strict=True)

    assert row == [guarded(text) for text in texts]
    assert not any(value.startswith(COMPUTED) for value in row)
    assert all(value.isprintable() for value in row)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Cours de piano", "Cours de piano"),
        ('l\'été\t"piano"\n| violon', "l'été piano violon"),
        ("=-+@ Piano", "Piano"),
        ("a" * 120, "a" * 100),
        ("===", ""),
    ],
)
def test_a_value_of_an_entry_holds_no_separator(text: str, written: str) -> None:
    assert entry_text(text, 100, EntriesEncoding.UTF_8) == written


@given(HOSTILE, st.sampled_from(EntriesEncoding))
def test_no_value_of_an_entry_can_end_a_field(text: str, encoding: EntriesEncoding) -> None:
    written = entry_text(text, 100, encoding)

    assert written.encode(encoding).decode(encoding) == written
    assert not set(written) & set('\t\r\n|"')
    assert not written.startswith(COMPUTED)
    assert written.isprintable()
    assert len(written) <= 100
    assert written == written.strip()


def test_letters_that_the_encoding_lacks_are_written_otherwise() -> None:
    assert entry_text("Łódź, 10 €, Œuvre", 100, EntriesEncoding.ISO_8859_15) == "Lódz, 10 €, Œuvre"
    assert entry_text("Łódź", 100, EntriesEncoding.UTF_8) == "Łódź"


def test_invisible_characters_do_not_hide_a_formula() -> None:
    assert plain_text("\u200b\x00\u202e=1") == "=1"
