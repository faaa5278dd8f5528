"""Runs the embedded stack with the demo schools until Ctrl-C.

python -m infra.local.run [--data DIR] [--port PORT]
"""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from diapason.domain.members import PERMISSION_WORDS, ROLE_WORDS, Permission, Role
from infra.local import demo, demo_data
from infra.local.data_folder import DEFAULT_DATA, InUseError, OtherFormatError
from infra.local.demo import DemoMember
from infra.local.gateway.server import PortTakenError
from infra.local.ministack.process import NotInstalledError
from infra.local.stack import Stack

DEFAULT_PORT = 8480


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.run")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    arguments = parser.parse_args()
    return run(arguments.data, arguments.port)


def run(data: Path, port: int) -> int:
    """Serve until SIGINT or SIGTERM, which also end a start that is under way."""
    for wanted in (signal.SIGINT, signal.SIGTERM):  # a shell's background job inherits an ignored SIGINT
        signal.signal(wanted, signal.default_int_handler)
    print("Diapason démarre…", flush=True)
    try:
        with Stack(data, port=port) as stack:
            demo_data.load(stack)
            print(welcome(stack), flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("\nDiapason est arrêté.", flush=True)
    except PortTakenError:
        return refuse(f"le port {port} est déjà pris. Choisissez-en un autre : make run PORT=8481")
    except InUseError:
        return refuse(f"un autre Diapason travaille dans {data}. Arrêtez-le, ou donnez un autre DATA=")
    except OtherFormatError:
        return refuse(
            f"les données de {data} viennent d’une autre version. Supprimez ce dossier (make clean supprime "
            "celui par défaut), ou donnez un autre DATA="
        )
    except NotInstalledError:
        return refuse("ministack n’est pas installé. Lancez : make run")
    return 0


def refuse(reason: str) -> int:
    print(f"Diapason ne peut pas démarrer : {reason}", file=sys.stderr)
    return 1


def welcome(stack: Stack) -> str:
    """Where it is, who can sign in, and how to get a token with one command."""
    people = [(one.email, one.school_id, f"{one.display_name}, {words_of(one)}") for one in stack.members]
    people.append((demo.PLATFORM_EMAIL, "", "plateforme : établissements et options"))
    members = "\n".join(f"  {email:42} {school_id:18} {words}" for email, school_id, words in people)
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

Un jeton d’accès, puis une première demande :
  TOKEN=$(curl -s {stack.cloud.ministack_url}/ \\
    -H 'Content-Type: application/x-amz-json-1.1' \\
    -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \\
    -d '{json.dumps(body)}' \\
    | python3 -c 'import json,sys; print(json.load(sys.stdin)["AuthenticationResult"]["AccessToken"])')
  curl -H "Authorization: Bearer $TOKEN" {stack.url}/me

Ctrl-C arrête tout ; les données restent.
"""


def words_of(member: DemoMember) -> str:
    """The member's role, and permissions if there are any."""
    words = [ROLE_WORDS[Role(member.role)]]
    return ", ".join(words + [PERMISSION_WORDS[Permission(name)] for name in member.permissions])


if __name__ == "__main__":
    sys.exit(main())
