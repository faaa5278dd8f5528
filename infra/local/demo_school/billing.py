"""The school's invoices: terms, months, and the odd ones."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from diapason.domain.calendar import is_target_day, months_after, next_target_day
from infra.local.demo_school.families import Family
from infra.local.demo_school.people import ACTIVITIES

DAY_OF_MONTH = 5
ROOM_FOR_THE_BANK = timedelta(days=7)
SENT = "envoyée au destinataire"


@dataclass(frozen=True)
class DemoInvoice:
    """One invoice; ``instalments`` are due dates and cents."""

    number: str
    family: Family
    issued_on: date
    activity: str
    label: str
    instalments: tuple[tuple[date, int], ...]
    sending: str = SENT
    kind: str = "facture"


def invoices_of(chance: Random, today: date, prefix: str, families: list[Family]) -> list[DemoInvoice]:
    """An invoice for each family: a term at once, in three, or a year in six months."""
    months = debit_days(today, 6)
    made = []
    for rank, family in enumerate(families, 1):
        code, label, term = chance.choice(ACTIVITIES)
        shape = chance.choice(((1, 1), (1, 1), (2, 1), (3, 3), (6, 3)))
        made.append(
            DemoInvoice(
                number=f"{prefix}{today.year}-{rank:05d}",
                family=family,
                issued_on=today - timedelta(days=chance.randrange(5, 40)),
                activity=code,
                label=f"{label}, {family.name}",
                instalments=_split(term * shape[1], months[: shape[0]]),
            )
        )
    return made


def special_invoices(today: date, ordinary: list[Family], special: dict[str, Family]) -> list[DemoInvoice]:
    """An invoice for each special family, and the invoices that are special themselves."""
    months = debit_days(today, 3)
    made: list[DemoInvoice] = []

    def add(
        family: Family, dates: list[date], cents: int, sending: str = SENT, kind: str = "facture"
    ) -> None:
        code, label, _ = ACTIVITIES[len(made) % len(ACTIVITIES)]
        prefix = "A" if kind == "avoir" else "F"
        made.append(
            DemoInvoice(
                number=f"{prefix}{today.year}-9{len(made) + 1:04d}",
                family=family,
                issued_on=today - timedelta(days=10),
                activity=code,
                label=label,
                instalments=_split(cents, dates),
                sending=sending,
                kind=kind,
            )
        )

    for what, family in special.items():
        add(family, months[:2] if what == "one-off mandate, twice" else months[:1], 12_350)
    add(ordinary[0], [today - timedelta(days=20)], 8_000)
    add(ordinary[1], [today + timedelta(days=1)], 8_000)
    add(ordinary[2], [_weekend(months[0])], 15_075)
    add(ordinary[3], [_weekend(months[1])], 15_075)
    add(ordinary[4], [months_after(today, 14)], 4_500)
    add(ordinary[5], months[:1], 5_000)
    add(ordinary[6], months[:1], 9_990, sending="en attente")
    add(ordinary[7], months[:1], 9_990, sending="prête")
    add(ordinary[8], months[:1], 9_990, sending="conservée en interne")
    for family in ordinary[9:12]:
        add(family, [today + timedelta(days=15)], -2_500, kind="avoir")
    return made


def debit_days(today: date, count: int) -> list[date]:
    """The fifth of so many coming months, or the next day on which banks are open."""
    first = today.replace(day=1)
    fifths = (months_after(first, rank).replace(day=DAY_OF_MONTH) for rank in range(count + 2))
    open_days = [next_target_day(fifth) for fifth in fifths]
    return [day for day in open_days if day > today + ROOM_FOR_THE_BANK][:count]


def _weekend(day: date) -> date:
    """The first day of that month, from the middle on, on which banks are closed."""
    middle = day.replace(day=monthrange(day.year, day.month)[1] // 2)
    return next(later for rank in range(8) if not is_target_day(later := middle + timedelta(days=rank)))


def _split(cents: int, dates: list[date]) -> tuple[tuple[date, int], ...]:
    share, spare = divmod(cents, len(dates))
    return tuple((day, share + (rank < spare)) for rank, day in enumerate(dates))
