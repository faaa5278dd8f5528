"""The files of an export: rendered from its manifest, and read again before anyone may have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diapason.accounting.fec import MAX_REFERENCE, SalesEntry, auxiliary_number, file_name, write_entries
from diapason.accounting.reread import ReadEntry, UnsoundFile, read_cents, read_entries, read_sheet
from diapason.accounting.sheets import (
    CUSTOMER_COLUMNS,
    INSTALMENT_COLUMNS,
    DueInstalment,
    is_debited,
    write_customers,
    write_instalments,
)
from diapason.accounting.text import entry_text, guarded
from diapason.domain.accounting_exports import (
    AccountingExport,
    AccountingFileKind,
    ExportManifest,
)
from diapason.domain.identifiers.spelling import compact
from diapason.domain.invoices import InvoiceKind

_OPENINGS = {InvoiceKind.INVOICE: "Facture", InvoiceKind.CREDIT_NOTE: "Avoir"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file before it is stored; ``rows`` are entries, customers or instalments."""

    kind: AccountingFileKind
    file_name: str
    data: bytes
    rows: int


def render(export: AccountingExport, manifest: ExportManifest) -> Iterator[Rendered]:
    """The files, a function of export and manifest: rendered twice, they are the same bytes."""
    settings = export.settings
    entries = list(_entries(export, manifest))
    yield Rendered(
        AccountingFileKind.ENTRIES,
        file_name(export.siren, export.selection.issued_to),
        write_entries(entries, settings),
        len(entries),
    )
    yield Rendered(
        AccountingFileKind.CUSTOMERS,
        f"clients-{export.number}.csv",
        write_customers(manifest.customers, settings),
        len(manifest.customers),
    )
    if export.keeps_debits:
        due = list(_due_instalments(manifest))
        customers = {customer.id: customer for customer in manifest.customers}
        yield Rendered(
            AccountingFileKind.INSTALMENTS,
            f"echeances-{export.number}.csv",
            write_instalments(due, customers, settings),
            len(due),
        )


def verify(export: AccountingExport, manifest: ExportManifest, kind: AccountingFileKind, data: bytes) -> None:
    """Reads a stored file again and compares it with the manifest; raises UnsoundFile where they differ."""
    _VERIFIERS[kind](export, manifest, data)


def _verify_entries(export: AccountingExport, manifest: ExportManifest, data: bytes) -> None:
    read = read_entries(data, export.settings.encoding)
    moved = sum(abs(invoice.amount_cents) for invoice in manifest.invoices)
    if not read.debit_cents == read.credit_cents == moved:
        raise UnsoundFile(f"debits {read.debit_cents}, credits {read.credit_cents}, invoices {moved}")
    net = sum(entry.amount_cents for entry in read.entries)
    if (len(read.entries), net) != (export.count, export.total_cents):
        raise UnsoundFile(f"{len(read.entries)} entries of {net} cents")
    for entry, expected in zip(read.entries, _entries(export, manifest), strict=True):
        if entry != _as_read(expected, export):
            raise UnsoundFile(f"entry {expected.number} is not that of its invoice")


def _verify_customers(export: AccountingExport, manifest: ExportManifest, data: bytes) -> None:
    read = read_sheet(data)
    if read.columns != CUSTOMER_COLUMNS:
        raise UnsoundFile("columns")
    told = {(row["Référence"], row["IBAN"]) for row in read.rows if row["IBAN"]}
    known = {
        (guarded(customer.reference), guarded(compact(account.iban_text)))
        for customer in manifest.customers
        for account in customer.accounts
        if guarded(account.iban_text)
    }
    under = {(row["Référence"], row["RUM"]) for row in read.rows if row["RUM"]}
    signed = {
        (guarded(customer.reference), guarded(mandate.reference))
        for customer in manifest.customers
        for mandate in customer.mandates
    }
    references = {row["Référence"] for row in read.rows}
    if (told, under, len(references)) != (known, signed, len(manifest.customers)):
        raise UnsoundFile("accounts or mandates are not those of the customers")


def _verify_instalments(export: AccountingExport, manifest: ExportManifest, data: bytes) -> None:
    read = read_sheet(data)
    if read.columns != INSTALMENT_COLUMNS:
        raise UnsoundFile("columns")
    due = list(_due_instalments(manifest))
    told = [
        (row["Facture"], read_cents(row["Montant"]), read_cents(row["Reste à prélever"])) for row in read.rows
    ]
    known = [(guarded(one.invoice_number), one.amount_cents, one.remaining_cents) for one in due]
    if told != known:
        raise UnsoundFile("instalments are not those of the invoices")


_VERIFIERS = {
    AccountingFileKind.ENTRIES: _verify_entries,
    AccountingFileKind.CUSTOMERS: _verify_customers,
    AccountingFileKind.INSTALMENTS: _verify_instalments,
}


def _entries(export: AccountingExport, manifest: ExportManifest) -> Iterator[SalesEntry]:
    assert export.registered_on is not None
    references = {customer.id: customer.reference for customer in manifest.customers}
    names = {customer.id: customer.name for customer in manifest.customers}
    for number, invoice in enumerate(manifest.invoices, export.first_entry):
        yield SalesEntry(
            number=number,
            issued_on=invoice.issued_on,
            validated_on=max(export.registered_on, invoice.issued_on),
            auxiliary=export.settings.auxiliary_of(references[invoice.customer_id]),
            customer_name=names[invoice.customer_id],
            piece=invoice.number,
            label=f"{_OPENINGS[invoice.kind]} {invoice.number} {invoice.label}",
            revenue=export.settings.revenue_of(invoice.activity),
            amount_cents=invoice.amount_cents,
        )


def _as_read(entry: SalesEntry, export: AccountingExport) -> ReadEntry:
    """What the file must say of an entry."""
    encoding = export.settings.encoding
    return ReadEntry(
        entry.number,
        entry.issued_on,
        auxiliary_number(entry.auxiliary, encoding),
        entry_text(entry.piece, MAX_REFERENCE, encoding),
        entry.revenue.number,
        entry.amount_cents,
    )


def _due_instalments(manifest: ExportManifest) -> Iterator[DueInstalment]:
    """What remains of the invoices of customers who pay by direct debit."""
    debited = {customer.id for customer in manifest.customers if is_debited(customer)}
    for invoice in manifest.invoices:
        if invoice.kind is InvoiceKind.INVOICE and invoice.customer_id in debited:
            for one in invoice.instalments:
                if one.remaining_cents > 0:
                    yield DueInstalment(
                        invoice.number,
                        invoice.customer_id,
                        one.due_date,
                        one.amount_cents,
                        one.remaining_cents,
                    )
