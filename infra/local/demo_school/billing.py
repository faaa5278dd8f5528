"""The school's invoices: terms and months."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from diapason.domain.calendar import is_target_day, months_after, next_target_day
from diapason.domain.money import split_cents
from infra.local.demo_school.families import Family
from infra.local.demo_school.people import ACTIVITIES, FIRST_NAMES

DAY_OF_MONTH = 5
ROOM_FOR_THE_BANK = timedelta(days=7)
NOTICE = timedelta(days=14)
"""Before the first debit: so long before it an invoice that announces it is sent."""

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
    pupil: str = ""

    @property
    def sent_on(self) -> date | None:
        return self.issued_on if self.sending == SENT else None


def invoices_of(chance: Random, today: date, prefix: str, families: list[Family]) -> list[DemoInvoice]:
    """An invoice for each family: a term at once, in three, or a year in six months."""
    months = debit_days(today, 6)
    made = []
    for rank, family in enumerate(families, 1):
        code, label, term = chance.choice(ACTIVITIES)
        shape = chance.choice(((1, 1), (1, 1), (2, 1), (3, 3), (6, 3)))
        last_name = family.name.rpartition(" ")[0]
        made.append(
            DemoInvoice(
                number=f"{prefix}{today.year}-{rank:05d}",
                family=family,
                issued_on=min(today, months[0] - NOTICE) - timedelta(days=chance.randrange(5, 40)),
                activity=code,
                label=label,
                instalments=split(term * shape[1], months[: shape[0]]),
                pupil=f"{chance.choice(FIRST_NAMES)} {last_name}",
            )
        )
    return made


def debit_days(today: date, count: int) -> list[date]:
    """The fifth of so many coming months, or the next day on which banks are open."""
    first = today.replace(day=1)
    fifths = (months_after(first, rank).replace(day=DAY_OF_MONTH) for rank in range(count + 2))
    open_days = [next_target_day(fifth) for fifth in fifths]
    return [day for day in open_days if day > today + ROOM_FOR_THE_BANK][:count]


def closed_day(day: date) -> date:
    """The first day of that month, from the middle on, on which banks are closed."""
    middle = day.replace(day=monthrange(day.year, day.month)[1] // 2)
    return next(later for rank in range(8) if not is_target_day(later := middle + timedelta(days=rank)))


def split(cents: int, dates: list[date]) -> tuple[tuple[date, int], ...]:
    return tuple(zip(dates, split_cents(cents, len(dates)), strict=True))
