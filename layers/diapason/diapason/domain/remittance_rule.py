"""The text on the debtor's bank statement, as each school words it: fixed words, and words in braces that are
taken from the invoice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

DEFAULT_REMITTANCE_RULE = "Facture {facture} {libelle}"

RULE_LIMIT = 140

_WORD = re.compile(r"\{([^{}]*)\}")


class RemittanceWord(StrEnum):
    """What may stand in braces: invoice number, its label, activity, pupil, customer, due date."""

    INVOICE = "facture"
    LABEL = "libelle"
    ACTIVITY = "activite"
    PUPIL = "eleve"
    CUSTOMER = "client"
    DUE_DATE = "echeance"


class InvalidRemittanceRule(ValueError):
    """The rule cannot be used; the message is French."""


def checked_rule(rule: str) -> str:
    """The rule as it is kept; raises InvalidRemittanceRule."""
    words = _WORD.findall(rule)
    known = ", ".join(f"{{{word}}}" for word in RemittanceWord)
    if not words:
        raise InvalidRemittanceRule(f"Mettez-y au moins une information entre accolades : {known}.")
    unknown = [word for word in words if word not in set(RemittanceWord)]
    if unknown:
        raise InvalidRemittanceRule(f"« {{{unknown[0]}}} » n’existe pas. Vous pouvez écrire : {known}.")
    if set(_WORD.sub("", rule)) & set("{}"):
        raise InvalidRemittanceRule("Une accolade n’est pas fermée, ou n’est pas ouverte.")
    if len(rule) > RULE_LIMIT:
        raise InvalidRemittanceRule(f"Le libellé admet {RULE_LIMIT} caractères.")
    return rule


@lru_cache(maxsize=256)
def words_of(rule: str) -> tuple[RemittanceWord, ...]:
    """The words that the rule takes from the invoice, in its order."""
    return tuple(RemittanceWord(word) for word in _WORD.findall(rule))


def told(rule: str, facts: Mapping[RemittanceWord, str]) -> str:
    """The rule with its words filled in, empty where none of them has anything to say: fixed words alone
    would tell a family nothing. ``facts`` holds at least the rule's words."""
    if not any(facts[word] for word in words_of(rule)):
        return ""
    return _WORD.sub(lambda found: facts[RemittanceWord(found[1])], rule)
