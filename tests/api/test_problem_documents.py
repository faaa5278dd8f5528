"""Whatever goes wrong is one RFC 9457 document in French, and says nothing that it must not say."""

from __future__ import annotations

import inspect
import json
from io import StringIO
from typing import Any

import pytest

import diapason.domain.errors as domain_errors
from diapason.domain.errors import (
    AlreadyExists,
    DiapasonError,
    DigestMismatch,
    FieldError,
    InvalidInput,
    NotAllowed,
    NotFound,
    StateRefused,
    VersionConflict,
)
from diapason.store.members import Members
from diapason.store.registry import Registry
from http_api import problems
from http_api.limits import MAX_BODY_BYTES
from http_api.problems import KINDS, problem_of
from tests.api.asking_api import Api
from tests.api.http_events import REQUEST_ID, Answer, http_event

ORGANISATION = {"revision": 1, "name": "Conservatoire"}


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Lets reading the organisation fail."""

    def fail(_: Registry) -> Any:
        raise error

    monkeypatch.setattr(Registry, "organisation", fail)


def test_every_domain_error_has_a_kind() -> None:
    declared = {
        found
        for module in (domain_errors, problems)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, DiapasonError) and found is not DiapasonError
    }

    assert declared == set(KINDS)
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput([FieldError("name", "empty", "Saisissez un nom.")]), 422, "invalid-input"),
        (NotFound(), 404, "not-found"),
        (VersionConflict(), 409, "version-conflict"),
        (AlreadyExists("Cette référence existe déjà."), 409, "already-exists"),
        (StateRefused("Impossible maintenant."), 409, "state-refused"),
        (NotAllowed(), 403, "not-allowed"),
        (DigestMismatch(), 409, "digest-mismatch"),
    ],
)
def test_a_domain_error_is_answered_by_its_document(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: DiapasonError, status: int, code: str
) -> None:
    failing(monkeypatch, error)

    answer = api.ask("GET", "/organisation")

    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["type"] == f"urn:diapason:problem:{code}"
    assert answer.json["status"] == status
    assert answer.json["detail"] == error.message
    assert answer.json["instance"] == f"urn:diapason:request:{REQUEST_ID}"


def test_fields_to_mend_are_listed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, InvalidInput([FieldError("accounts.0.iban", "iban.length", "Trop court.")]))

    assert api.ask("GET", "/organisation").json["errors"] == [
        {"path": "accounts.0.iban", "code": "iban.length", "message": "Trop court."}
    ]


def test_a_kind_that_the_table_lacks_is_answered_as_unexpected() -> None:
    class Unheard(DiapasonError):
        code = "unheard"

    assert problem_of(Unheard("secret"), "r").type == "urn:diapason:problem:unexpected"


def test_what_nobody_expected_says_nothing_of_itself(
    api: Api, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    failing(monkeypatch, RuntimeError("FR7630001007941234567890185 of Dupont"))

    answer = api.ask("GET", "/organisation")

    assert answer.status == 500
    assert answer.json == {
        "type": "urn:diapason:problem:unexpected",
        "title": "Erreur imprévue",
        "status": 500,
        "detail": problems.Unexpected().message,
        "instance": f"urn:diapason:request:{REQUEST_ID}",
        "errors": [],
    }
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    (entry,) = [line for line in logged if line["message"] == "unexpected"]
    assert entry["correlation_id"] == REQUEST_ID
    assert entry["frames"][0] == "RuntimeError"
    assert any("get_organisation" in frame for frame in entry["frames"])
    assert "Dupont" not in json.dumps(logged)


def test_an_answer_that_is_not_what_the_route_promises_is_unexpected(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Members, "listed", lambda _: [object()])

    answer = api.ask("GET", "/members")

    assert answer.status == 500
    assert "object" not in answer.text


def sent(api: Api, body: str, content_type: str = "application/json") -> Answer:
    return api.send(http_event("PUT", "/organisation", api.claims(), body=body, content_type=content_type))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{", id="cut"),
        pytest.param("name=x", id="a form"),
        pytest.param("[" * 20_000, id="deep"),
        pytest.param('{"revision": ' + "9" * 5_000 + "}", id="endless number"),
        pytest.param(json.dumps([ORGANISATION]), id="a list of the object"),
        pytest.param('"text"', id="a text"),
        pytest.param("null", id="null"),
    ],
)
def test_a_body_that_is_not_one_json_object_is_malformed(api: Api, body: str) -> None:
    answer = sent(api, body)

    assert answer.status == 400
    assert answer.json["type"] == "urn:diapason:problem:malformed-request"
    assert "illisible" in answer.json["detail"]


def test_a_body_of_bytes_that_are_no_text_is_malformed(api: Api) -> None:
    event = http_event("PUT", "/organisation", api.claims(), body="/w==")
    event["isBase64Encoded"] = True

    assert api.send(event).json["type"] == "urn:diapason:problem:malformed-request"


def test_a_missing_body_names_what_is_missing(api: Api) -> None:
    answer = api.ask("PUT", "/organisation")

    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "missing"


def test_a_large_body_is_too_large(api: Api) -> None:
    answer = sent(api, json.dumps({**ORGANISATION, "name": "x" * MAX_BODY_BYTES}))

    assert answer.status == 413
    assert answer.json["type"] == "urn:diapason:problem:request-too-large"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_another_media_type_is_refused(api: Api, content_type: str) -> None:
    answer = sent(api, json.dumps(ORGANISATION), content_type)

    assert answer.status == 415
    assert answer.json["type"] == "urn:diapason:problem:unsupported-media-type"


def test_json_may_name_its_charset(api: Api) -> None:
    assert sent(api, json.dumps(ORGANISATION), "application/json; charset=utf-8").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nowhere"), ("GET", "/"), ("DELETE", "/me"), ("PATCH", "/organisation"), ("HEAD", "/me")],
)
def test_an_address_or_method_that_no_route_has_is_unknown(api: Api, method: str, path: str) -> None:
    answer = api.ask(method, path)

    assert answer.status == 404
    assert answer.json["type"] == "urn:diapason:problem:unknown-address"
    assert answer.headers["content-type"] == "application/problem+json"


def test_answers_are_never_kept_by_anyone(api: Api) -> None:
    for path in ("/me", "/nowhere"):
        headers = api.ask("GET", path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
