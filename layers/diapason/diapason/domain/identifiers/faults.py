"""Why a text is not the identifier it should be."""

from __future__ import annotations


class InvalidIdentifier(ValueError):
    """A text that is not the identifier it should be.

    Attributes:
        code: stable name of the fault, ``<identifier>.<fault>``; never translated.
        message: French sentence for the person who entered it. It never repeats an account number.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[InvalidIdentifier], tuple[str, str]]:
        return type(self), (self.code, self.message)


class InvalidIban(InvalidIdentifier):
    """``iban.characters``, ``.country``, ``.length``, ``.structure``, ``.check_digits``, ``.bank_key``."""


class InvalidBic(InvalidIdentifier):
    """``bic.structure``."""


class InvalidCreditorIdentifier(InvalidIdentifier):
    """``creditor_identifier.structure`` or ``.check_digits``."""


class InvalidMandateReference(InvalidIdentifier):
    """``mandate_reference.empty``, ``.length``, ``.characters`` or ``.slash``."""


class InvalidEstablishment(InvalidIdentifier):
    """``siren.length``, ``siren.check_digit``, ``siret.length`` or ``siret.check_digit``."""
