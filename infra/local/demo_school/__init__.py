"""The demo school's files: a believable French music school, made up anew from a date and a seed.

The same date and seed give the same bytes. No person, account or company in it exists.
"""

from datetime import date
from random import Random

from infra.local.demo_school.billing import invoices_of
from infra.local.demo_school.families import ordinary_families
from infra.local.demo_school.sheets import customers_csv, invoices_csv
from infra.local.demo_school.specials import Special, special_cases

SEED = 1685
DEMO_FAMILIES = 105
NEIGHBOUR_FAMILIES = 12


def files(today: date, seed: int = SEED) -> dict[str, bytes]:
    """``clients.csv`` and ``factures.csv`` of ecole-demo, with one of each anomaly that can be imported."""
    chance = Random(seed)  # noqa: S311 - made up, and the same each time
    ordinary = ordinary_families(chance, today, "C", DEMO_FAMILIES)
    cases = specials(today, seed).values()
    invoices = invoices_of(chance, today, "F", ordinary)
    return {
        "clients.csv": customers_csv([*ordinary, *(case.family for case in cases if case.is_importable)]),
        "factures.csv": invoices_csv([*invoices, *(one for case in cases for one in case.invoices)]),
    }


def specials(today: date, seed: int = SEED) -> dict[str, Special]:
    """The special customers of ecole-demo, by what is special about them."""
    return special_cases(Random(seed + 2), today)  # noqa: S311 - made up, and the same each time


def neighbour_files(today: date, seed: int = SEED + 1) -> dict[str, bytes]:
    """The small files of ecole-voisine. References and numbers are those that ecole-demo uses too."""
    chance = Random(seed)  # noqa: S311 - made up, and the same each time
    families = ordinary_families(chance, today, "C", NEIGHBOUR_FAMILIES)
    return {
        "clients.csv": customers_csv(families),
        "factures.csv": invoices_csv(invoices_of(chance, today, "F", families)),
    }
