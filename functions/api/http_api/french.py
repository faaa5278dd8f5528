"""What validation says, in French: one sentence per type of pydantic error, which says how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from diapason.domain.errors import FieldError

SENTENCES: Mapping[str, str] = {
    "bool_parsing": "Répondez par vrai ou faux.",
    "bool_type": "Répondez par vrai ou faux.",
    "control_characters": "Le texte contient un caractère invisible : ressaisissez-le.",
    "date_iso": "Écrivez une date qui existe, sous la forme AAAA-MM-JJ.",
    "date_range": "Choisissez une date entre 1970 et 2199.",
    "email_address": "Écrivez une adresse électronique complète, comme prenom.nom@ecole.fr.",
    "enum": "Choisissez une des valeurs prévues : {expected}.",
    "extra_forbidden": "Cette information n’est pas attendue : retirez-la.",
    "greater_than_equal": "La valeur doit être au moins {ge}.",
    "int_from_float": "Écrivez un nombre entier, sans décimale (les montants sont en centimes).",
    "int_parsing": "Écrivez un nombre entier, sans décimale (les montants sont en centimes).",
    "int_parsing_size": "Ce nombre est trop grand.",
    "int_type": "Écrivez un nombre entier, sans décimale (les montants sont en centimes).",
    "less_than_equal": "La valeur doit être au plus {le}.",
    "less_than": "La valeur doit être inférieure à {lt}.",
    "list_type": "Une liste est attendue.",
    "missing": "Cette information est obligatoire.",
    "model_attributes_type": "Un objet est attendu.",
    "model_type": "Un objet est attendu.",
    "string_pattern_mismatch": "La valeur n’a pas la forme attendue : vérifiez-la.",
    "string_too_long": "Le texte dépasse {max_length} caractères : raccourcissez-le.",
    "string_too_short": "Cette information est obligatoire.",
    "string_type": "Un texte est attendu.",
    "string_unicode": "Le texte contient un caractère illisible : ressaisissez-le.",
    "too_long": "La liste dépasse {max_length} éléments : procédez en plusieurs fois.",
    "too_short": "Indiquez au moins un élément.",
    "tuple_type": "Une liste est attendue.",
    "unknown_parameter": "Ce critère n’existe pas : retirez-le de l’adresse.",
}

FALLBACK = "Cette valeur n’est pas valable : vérifiez-la."

PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors as the page shows them; the value that was refused is never repeated."""
    return [FieldError(path_of(error["loc"]), error["type"], _sentence(error)) for error in errors]


def path_of(location: Sequence[str | int]) -> str:
    """``accounts.0.iban`` from ``("body", "accounts", 0, "iban")``."""
    parts = location[1:] if location and location[0] in PLACES else location
    return ".".join(str(part) for part in parts)


def _sentence(error: Mapping[str, Any]) -> str:
    if "." in error["type"]:  # a fault of an identifier, whose message is French already
        return str(error["msg"])
    return SENTENCES.get(error["type"], FALLBACK).format_map(error.get("ctx", {}))
