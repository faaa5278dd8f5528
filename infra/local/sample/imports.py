"""What an operator does with files: a bad one is refused whole, a good one taken, twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.http_api import Api
from infra.local.import_api import ended
from infra.local.sample.remittances import Mismatch

Say = Callable[[str], None]
KINDS = {"clients.csv": "customers", "factures.csv": "invoices"}


def hand_in_all(api: Api, say: Say, files: Mapping[str, bytes]) -> None:
    """Hands in a spoilt copy of each file, then the file, then the file again."""
    for name, data in files.items():
        spoilt = ended(api, KINDS[name], name, data + b"X;Y\r\n")
        _require(spoilt["state"] == "refused" and bool(spoilt["errors"]), name, "devait être refusé", spoilt)
        fault = spoilt["errors"][0]
        say(f"  {name} abîmé : refusé, ligne {fault['line']}, {fault['reason']}")
        taken = ended(api, KINDS[name], name, data)
        _require(taken["state"] == "taken" and taken["new"] > 0, name, "devait être pris", taken)
        say(f"  {name} : {taken['rows']} lignes, {taken['new']} nouveaux")
        again = ended(api, KINDS[name], name, data)
        _require(again["state"] == "taken" and again["new"] == 0, name, "ne devait rien changer", again)
        say(f"  {name} encore : {again['unchanged']} inchangés")


def _require(holds: bool, name: str, otherwise: str, found: Mapping[str, Any]) -> None:
    if not holds:
        raise Mismatch(f"{name} {otherwise} : {found['state']}, {found['errors'][:3]}")
