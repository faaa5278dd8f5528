"""The school's customers: ordinary families, and one of each kind that the wizard has something to say of."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from infra.local.demo_school.accounts import french_iban, made_up_iban, monegasque_iban
from infra.local.demo_school.people import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

DIRECT_DEBIT = "prélèvement"
BELGIAN_IBAN = "BE68539007547034"
"""The example of the IBAN registry."""


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
    """Families that pay by direct debit, from an account with a signed mandate."""
    return [_family(chance, today, f"{prefix}{rank:04d}") for rank in range(1, count + 1)]


def special_families(chance: Random, today: date) -> dict[str, Family]:
    """Families by what is special about them."""
    signed = today - timedelta(days=200)
    made: dict[str, Family] = {}

    def add(what: str, **changes: object) -> Family:
        family = _family(chance, today, f"S{len(made) + 1:04d}")
        made[what] = replace(family, **changes)  # type: ignore[arg-type]
        return made[what]

    def add_with_mandate(what: str, **changes: object) -> None:
        family = add(what)
        (account,) = family.accounts
        made[what] = replace(family, accounts=(replace(account, **changes),))  # type: ignore[arg-type]

    add("without account", accounts=(Account(),))
    add("without mandate", accounts=(Account(iban=made_up_iban(chance), holder="Joëlle Préjean"),))
    add_with_mandate("mandate not signed", signed_on=None, mandate_state="brouillon")
    add_with_mandate("mandate suspended", mandate_state="suspendu")
    add_with_mandate("mandate revoked", mandate_state="révoqué")
    add_with_mandate("mandate lapsed", mandate_state="caduc")
    add_with_mandate("mandate never used for years", signed_on=today - timedelta(days=4 * 365))
    add_with_mandate("signature to come", signed_on=today + timedelta(days=30))
    add_with_mandate("account closed", state="clos")
    add_with_mandate("holder missing", holder="")
    add_with_mandate("mandate for another creditor", creditor="FR19ZZZ654321")
    add_with_mandate("between companies", scheme="B2B")
    add_with_mandate("one-off mandate", mandate_type="ponctuel")
    add_with_mandate("one-off mandate, twice", mandate_type="ponctuel")
    add_with_mandate("Monaco without address", iban=monegasque_iban(4_217_730))
    made["Monaco without address"] = replace(
        made["Monaco without address"], street="", postal_code="", town="", country=""
    )
    add_with_mandate("Belgian account", iban=BELGIAN_IBAN)
    two = add("two accounts")
    other = replace(two.accounts[0], iban=made_up_iban(chance), rum=f"{two.accounts[0].rum}-BIS")
    made["two accounts"] = replace(two, accounts=(*two.accounts, other))
    add("pays by cheque", payment_method="chèque", accounts=(Account(),))
    add("pays in cash", payment_method="espèces", accounts=(Account(),))
    add("pays by transfer", payment_method="virement", accounts=(Account(),))
    for what, kind, name in (
        ("company", "entreprise", "Lutherie Œuvrard & Fils SARL"),
        ("association", "association", "Association « Les Chœurs de la Somme »"),
        ("commune", "organisme public", "Commune de Villers-Bocage"),
    ):
        account = Account(
            french_iban("30004", 7_700_000 + len(made)), name, "", "", f"RUM-{kind[:5].upper()}", signed
        )
        add(what, name=name, kind=kind, accounts=(account,))
    return made


def _family(chance: Random, today: date, reference: str) -> Family:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    postal_code, town = chance.choice(TOWNS)
    account = Account(
        iban=made_up_iban(chance),
        holder=f"{first} {last}",
        rum=f"MS{reference}-{chance.randrange(1_000, 10_000)}",
        signed_on=today - timedelta(days=chance.randrange(30, 700)),
        mandate_state="signé",
        mandate_type="récurrent",
        scheme="CORE",
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
