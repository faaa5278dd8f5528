"""A function: a set of warm workers, grown on demand up to a limit."""

import threading
from pathlib import Path

from infra.local.sandbox.outcome import Outcome
from infra.local.sandbox.worker import FunctionSpec, Worker

# Enough to show what concurrency does to shared state; each worker costs some 60 MB and most of a second to
# start.
MAX_WORKERS = 4


class StoppedError(Exception):
    """The function is being stopped and takes no further events."""


class Function:
    """Invokes the handler in whichever worker is free; further callers wait for one."""

    def __init__(self, spec: FunctionSpec, log: Path, workers_dir: Path) -> None:
        self.spec = spec
        self._log = log
        self._workers_dir = workers_dir
        self._slots = threading.BoundedSemaphore(MAX_WORKERS)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._stopped = False

    def invoke(self, event: bytes) -> Outcome:
        """Run the handler on a JSON event. Raises StoppedError."""
        with self._slots:
            worker = self._warm_worker() or self._new_worker()
            outcome = worker.invoke(event)
            with self._lock:
                if worker.alive:
                    self._idle.append(worker)
                else:
                    self._workers.discard(worker)
            return outcome

    def kill(self) -> int:
        """SIGKILL every worker, busy or idle; the next event starts a new one. Returns their number."""
        with self._lock:
            doomed = [worker for worker in self._workers if worker.alive]
            self._idle.clear()
            self._workers.clear()
        for worker in doomed:
            worker.kill()
        return len(doomed)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
        self.kill()

    def _warm_worker(self) -> Worker | None:
        with self._lock:
            while self._idle:
                # The last one that ran, as on Lambda: the others may grow cold.
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                self._workers.discard(worker)
        return None

    def _new_worker(self) -> Worker:
        with self._lock:
            if self._stopped:
                raise StoppedError(self.spec.logical_id)
            worker = Worker(self.spec, self._log, self._workers_dir)
            self._workers.add(worker)
            return worker
