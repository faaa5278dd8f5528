"""The house's whole way from what a school typed to the file: each debit's texts are read and checked.

Characters, shape, mod 97 and "clé RIB" of the account, shape of the BIC, mandate reference, date, amount and
the creditor identifier; then the text rule, the writer and the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban, MandateReference
from diapason.domain.money import parse_cents
from diapason.sepa.message import DirectDebit
from tests.performance import debits
from tests.performance.contenders import house
from tests.performance.debits import FamilyTexts, end_to_end_ids


def checked_debits(families: list[FamilyTexts], count: int) -> Iterator[DirectDebit]:
    """Nothing is remembered from one debit to the next but the creditor identifier, the same in all."""
    CreditorIdentifier.parse(debits.CREDITOR_IDENTIFIER)
    amounts = [f"{family.cents // 100},{family.cents % 100:02d}" for family in families]
    typed = cycle(zip(families, amounts, strict=True))
    for end_to_end_id, (family, amount) in zip(end_to_end_ids(count), typed, strict=False):
        yield DirectDebit(
            end_to_end_id=end_to_end_id,
            amount_cents=parse_cents(amount),
            mandate_reference=MandateReference.parse(family.mandate_reference).text,
            signed_on=date.fromisoformat(family.signed_on),
            debtor_name=family.name,
            debtor_iban=Iban.parse(family.iban),
            debtor_bic=Bic.parse(family.bic),
            debtor_address=None,
            remittance_text=family.remittance_text,
        )


if __name__ == "__main__":
    house.main(checked_debits)
