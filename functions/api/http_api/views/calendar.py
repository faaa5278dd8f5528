"""The calendar of an account as the page receives it. Days and moments are those of Paris."""

from __future__ import annotations

from datetime import date, datetime

from diapason.domain.collection_days import collection_days, earliest_date, submission_words
from diapason.domain.creditor import CreditedAccount
from http_api.fields import View


class CollectionDayView(View):
    """Jour ouvert : submit_before est l’instant avant lequel la banque doit avoir le fichier, reachable dit
    s’il est encore à venir."""

    day: date
    submit_before: datetime
    submission_words: str
    reachable: bool


class CalendarView(View):
    """earliest est la première date encore possible, closed les jours où les banques sont fermées."""

    earliest: date
    open: list[CollectionDayView]
    closed: list[date]


def calendar_view(account: CreditedAccount, now: datetime, first: date, last: date) -> CalendarView:
    days = list(collection_days(account, first, last))
    earliest = earliest_date(account, now)
    return CalendarView(
        earliest=earliest,
        open=[
            CollectionDayView(
                day=day,
                submit_before=moment,
                submission_words=submission_words(moment),
                reachable=day >= earliest,
            )
            for day, moment in days
            if moment is not None
        ],
        closed=[day for day, moment in days if moment is None],
    )
