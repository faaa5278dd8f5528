"""The API in this process, over the product's real store; each test has a school of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import StringIO
from itertools import count
from pathlib import Path

import pytest

from diapason.domain.members import Role
from tests.world import NOON_IN_PARIS, World, opened_world

API_FOLDER = Path(__file__).parents[2] / "functions" / "api"
sys.path.insert(0, str(API_FOLDER))

from http_api.application import application  # noqa: E402
from http_api.logs import logger  # noqa: E402
from tests.api.asking_api import Api  # noqa: E402

_ranks = count(1)


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """Tables, buckets and queues of this module's tests; schools keep them apart."""
    with opened_world() as opened:
        yield opened


@pytest.fixture
def api(shared_world: World) -> Api:
    """The API as the members of a new school see it: one member of each role."""
    shared_world.clock.instant = NOON_IN_PARIS
    return asked_by_new_school(shared_world)


@pytest.fixture
def other(shared_world: World) -> Api:
    """The API as the members of another new school see it."""
    return asked_by_new_school(shared_world)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the API logs, as text."""
    stream = StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", stream)
    return stream


def asked_by_new_school(world: World) -> Api:
    store = world.founded(f"ecole-{next(_ranks)}")
    world.open_group(store.keys.school_id)
    for role in Role:
        world.member(store, role, username=f"membre-{role}")
    return Api(world, store, application(lambda: world.house))
