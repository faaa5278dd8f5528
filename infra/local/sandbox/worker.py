"""One execution environment of a function: a process under awslambdaric, reused while it lives."""

import os
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from infra.local import processes
from infra.local.sandbox.outcome import MAX_PAYLOAD_BYTES, Outcome, crashed, response_too_large, timed_out
from infra.local.sandbox.runtime_api import Invocation, RuntimeApi


@dataclass(frozen=True)
class FunctionSpec:
    """A function as declared: where its code lies, what it is given, how long it may take."""

    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    layers: Sequence[Path]
    environment: Mapping[str, str]
    timeout_seconds: float
    memory_mb: int

    def worker_environment(self, runtime_api: str) -> dict[str, str]:
        """What Lambda sets, and no more.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        return {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(str(path) for path in (self.code, *self.layers)),
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "LAMBDA_TASK_ROOT": str(self.code),
            "_HANDLER": self.handler,
            **self.environment,
        }


class Worker:
    """A running process. `invoke` is called by one thread at a time; `kill` by any."""

    def __init__(self, spec: FunctionSpec, log: Path, workers_dir: Path) -> None:
        self._spec = spec
        self._api = RuntimeApi(spec.arn)
        self._process = processes.start(
            ["-m", "awslambdaric", spec.handler],
            log=log,
            environment=spec.worker_environment(self._api.address),
            directory=spec.code,
        )
        # Tells the `kill` command, which runs in another process, whom to kill.
        self._marker = workers_dir / spec.logical_id / str(self._process.pid)
        self._marker.parent.mkdir(parents=True, exist_ok=True)
        self._marker.touch()
        threading.Thread(target=self._watch, name=f"watch-{spec.logical_id}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: bytes) -> Outcome:
        """Run the handler on `event`. A worker that takes too long is killed; one that dies has failed."""
        request_id = str(uuid.uuid4())
        self._api.hand_out(Invocation(request_id, event, self._spec.timeout_seconds))
        try:
            outcome = self._api.outcomes.get(timeout=self._spec.timeout_seconds)
        except Empty:
            self.kill()
            return timed_out(request_id, self._spec.timeout_seconds)
        if outcome is None:
            return crashed(request_id, self._process.poll())
        size = len(outcome.payload)
        return response_too_large(size) if size > MAX_PAYLOAD_BYTES else outcome

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        self._process.kill()
        self._process.wait()

    def _watch(self) -> None:
        self._process.wait()
        self._marker.unlink(missing_ok=True)
        self._api.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
