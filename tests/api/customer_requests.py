"""Requests that write customers."""

from __future__ import annotations

from typing import Any

IBAN, OTHER_IBAN = "FR1420041010050500013M02606", "FR7630006000011234567890189"
WRITTEN = ("reference", "state", "signed_on", "scheme", "type", "creditor_id", "used_before_on", "replaces")
"""What a request says of a mandate, beside its account."""


def family(reference: str = "C0001", **changes: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "kind": "person",
        "name": "Famille Dupont",
        "payment_method": "direct_debit",
        "accounts": [{"holder": "Anne Dupont", "iban": IBAN}],
        "mandates": [
            {
                "reference": f"RUM-{reference}",
                "account_rank": 0,
                "state": "signed",
                "signed_on": "2026-09-01",
            }
        ],
        **changes,
    }


def update_of(customer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The request that writes a customer back as it was read."""
    ranks = {account["id"]: rank for rank, account in enumerate(customer["accounts"])}
    return {
        "revision": customer["revision"],
        "kind": customer["kind"],
        "name": customer["name"],
        "payment_method": customer["payment_method"],
        "email": customer["email"],
        "address": customer["address"],
        "accounts": customer["accounts"],
        "mandates": [
            {
                "account_rank": ranks[mandate["account_id"]],
                **{name: mandate[name] for name in WRITTEN},
            }
            for mandate in customer["mandates"]
        ],
        **changes,
    }
