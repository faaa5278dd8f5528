"""The journal as the page receives it: who did what, when; never an account number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from diapason.domain.batches import BATCH, BatchState
from diapason.domain.cancellations import CANCELLATION_GROUND_WORDS, CancellationGround
from diapason.domain.clock import in_paris
from diapason.domain.invoices import SENDING, Sending
from diapason.domain.journal_words import (
    SUBJECT_WORDS,
    SubjectKind,
    subject_of,
    words_of_event,
)
from diapason.domain.members import PERMISSION_WORDS, ROLE_WORDS, Permission, Role
from diapason.domain.money import french_euros
from diapason.store.journal_pages import JournalPage, PlacedRow
from http_api import cursor
from http_api.asking import Asking
from http_api.fields import View
from http_api.people import People

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_STATES: Mapping[SubjectKind, tuple[type[StrEnum], Mapping[Any, str]]] = {
    SubjectKind.BATCH: (BatchState, BATCH.words),
    SubjectKind.INVOICE: (Sending, SENDING.words),
}
"""What ``before`` and ``after`` say of a kind of record."""


class DetailView(View):
    """Une précision de la ligne du journal."""

    label: str
    value: str


class JournalRowView(View):
    """Ligne du journal, à l’heure de Paris ; before et after quand ils ont été relevés."""

    at: datetime
    who: str
    event: str
    words: str
    subject: SubjectKind | None
    subject_words: str
    subject_id: str
    before: str
    after: str
    details: list[DetailView]


class JournalView(View):
    """Une partie du journal, de la ligne la plus récente à la plus ancienne ; next mène à la suite."""

    rows: list[JournalRowView]
    next: str | None


def journal_view(page: JournalPage, asking: Asking, *criteria: object) -> JournalView:
    people = People(asking.store)
    return JournalView(
        rows=[_row_view(found, people) for found in page.rows],
        next=cursor.written("#".join(page.next), *criteria) if page.next else None,
    )


def _row_view(found: PlacedRow, people: People) -> JournalRowView:
    row, subject = found.row, subject_of(found.place.subject)
    before, after = (_state(subject.kind, row.facts.get(side)) for side in ("before", "after"))
    changed = before != after
    return JournalRowView(
        at=in_paris(row.at),
        who=people.name_of(row.who),
        event=row.event,
        words=words_of_event(subject.kind, row.event),
        subject=subject.kind,
        subject_words=SUBJECT_WORDS[subject.kind] if subject.kind else "",
        subject_id=subject.id,
        before=before if changed else "",
        after=after if changed else "",
        details=[
            DetailView(label=label, value=written(row.facts[fact]))
            for fact, (label, written) in _FACTS.items()
            if row.facts.get(fact) is not None and row.facts[fact] != ""
        ],
    )


def _state(kind: SubjectKind | None, value: object) -> str:
    """A state in words, a day as it is written in French; of anything else nothing."""
    if kind is not None and kind in _STATES:
        states, words = _STATES[kind]
        if value in list(states):
            return words[states(str(value))]
    return _day(value) if isinstance(value, str) and _DAY.fullmatch(value) else ""


def _day(value: object) -> str:
    return f"{date.fromisoformat(str(value)):%d/%m/%Y}"


def _euros(value: object) -> str:
    assert isinstance(value, int)
    return french_euros(value)


def _place_in_batch(value: object) -> str:
    assert isinstance(value, int)
    return str(value + 1)


def _permissions(value: object) -> str:
    assert isinstance(value, list)
    return ", ".join(PERMISSION_WORDS[Permission(one)] for one in value) or "aucune"


_FACTS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "number": ("Numéro", str),
    "ground": ("Fondement", lambda value: CANCELLATION_GROUND_WORDS[CancellationGround(value)]),
    "reason": ("Motif", str),
    "reject_reference": ("Référence du rejet", str),
    "rejected_on": ("Date du rejet", _day),
    "chunk": ("Lot", _place_in_batch),
    "count": ("Lignes", str),
    "rows": ("Lignes du tableau", str),
    "refusals": ("Lignes refusées", str),
    "refused": ("Lignes refusées", str),
    "markings": ("Lignes marquées", str),
    "total_cents": ("Total", _euros),
    "amount_cents": ("Montant", _euros),
    "paid_on": ("Réglé le", _day),
    "credit_note": ("Avoir", str),
    "cancels": ("Annule la facture", str),
    "sha256": ("Empreinte SHA-256", str),
    "size": ("Octets", str),
    "name": ("Nom", str),
    "role": ("Rôle", lambda value: ROLE_WORDS[Role(value)]),
    "permissions": ("Permissions", _permissions),
    "since": ("À compter du", _day),
}
"""The facts that are shown, with their French labels, in their order; any other fact is not."""
