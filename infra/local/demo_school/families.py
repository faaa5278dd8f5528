"""The school's ordinary customers: families that pay by direct debit."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from infra.local.demo_school.accounts import made_up_iban
from infra.local.demo_school.people import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

DIRECT_DEBIT = "prélèvement"


@dataclass(frozen=True)
class Account:
    """An account and the mandate for it, as a row of ``clients.csv`` has them; empty where there is none."""

    iban: str = ""
    holder: str = ""
    bic: str = ""
    state: str = ""
    rum: str = ""
    signed_on: date | None = None
    mandate_state: str = ""
    mandate_type: str = ""
    scheme: str = ""
    creditor: str = ""
    used_before_on: date | None = None
    replaces: str = ""


@dataclass(frozen=True)
class Family:
    """One customer."""

    reference: str
    name: str
    accounts: tuple[Account, ...]
    kind: str = "particulier"
    payment_method: str = DIRECT_DEBIT
    email: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = "FR"


def ordinary_families(chance: Random, today: date, prefix: str, count: int) -> list[Family]:
    """Families with a signed mandate; every other one was debited under it by the software of before."""
    return [
        a_family(chance, today, f"{prefix}{rank:04d}", was_debited=rank % 2 == 0)
        for rank in range(1, count + 1)
    ]


def a_family(chance: Random, today: date, reference: str, *, was_debited: bool = False) -> Family:
    """One that everything is in order with."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    postal_code, town = chance.choice(TOWNS)
    signed_on = today - timedelta(days=chance.randrange(60, 700))
    account = Account(
        iban=made_up_iban(chance),
        holder=f"{last} {first}",
        rum=f"MS{reference}-{chance.randrange(1_000, 10_000)}",
        signed_on=signed_on,
        mandate_state="signé",
        mandate_type="récurrent",
        scheme="CORE",
        used_before_on=max(signed_on, today - timedelta(days=50)) if was_debited else None,
    )
    return Family(
        reference=reference,
        name=f"{last} {first}",
        accounts=(account,),
        email=f"famille.{reference.lower()}@example.org",
        street=f"{chance.randrange(1, 120)} {chance.choice(STREETS)}",
        postal_code=postal_code,
        town=town,
    )
