"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.world import World, opened_world

# How long an example takes says something of the machine, not of the product.
settings.register_profile("diapason", deadline=None)
settings.load_profile("diapason")


@pytest.fixture
def world() -> Iterator[World]:
    """An empty world of this test alone."""
    with opened_world() as opened:
        yield opened
