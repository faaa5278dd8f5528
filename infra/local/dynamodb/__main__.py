"""Runs the endpoint: `python -m infra.local.dynamodb --port 8000 --data dynamodb.sqlite`."""

import argparse
import time

from infra.local.dynamodb.endpoint import Endpoint
from infra.local.dynamodb.server import LOOPBACK, Server
from infra.local.dynamodb.store import StoreUnavailableError


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.dynamodb", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", required=True, help="SQLite file that holds tables and items")
    arguments = parser.parse_args()
    try:
        endpoint = Endpoint(arguments.data, time.time)
    except StoreUnavailableError as error:
        parser.exit(1, f"{error}\n")
    server = Server(arguments.port, endpoint)
    print(f"DynamoDB endpoint ready on http://{LOOPBACK}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
