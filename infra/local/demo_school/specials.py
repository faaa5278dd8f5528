"""One customer, with its invoices, for each thing that the wizard has something to say of, or that a bank
file shows: each is met once, by the name that it has here."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from diapason.domain.calendar import next_target_day
from infra.local.demo_school.accounts import (
    UNKNOWN_BANK,
    french_iban,
    french_iban_of_wrong_bank_key,
    french_iban_of_wrong_check_digits,
    made_up_iban,
    monegasque_iban,
)
from infra.local.demo_school.billing import DemoInvoice, closed_day, debit_days, split
from infra.local.demo_school.families import Account, Family, a_family
from infra.local.demo_school.people import ACTIVITIES

BELGIAN_IBAN, SWISS_IBAN, TURKISH_IBAN = (
    "BE68539007547034",
    "CH9300762011623852957",
    "TR330006100519786457841326",
)
"""The examples of the IBAN registry."""

KEPT_ACTIVITY = "HARPE"
"""An activity that the school leaves to its accounting."""

USUAL_CENTS = 12_350


@dataclass(frozen=True)
class Special:
    """What is special about it, and its invoices; the first is the one that shows it."""

    family: Family
    invoices: tuple[DemoInvoice, ...]
    is_importable: bool = True
    """Else it is as older software left it: no import takes it any more."""


def special_cases(chance: Random, today: date) -> dict[str, Special]:
    """By what is special about them."""
    cases = _Cases(chance, today)
    cases.add_anomalies_of_customers()
    cases.add_what_older_software_left()
    cases.add_anomalies_of_invoices()
    cases.add_cases_of_other_accounts()
    cases.add_what_happens_later()
    cases.add_sound_ones()
    return cases.made


class _Cases:
    def __init__(self, chance: Random, today: date) -> None:
        self.made: dict[str, Special] = {}
        self._chance = chance
        self._today = today
        self._months = debit_days(today, 3)
        self._invoices = 0

    def add_anomalies_of_customers(self) -> None:
        today, months = self._today, self._months
        self._add("without account", accounts=(Account(),))
        self._add("without mandate", accounts=(Account(iban=self._iban(), holder="Préjean Joëlle"),))
        self._add("mandate not signed", signed_on=None, mandate_state="brouillon")
        self._add("mandate suspended", mandate_state="suspendu")
        self._add("mandate revoked", mandate_state="révoqué")
        self._add("mandate never used for years", signed_on=today - timedelta(days=4 * 365))
        self._add("signature to come", signed_on=today + timedelta(days=60))
        self._add("one-off mandate that served", mandate_type="ponctuel", used_before_on=today)
        self._add("one-off mandate, twice", dates=months[:2], mandate_type="ponctuel")
        self._add("mandate for another creditor", creditor="FR19ZZZ654321")
        self._add("person with a mandate between companies", scheme="B2B")
        self._add("account closed", state="clos")
        self._add("holder missing", holder="")
        self._add("outside SEPA", iban=TURKISH_IBAN)
        self._add(
            "Monaco without address",
            iban=monegasque_iban(4_217_730),
            family={"street": "", "postal_code": "", "town": "", "country": ""},
        )
        self._add("pays by cheque", family={"payment_method": "chèque"})

    def add_what_older_software_left(self) -> None:
        before = set(self.made)
        self._add("IBAN wrong", iban=french_iban_of_wrong_check_digits("30004", 7_700_002))
        self._add("bank key wrong", iban=french_iban_of_wrong_bank_key("30004", 7_700_003))
        self._add("BIC wrong", bic="BNPA")
        self._add("RUM wrong", rum="/MS 51//")
        for what in self.made.keys() - before:
            self.made[what] = replace(self.made[what], is_importable=False)

    def add_anomalies_of_invoices(self) -> None:
        today, months = self._today, self._months
        self._add("date past", dates=[today - timedelta(days=20)])
        self._add("date too soon", dates=[today + timedelta(days=1)])
        self._add("banks closed", dates=[closed_day(months[0])])
        self._add("date far", dates=[today + timedelta(days=430)])
        self._add("not sent", sending="en attente")
        self._add("credit note", dates=[today + timedelta(days=15)], kind="avoir", cents=-2_500)
        self._add("text of music alone", number="♪♫", label="♫ ♪")
        soon = next_target_day(today + timedelta(days=6))
        self._add("told too late", dates=[soon], issued_on=today - timedelta(days=1))
        self._add("twice on a day")
        self._add_invoice("twice on a day")
        self._add("amount of nothing")
        self._add("amount above the rest")
        two = self._add("account without its mandate")
        (first,) = two.family.accounts
        other = replace(first, iban=self._iban(), rum=f"{first.rum}-BIS", signed_on=self._signed(1))
        self._change("account without its mandate", accounts=(first, other))

    def add_cases_of_other_accounts(self) -> None:
        """What only the rules of another credited account find."""
        self._add("bank of no known BIC", iban=french_iban(UNKNOWN_BANK, 7_700_001))
        self._add("above the ceiling of a debit", cents=55_000)
        first = self._months[0]
        self._add("above the ceiling of a month", dates=[first, _another_day(first)], cents=65_000)

    def add_what_happens_later(self) -> None:
        """Sound when they are imported: then something happens to them."""
        first = self._months[0]
        self._add("held by a batch")
        self._add("debited")
        self._add("paid another way")
        self._add("kept in accounting", activity=KEPT_ACTIVITY, label="Cours de harpe")
        self._add("cancelled")
        self._add("account number changed")
        self._add("mandate continued by another")
        self._add("far above its habit", cents=40_000)
        for cents in (4_000, 4_100, 4_200):
            self._add_invoice("far above its habit", cents=cents)
        self._add("moved to another bank", dates=[first, self._months[1]])
        self._add("moved within its bank", dates=[first, self._months[1]])

    def add_sound_ones(self) -> None:
        """Nothing is wrong with them, but their lines are not like the others."""
        months = self._months
        self._add("old mandate, used until now", signed_on=self._signed(4 * 365), used_before_on=self._today)
        self._add("one-off mandate", mandate_type="ponctuel")
        self._add("Belgian account", iban=BELGIAN_IBAN)
        self._add("grandparent pays", dates=months, holder="Saint-Saëns Marguerite")
        self._add(
            "Monaco",
            iban=monegasque_iban(4_217_731),
            family={"street": "4 rue Grimaldi", "postal_code": "98000", "town": "Monaco", "country": "MC"},
        )
        self._add_organisation("company", "entreprise", "Lutherie Œuvrard & Fils SARL", scheme="B2B")
        self._add_organisation("association", "association", "Association « Les Chœurs de la Somme »")
        self._add_organisation("commune", "organisme public", "Commune de Villers-Bocage")
        self._add_organisation("Swiss company", "entreprise", "Orgues du Léman SA", iban=SWISS_IBAN)
        self._change(
            "Swiss company", street="7 quai du Mont-Blanc", postal_code="1201", town="Genève", country="CH"
        )

    def _add(
        self,
        what: str,
        *,
        dates: list[date] | None = None,
        accounts: tuple[Account, ...] | None = None,
        family: dict[str, str] | None = None,
        cents: int = USUAL_CENTS,
        sending: str = "envoyée au destinataire",
        kind: str = "facture",
        number: str = "",
        label: str = "",
        activity: str = "",
        issued_on: date | None = None,
        **of_account: object,
    ) -> Special:
        """A family whose account, family and invoice are as usual but for what is given."""
        usual = a_family(self._chance, self._today, f"S{len(self.made) + 1:04d}")
        (account,) = usual.accounts
        own = accounts or (replace(account, **of_account),)  # type: ignore[arg-type]
        made = replace(usual, accounts=own, **(family or {}))
        self.made[what] = Special(made, ())
        return self._add_invoice(
            what,
            dates=dates,
            cents=cents,
            sending=sending,
            kind=kind,
            number=number,
            label=label,
            activity=activity,
            issued_on=issued_on,
        )

    def _change(self, what: str, **of_family: object) -> None:
        case = self.made[what]
        family = replace(case.family, **of_family)  # type: ignore[arg-type]
        invoices = tuple(replace(invoice, family=family) for invoice in case.invoices)
        self.made[what] = replace(case, family=family, invoices=invoices)

    def _add_organisation(self, what: str, kind: str, name: str, **of_account: object) -> None:
        of_account.setdefault("iban", french_iban("30004", 7_700_000 + len(self.made)))
        self._add(what, family={"kind": kind, "name": name}, holder=name, **of_account)  # type: ignore[arg-type]

    def _add_invoice(
        self,
        what: str,
        *,
        dates: list[date] | None = None,
        cents: int = USUAL_CENTS,
        sending: str = "envoyée au destinataire",
        kind: str = "facture",
        number: str = "",
        label: str = "",
        activity: str = "",
        issued_on: date | None = None,
    ) -> Special:
        self._invoices += 1
        code, usual_label, _ = ACTIVITIES[self._invoices % len(ACTIVITIES)]
        case = self.made[what]
        prefix = "A" if kind == "avoir" else "F"
        invoice = DemoInvoice(
            number=number or f"{prefix}{self._today.year}-9{self._invoices:04d}",
            family=case.family,
            issued_on=issued_on or self._signed(36),
            activity=activity or code,
            label=label or usual_label,
            instalments=split(cents, dates or self._months[:1]),
            sending=sending,
            kind=kind,
        )
        self.made[what] = replace(case, invoices=(*case.invoices, invoice))
        return self.made[what]

    def _iban(self) -> str:
        return made_up_iban(self._chance)

    def _signed(self, days_ago: int) -> date:
        return self._today - timedelta(days=days_ago)


def _another_day(day: date) -> date:
    """Another open day of the same month."""
    return next_target_day(day + timedelta(days=3))
