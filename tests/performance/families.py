"""The families that are debited: names with accents, accounts at several banks, always the same."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Final

from infra.local.demo_school.accounts import french_iban
from infra.local.demo_school.people import ACTIVITIES, FIRST_NAMES, LAST_NAMES
from tests.performance.debits import FamilyTexts

FAMILIES: Final = 2_000
BICS: Final = {
    "30002": "CRLYFRPP", "30003": "SOGEFRPP", "30004": "BNPAFRPP", "20041": "PSSTFRPPPAR",
    "10278": "CMCIFR2A", "30066": "CMCIFRPP", "10107": "BREDFRPPXXX", "30056": "CCFRFRPP",
}  # fmt: skip


def made_up_families() -> list[FamilyTexts]:
    """Always the same families."""
    chance = Random(2026)
    banks = list(BICS)
    families = []
    for rank in range(FAMILIES):
        bank = chance.choice(banks)
        _, label, cents = chance.choice(ACTIVITIES)
        families.append(
            FamilyTexts(
                name=f"{chance.choice(LAST_NAMES)} {chance.choice(FIRST_NAMES)}",
                iban=_in_fours(french_iban(bank, chance.randrange(10**10))),
                bic=BICS[bank],
                mandate_reference=f"CRR-{rank:06d}",
                signed_on=f"20{chance.randrange(18, 26)}-{chance.randrange(1, 13):02d}-15",
                cents=cents + chance.randrange(100),
                remittance_text=f"{label}, échéance {chance.randrange(1, 11)}/10 – année 2026-2027",
            )
        )
    return families


def write_families(path: Path) -> None:
    path.write_text(json.dumps(made_up_families()), encoding="utf-8")


def _in_fours(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
