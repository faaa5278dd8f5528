"""The house's writer with its schema check, on values that are ready.

Frozen lines hold texts in the bank's characters; the writer passes them through its text rule all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from diapason.domain.identifiers import Bic, Iban
from diapason.sepa.message import DirectDebit
from diapason.sepa.text import sepa_text
from tests.performance.contenders import house
from tests.performance.debits import FamilyTexts, end_to_end_ids

NAME_LENGTH = 70
REMITTANCE_LENGTH = 140


def ready_debits(families: list[FamilyTexts], count: int) -> Iterator[DirectDebit]:
    """The values are made once for each family; only the end-to-end id is new with each debit."""
    ready = [
        (
            family.cents,
            family.mandate_reference,
            date.fromisoformat(family.signed_on),
            sepa_text(family.name, NAME_LENGTH),
            Iban.parse(family.iban),
            Bic.parse(family.bic),
            None,
            sepa_text(family.remittance_text, REMITTANCE_LENGTH),
        )
        for family in families
    ]
    for end_to_end_id, values in zip(end_to_end_ids(count), cycle(ready), strict=False):
        yield DirectDebit(end_to_end_id, *values)


if __name__ == "__main__":
    house.main(ready_debits)
