"""Open instalments, for the dialog that attaches them to a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, islice

from diapason.access.decisions import Action
from diapason.domain.drafts import Criteria
from diapason.domain.invoices import Instalment
from diapason.store.house import SchoolStore
from diapason.store.invoices import invoice_id
from http_api.asking import Asker
from http_api.fields import Day, Id, Limit, OptionalCode, QueryCents
from http_api.limits import DEFAULT_PAGE, MAX_PAGE
from http_api.routing import Resource
from http_api.views.invoices import InstalmentsView, instalments_view

resource = Resource("Échéances")


@resource.get("/instalments", Action.READ, "Les échéances qui peuvent être attachées à une remise")
def list_open_instalments(
    asking: Asker,
    due_from: Day | None = None,
    due_to: Day | None = None,
    min_cents: QueryCents | None = None,
    max_cents: QueryCents | None = None,
    activity: OptionalCode = "",
    customer_id: Id | None = None,
    invoice_number: OptionalCode = "",
    limit: Limit = DEFAULT_PAGE,
) -> InstalmentsView:
    criteria = Criteria(due_from or date.min, due_to or date.max, min_cents, max_cents, activity)
    found = (
        instalment
        for instalment in _candidates(asking.store, criteria, customer_id, invoice_number)
        if instalment.is_open and criteria.match(instalment) and customer_id in {None, instalment.customer_id}
    )
    return instalments_view(list(islice(found, limit + 1)), limit)


def _candidates(
    store: SchoolStore, criteria: Criteria, customer_id: str | None, invoice_number: str
) -> Iterator[Instalment]:
    """From the narrowest list that there is: one invoice, a customer's latest invoices, or the due dates."""
    if invoice_number:
        return iter(store.instalments.of_invoice(invoice_id(store.keys.school_id, invoice_number)))
    if customer_id:
        invoices = store.invoices.of_customer(customer_id, MAX_PAGE).invoices
        return chain.from_iterable(store.instalments.of_invoice(found.value.id) for found in invoices)
    return store.instalments.matching(criteria)
