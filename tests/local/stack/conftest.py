"""A whole stack over the toy template, shared by the tests that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Stack

TOY_TEMPLATE = Path(__file__).parent / "toy" / "template.yaml"


@pytest.fixture(scope="module")
def toy_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), template=TOY_TEMPLATE) as stack:
        yield stack
