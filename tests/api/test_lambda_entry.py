"""The function as Lambda loads it: ``app.handler``, settings from the environment, house on demand."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from http_api.application import house_of_this_process
from tests.api.asking_api import Api
from tests.api.conftest import API_FOLDER
from tests.api.http_events import Answer, http_event
from tests.world import ROOT


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    house_of_this_process.cache_clear()
    yield
    house_of_this_process.cache_clear()


def answered(api: Api) -> Answer:
    entry = runpy.run_path(str(API_FOLDER / "app.py"))
    event = http_event("GET", "/me", api.claims())
    return Answer.of(entry["handler"](event, SimpleNamespace(aws_request_id="1")))


def test_the_handler_finds_its_house_in_the_environment(api: Api) -> None:
    assert answered(api).json["school"]["id"] == api.school_id
    house = house_of_this_process()
    assert answered(api).status == 200
    assert house_of_this_process() is house


def test_a_missing_setting_says_nothing_to_the_outside(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILLING_TABLE")

    answer = answered(api)

    assert answer.status == 500
    assert "BILLING_TABLE" not in answer.text


def test_loading_needs_no_setting_and_no_cloud() -> None:
    """As Lambda does it: the function's own folder is the root of imports."""
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers" / "diapason"), str(API_FOLDER)])}

    loaded = subprocess.run(
        [sys.executable, "-c", "import app; print(callable(app.handler))"],
        env=paths,
        cwd=API_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )

    assert loaded.stdout == "True\n", loaded.stderr
