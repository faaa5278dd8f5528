"""The debits that every contender writes: the same families in the same order, however many debits.

Plain texts and the standard library alone, because the peers run in an environment of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

CREDITOR_NAME: Final = "Conservatoire à rayonnement régional d’Amiens"
CREDITOR_IBAN: Final = "FR7630003999990002000000195"
CREDITOR_BIC: Final = "SOGEFRPP"
CREDITOR_IDENTIFIER: Final = "FR72ZZZ123456"
MESSAGE_ID: Final = "20261201-083000-001"
CREATED_AT: Final = "2026-11-21T18:30:15+00:00"
COLLECTED_ON: Final = "2026-12-01"


class FamilyTexts(NamedTuple):
    """What a school entered of one family, as it was typed; ``signed_on`` is an ISO date.

    ``iban`` has blanks in it and names have accents: bringing them into the bank's form is part of the work.
    """

    name: str
    iban: str
    bic: str
    mandate_reference: str
    signed_on: str
    cents: int
    remittance_text: str


def read_families(path: Path) -> list[FamilyTexts]:
    return [FamilyTexts(*texts) for texts in json.loads(path.read_text(encoding="utf-8"))]


def end_to_end_ids(count: int) -> Iterator[str]:
    return (f"{MESSAGE_ID}-{rank:07d}" for rank in range(count))


def total_cents(families: list[FamilyTexts], count: int) -> int:
    """The sum of so many debits: each family is debited in turn."""
    return sum(family.cents for family in islice(cycle(families), count))
