"""Customers over HTTP: read, changed in part, and written back as the form does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.local.http_api import Api

Update = dict[str, Any]
_OF_CUSTOMER = ("revision", "kind", "name", "payment_method", "email", "address", "accounts")
_OF_MANDATE = (
    "reference",
    "state",
    "signed_on",
    "scheme",
    "type",
    "creditor_id",
    "used_before_on",
    "replaces",
)


def customer_of(api: Api, reference: str) -> dict[str, Any]:
    """The customer that the school calls so."""
    (found,) = api.get("/customers", reference=reference)["customers"]
    customer: dict[str, Any] = api.get(f"/customers/{found['id']}")
    return customer


def update_of(customer: dict[str, Any]) -> Update:
    """The request that writes a customer back as it was read."""
    ranks = {account["id"]: rank for rank, account in enumerate(customer["accounts"])}
    return {
        **{name: customer[name] for name in _OF_CUSTOMER},
        "mandates": [
            {"account_rank": ranks[mandate["account_id"]], **{name: mandate[name] for name in _OF_MANDATE}}
            for mandate in customer["mandates"]
        ],
    }


def change(api: Api, reference: str, edit: Callable[[Update], None]) -> dict[str, Any]:
    """Reads the customer, edits the request in place, writes it back."""
    customer = customer_of(api, reference)
    update = update_of(customer)
    edit(update)
    written: dict[str, Any] = api.put(f"/customers/{customer['id']}", **update)
    return written


def new_account(update: Update, iban: str) -> None:
    """The first mandate changes to another account of the same holder."""
    update["accounts"].append({"holder": update["accounts"][0]["holder"], "iban": iban})
    update["mandates"][0]["account_rank"] = len(update["accounts"]) - 1


def successor(update: Update, reference: str) -> None:
    """The first mandate goes on under another reference."""
    first = update["mandates"][0]
    update["mandates"].append({**first, "reference": reference, "replaces": first["reference"]})
