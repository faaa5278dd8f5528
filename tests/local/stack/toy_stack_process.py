"""A toy stack in a process of its own, to be killed: `python -m tests.local.stack.toy_stack_process DATA`.

Prints one line of JSON when it serves, then waits for ever.
"""

import json
import signal
import sys
from pathlib import Path

from infra.local.stack import Stack

TOY_TEMPLATE = Path(__file__).parent / "toy" / "template.yaml"


def main() -> None:
    with Stack(Path(sys.argv[1]), template=TOY_TEMPLATE) as stack:
        facts = {
            "url": stack.url,
            "subs": {member.email: member.sub for member in stack.members},
            "client": stack.user_pool_client_id,
            "environment": stack.environment,
            "refs": stack.names.refs,
            "token": stack.token(stack.members[0].email),
        }
        print(json.dumps(facts), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
