import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.sepa.text import ALLOWED_CHARACTERS, is_sepa_reference, sepa_reference, sepa_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))
REFERENCE_TEXT = st.text(st.sampled_from("aB1/ -?:().,'+é&"), max_size=50)
# Said otherwise than in the module: each step of the EPC's wording by itself.
SET = re.compile(r"[a-zA-Z0-9/\-?:().,'+ ]*")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Martin Dupont", "Martin Dupont"),
        ("Zoé D'Hérouville", "Zoe D'Herouville"),
        ("Cœur & ŒUVRE", "Coeur + OEUVRE"),
        ("Lætitia ÆGIR", "Laetitia AEGIR"),
        ("10 €", "10 EUR"),
        ("l’été — 3/10", "l'ete - 3/10"),
        ("« École »", "Ecole"),
        ("facture n°12", "facture no12"),
        ('a@b <c> "d" #e', "a b c d e"),
        ("Straße Łódź Ångström Đorđe Þór", "Strasse Lodz Angstrom Dorde Thor"),
        ("Нина Ελένη", "Nina Eleni"),
        ("e\u0301cole", "ecole"),
        ("Anne\u00a0\u202fMarie\t\n\x00Paul", "Anne Marie Paul"),
        ("fête 🎉 ici", "fete ici"),
        ("\u202eab\u200bc\ufeff\u00ad", "abc"),
        ("\ud800x", "x"),
        ("🎉", ""),
        ("  ", ""),
        ("", ""),
    ],
)
def test_text_is_written_as_a_french_reader_expects(text, written):
    assert sepa_text(text, 70) == written


def test_text_is_cut_after_it_was_transliterated():
    assert sepa_text("œ" * 70, 70) == "oe" * 35
    assert sepa_text("x" * 69 + " y", 70) == "x" * 69


@given(text=ANY_TEXT, limit=st.sampled_from([1, 16, 35, 70, 140]))
def test_any_text_ends_in_the_sepa_set(text, limit):
    written = sepa_text(text, limit)
    assert SET.fullmatch(written)
    assert set(written) <= ALLOWED_CHARACTERS
    assert len(written) <= limit
    assert written == " ".join(written.split())


@given(text=ANY_TEXT, limit=st.integers(1, 140))
def test_what_was_written_is_written_alike_again(text, limit):
    once = sepa_text(text, limit)
    assert sepa_text(once, limit) == once


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_characters_are_written_alike_in_any_company(text):
    """A Greek letter sends the whole text the general way; the rest of it must not change."""
    assert sepa_text(f"{text} Ω", 10_000) == f"{sepa_text(text, 10_000)} O".strip()


@given(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=1))
def test_no_european_letter_is_lost(text):
    assert len(sepa_text(text, 10_000)) >= len(text)


@pytest.mark.parametrize("letter", "àâäçéèêëîïôöùûüÿÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸñÑ")
def test_accented_letters_keep_their_base(letter):
    assert sepa_text(letter, 1) == unicodedata.normalize("NFD", letter)[0]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("RUM-2026/0001", "RUM-2026/0001"),
        ("/RUM/", "RUM"),
        ("a//b///c", "a/b/c"),
        ("a/ /b", "a/b"),
        ("a / b", "a / b"),
        ("réf n°1", "ref no1"),
        ("x" * 34 + "/y", "x" * 34),
        ("///", ""),
        ("", ""),
    ],
)
def test_references_carry_no_slash_at_the_ends_and_none_doubled(text, written):
    assert sepa_reference(text, 35) == written


@given(text=st.one_of(ANY_TEXT, REFERENCE_TEXT), limit=st.integers(1, 35))
def test_any_text_becomes_a_reference_or_nothing(text, limit):
    reference = sepa_reference(text, limit)
    assert reference == "" or is_sepa_reference(reference)
    assert len(reference) <= limit
    assert sepa_reference(reference, limit) == reference


@given(REFERENCE_TEXT)
def test_a_reference_stands_as_it_is_exactly_when_the_rule_changes_nothing(text):
    assert is_sepa_reference(text) == (text != "" and sepa_reference(text, 1_000) == text)


@given(REFERENCE_TEXT.filter(is_sepa_reference))
def test_references_keep_to_the_clarification_on_slashes(text):
    assert SET.fullmatch(text)
    assert not text.startswith("/")
    assert not text.endswith("/")
    assert "//" not in text
