"""Postal addresses as the page receives them."""

from __future__ import annotations

from diapason.domain.parties import Address
from http_api.fields import View


class AddressView(View):
    """Adresse postale."""

    street: str
    postal_code: str
    town: str
    country: str


def address_view(address: Address) -> AddressView:
    return AddressView(
        street=address.street, postal_code=address.postal_code, town=address.town, country=address.country
    )
