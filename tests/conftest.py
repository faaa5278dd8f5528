"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world import World, opened_world


@pytest.fixture
def world() -> Iterator[World]:
    """An empty world of this test alone."""
    with opened_world() as opened:
        yield opened
