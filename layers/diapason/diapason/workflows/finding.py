"""Finding instalments for a remittance: from the narrowest index that the criteria allow, page by page.

A number or a customer leads through their invoices, anything else through what is open by due date. A page
looks at so many instalments at most; where few of them match it is short, and says where the next begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from diapason.domain.drafts import Draft
from diapason.domain.errors import FieldError, InvalidInput, NotFound
from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import Instalment, Invoice
from diapason.domain.members import Member
from diapason.store.customers import customer_id, name_place
from diapason.store.house import SchoolStore
from diapason.store.instalments import open_sort_key
from diapason.store.invoices import InvoicePage, date_place, number_place
from diapason.workflows.drafting import attach
from diapason.workflows.preparing import AT_ONCE_ROWS

LOOKED_AT = 5_000
"""Instalments that one page looks at: a second or two, where they are read invoice by invoice."""

LOOKED_AT_TO_ATTACH = 50_000
"""Instalments that attaching all that a search finds looks at, while the page waits."""

PART = 100
"""Invoices, customers, or open instalments of a partition that are read together."""

_BETWEEN = "\x1f"
"""Parts the positions of a place: no name or number holds a control character."""

Place = tuple[str, ...]
"""Where a search stands: its position in each list that led to an instalment, the outermost first."""


class Looked(NamedTuple):
    """A step of a search: the place after which it goes on, and the instalment there, if there is one."""

    place: Place
    instalment: Instalment | None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some instalments, and where the next page begins, empty at the end."""

    instalments: list[Instalment]
    next: str


def find(store: SchoolStore, search: InstalmentSearch, limit: int, place: str) -> FoundPage:
    """A page from ``place``, which is empty for the beginning, or the ``next`` of a page of the same search;
    raises InvalidInput for criteria that do not hold."""
    steps, keep = _searching(store, search, place)
    found: list[Instalment] = []
    for looked_at, step in enumerate(steps, 1):
        if step.instalment is not None and keep(step.instalment):
            found.append(step.instalment)
        if len(found) == limit or looked_at == LOOKED_AT:
            goes_on = next(steps, None) is not None
            return FoundPage(found, _BETWEEN.join(step.place) if goes_on else "")
    return FoundPage(found, "")


def attach_found(
    store: SchoolStore, member: Member, draft_id: str, version: int, search: InstalmentSearch
) -> Draft:
    """Attaches all that a search finds; raises InvalidInput where that is more than a page can wait for."""
    steps, keep = _searching(store, search, "")
    found: list[str] = []
    for looked_at, step in enumerate(steps, 1):
        if step.instalment is not None and keep(step.instalment):
            found.append(step.instalment.id)
        if len(found) > AT_ONCE_ROWS or looked_at > LOOKED_AT_TO_ATTACH:
            words = (
                f"Cette recherche trouve plus de {AT_ONCE_ROWS} échéances, ou en parcourt trop : "
                "précisez-la, ou élargissez les critères de l’étape 2."
            )
            raise InvalidInput([FieldError("search", "too-wide", words)])
    return attach(store, member, draft_id, version, found)


def _searching(
    store: SchoolStore, search: InstalmentSearch, place: str
) -> tuple[Iterator[Looked], Callable[[Instalment], bool]]:
    """The steps of a search, and the test of what they see."""
    search.check()
    search = _with_customer_found(store, search)
    positions = tuple(place.split(_BETWEEN)) if place else ()
    if search.invoice_number:
        return _by_number(store, search.invoice_number, positions), search.keeps()
    if search.customer_id:
        return _by_customer(store, search.customer_id, positions), search.keeps()
    if search.customer_name:
        # The list has the customers' names of today; an instalment has that of the day of its invoice.
        keeps = replace(search, customer_name="").keeps()
        return _by_name(store, search.customer_name, positions), keeps
    return _by_due_date(store, search, positions), search.keeps()


def _with_customer_found(store: SchoolStore, search: InstalmentSearch) -> InstalmentSearch:
    if not search.customer_reference:
        return search
    identifier = customer_id(store.keys.school_id, search.customer_reference)
    try:
        store.customers.get(identifier)
    except NotFound:
        words = "Aucun client n’a cette référence : vérifiez-la."
        raise InvalidInput([FieldError("customer_reference", "unknown", words)]) from None
    return replace(search, customer_id=identifier, customer_reference="")


def _by_due_date(store: SchoolStore, search: InstalmentSearch, place: Place) -> Iterator[Looked]:
    _check_shape(place, 1)
    start = place[0] if place else (search.due_from or date.min).isoformat()
    for found in store.instalments.open_after(start, search.due_to or date.max, PART):
        yield Looked((open_sort_key(found.due_date, found.id),), found)


def _by_number(store: SchoolStore, beginning: str, place: Place) -> Iterator[Looked]:
    invoices = store.invoices
    return _of_invoices(store, lambda after: invoices.numbered(beginning, PART, after), number_place, place)


def _by_customer(store: SchoolStore, identifier: str, place: Place) -> Iterator[Looked]:
    invoices = store.invoices
    return _of_invoices(store, lambda after: invoices.of_customer(identifier, PART, after), date_place, place)


def _by_name(store: SchoolStore, beginning: str, place: Place) -> Iterator[Looked]:
    after = ""
    if place:
        after = place[0]
        identifier = after.rpartition("#")[2]
        yield from _under(after, _by_customer(store, identifier, place[1:]))
    while True:
        page = store.customers.named(beginning, PART, after)
        for found in page.customers:
            here = name_place(found.value)
            yield Looked((here,), None)  # counted, though the customer may owe nothing
            yield from _under(here, _by_customer(store, found.value.id, ()))
        after = page.next
        if not after:
            return


def _under(outer: str, steps: Iterator[Looked]) -> Iterator[Looked]:
    return (Looked((outer, *step.place), step.instalment) for step in steps)


def _of_invoices(
    store: SchoolStore,
    page_after: Callable[[str], InvoicePage],
    place_of: Callable[[Invoice], str],
    place: Place,
) -> Iterator[Looked]:
    """The instalments of a list of invoices."""
    _check_shape(place, 2)
    after = ""
    if place:
        after, last = place
        for instalment in store.instalments.of_invoice(after.rpartition("#")[2]):
            if instalment.id > last:
                yield Looked((after, instalment.id), instalment)
    while True:
        page = page_after(after)
        instalments = store.instalments.of_invoices([found.value.id for found in page.invoices])
        for found in page.invoices:
            here = place_of(found.value)
            for instalment in instalments[found.value.id]:
                yield Looked((here, instalment.id), instalment)
        after = page.next
        if not after:
            return


def _check_shape(place: Place, positions: int) -> None:
    """Raises InvalidInput for a place that no page of this search wrote."""
    if place and len(place) != positions:
        words = "La suite de la liste est introuvable : relancez la recherche."
        raise InvalidInput([FieldError("next", "unreadable", words)])
