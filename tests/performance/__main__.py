"""make bench [PARTS=writer,stack,imports] [ROWS=1000,10000,40000,100000,1000000]

Keeps small: a child's peak memory is never less than its parent's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.performance import report, writing
from tests.performance.aims import verdicts

PARTS: Final = ("writer", "stack", "imports")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--parts", type=_parts, default=list(PARTS), help=",".join(PARTS))
    parser.add_argument("--rows", type=_sizes, default=[1_000, 10_000, 40_000, 100_000, 1_000_000])
    parser.add_argument("--stack-rows", type=_sizes, default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=writing.PROJECT / ".local" / "bench")
    arguments = parser.parse_args()
    if "writer" in arguments.parts and shutil.which("xmllint") is None:
        print(
            "xmllint is missing: install Debian's package libxml2-utils, or leave the writer out (PARTS=…)."
        )
        return 1
    result: dict[str, Any] = {}
    if "writer" in arguments.parts:
        _say("Writing")
        bench = writing.prepared(arguments.folder)
        result["writer"] = writing.measure(bench, arguments.rows, _say)
    if "stack" in arguments.parts:
        _say("Registering and generating on the embedded stack")
        result["stack"] = {rows: _from_module("registering", str(rows)) for rows in arguments.stack_rows}
    if "imports" in arguments.parts:
        _say("Importing the functions")
        result["imports"] = _from_module("importing")
    machine = _machine()
    kept = verdicts(result)
    told = report.as_markdown(machine, result, kept)
    (arguments.folder / "result.json").write_text(report.as_json(machine, result, kept), encoding="utf-8")
    (arguments.folder / "result.md").write_text(told, encoding="utf-8")
    print(f"\n{told}")
    return 0


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if not set(parts) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"{text}: choose of {', '.join(PARTS)}")
    return parts


def _sizes(text: str) -> list[int]:
    return sorted(int(size) for size in text.split(","))


def _from_module(name: str, *arguments: str) -> Any:
    """Runs one part in a process of its own, and reads what it found."""
    command = [sys.executable, "-m", f"tests.performance.{name}", *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def _machine() -> str:
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    python = platform.python_version()
    return f"{os.cpu_count()} processors {platform.machine()}, Python {python}, load at the end {load}"


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
