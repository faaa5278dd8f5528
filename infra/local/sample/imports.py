"""What an operator does with files: a spoilt one is looked at and discarded, a good one confirmed, and twice
changes nothing; a workbook with corrections is taken for its good rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.http_api import Api
from infra.local.import_api import confirmed, first_faults, previewed
from infra.local.sample.checks import require
from infra.local.sample.workbooks import workbook_of

Say = Callable[[str], None]
KINDS = {"clients.csv": "customers", "factures.csv": "invoices"}
CORRECTED = 3
WORKBOOK = "clients.xlsx"


def hand_in_all(api: Api, say: Say, files: Mapping[str, bytes]) -> None:
    """Hands in a spoilt copy of each file, then the file, then the file again."""
    for name, data in files.items():
        spoilt = previewed(api, KINDS[name], name, data + b"X;Y\r\n")
        _require(
            spoilt["choices"] == ["good_rows"], name, "ne devait pas pouvoir être pris en entier", spoilt
        )
        fault = first_faults(api, spoilt["id"])[0]
        say(f"  {name} abîmé : ligne {fault['line']}, {fault['reason']}")
        discarded = api.post(f"/imports/{spoilt['id']}/discard")
        _require(discarded["state"] == "discarded", name, "devait être abandonné", discarded)
        taken = _taken(api, name, data)
        _require(taken["new"] > 0, name, "devait apporter des enregistrements", taken)
        say(f"  {name} : {taken['rows']} lignes, {taken['new']} nouveaux")
        again = _taken(api, name, data)
        _require(again["new"] + again["changed"] == 0, name, "ne devait rien changer", again)
        say(f"  {name} encore : {again['unchanged']} inchangés")


def hand_in_corrections(api: Api, say: Say, customers: bytes) -> dict[str, Any]:
    """Hands in a workbook in which some customers have another address and one a wrong account: its preview
    shows both, and its good rows are taken. Returns what the summary tells of it."""
    header, *rows = csv.reader(customers.decode("utf-8-sig").splitlines(), delimiter=";")
    corrected = [list(row) for row in rows[: CORRECTED + 1]]
    for row in corrected:
        row[header.index("Courriel")] = f"nouveau.{row[header.index('Courriel')]}"
    corrected[-1][header.index("IBAN")] = "FR7630001007941234567890186"
    shown = previewed(api, "customers", WORKBOOK, workbook_of([header, *corrected]))
    _require(shown["choices"] == ["good_rows"], WORKBOOK, "devait avoir une ligne fausse", shown)
    changes = api.get(f"/imports/{shown['id']}/changes")["changes"]
    taken = confirmed(api, shown["id"], "good_rows")
    _require(
        (taken["state"], taken["changed"], taken["faulty"]) == ("taken", CORRECTED, 1),
        WORKBOOK,
        f"devait changer {CORRECTED} clients et en laisser un",
        taken,
    )
    say(f"  {WORKBOOK} : {taken['changed']} clients modifiés, une ligne fausse laissée de côté")
    return {
        "file": WORKBOOK,
        "changed": taken["changed"],
        "faulty": taken["faulty"],
        "changes": [
            {"reference": change["reference"], "fields": [field["field"] for field in change["fields"]]}
            for change in changes
        ],
    }


def _taken(api: Api, name: str, data: bytes) -> dict[str, Any]:
    shown = previewed(api, KINDS[name], name, data)
    _require(shown["state"] == "to_confirm" and not shown["problems"], name, "devait être sans erreur", shown)
    taken = confirmed(api, shown["id"], "whole")
    _require(taken["state"] == "taken", name, "devait être pris", taken)
    return taken


def _require(holds: bool, name: str, otherwise: str, found: Mapping[str, Any]) -> None:
    require(holds, f"{name} {otherwise} : {found['state']}, {found['problems']} erreur(s)")
