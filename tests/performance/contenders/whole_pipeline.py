"""The house's whole way from what a school typed to the file: each debit's texts are read and checked.

Characters, shape, mod 97 and "clé RIB" of the account, shape of the BIC, mandate reference, date and
the creditor identifier; then the text rule, the writer and the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, MandateReference
from diapason.sepa.message import DirectDebit
from tests.performance import debits
from tests.performance.contenders import house
from tests.performance.debits import FamilyTexts, end_to_end_ids


def checked_debits(families: list[FamilyTexts], count: int) -> Iterator[DirectDebit]:
    """Nothing is remembered from one debit to the next but the creditor identifier and the few banks' BIC."""
    CreditorIdentifier.parse(debits.CREDITOR_IDENTIFIER)
    for end_to_end_id, family in zip(end_to_end_ids(count), cycle(families), strict=False):
        yield DirectDebit(
            end_to_end_id,
            family.cents,
            MandateReference.parse(family.mandate_reference).text,
            date.fromisoformat(family.signed_on),
            family.name,
            Iban.parse(family.iban),
            Bic.parse(family.bic),
            None,
            family.remittance_text,
        )


if __name__ == "__main__":
    house.main(checked_debits)
