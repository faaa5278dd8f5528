"""What an operator does with files: a spoilt one is looked at and discarded, a good one confirmed, and twice
changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.http_api import Api
from infra.local.import_api import confirmed, first_faults, previewed
from infra.local.sample.remittances import Mismatch

Say = Callable[[str], None]
KINDS = {"clients.csv": "customers", "factures.csv": "invoices"}


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


def _taken(api: Api, name: str, data: bytes) -> dict[str, Any]:
    shown = previewed(api, KINDS[name], name, data)
    _require(shown["state"] == "to_confirm" and not shown["problems"], name, "devait être sans erreur", shown)
    taken = confirmed(api, shown["id"], "whole")
    _require(taken["state"] == "taken", name, "devait être pris", taken)
    return taken


def _require(holds: bool, name: str, otherwise: str, found: Mapping[str, Any]) -> None:
    if not holds:
        raise Mismatch(f"{name} {otherwise} : {found['state']}, {found['problems']} erreur(s)")
