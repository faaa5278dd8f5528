"""The second part: registering and generating on the whole embedded stack, through its HTTP API.

python -m tests.performance.registering ROWS    prints the steps as JSON

The rows fall due on a few days: one batch and one file for each.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, Final

from infra.local import demo, demo_data
from infra.local.demo_school.billing import debit_days
from infra.local.http_api import Api
from infra.local.seed import FIRST_DAY, ROWS_OF_INVOICE, seed
from infra.local.stack import Stack
from infra.local.wizard_api import DraftApi

TICKS: Final = os.sysconf("SC_CLK_TCK")
ACCOUNT: Final = "principal"
Step = dict[str, float]


def steps(rows: int) -> dict[str, Step]:
    """Wall and processor seconds of importing, selecting, registering and generating so many instalments."""
    found: dict[str, Step] = {}
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        demo_data.found_schools(stack)
        api = Api(stack.url, lambda: stack.token(f"operateur@{demo.SCHOOLS[0].domain}"))
        with _timed(found, "import"):
            seed(api, rows)
        draft = DraftApi.begun(api, ACCOUNT, "")
        days = debit_days(FIRST_DAY, ROWS_OF_INVOICE)
        with _timed(found, "select"):
            draft.select(days[0], days[-1])
        unusual = [confirmation["collection_date"] for confirmation in draft.recap()["confirmations"]]
        with _timed(found, "register"):
            batches = draft.validate(unusual)
        assert sum(batch["count"] for batch in batches) == rows
        with _timed(found, "generate"):
            for batch in batches:
                api.post(f"/batches/{batch['id']}/generate", version=batch["version"])
            for batch in batches:
                api.until(f"/batches/{batch['id']}", _is_there, "the bank file")
    return found


def _is_there(batch: dict[str, Any]) -> bool:
    assert not batch["refusals"], batch["refusals"]
    return bool(batch["downloadable"])


@contextmanager
def _timed(found: dict[str, Step], name: str) -> Iterator[None]:
    wall, cpu = time.monotonic(), cpu_seconds_of_family(os.getpid())
    yield
    found[name] = {
        "wall_seconds": time.monotonic() - wall,
        "cpu_seconds": cpu_seconds_of_family(os.getpid()) - cpu,
    }


def cpu_seconds_of_family(ancestor: int) -> float:
    """What a process, its living descendants and those that they waited for have used until now."""
    spent: dict[int, int] = {}
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended, and its parent has its time
        process = int(stat.parent.name)
        parents[process] = int(fields[1])
        spent[process] = sum(map(int, fields[11:15]))
    return sum(ticks for process, ticks in spent.items() if _descends(process, ancestor, parents)) / TICKS


def _descends(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    while process != ancestor and process in parents:
        process = parents[process]
    return process == ancestor


if __name__ == "__main__":
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # the seed tells its progress
        measured = steps(int(sys.argv[1]))
    json.dump(measured, sys.stdout)
