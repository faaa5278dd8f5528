"""What is looked at together comes out as if it were looked at one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.sepa.faults import UnwritableValueError
from diapason.sepa.text import are_plain_references, is_sepa_reference, sepa_text, sepa_texts
from tests.unit.sepa.bank_file_examples import debit, write_debits

LINES = st.lists(st.text(alphabet="aZ0 /-’éœß\\\n\t🎉", max_size=8) | st.text(max_size=8), max_size=6)
LIMIT = 5


@given(LINES)
def test_texts_together_are_reduced_as_each_alone(texts):
    assert list(sepa_texts(texts, LIMIT)) == [sepa_text(text, LIMIT) for text in texts]


@given(LINES)
def test_what_is_plain_together_is_a_reference_alone(texts):
    if are_plain_references(texts, LIMIT):
        assert all(is_sepa_reference(text) and len(text) <= LIMIT for text in texts)


def test_texts_in_the_banks_form_stay_as_they_are():
    texts = ["Martin Dupont", "", "Facture F-0001 (3/10)"]
    assert list(sepa_texts(texts, 70)) == texts


@pytest.mark.parametrize(
    "text",
    [
        " a",
        "a ",
        "a  b",
        "a\nb",
        "\n",
        "é",
        "a" * 71,
        "a&b",
        "\x7f",
        "a\u00a0b",
        "a\ud800",
        "a\\u0131",
        "ı",
        "œ",
        "ß",
        "\x00",
    ],
)
def test_one_text_that_must_change_is_found_among_many(text):
    texts = ["Martin Dupont", text, "Zoe"]
    written = sepa_texts(texts, 70)
    assert list(written) == ["Martin Dupont", sepa_text(text, 70), "Zoe"]
    assert text not in written


def test_plain_references_are_found_plain():
    assert are_plain_references(["RUM-0001", "2026.12:(1)+'?,"], 35)


@pytest.mark.parametrize("text", ["", "a/b", "a b", "a\nb", "é", "a" * 36, "a_b", " "])
def test_one_reference_that_is_not_plain_is_found_among_many(text):
    assert not are_plain_references(["RUM-0001", text, "RUM-0002"], 35)


@pytest.mark.parametrize("rank", [0, 1, 2])
@pytest.mark.parametrize(
    ("element", "field", "text"),
    [
        ("EndToEndId", "end_to_end_id", "a//b"),
        ("MndtId", "mandate_reference", "a\nb"),
        ("Dbtr/Nm", "debtor_name", "🎉"),
    ],
)
def test_the_debit_at_fault_is_named_wherever_it_stands(rank, element, field, text):
    debits = [debit(end_to_end_id=f"E{place}") for place in range(3)]
    debits[rank] = debits[rank]._replace(**{field: text})
    with pytest.raises(UnwritableValueError) as refusal:
        write_debits("08", debits)
    assert refusal.value.element == element


def test_references_with_lone_slashes_and_blanks_are_written_as_they_stand():
    content = write_debits("08", [debit(mandate_reference="RUM 1/2"), debit(end_to_end_id="E 2/3")]).content
    assert b"<MndtId>RUM 1/2</MndtId>" in content
    assert b"<EndToEndId>E 2/3</EndToEndId>" in content
