"""When an account can collect, and until when its bank takes the files."""

from __future__ import annotations

from datetime import date, timedelta

from diapason.access.decisions import Action
from diapason.domain.clock import paris_date
from diapason.domain.errors import FieldError, InvalidInput
from http_api.asking import Asker
from http_api.fields import Day, Id
from http_api.limits import DEFAULT_CALENDAR_DAYS, MAX_CALENDAR_DAYS
from http_api.routing import Resource
from http_api.views.calendar import CalendarView, calendar_view

resource = Resource("Calendrier des prélèvements")


@resource.get(
    "/bank-accounts/{account_id}/calendar",
    Action.READ,
    "Les dates de prélèvement possibles, et la limite de remise du fichier pour chacune",
)
def get_calendar(
    asking: Asker, account_id: Id, day_from: Day | None = None, day_to: Day | None = None
) -> CalendarView:
    account = asking.store.registry.credited_account(account_id).value
    now = asking.store.clock.now()
    first = day_from or paris_date(now)
    last = day_to or first + timedelta(days=DEFAULT_CALENDAR_DAYS)
    _check_days(first, last)
    return calendar_view(account, now, first, last)


def _check_days(first: date, last: date) -> None:
    if last < first:
        words = "La date de fin précède la date de début : inversez-les."
        raise InvalidInput([FieldError("day_to", "before-start", words)])
    if (last - first).days > MAX_CALENDAR_DAYS:
        words = f"Demandez {MAX_CALENDAR_DAYS} jours au plus."
        raise InvalidInput([FieldError("day_to", "too-far", words)])
