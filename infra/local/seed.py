"""Volume: a school with very many instalments, handed in over HTTP like any other file.

python -m infra.local.seed --rows 100000 [--data DIR]
python -m infra.local.seed --rows 100000 --url http://127.0.0.1:8480 --token TOKEN  (one that runs already)

The same number of rows is the same file: bringing it in again changes nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from infra.local import demo, demo_data
from infra.local.data_folder import DEFAULT_DATA, InUseError, OtherFormatError
from infra.local.demo_school.accounts import BANKS, french_iban
from infra.local.demo_school.billing import DemoInvoice, debit_days
from infra.local.demo_school.families import Account, Family
from infra.local.demo_school.people import ACTIVITIES, FIRST_NAMES, LAST_NAMES
from infra.local.demo_school.sheets import customers_csv, invoices_csv
from infra.local.http_api import Api, Refused
from infra.local.import_api import take
from infra.local.ministack.process import NotInstalledError
from infra.local.stack import Stack

ROWS_OF_FAMILY = 10
ROWS_OF_INVOICE = 5
ROWS_OF_FILE = 150_000
FIRST_DAY = date(2027, 1, 1)
"""Fixed, so that the files do not depend on the day on which they are made."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.seed")
    parser.add_argument("--rows", type=int, default=100_000, help="instalments to bring in")
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_DATA, help="the data folder of the stack to start"
    )
    parser.add_argument("--url", help="a stack that runs already")
    parser.add_argument("--token", help="an access token of one of its operators")
    arguments = parser.parse_args()
    if (arguments.url is None) != (arguments.token is None):
        parser.error("--url and --token go together")
    try:
        if arguments.url:
            seed(Api(arguments.url, lambda: arguments.token), arguments.rows)
        else:
            seed_alone(arguments.data, arguments.rows)
    except InUseError:
        print(
            f"Un Diapason travaille déjà dans {arguments.data} : arrêtez-le, ou donnez --url et --token "
            "(il montre la commande au démarrage).",
            file=sys.stderr,
        )
        return 1
    except OtherFormatError:
        print(f"{arguments.data} vient d’une autre version : donnez un autre DATA=.", file=sys.stderr)
        return 1
    except NotInstalledError:
        print("ministack n’est pas installé. Lancez : make seed", file=sys.stderr)
        return 1
    except Refused as refused:
        print(f"\nRefusé : {refused}", file=sys.stderr)
        return 1
    return 0


def seed_alone(data: Path, rows: int) -> None:
    """Starts a stack on the folder, fills it, and stops it; raises InUseError, NotInstalledError, Refused."""
    with Stack(data) as stack:
        demo_data.load(stack)
        seed(Api(stack.url, lambda: stack.token(f"operateur@{demo.SCHOOLS[0].domain}")), rows)


def seed(api: Api, rows: int) -> None:
    """Imports so many instalments, with the families that owe them; raises Refused."""
    started = time.monotonic()
    for number, wanted in enumerate(range(0, rows, ROWS_OF_FILE), 1):
        families = list(volume_families(wanted, min(rows, wanted + ROWS_OF_FILE)))
        invoices = volume_invoices(families, wanted, min(rows, wanted + ROWS_OF_FILE))
        for kind, name, content in (
            ("customers", f"clients-{number}.csv", customers_csv(families)),
            ("invoices", f"factures-{number}.csv", invoices_csv(invoices)),
        ):
            done = take(api, kind, name, content, teller(name))
            print(f"\r{name} : {done['new']} nouveaux, {done['unchanged']} inchangés{' ' * 30}", flush=True)
    print(f"{rows} échéances en {time.monotonic() - started:.0f} s")


def teller(name: str) -> Callable[[dict[str, Any]], None]:
    """Shows the progress of one import on one line."""

    def tell(found: dict[str, Any]) -> None:
        done = f"partie {found['parts_done']} sur {found['parts']}" if found["parts"] else "lecture"
        print(f"\r{name} : {found['state_words']}, {done}{' ' * 10}", end="", flush=True)

    return tell


def volume_families(first_row: int, end_row: int) -> Iterator[Family]:
    """The families that owe these rows."""
    for rank in range(first_row // ROWS_OF_FAMILY, -(-end_row // ROWS_OF_FAMILY)):
        name = f"{LAST_NAMES[rank % len(LAST_NAMES)]} {FIRST_NAMES[rank // 7 % len(FIRST_NAMES)]}"
        account = Account(
            iban=french_iban(BANKS[rank % len(BANKS)], 50_000_000 + rank),
            holder=name,
            rum=f"VOL-{rank:07d}",
            signed_on=FIRST_DAY - timedelta(days=120),
        )
        yield Family(f"V{rank:07d}", name, (account,), postal_code="80000", town="Amiens")


def volume_invoices(families: list[Family], first_row: int, end_row: int) -> Iterator[DemoInvoice]:
    """Invoices of ROWS_OF_INVOICE instalments, on the debit days of as many months."""
    days = debit_days(FIRST_DAY, ROWS_OF_INVOICE)
    first_family = first_row // ROWS_OF_FAMILY
    for row in range(first_row, end_row, ROWS_OF_INVOICE):
        rank = row // ROWS_OF_INVOICE
        code, label, cents = ACTIVITIES[rank % len(ACTIVITIES)]
        count = min(ROWS_OF_INVOICE, end_row - row)
        yield DemoInvoice(
            number=f"V{rank:07d}",
            family=families[row // ROWS_OF_FAMILY - first_family],
            issued_on=FIRST_DAY - timedelta(days=15),
            activity=code,
            label=label,
            instalments=tuple((day, cents + rank % 97) for day in days[:count]),
        )


if __name__ == "__main__":
    sys.exit(main())
