"""The template under test, read as the embedded stack reads it."""

from pathlib import Path

import pytest

from infra.local.template import Template, read_template


@pytest.fixture(scope="session")
def template() -> Template:
    return read_template(Path(__file__).parents[2] / "template.yaml")
