"""``make sample``: the product from the school's files to the bank's, through HTTP alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.unit.sepa.official_schemas import OFFICIAL, official_schema

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.ministack]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "out"
    command = [sys.executable, "-m", "infra.local.sample", "--out", str(folder)]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "layers/diapason:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "summary.json").read_text())
    return told


def total_of(files: list[dict[str, Any]], field: str) -> Counter[str]:
    return sum((Counter(file[field]) for file in files), Counter())


def test_the_summary_names_every_file_and_what_it_holds(out: Path, summary: dict[str, Any]) -> None:
    files = summary["files"]

    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.xml"))
    assert sorted(file["path"] for file in files) == written
    assert {file["version"] for file in files} == {"02", "07", "08"}
    assert len({file["batch_number"] for file in files}) == len(files)
    for file in files:
        data = (out / file["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
        text = data.decode()
        assert f"<NbOfTxs>{file['count']}</NbOfTxs>" in text
        assert f"<CtrlSum>{file['total_cents'] // 100}.{file['total_cents'] % 100:02d}</CtrlSum>" in text
        assert f"<ReqdColltnDt>{file['due_date']}</ReqdColltnDt>" in text


def test_the_files_show_every_kind_of_debit(summary: dict[str, Any]) -> None:
    files = summary["files"]

    assert set(total_of(files, "sequences")) == {"FRST", "RCUR", "FNAL", "OOFF"}
    assert {"another_bank", "same_bank", "mandate_reference"} <= set(total_of(files, "amendments"))
    assert set(total_of(files, "addresses")) == {"structured", "hybrid"}
    assert {file["scheme"] for file in files} == {"CORE", "B2B"}
    assert sum(file["ultimate_debtors"] for file in files) > 0


def test_a_file_for_the_treasury_bears_its_name(summary: dict[str, Any]) -> None:
    (treasury,) = [file for file in summary["files"] if "Trésor" in file["account"]]

    assert re.fullmatch(r"TGDFT027-DFT-SDD-\d{5}-001\.xml", treasury["file_name"])
    assert treasury["addresses"] == {"structured": treasury["count"]}


def test_what_was_cancelled_was_collected_again_alike(summary: dict[str, Any]) -> None:
    by_number = {file["batch_number"]: file for file in summary["files"]}
    cancelled = by_number[summary["cancelled"]["batch_number"]]
    again = by_number[summary["cancelled"]["again"]]

    same = ("count", "total_cents", "sequences", "due_date")
    assert [cancelled[name] for name in same] == [again[name] for name in same]
    assert "FRST" in again["sequences"]


def test_an_instalment_was_debited_by_two_remittances_to_the_cent(summary: dict[str, Any]) -> None:
    partial = summary["partial_debit"]

    assert sum(part["cents"] for part in partial["parts"]) == partial["total_cents"]
    assert len({part["batch_number"] for part in partial["parts"]}) == 2


def test_the_rest_of_the_story_is_told(out: Path, summary: dict[str, Any]) -> None:
    assert summary["deleted"]
    assert summary["undone_detachments"] == 1
    assert any("plafond" in words for words in summary["confirmations"])
    assert (summary["corrections"]["changed"], summary["corrections"]["faulty"]) == (3, 1)
    assert len(summary["corrections"]["changes"]) == 3
    accounting = summary["accounting"]["files"]
    assert {file["kind"] for file in accounting} == {"entries", "customers", "instalments"}
    for file in accounting:
        assert hashlib.sha256((out / file["path"]).read_bytes()).hexdigest() == file["sha256"]


@pytest.mark.parametrize(("version", "source"), OFFICIAL)
def test_every_file_is_valid_against_the_official_schema_of_its_version(
    out: Path, version: str, source: str
) -> None:
    schema = official_schema(version, source)
    files = list((out / "remittances" / version).glob("*.xml"))
    assert files
    for file in files:
        schema.assertValid(etree.parse(file))


def test_no_identifier_comes_twice_in_any_of_the_files(out: Path) -> None:
    found = [
        element.text
        for file in out.rglob("*.xml")
        for element in etree.parse(file).iter("{*}MsgId", "{*}PmtInfId", "{*}EndToEndId")
    ]
    assert found
    assert len(found) == len(set(found))
