"""Who did what: of one record, of the settings, of the whole school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from diapason.access.decisions import Action
from diapason.domain.clock import PARIS, paris_date
from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.journal_words import SubjectKind, is_step, subject_of
from diapason.store.journal_pages import MAX_MONTHS, JournalPage, Place, PlacedRow
from http_api import cursor
from http_api.asking import Asker, Asking
from http_api.fields import Cursor, Day, Id, Limit
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.journal import JournalView, journal_view

DEFAULT_DAYS = 30
MAX_DAYS = (MAX_MONTHS - 1) * 28

resource = Resource("Journal")


@resource.get("/batches/{batch_id}/journal", Action.READ_JOURNAL, "Le journal d’une remise")
def batch_journal(
    asking: Asker,
    batch_id: Id,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    batch = asking.store.batches.get(batch_id)
    return _of_subjects(asking, [f"{SubjectKind.BATCH}-{batch.id}"], limit, next)


@resource.get("/drafts/{draft_id}/journal", Action.READ_JOURNAL, "Le journal d’une remise en préparation")
def draft_journal(
    asking: Asker,
    draft_id: Id,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    draft = asking.store.drafts.get(draft_id)
    return _of_subjects(asking, [f"{SubjectKind.DRAFT}-{draft.id}"], limit, next)


@resource.get("/customers/{customer_id}/journal", Action.READ_JOURNAL, "Le journal d’un client")
def customer_journal(
    asking: Asker,
    customer_id: Id,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    customer = asking.store.customers.get(customer_id).value
    return _of_subjects(asking, [f"{SubjectKind.CUSTOMER}-{customer.id}"], limit, next)


@resource.get("/invoices/{invoice_id}/journal", Action.READ_JOURNAL, "Le journal d’une facture")
def invoice_journal(
    asking: Asker,
    invoice_id: Id,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    found, _ = asking.store.invoices.get(invoice_id)
    return _of_subjects(asking, [f"{SubjectKind.INVOICE}-{found.value.id}"], limit, next)


@resource.get("/settings/journal", Action.READ_JOURNAL, "Le journal des paramètres et des membres")
def settings_journal(
    asking: Asker,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    return _of_subjects(asking, _settings(asking), limit, next)


@resource.get("/journal", Action.READ_JOURNAL, "Le journal de l’établissement, entre deux dates")
def school_journal(
    asking: Asker,
    start: Annotated[Day | None, Query(alias="from")] = None,
    end: Annotated[Day | None, Query(alias="to")] = None,
    steps: bool = False,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> JournalView:
    """Both dates included, Europe/Paris. ``steps`` shows what workers record on their way as well."""
    last = end or paris_date(asking.store.clock.now())
    first = start or last - timedelta(days=DEFAULT_DAYS)
    _check_range(first, last)
    criteria = (first, last, steps)

    def wanted(found: PlacedRow) -> bool:
        return steps or not is_step(subject_of(found.place.subject).kind, found.row.event)

    page = asking.store.journal_pages.between(
        _midnight(first), _midnight(last + timedelta(days=1)), limit, wanted, _place(next, *criteria)
    )
    return journal_view(page, asking, *criteria)


def _of_subjects(asking: Asking, subjects: Sequence[str], limit: int, after: str | None) -> JournalView:
    criterion = subjects[0]
    page: JournalPage = asking.store.journal_pages.of_subjects(subjects, limit, _place(after, criterion))
    return journal_view(page, asking, criterion)


def _settings(asking: Asking) -> list[str]:
    """Everything that the school is set up with, and the people who may act in it."""
    registry, kind = asking.store.registry, SubjectKind
    accounts = [f"{kind.CREDITED_ACCOUNT}-{found.value.id}" for found in registry.credited_accounts()]
    activities = [f"{kind.ACTIVITY}-{found.value.code}" for found in registry.versioned_activities()]
    members = [f"{kind.MEMBER}-{found.value.username}" for found in asking.store.members.listed()]
    alone = [kind.ORGANISATION, kind.SCHOOL, kind.ACCOUNTING_SETTINGS, kind.MEMBERS]
    return [*alone, *accounts, *activities, *members]


def _place(text: str | None, *criteria: object) -> Place | None:
    written = cursor.read(text, *criteria)
    if not written:
        return None
    subject, _, entry = written.partition("#")
    return Place(subject, entry)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS)


def _check_range(first: date, last: date) -> None:
    if first > last:
        words = "La première date vient après la dernière : échangez-les."
        raise InvalidInput([FieldError("from", "order", words)])
    if (last - first).days > MAX_DAYS:
        words = f"Choisissez une période de {MAX_DAYS} jours au plus."
        raise InvalidInput([FieldError("from", "too_long", words)])
