"""The text on the debtor's statement, as a school words it."""

from __future__ import annotations

import pytest

from diapason.domain.remittance_rule import (
    DEFAULT_REMITTANCE_RULE,
    RULE_LIMIT,
    InvalidRemittanceRule,
    RemittanceWord,
    checked_rule,
    told,
)

FACTS = dict.fromkeys(RemittanceWord, "") | {RemittanceWord.INVOICE: "F1", RemittanceWord.PUPIL: "Zoé"}


@pytest.mark.parametrize(
    "rule", [DEFAULT_REMITTANCE_RULE, "{eleve}", "".join(f"{{{word}}}" for word in RemittanceWord)]
)
def test_a_rule_with_known_words_is_kept(rule: str) -> None:
    assert checked_rule(rule) == rule


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("Cours", "au moins une information"),
        ("", "au moins une information"),
        ("{}", "« {} » n’existe pas"),
        ("{matiere} {facture}", "« {matiere} » n’existe pas"),
        ("{facture} {", "accolade"),
        ("{facture}}", "accolade"),
        ("{facture}" + "x" * RULE_LIMIT, "140 caractères"),
    ],
)
def test_another_rule_is_refused_with_what_mends_it(rule: str, says: str) -> None:
    with pytest.raises(InvalidRemittanceRule) as refused:
        checked_rule(rule)

    assert says in str(refused.value)


def test_words_are_filled_in_and_those_without_a_fact_left_empty() -> None:
    assert told("Ecole {facture} {activite}/{eleve}", FACTS) == "Ecole F1 /Zoé"


def test_fixed_words_alone_tell_a_family_nothing() -> None:
    assert told("Ecole de musique {activite}", FACTS) == ""
