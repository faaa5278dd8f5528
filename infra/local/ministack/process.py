"""Starts ministack bound to the loopback address, with its data in a folder that survives `kill -9`."""

import os
import subprocess
from pathlib import Path

from infra.local import processes
from infra.local.intrinsics import REGION

PROJECT = Path(__file__).parents[3]
PYTHON = PROJECT / ".local" / "ministack" / "bin" / "python"
SERVE = Path(__file__).with_name("serve.py")


class NotInstalledError(Exception):
    """ministack's virtual environment does not exist yet."""


def start_ministack(
    port: int, data_dir: Path, log: Path, kept_open: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start ministack without waiting for it. Raises NotInstalledError."""
    if not PYTHON.exists():
        raise NotInstalledError(
            f"{PYTHON} does not exist: `make .local/ministack/installed` installs ministack"
        )
    state = data_dir / "ministack"
    state.mkdir(parents=True, exist_ok=True)
    return processes.start(
        [str(SERVE), processes.LOOPBACK, str(port)],
        python=str(PYTHON),
        log=log,
        environment={
            "PATH": os.environ["PATH"],
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(data_dir / "s3"),
            # Listeners that Diapason has no use for.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        },
        kept_open=kept_open,
    )
