"""Child processes: tethered to this one, with their output in log files; ports; waiting for a condition."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"
TETHER = Path(__file__).with_name("tether.py")
GRACE_SECONDS = 5.0


class NeverHappenedError(Exception):
    """A condition that was waited for did not come true in time."""


def start(
    arguments: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    python: str = sys.executable,
    directory: Path | None = None,
    kept_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `python arguments` as a child that cannot outlive this process; output is appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [python, "-P", "-u", str(TETHER), *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            pass_fds=kept_open,
            # A terminal's Ctrl-C goes to the whole group: children are to be stopped in order, by us.
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, and kill it when it has not within GRACE_SECONDS."""
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(condition: Callable[[], bool], what: str, seconds: float, interval: float = 0.02) -> None:
    """Poll until `condition()` holds. Raises NeverHappenedError, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NeverHappenedError(f"{what}: not within {seconds:g} s")
        time.sleep(interval)


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path, seconds: float = 60) -> None:
    """Wait until `process` listens on `port`. Raises NeverHappenedError when it ends or is too late."""

    def listening() -> bool:
        if process.poll() is not None:
            raise NeverHappenedError(f"{log.stem} ended with status {process.returncode}; see {log}")
        return accepts_connections(port)

    wait_until(listening, f"{log.stem} listens on port {port}", seconds)
