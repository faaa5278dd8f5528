"""Postal addresses in requests."""

from __future__ import annotations

from diapason.domain.parties import Address
from http_api.fields import Country, Input, PostalCode, Street, Town


class AddressInput(Input):
    """Adresse postale."""

    street: Street = ""
    postal_code: PostalCode = ""
    town: Town = ""
    country: Country = "FR"

    def address(self) -> Address:
        return Address(self.street, self.postal_code, self.town, self.country)
