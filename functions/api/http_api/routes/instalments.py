"""Instalments, for the dialog that attaches them to a draft."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import InstalmentState
from diapason.workflows.finding import find
from http_api import cursor
from http_api.asking import Asker
from http_api.fields import Cursor, Day, Id, Limit, OptionalCode, QueryCents, Search
from http_api.limits import DEFAULT_PAGE
from http_api.routing import Resource
from http_api.views.invoices import InstalmentsView, instalments_view

resource = Resource("Échéances")


@resource.get("/instalments", Action.READ, "Chercher des échéances à attacher à une remise")
def list_instalments(
    asking: Asker,
    invoice_number: OptionalCode = "",
    customer_id: Id | None = None,
    customer_reference: OptionalCode = "",
    customer_name: Search = "",
    due_from: Day | None = None,
    due_to: Day | None = None,
    min_cents: QueryCents | None = None,
    max_cents: QueryCents | None = None,
    activity: OptionalCode = "",
    pupil: Search = "",
    state: InstalmentState | None = None,
    limit: Limit = DEFAULT_PAGE,
    next: Cursor | None = None,  # noqa: A002 the parameter's name on the wire
) -> InstalmentsView:
    search = InstalmentSearch(
        invoice_number,
        customer_id or "",
        customer_reference,
        customer_name,
        due_from,
        due_to,
        min_cents,
        max_cents,
        activity,
        pupil,
        state,
    )
    return instalments_view(find(asking.store, search, limit, cursor.read(next, search)), search)
