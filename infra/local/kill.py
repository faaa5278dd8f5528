"""Kills the workers of one function of a running stack, as a failing machine would.

python -m infra.local.kill FUNCTION [--data DIR]
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from infra.local.data_folder import DEFAULT_DATA


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.kill")
    parser.add_argument("function", help="its name in template.yaml")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    arguments = parser.parse_args()
    killed = kill_workers(arguments.function, arguments.data)
    print(f"{arguments.function} : {killed} processus tué(s)")
    return 0 if killed else 1


def kill_workers(function: str, data: Path) -> int:
    """SIGKILL the workers that a stack has noted for a function; returns how many there were."""
    pids = [int(marker.name) for marker in (data / "workers" / function).glob("*")]
    workers = [pid for pid in pids if is_worker(pid)]
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    return len(workers)


def is_worker(pid: int) -> bool:
    """Whether the process is one of ours: a number may have been given to another process since."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"awslambdaric" in command


if __name__ == "__main__":
    sys.exit(main())
