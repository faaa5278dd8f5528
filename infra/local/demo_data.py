"""The demo schools, brought in through the product itself: settings by its store, records by its imports, and
what happened since by its API."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import cast

from diapason.domain.clock import paris_date
from infra.local import demo, demo_school
from infra.local.demo_story import DemoStory
from infra.local.http_api import Api
from infra.local.import_api import take
from infra.local.stack import Stack

FILES = {"ecole-demo": demo_school.files, "ecole-voisine": demo_school.neighbour_files}
FILE_NAMES = {"customers": "clients.csv", "invoices": "factures.csv"}


class FoundingFailed(RuntimeError):
    """The schools could not be written; the message is what the process said at its end."""


def load(stack: Stack) -> None:
    """Brings in what is missing; what is there stays as it is, so that it may be called at every start.

    Raises FoundingFailed, and Refused when a file is not taken or a step of the story refused.
    """
    lacking = found_schools(stack)
    today = paris_date(datetime.now(UTC))
    for school in demo.SCHOOLS:
        api = api_of(stack, f"operateur@{school.domain}")
        files = FILES[school.school_id](today)
        for kind in lacking[school.school_id]:
            take(api, kind, FILE_NAMES[kind], files[FILE_NAMES[kind]])
    demo_school_domain = demo.SCHOOLS[0].domain
    operator, administrator = (
        api_of(stack, f"{name}@{demo_school_domain}") for name in ("operateur", "administrateur")
    )
    DemoStory(operator, administrator, today).tell()


def api_of(stack: Stack, email: str) -> Api:
    """The API as that person asks it."""
    return Api(stack.url, lambda: stack.token(email))


def found_schools(stack: Stack) -> dict[str, list[str]]:
    """Writes the schools' settings and members; returns which kinds of records each school lacks."""
    members = [
        {
            "username": member.username,
            "school_id": member.school_id,
            "name": member.display_name,
            "role": member.role,
            "permissions": member.permissions,
            "email": member.email,
        }
        for member in stack.members
    ]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    founding = subprocess.run(
        [sys.executable, "-m", "infra.local.founding"],
        input=json.dumps(members),
        capture_output=True,
        text=True,
        env={**os.environ, **stack.environment, "PYTHONPATH": path},
        check=False,
    )
    if founding.returncode:
        raise FoundingFailed(founding.stderr)
    return cast(dict[str, list[str]], json.loads(founding.stdout))
