"""The official ISO 20022 schemas: those that a development dependency ships, and the full set where it lies
beside the project (``<repository>/../shared``, or the folder that DIAPASON_SHARED names)."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

_REPOSITORY = Path(__file__).parents[3]
_SHARED = Path(os.environ.get("DIAPASON_SHARED", _REPOSITORY.parent / "shared"))


def _shipped(version: str) -> Path:
    package = find_spec("sepaxml")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "schemas" / f"pain.008.001.{version}.xsd"


def _beside(version: str) -> Path:
    return _SHARED / "reference" / "iso20022" / f"pain.008.001.{version}.xsd"


@cache
def _compiled(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(path))


def official_schema(version: str, source: str) -> etree.XMLSchema:
    path = {"shipped": _shipped, "beside": _beside}[source](version)
    if source == "beside" and not path.exists():
        pytest.skip(f"no official schema at {path}: set DIAPASON_SHARED to the folder that holds them")
    return _compiled(path)


OFFICIAL = [("02", "shipped"), ("08", "shipped"), ("02", "beside"), ("07", "beside"), ("08", "beside")]
"""Version and source; .07 is in no maintained package."""


def official_schemas_at_hand(version: str) -> list[etree.XMLSchema]:
    """Those of a version that can be read here, for tests in which they are not the only proof."""
    paths = [{"shipped": _shipped, "beside": _beside}[source](of) for of, source in OFFICIAL if of == version]
    return [_compiled(path) for path in paths if path.exists()]
