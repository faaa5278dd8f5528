"""The documentation of the files names the very columns that are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import diapason.intake
from diapason.intake.columns import Layout
from diapason.intake.customer_rows import CUSTOMER_COLUMNS
from diapason.intake.invoice_rows import INVOICE_COLUMNS
from diapason.intake.tables import MAX_BYTES, MAX_ROWS

README = Path(str(diapason.intake.__file__)).with_name("README.md").read_text(encoding="utf-8")
SECTIONS = {section.splitlines()[0].split("`")[1]: section for section in README.split("\n## ")[1:]}
_ROW = re.compile(r"^\| (\**)([^|*]+?)\** \|", re.MULTILINE)


@pytest.mark.parametrize(
    ("file", "layout"), [("clients.csv", CUSTOMER_COLUMNS), ("factures.csv", INVOICE_COLUMNS)]
)
def test_every_column_is_documented_in_its_order(file: str, layout: Layout) -> None:
    documented = [(title, bool(bold)) for bold, title in _ROW.findall(SECTIONS[file]) if title != "column"]

    assert documented == [(column.header, column.is_mandatory) for column in layout.columns.values()]


def test_the_documented_limits_are_those_of_the_code() -> None:
    assert f"{MAX_BYTES // 1024**2} Mo" in README
    assert f"{MAX_ROWS:,} rows".replace(",", " ") in README
