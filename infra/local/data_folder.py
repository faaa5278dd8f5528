"""The folder that holds everything a stack keeps, used by one stack at a time."""

import fcntl
import os
from pathlib import Path

from infra.local.ministack.process import PROJECT
from infra.local.processes import NeverHappenedError, wait_until

DEFAULT_DATA = PROJECT / ".local" / "data"
# Children of a stack that was killed notice it at once, but need a moment to end.
PATIENCE_SECONDS = 5.0


FORMAT = "2"
"""What records look like in this version of the product: older folders cannot be read by it."""


class InUseError(Exception):
    """Another stack works on this folder."""


class OtherFormatError(Exception):
    """The folder was filled by a version of the product that kept its records otherwise."""


class DataFolder:
    """Paths inside the folder, and its lock.

    Children that write here inherit the lock (`lock_fd`), so that a new stack waits for the last of them,
    even when the stack that started them was killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(parents=True, exist_ok=True)
        self.lock_fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)

    @property
    def dynamodb_file(self) -> Path:
        return self.path / "dynamodb.sqlite"

    @property
    def workers(self) -> Path:
        return self.path / "workers"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    def acquire(self) -> None:
        """Take the folder. Raises InUseError, OtherFormatError."""
        try:
            wait_until(self._try_lock, "the data folder is free", PATIENCE_SECONDS)
        except NeverHappenedError:
            raise InUseError(f"another Diapason works on {self.path}") from None
        self._check_format()

    def release(self) -> None:
        os.close(self.lock_fd)

    def _check_format(self) -> None:
        marker = self.path / "format"
        if self.dynamodb_file.exists() and (not marker.exists() or marker.read_text() != FORMAT):
            raise OtherFormatError(f"{self.path} was filled by another version")
        marker.write_text(FORMAT)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self.lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
