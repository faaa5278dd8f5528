"""Validation speaks French, whatever is sent, and names the field."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import http_api.inputs
from diapason.domain.members import Role
from http_api.fields import Input
from http_api.french import SENTENCES, field_errors
from tests.api.asking_api import Api, paths_of

ODD_VALUES: list[object] = [
    None,
    "",
    " ",
    "x" * 2_000,
    "a\nb",
    "a\x00b",
    "\ud800",
    "2026-02-30",
    "20260101",
    "2026-01-01T00:00:00",
    "9999-12-31",
    "0001-01-01",
    True,
    -(10**12),
    0,
    10**12,
    10**30,
    1.5,
    2.0,
    [],
    [{}],
    [1],
    ["x"],
    ["a"] * 10_000,
    [{}] * 10_000,
    {},
    {"x": 1},
    "FR7630001007941234567890186",
    "XX",
]


PLACES_TO_FILL = set(re.findall(r"\{\w+\}", " ".join(SENTENCES.values())))
"""As ``{max_length}``: what a sentence that was shown has filled in."""


def models() -> list[type[Input]]:
    found = set()
    for module in pkgutil.iter_modules(http_api.inputs.__path__, "http_api.inputs."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, Input) and member is not Input:
                found.add(member)
    return sorted(found, key=lambda model: model.__name__)


def faults(model: type[BaseModel], content: dict[str, object]) -> Iterator[Any]:
    try:
        model.model_validate(content)
    except ValidationError as error:
        yield from error.errors()


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_fault_of_every_field_has_its_french_sentence(model: type[Input]) -> None:
    found = [
        error
        for name in [*model.model_fields, "unknown_field"]
        for value in ODD_VALUES
        for error in faults(model, {name: value})
    ]

    assert found
    for error in found:
        assert error["type"] in SENTENCES or "." in error["type"], error["type"]
    for shown in field_errors([{**error, "loc": ("body", *error["loc"])} for error in found]):
        assert not any(place in shown.message for place in PLACES_TO_FILL)
        assert not re.search(
            r"\b(should|must|input|valid (integer|string)|value)\b", shown.message, re.IGNORECASE
        )


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_text_and_list_has_a_limit(model: type[Input]) -> None:
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]

    for part in parts:
        for name, described in part.get("properties", {}).items():
            for choice in [described, *described.get("anyOf", [])]:
                if choice.get("type") == "string" and "enum" not in choice:
                    assert {"maxLength", "pattern", "format"} & set(choice), f"{model.__name__}.{name}"
                if choice.get("type") == "array":
                    assert "maxItems" in choice, f"{model.__name__}.{name}"
                if choice.get("type") == "integer" and name.endswith("cents"):
                    assert "maximum" in choice or name == "total_cents", f"{model.__name__}.{name}"


def test_amounts_are_integers_and_nothing_that_looks_like_one() -> None:
    draft = next(model for model in models() if model.__name__ == "RowInput")

    for value in (1.0, 1.5, "100", True, -1):
        assert list(faults(draft, {"version": 1, "amount_cents": value})), value


def test_counts_and_revisions_are_numbers_that_the_store_can_hold() -> None:
    for model in models():
        for name, field in model.model_fields.items():
            if field.annotation is int:
                types = {error["type"] for error in faults(model, {name: 10**40}) if error["loc"] == (name,)}
                assert types in ({"less_than_equal"}, {"less_than"}), f"{model.__name__}.{name}"


@pytest.mark.parametrize("name", ["Famille\u00a0Dupont", " Famille\u202f Dupont\u200b\n", "Famille\tDupont"])
def test_blanks_that_come_along_when_pasting_do_not_count(api: Api, name: str) -> None:
    after = api.done("PUT", "/organisation", {"revision": 1, "name": name})

    assert after["name"] == "Famille Dupont"


def test_an_error_names_its_field_by_path(api: Api) -> None:
    answer = api.ask(
        "POST",
        "/customers",
        {
            "reference": "C1",
            "kind": "family",
            "name": "",
            "payment_method": "direct_debit",
            "accounts": [
                {"holder": "Dupont", "iban": "FR7630001007941234567890186"},
                {"holder": "x" * 141, "iban": "FR7630001007941234567890185", "bic": "BNP"},
            ],
            "mandates": [
                {"reference": "RUM//1", "account_rank": 0, "state": "signed", "signed_on": "1/9/2026"}
            ],
            "color": "red",
        },
    )

    assert answer.status == 422
    assert answer.json["detail"] == "Certaines informations sont à corriger."
    assert {error["path"]: error["code"] for error in answer.json["errors"]} == {
        "kind": "enum",
        "name": "string_too_short",
        "accounts.0.iban": "iban.check_digits",
        "accounts.1.holder": "string_too_long",
        "accounts.1.bic": "bic.structure",
        "mandates.0.reference": "mandate_reference.slash",
        "mandates.0.signed_on": "date_iso",
        "color": "extra_forbidden",
    }
    assert "FR7630001007941234567890186" not in answer.text


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"due_from": "2026-13-01"}, "due_from"),
        ({"due_from": "1767225600"}, "due_from"),
        ({"min_cents": "12.50"}, "min_cents"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"activty": "PIANO"}, "activty"),
        ({"activity": "x" * 36}, "activity"),
        ({"customer_id": "a/b"}, "customer_id"),
    ],
)
def test_a_criterion_that_does_not_hold_is_refused(api: Api, query: dict[str, str], path: str) -> None:
    answer = api.ask("GET", "/instalments", role=Role.READER, **query)

    assert answer.status == 422
    assert paths_of(answer) == [path]
    assert answer.json["errors"][0]["message"].endswith(".")


def test_the_table_holds_only_sentences() -> None:
    for sentence in SENTENCES.values():
        assert sentence.endswith(".")
        assert sentence[0].isupper()
