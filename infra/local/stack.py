"""The embedded stack: everything the template declares, on one machine, in one data folder.

with Stack(Path(".local/data")) as stack:
    stack.token("operateur@ecole-demo.example")
    stack.kill("ApiFunction")
"""

import logging
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from infra.local import demo, processes
from infra.local.cloud import Cloud
from infra.local.data_folder import DataFolder
from infra.local.demo import DemoMember
from infra.local.gateway.declared import http_api
from infra.local.gateway.server import GatewayServer
from infra.local.intrinsics import Names
from infra.local.ministack.process import PROJECT, start_ministack
from infra.local.pumps.declared import queue_sources, schedules
from infra.local.pumps.queue_pump import QueuePump
from infra.local.pumps.schedule_pump import SchedulePump
from infra.local.resources.buckets import create_buckets
from infra.local.resources.naming import names_of
from infra.local.resources.queues import create_queues
from infra.local.resources.tables import create_tables
from infra.local.resources.user_pool import create_user_pools
from infra.local.sandbox.declared import function_specs
from infra.local.sandbox.function import Function
from infra.local.sandbox.outcome import Outcome
from infra.local.template import read_template

TEMPLATE = PROJECT / "template.yaml"
ANY_FREE_PORT = 0
# Deliveries of one queue at the same time.
PUMPS_PER_QUEUE = 2


class Stack:
    """Starts on entering, stops on leaving; the data stays. Everything it starts ends with this process."""

    def __init__(self, data_dir: Path, *, template: Path = TEMPLATE, port: int = ANY_FREE_PORT) -> None:
        self._data = DataFolder(data_dir)
        self._template = read_template(template)
        self._port = port
        self._cleanup = ExitStack()
        self.functions: dict[str, Function] = {}
        self.members: list[DemoMember] = []
        self.names: Names
        self.cloud: Cloud
        self.url: str

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            self._start(cleanup)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    @property
    def environment(self) -> dict[str, str]:
        """The AWS settings and resource names that functions get: what any other client needs too."""
        variables: dict[str, str] = {}
        for function in self.functions.values():
            variables.update(function.spec.environment)
        return variables

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded cloud."""
        return self.cloud.client(service)

    def invoke(self, function: str, event: bytes) -> Outcome:
        """Invoke a function by its logical id, as the Lambda service would."""
        return self.functions[function].invoke(event)

    def kill(self, function: str) -> int:
        """SIGKILL the workers of a function (by logical id); returns how many there were."""
        return self.functions[function].kill()

    def token(self, username: str, password: str = demo.PASSWORD) -> str:
        """Sign in like the page, and return the access token."""
        return str(self.sign_in(username, password)["AccessToken"])

    def sign_in(self, username: str, password: str = demo.PASSWORD) -> Mapping[str, Any]:
        """Cognito's AuthenticationResult: AccessToken, IdToken, RefreshToken."""
        answer = self.client("cognito-idp").initiate_auth(
            ClientId=self.user_pool_client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        result: Mapping[str, Any] = answer["AuthenticationResult"]
        return result

    @property
    def user_pool_client_id(self) -> str:
        (client,) = self._template.of_type("AWS::Cognito::UserPoolClient")
        return self.names.refs[client.logical_id]

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Poll until the condition holds. Raises NeverHappenedError."""
        processes.wait_until(condition, what, seconds, interval=0.05)

    def _start(self, cleanup: ExitStack) -> None:
        cleanup.callback(self._data.release)
        self._data.acquire()
        self._log_to_file(cleanup)
        # Listening comes first: a port that is taken is the commonest reason not to start at all.
        gateway = GatewayServer(self._port)
        cleanup.callback(gateway.close)
        self.url = gateway.url
        self.cloud = self._start_cloud(cleanup)
        self.names = self._create_resources()
        self._create_functions(cleanup)
        api = http_api(self._template, self.names, self.cloud.ministack_url, self.invoke)
        cleanup.callback(api.close)
        self._start_pumps(cleanup)
        gateway.serve(api.answer)

    def _log_to_file(self, cleanup: ExitStack) -> None:
        log = self._data.log("stack")
        log.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(log, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logger = logging.getLogger("infra.local")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        cleanup.callback(handler.close)
        cleanup.callback(logger.removeHandler, handler)

    def _start_cloud(self, cleanup: ExitStack) -> Cloud:
        """Both at once: each takes a second to start."""
        cloud = Cloud(ministack_port=processes.free_port(), dynamodb_port=processes.free_port())
        lock = (self._data.lock_fd,)
        ministack = start_ministack(cloud.ministack_port, self._data.path, self._data.log("ministack"), lock)
        cleanup.callback(processes.stop, ministack)
        dynamodb = self._start_dynamodb(cloud.dynamodb_port)
        cleanup.callback(processes.stop, dynamodb)
        processes.wait_until_listening(ministack, cloud.ministack_port, self._data.log("ministack"))
        processes.wait_until_listening(dynamodb, cloud.dynamodb_port, self._data.log("dynamodb"))
        return cloud

    def _start_dynamodb(self, port: int) -> subprocess.Popen[bytes]:
        return processes.start(
            ["-m", "infra.local.dynamodb", "--port", str(port), "--data", str(self._data.dynamodb_file)],
            log=self._data.log("dynamodb"),
            environment={"PATH": "", "PYTHONPATH": str(PROJECT)},
            kept_open=(self._data.lock_fd,),
        )

    def _create_resources(self) -> Names:
        # The page signs in with SRP; a command line and a test with the password itself.
        names = names_of(self._template, {"SiteOrigin": self.url, "PasswordSignIn": "true"})
        create_tables(self._template, names, self.client("dynamodb"))
        create_queues(self._template, names, self.client("sqs"))
        create_buckets(self._template, names, self.client("s3"))
        cognito = self.client("cognito-idp")
        create_user_pools(self._template, names, cognito)
        for pool in self._template.of_type("AWS::Cognito::UserPool"):
            self.members = demo.create_members(cognito, names.refs[pool.logical_id])
            demo.create_platform_person(cognito, names.refs[pool.logical_id])
        return names

    def _create_functions(self, cleanup: ExitStack) -> None:
        for spec in function_specs(self._template, self.names, self.cloud.environment):
            function = Function(spec, self._data.log(spec.logical_id), self._data.workers)
            self.functions[spec.logical_id] = function
            cleanup.callback(function.stop)

    def _start_pumps(self, cleanup: ExitStack) -> None:
        for function, source in queue_sources(self._template, self.names):
            queue_pump = QueuePump(source, self.client("sqs"), self.functions[function].invoke)
            cleanup.callback(queue_pump.stop)
            for _ in range(PUMPS_PER_QUEUE):
                threading.Thread(target=queue_pump.run, name=f"queue-{function}", daemon=True).start()
        for function, schedule in schedules(self._template, self.names):
            schedule_pump = SchedulePump(schedule, self.functions[function].invoke)
            cleanup.callback(schedule_pump.stop)
            threading.Thread(target=schedule_pump.run, name=f"schedule-{function}", daemon=True).start()
