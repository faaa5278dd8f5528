"""The third part: what it costs a fresh process to import each function, with the paths that Lambda gives it.

python -m tests.performance.importing    prints the milliseconds as JSON, by function
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from infra.local.sandbox.worker import FunctionSpec
from infra.local.stack import Stack

ROUNDS: Final = 9
WARMING: Final = 1
"""The first import of all writes the .pyc files, which a layer ships."""

IMPORT: Final = """
import importlib, sys, time
started = time.process_time()
importlib.import_module(sys.argv[1])
print((time.process_time() - started) * 1000)
"""


def declared_functions() -> list[FunctionSpec]:
    """The functions with the settings that the embedded stack gives them; nothing runs any more."""
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        return [function.spec for function in stack.functions.values()]


def import_milliseconds() -> dict[str, float]:
    """Processor time, medians, the functions in turn; the interpreter's own start is not in them.

    One thread imports, from files that the system has in memory: on a machine with nothing else to do the
    elapsed time is the same.
    """
    specs = declared_functions()
    found: dict[str, list[float]] = {spec.logical_id: [] for spec in specs}
    for turn in range(WARMING + ROUNDS):
        for spec in specs:
            milliseconds = _once(spec)
            if turn >= WARMING:
                found[spec.logical_id].append(milliseconds)
    return {name: median(times) for name, times in found.items()}


def _once(spec: FunctionSpec) -> float:
    module = spec.handler.rpartition(".")[0]
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPORT, module],
        env=spec.worker_environment("127.0.0.1:9"),
        cwd=spec.code,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


if __name__ == "__main__":
    json.dump(import_milliseconds(), sys.stdout)
