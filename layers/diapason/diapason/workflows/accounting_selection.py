"""What an export would hold: the invoices of a period that accounting was not given yet, each examined."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from diapason.accounting.fec import MAX_REFERENCE, auxiliary_number
from diapason.accounting.text import entry_text
from diapason.domain.accounting import AccountingSettings
from diapason.domain.accounting_exports import (
    MAX_EXPORTED_INVOICES,
    ExportedInstalment,
    ExportedInvoice,
    RefusedInvoice,
    Selection,
    refusal_of,
)
from diapason.domain.errors import FieldError, InvalidInput, NotFound
from diapason.domain.identifiers import InvalidIdentifier, Siret
from diapason.domain.invoices import Instalment, Invoice, Sending, normalised_number
from diapason.domain.parties import Customer
from diapason.store.house import SchoolStore
from diapason.store.versioned import Versioned
from diapason.workflows.phases import Deadline

PAGE = 500
"""Invoices that one request lists."""

READERS = 8
"""Invoices read at once: each is a partition of its own."""

READ_TOGETHER = 400


@dataclass(frozen=True, slots=True)
class ExportGround:
    """What every export of a school rests on."""

    settings: AccountingSettings
    siren: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What can be exported, in the order of its entries, and what cannot; ``customers`` are by id."""

    invoices: tuple[ExportedInvoice, ...]
    refused: tuple[RefusedInvoice, ...]
    customers: dict[str, Customer]

    @property
    def count(self) -> int:
        return len(self.invoices)

    @property
    def total_cents(self) -> int:
        return sum(invoice.amount_cents for invoice in self.invoices)


_Read = tuple[Versioned[Invoice], list[Instalment]]


def export_ground(store: SchoolStore) -> ExportGround:
    """Raises InvalidInput while settings or SIRET are missing."""
    errors = []
    settings, siren = None, ""
    try:
        settings = store.registry.accounting_settings().value
    except NotFound:
        words = "Enregistrez d’abord les paramètres comptables (journal et comptes)."
        errors.append(FieldError("accounting_settings", "missing", words))
    try:
        siren = Siret.parse(store.registry.organisation().value.siret).siren.digits
    except (NotFound, InvalidIdentifier):
        words = "Renseignez le SIRET de l’organisation : son SIREN nomme le fichier des écritures."
        errors.append(FieldError("siret", "missing", words))
    if errors or settings is None:
        raise InvalidInput(errors, "L’export comptable n’est pas encore possible.")
    return ExportGround(settings, siren)


def choose(
    store: SchoolStore, selection: Selection, settings: AccountingSettings, deadline: Deadline
) -> Chosen:
    """Reads and examines the invoices of a selection: sent, and not given to accounting yet.

    Raises InvalidInput where there are more than one export may hold, or where the dates are reversed.
    """
    if selection.issued_from > selection.issued_to:
        words = "La fin de la période précède son début."
        raise InvalidInput([FieldError("issued_to", "before_start", words)])
    found = list(_read(store, list(_listed(store, selection)), selection, deadline))
    found.sort(key=lambda read: _order(read[0].value))
    customers = store.customers.many(versioned.value.customer_id for versioned, _ in found)
    auxiliaries: dict[str, str] = {}
    chosen, refused = [], []
    for versioned, instalments in found:
        invoice = versioned.value
        customer = customers.get(invoice.customer_id)
        reason = refusal_of(invoice, instalments, settings.keeps_debits) or _unbookable(
            invoice, customer, settings, auxiliaries
        )
        if reason:
            refused.append(RefusedInvoice(invoice.id, invoice.number, invoice.customer_name, reason))
        else:
            chosen.append(_exported(versioned, instalments))
    wanted = {invoice.customer_id for invoice in chosen}
    in_order = sorted((customers[key] for key in wanted), key=lambda customer: customer.reference)
    return Chosen(tuple(chosen), tuple(refused), {customer.id: customer for customer in in_order})


def _listed(store: SchoolStore, selection: Selection) -> Iterator[str]:
    """Ids of the invoices that the index shows; it answers a moment late, so that each is read again."""
    count, place = 0, ""
    while True:
        page = store.invoices.issued_between(selection.issued_from, selection.issued_to, PAGE, place)
        for versioned in page.invoices:
            if _is_wanted(versioned.value, selection):
                count += 1
                yield versioned.value.id
        if count > MAX_EXPORTED_INVOICES:
            words = f"Un export compte au plus {MAX_EXPORTED_INVOICES} factures : choisissez moins de jours."
            raise InvalidInput([FieldError("issued_to", "too_many", words)])
        place = page.next
        if not place:
            return


def _read(
    store: SchoolStore, identifiers: list[str], selection: Selection, deadline: Deadline
) -> Iterator[_Read]:
    with ThreadPoolExecutor(READERS) as readers:
        for start in range(0, len(identifiers), READ_TOGETHER):
            deadline.check()
            for read in readers.map(store.invoices.whole, identifiers[start : start + READ_TOGETHER]):
                if read is not None and _is_wanted(read[0].value, selection):
                    yield read


def _is_wanted(invoice: Invoice, selection: Selection) -> bool:
    return (
        invoice.sending is Sending.SENT
        and not invoice.accounting_export
        and (not selection.activity or invoice.activity == selection.activity)
    )


def _order(invoice: Invoice) -> tuple[object, ...]:
    return invoice.issued_on, normalised_number(invoice.number), invoice.id


def _unbookable(
    invoice: Invoice, customer: Customer | None, settings: AccountingSettings, auxiliaries: dict[str, str]
) -> str:
    """Why an entry could not be told from another one; ``auxiliaries`` grows with each customer."""
    if customer is None:
        return "Le client de cette facture n’existe plus."
    if not entry_text(invoice.number, MAX_REFERENCE, settings.encoding):
        return "Le numéro ne contient aucune lettre ni aucun chiffre."
    auxiliary = auxiliary_number(settings.auxiliary_of(customer.reference), settings.encoding)
    if not auxiliary:
        return "La référence du client ne contient aucune lettre ni aucun chiffre."
    if auxiliaries.setdefault(auxiliary, customer.id) != customer.id:
        return f"Un autre client a le même compte auxiliaire ({auxiliary}) : leurs références se confondent."
    return ""


def _exported(versioned: Versioned[Invoice], instalments: list[Instalment]) -> ExportedInvoice:
    invoice = versioned.value
    return ExportedInvoice(
        id=invoice.id,
        revision=versioned.revision,
        number=invoice.number,
        kind=invoice.kind,
        customer_id=invoice.customer_id,
        customer_name=invoice.customer_name,
        issued_on=invoice.issued_on,
        label=invoice.label,
        activity=invoice.activity,
        amount_cents=invoice.amount_cents,
        instalments=tuple(
            ExportedInstalment(one.id, one.revision, one.due_date, one.amount_cents, one.remaining_cents)
            for one in instalments
        ),
    )
