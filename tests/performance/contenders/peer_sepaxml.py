"""sepaxml as its README shows it, validation on."""

from __future__ import annotations

import sys
from datetime import date
from itertools import cycle
from pathlib import Path

from sepaxml import SepaDD

from tests.performance import debits


def main() -> None:
    families, count, out = debits.read_families(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3])
    config = {
        "name": debits.CREDITOR_NAME,
        "IBAN": debits.CREDITOR_IBAN,
        "BIC": debits.CREDITOR_BIC,
        "batch": True,
        "creditor_id": debits.CREDITOR_IDENTIFIER,
        "currency": "EUR",
    }
    collected_on = date.fromisoformat(debits.COLLECTED_ON)
    ready = [
        {
            "name": family.name,
            "IBAN": family.iban.replace(" ", ""),
            "BIC": family.bic,
            "amount": family.cents,
            "type": "RCUR",
            "collection_date": collected_on,
            "mandate_id": family.mandate_reference,
            "mandate_date": date.fromisoformat(family.signed_on),
            "description": family.remittance_text,
        }
        for family in families
    ]
    message = SepaDD(config, schema="pain.008.001.08", clean=True)
    for end_to_end_id, payment in zip(debits.end_to_end_ids(count), cycle(ready), strict=False):
        message.add_payment({**payment, "endtoend_id": end_to_end_id})
    out.write_bytes(message.export(validate=True))


if __name__ == "__main__":
    main()
