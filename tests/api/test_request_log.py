"""The log says who did what to which school, and nothing about families, banks or people."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest

from diapason.domain.members import Role
from http_api.application import application
from http_api.logs import ALLOWED, frames_of, logger
from tests.api.asking_api import Api
from tests.api.http_events import REQUEST_ID

NAME, HOLDER, IBAN = "Canari Zqx", "Titulaire Zqx", "FR1420041010050500013M02606"
CUSTOMER = {
    "reference": "REF-ZQX",
    "kind": "person",
    "name": NAME,
    "payment_method": "direct_debit",
    "email": "zqx@example.org",
    "accounts": [{"holder": HOLDER, "iban": IBAN}],
    "mandates": [{"reference": "RUM-ZQX", "account_rank": 0, "state": "signed", "signed_on": "2026-09-01"}],
}


def entries(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_leaves_who_what_and_how_it_ended(api: Api, log: StringIO) -> None:
    api.done("GET", "/organisation")

    asked, request = entries(log)
    assert (asked["message"], asked["school"], asked["operation"]) == (
        "asked",
        api.school_id,
        "GET /organisation",
    )
    assert (request["message"], request["status"]) == ("request", 200)
    assert {asked["correlation_id"], request["correlation_id"]} == {REQUEST_ID}


def test_a_refusal_leaves_its_kind(api: Api, log: StringIO) -> None:
    api.ask("PUT", "/organisation", {}, role=Role.READER)

    assert "not-allowed" in {entry.get("problem") for entry in entries(log)}


def test_no_line_holds_what_the_school_entered(api: Api, log: StringIO) -> None:
    customer = api.done("POST", "/customers", CUSTOMER)
    api.done("GET", "/customers", name=NAME)
    api.ask("POST", "/customers", CUSTOMER)
    api.ask("POST", "/customers", {**CUSTOMER, "kind": HOLDER, "accounts": [{"iban": IBAN[:-1]}]})
    api.ask("PUT", f"/customers/{customer['id']}", {**CUSTOMER, "revision": 9})

    assert len(entries(log)) > 8
    for secret in ("zqx", IBAN, IBAN[:-1], "membre-", "eyJ"):
        assert secret.lower() not in log.getvalue().lower()


def test_a_development_switch_in_the_environment_prints_no_event(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    watched = replace(api, handler=application(lambda: api.world.house))

    watched.done("GET", "/customers", name=NAME)

    assert NAME not in capsys.readouterr().out


def test_only_listed_fields_are_written(log: StringIO) -> None:
    try:
        raise ValueError(IBAN)
    except ValueError:
        logger.exception("unexpected", extra={"iban": IBAN, "status": 500})

    (entry,) = entries(log)
    assert set(entry) <= ALLOWED
    assert entry["status"] == 500
    assert IBAN not in log.getvalue()


def test_frames_tell_causes_without_their_messages() -> None:
    try:
        try:
            raise KeyError(IBAN)
        except KeyError as cause:
            raise RuntimeError(IBAN) from cause
    except RuntimeError as error:
        frames = frames_of(error)

    assert [frame for frame in frames if frame in {"RuntimeError", "KeyError"}] == [
        "RuntimeError",
        "KeyError",
    ]
    assert any("test_frames_tell_causes" in frame for frame in frames)
    assert IBAN not in "".join(frames)
