"""Amendments in words, for whoever reads a mandate or a line; account numbers are not told."""

from __future__ import annotations

from collections.abc import Iterator

from diapason.domain.presentations import Amendment


def words_of_amendment(amendment: Amendment) -> Iterator[str]:
    """One phrase for each change, without a full stop; none where nothing changed."""
    if amendment.original_reference:
        yield f"changement de RUM (auparavant {amendment.original_reference})"
    if amendment.another_bank:
        yield "changement de compte, dans une autre banque (SMNDA)"
    if amendment.original_iban:
        yield "changement de compte, dans la même banque"
    if amendment.original_creditor_id:
        yield f"changement d’ICS (auparavant {amendment.original_creditor_id})"
    if amendment.original_creditor_name:
        yield f"changement de nom du créancier (auparavant {amendment.original_creditor_name})"
