"""Accounts, banks, creditors, mandates and establishments, named by values that are valid or do not exist.

``parse`` takes what a person typed or pasted, and raises an :class:`InvalidIdentifier` whose French message
says how to mend it. The constructors take what ``parse`` once accepted, that is a stored value.
"""

from diapason.domain.identifiers.accounts import Bic, Iban, bic_of
from diapason.domain.identifiers.creditors import (
    CreditorIdentifier,
    MandateReference,
    normalised_mandate_reference,
)
from diapason.domain.identifiers.establishments import Siren, Siret
from diapason.domain.identifiers.faults import (
    InvalidBic,
    InvalidCreditorIdentifier,
    InvalidEstablishment,
    InvalidIban,
    InvalidIdentifier,
    InvalidMandateReference,
)

__all__ = [
    "Bic",
    "CreditorIdentifier",
    "Iban",
    "InvalidBic",
    "InvalidCreditorIdentifier",
    "InvalidEstablishment",
    "InvalidIban",
    "InvalidIdentifier",
    "InvalidMandateReference",
    "MandateReference",
    "Siren",
    "Siret",
    "bic_of",
    "normalised_mandate_reference",
]
