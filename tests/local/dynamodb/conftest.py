"""Fixtures of the DynamoDB tests: a client for each backend, a fresh table for each test."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.dynamodb import Endpoint
from tests.local.dynamodb.dynamodb_backends import MINISTACK, client_for, served, served_by_ministack
from tests.local.dynamodb.dynamodb_tables import TableUnderTest, new_table
from tests.local.dynamodb.ministack_differences import DIFFERENCES
from tests.local.dynamodb_in_process import DYNAMODB_URL, in_process_dynamodb


@pytest.fixture(scope="session")
def http_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint, served over HTTP for the whole session."""
    with served(tmp_path_factory.mktemp("dynamodb") / "data.sqlite") as url:
        yield url


@pytest.fixture(scope="session")
def ministack_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ministack, served for the whole session."""
    if not MINISTACK.exists():
        pytest.skip(f"ministack is not installed at {MINISTACK}; set DIAPASON_MINISTACK to its executable")
    with served_by_ministack(tmp_path_factory.mktemp("ministack")) as url:
        yield url


@pytest.fixture
def in_process_client() -> Iterator[Any]:
    """A client of an endpoint of its own, in this process and in memory."""
    endpoint = Endpoint(":memory:", time.time)
    with in_process_dynamodb(endpoint):
        yield client_for(DYNAMODB_URL)
    endpoint.close()


@pytest.fixture(
    params=[
        "in process",
        pytest.param("http", marks=pytest.mark.slow),
        pytest.param("ministack", marks=pytest.mark.ministack),
    ]
)
def dynamodb(request: pytest.FixtureRequest) -> Any:
    """A client of each backend in turn."""
    if request.param == "in process":
        return request.getfixturevalue("in_process_client")
    if request.param == "http":
        return client_for(request.getfixturevalue("http_url"))
    return client_for(request.getfixturevalue("ministack_url"))


@pytest.fixture
def table(dynamodb: Any) -> Iterator[TableUnderTest]:
    """A table with keys `pk` and `sk`."""
    with new_table(dynamodb) as created:
        yield created


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect the declared differences of ministack, strictly: one that is gone fails the run."""
    for item in items:
        is_case = isinstance(item, pytest.Function) and item.path.is_relative_to(Path(__file__).parent)
        if not is_case or item.get_closest_marker("ministack") is None:
            continue
        for difference in DIFFERENCES:
            if difference.shows_in(item.originalname, item.callspec.params):
                item.add_marker(pytest.mark.xfail(reason=difference.what, strict=True))
