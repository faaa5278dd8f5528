"""What a family reads on its bank statement, as its school words it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.remittance_rule import (
    DEFAULT_REMITTANCE_RULE,
    RULE_LIMIT,
    InvalidRemittanceRule,
    RemittanceWord,
    checked_rule,
)
from diapason.sepa.text import sepa_text
from diapason.workflows.texts import remittance_text
from tests.unit.domain.examined_scenes import INSTALMENT

LESSON = replace(
    INSTALMENT,
    invoice_number="F-2026/017",
    invoice_label="Cours de violoncelle « débutants »",
    activity="CORDES",
    pupil="Zoé D’Hérouville",
    customer_name="M. & Mme Lefèvre",
    due_date=date(2026, 12, 7),
)
BARE = replace(LESSON, invoice_label="", activity="", pupil="", customer_name="")


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (DEFAULT_REMITTANCE_RULE, "Facture F-2026/017 Cours de violoncelle debutants"),
        ("{facture}", "F-2026/017"),
        ("{libelle}", "Cours de violoncelle debutants"),
        ("{activite}", "CORDES"),
        ("{eleve}", "Zoe D'Herouville"),
        ("{client}", "M. + Mme Lefevre"),
        ("{echeance}", "07/12/2026"),
        (
            "École de musique – {eleve} – échéance du {echeance}",
            "Ecole de musique - Zoe D'Herouville - echeance du 07/12/2026",
        ),
        ("{eleve}/{activite}/{facture}", "Zoe D'Herouville/CORDES/F-2026/017"),
    ],
)
def test_each_word_tells_what_it_is_called(rule: str, read: str) -> None:
    assert remittance_text(rule, LESSON) == read


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (DEFAULT_REMITTANCE_RULE, "Facture F-2026/017"),
        ("Facture {facture} - {eleve}", "Facture F-2026/017"),
        ("{eleve}, {facture}", "F-2026/017"),
        ("{activite} : {facture} ; {libelle}", "F-2026/017"),
        ("{eleve} – {activite}", ""),
        ("École {libelle}", ""),
    ],
)
def test_a_word_without_a_fact_leaves_no_sign_behind(rule: str, read: str) -> None:
    assert remittance_text(rule, BARE) == read


@pytest.mark.parametrize("unwritable", ["🎻", "\u200b", " ", "\ud800"])
def test_nothing_is_told_where_nothing_of_the_words_can_be_written(unwritable: str) -> None:
    assert remittance_text("Facture {facture}", replace(LESSON, invoice_number=unwritable)) == ""


WORDS = st.sampled_from([f"{{{word}}}" for word in RemittanceWord])
RULES = st.lists(st.text(max_size=20) | WORDS, max_size=8).map("".join)
FACTS = st.text(max_size=200)


def is_rule(text: str) -> bool:
    try:
        return checked_rule(text) == text
    except InvalidRemittanceRule:
        return False


@given(rule=RULES.filter(is_rule), facts=st.tuples(FACTS, FACTS, FACTS, FACTS, FACTS))
def test_any_rule_gives_what_a_bank_takes(rule: str, facts: tuple[str, str, str, str, str]) -> None:
    number, label, activity, pupil, name = facts
    told = remittance_text(
        rule,
        replace(
            LESSON,
            invoice_number=number,
            invoice_label=label,
            activity=activity,
            pupil=pupil,
            customer_name=name,
        ),
    )

    assert len(told) <= RULE_LIMIT
    assert sepa_text(told, RULE_LIMIT) == told
    if "{echeance}" in rule:
        assert told
