"""Why a bank file is not finished. A file that met one of these is never handed to anyone."""

from __future__ import annotations

from diapason.domain.errors import DiapasonError
from diapason.sepa.message import Totals


class BankFileError(DiapasonError):
    """The bank file cannot be made as it was asked for."""

    code = "bank-file-refused"


class UnwritableValueError(BankFileError):
    """A value that no transliteration may mend.

    Attributes:
        element: the element it was meant for, by its ISO 20022 name.
        reference: EndToEndId of the debit, or the identifier of the group it stands in.
    """

    def __init__(self, element: str, reference: str, why: str) -> None:
        super().__init__(f"Fichier bancaire refusé : {element} de « {reference} » {why}.")
        self.element = element
        self.reference = reference


class DeclaredTotalsError(BankFileError):
    """A header announces another count of debits or sum than stands under it."""

    def __init__(self, where: str, declared: Totals, found: Totals) -> None:
        super().__init__(
            f"Fichier bancaire refusé : {where} annonce {declared.count} prélèvements pour {declared.cents}"
            f" centimes, il en contient {found.count} pour {found.cents} centimes."
        )
        self.declared = declared
        self.found = found


class UnreadableBankFile(BankFileError):
    """A finished file cannot be read again as what it should be."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Fichier bancaire illisible : {why}.")


class MixedBatchError(BankFileError):
    """Payment groups that banks do not take in one file."""


class InvalidBankFile(BankFileError):
    """The file does not conform to the schema of its version.

    Attributes:
        lines: first and last line of the piece in which the fault stands; each debit has a line.
        element: the element at fault, by its ISO 20022 name; empty where the XML itself is broken.
        rule: the rule of XML Schema that it breaks. Values are left out: they may be account numbers.
    """

    def __init__(self, lines: tuple[int, int], element: str, rule: str) -> None:
        super().__init__(
            f"Fichier bancaire refusé par le contrôle de conformité, lignes {lines[0]} à {lines[1]} :"
            f" {element or 'XML'} ({rule})."
        )
        self.lines = lines
        self.element = element
        self.rule = rule
