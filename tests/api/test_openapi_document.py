"""The committed description is what the routes say, and enough to make the page's types from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from diapason.domain.members import PLATFORM
from functions.api import openapi
from http_api.words import WORDS
from tests.api.asking_api import Api
from tests.api.example_requests import EXAMPLES, Example
from tests.api.http_events import Answer, access_claims, http_event

COMMITTED = Path(__file__).parents[2] / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
WITHOUT_BODY = {
    ("POST", "/members/{username}/invitation"),
    ("POST", "/batches/{batch_id}/download"),
    ("POST", "/imports/{import_id}/discard"),
}


def described_operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_committed_document_is_up_to_date() -> None:
    assert openapi.main(["--check", str(COMMITTED)]) == 0


def test_an_outdated_document_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outdated = tmp_path / "openapi.json"
    outdated.write_text("{}", encoding="utf-8")

    assert openapi.main(["--check", str(outdated)]) == 1
    assert str(outdated) in capsys.readouterr().err
    assert openapi.main(["--write", str(outdated)]) == 0
    assert outdated.read_bytes() == COMMITTED.read_bytes()


def test_every_operation_is_described_in_full() -> None:
    for method, path, operation in described_operations():
        assert operation["summary"][0].isupper()
        assert operation["tags"]
        assert operation["x-action"]
        assert ("requestBody" in operation) == (
            method in {"POST", "PUT", "PATCH"} and (method, path) not in WITHOUT_BODY
        )
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
        (success,) = [code for code in operation["responses"] if code != "default"]
        (content,) = operation["responses"][success]["content"].values()
        assert content["schema"]["$ref"].endswith(("View", "Created", "Edited"))


def test_operation_ids_are_names() -> None:
    ids = [operation["operationId"] for _, _, operation in described_operations()]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", found) for found in ids)


def test_every_path_parameter_is_declared() -> None:
    for _, path, operation in described_operations():
        declared = {found["name"] for found in operation.get("parameters", []) if found["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


def test_every_reference_leads_somewhere() -> None:
    named = {f"#/components/schemas/{name}" for name in SCHEMAS}

    assert set(references(DOCUMENT)) <= named
    assert not {"HTTPValidationError", "ValidationError"} & set(SCHEMAS)


def test_bearer_tokens_are_asked_for_everywhere() -> None:
    assert DOCUMENT["security"] == [{"bearer": []}]
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert not any("security" in operation for _, _, operation in described_operations())


@pytest.mark.parametrize("enumeration", WORDS, ids=lambda enumeration: enumeration.__name__)
def test_enumerations_have_a_name_and_words_for_each_value(enumeration: type[StrEnum]) -> None:
    described = SCHEMAS[enumeration.__name__]

    assert described["enum"] == [str(value) for value in enumeration]
    assert set(described["x-words"]) == set(described["enum"])


def test_no_enumeration_stands_inside_another_schema() -> None:
    def inner(part: Any) -> Iterator[Any]:
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "enum":
                    yield value
                yield from inner(value)
        elif isinstance(part, list):
            for value in part:
                yield from inner(value)

    named = {name for name, described in SCHEMAS.items() if "enum" in described}
    others = [inner(described) for name, described in SCHEMAS.items() if name not in named]
    assert [found for each in others for found in each] == []


def test_requests_name_all_that_they_accept() -> None:
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in described_operations()
        if "requestBody" in operation
    }

    assert bodies
    assert all(SCHEMAS[name]["additionalProperties"] is False for name in bodies)


def test_amounts_are_integers() -> None:
    for described in SCHEMAS.values():
        for name, field in described.get("properties", {}).items():
            if name.endswith("_cents"):
                types = {choice.get("type") for choice in [field, *field.get("anyOf", [])]}
                assert "integer" in types
                assert "number" not in types


def asked_by_whom_it_is_for(api: Api, example: Example) -> Answer:
    """By an administrator, or by the platform."""
    is_platforms = example.path.startswith("/platform/")
    claims = access_claims("plateforme-1", PLATFORM) if is_platforms else api.claims()
    return api.send(http_event(example.method, example.path, claims, query=example.query))


def test_answers_are_what_the_document_promises(api: Api) -> None:
    for example in EXAMPLES:
        if "{" not in example.path and example.method == "GET":
            answer = asked_by_whom_it_is_for(api, example)
            schema = DOCUMENT["paths"][example.path]["get"]["responses"]["200"]["content"]
            name = schema["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert answer.status == 200
            assert set(answer.json) == set(SCHEMAS[name]["properties"])
