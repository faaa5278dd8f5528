"""``make sample``: the product from the school's files to the bank's, through HTTP alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

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


def test_the_summary_names_every_file_and_what_it_holds(out: Path) -> None:
    files = json.loads((out / "summary.json").read_text())["files"]

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
    assert len(found) == len(set(found))
