"""The command line of the embedded stack.

python -m infra.local run [--data DIR] [--port PORT]
python -m infra.local kill FUNCTION [--data DIR]
"""

import argparse
import json
import os
import signal
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from infra.local import demo
from infra.local.data_folder import InUseError
from infra.local.gateway.server import PortTakenError
from infra.local.ministack.process import PROJECT, NotInstalledError
from infra.local.stack import Stack

DEFAULT_PORT = 8480
DEFAULT_DATA = PROJECT / ".local" / "data"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    commands = parser.add_subparsers(dest="command", required=True)
    run_parser = commands.add_parser("run", help="start everything and stay until Ctrl-C")
    run_parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    run_parser.add_argument("--template", type=Path, default=PROJECT / "template.yaml")
    kill_parser = commands.add_parser("kill", help="kill -9 the workers of a function of a running stack")
    kill_parser.add_argument("function", help="its name in template.yaml")
    for command in (run_parser, kill_parser):
        command.add_argument("--data", type=Path, default=DEFAULT_DATA)
    arguments = parser.parse_args()
    if arguments.command == "kill":
        return kill(arguments.function, arguments.data)
    return run(arguments.data, arguments.template, arguments.port)


def run(data: Path, template: Path, port: int) -> int:
    """Serve until SIGINT or SIGTERM."""
    stopped = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stopped.set())
    print("Diapason démarre…", flush=True)
    try:
        with Stack(data, template=template, port=port) as stack:
            load_demo_data(stack)
            print(welcome(stack), flush=True)
            stopped.wait()
            print("\nArrêt…", flush=True)
    except PortTakenError:
        return refuse(f"le port {port} est déjà pris. Choisissez-en un autre : make run PORT=8481")
    except InUseError:
        return refuse(f"un autre Diapason travaille dans {data}. Arrêtez-le, ou donnez un autre DATA=")
    except NotInstalledError:
        return refuse("ministack n’est pas installé. Lancez : make run")
    return 0


def refuse(reason: str) -> int:
    print(f"Diapason ne peut pas démarrer : {reason}", file=sys.stderr)
    return 1


def load_demo_data(stack: Stack) -> None:
    if find_spec("infra.local.demo_data"):
        import_module("infra.local.demo_data").load(stack)


def welcome(stack: Stack) -> str:
    """Where it is, who can sign in, and how to get a token with one command."""
    members = "\n".join(
        f"  {member.email:38} {member.school_id:15} {member.role}" for member in stack.members
    )
    sign_in = {"USERNAME": stack.members[0].email, "PASSWORD": demo.PASSWORD}
    body = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": stack.user_pool_client_id,
        "AuthParameters": sign_in,
    }
    return f"""
Diapason : {stack.url}

Comptes de démonstration (mot de passe : {demo.PASSWORD})
{members}

Un jeton d'accès :
  curl -s {stack.cloud.ministack_url}/ \\
    -H 'Content-Type: application/x-amz-json-1.1' \\
    -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \\
    -d '{json.dumps(body)}' \\
    | python3 -c 'import json,sys; print(json.load(sys.stdin)["AuthenticationResult"]["AccessToken"])'

Ctrl-C arrête tout ; les données restent.
"""


def kill(function: str, data: Path) -> int:
    """SIGKILL the workers that a running stack has noted for a function."""
    pids = [int(marker.name) for marker in (data / "workers" / function).glob("*")]
    killed = [pid for pid in pids if is_worker(pid)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    print(f"{function} : {len(killed)} processus tué(s)")
    return 0 if killed else 1


def is_worker(pid: int) -> bool:
    """Whether the process is one of ours: a number may have been given to another process since."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"awslambdaric" in command


if __name__ == "__main__":
    sys.exit(main())
