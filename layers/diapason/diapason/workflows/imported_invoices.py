"""Invoices, credit notes and their instalments out of ``factures.csv``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from diapason.domain.imports import Import, ImportCounts
from diapason.domain.invoices import Instalment, Invoice, Share, instalments_of, normalised_number
from diapason.intake.invoice_rows import INVOICE_COLUMNS, InvoiceEntry, read_invoices
from diapason.intake.tables import read_table
from diapason.store.customers import customer_id
from diapason.store.documents import encode
from diapason.store.house import SchoolStore
from diapason.store.invoices import ACTIONS_BESIDE_INSTALMENTS, invoice_id
from diapason.store.transactions import Transaction
from diapason.workflows.imported_records import RECORDS_AT_ONCE, Checked


class ImportedInvoice(NamedTuple):
    line: int
    digest: str
    invoice: Invoice
    shares: tuple[Share, ...]

    @property
    def is_change(self) -> bool:
        """An invoice is never changed by an import."""
        return False

    def instalments(self) -> list[Instalment]:
        return instalments_of(self.invoice, self.shares)


@dataclass(frozen=True, slots=True)
class ImportedInvoices:
    """The kind of records of ``factures.csv``, for one school."""

    store: SchoolStore
    part = list[list[ImportedInvoice]]
    identity_column = INVOICE_COLUMNS.columns["number"].header

    def check(self, data: bytes) -> Checked[ImportedInvoice]:
        """Raises UnreadableFile."""
        read = read_invoices(read_table(data))
        problems = read.problems
        names = self._customer_names(entry.terms.customer_reference for entry in read.entries)
        standing = self.store.invoices.digests(self._id(entry) for entry in read.entries)
        new = []
        unchanged = 0
        for entry in read.entries:
            name = names.get(self._customer_id(entry))
            if name is None:
                problems.add(
                    entry.line,
                    INVOICE_COLUMNS.columns["customer_reference"].header,
                    "customer.unknown",
                    f"Aucun client ne porte la référence {entry.terms.customer_reference} : importez "
                    "d’abord les clients.",
                )
            elif self._id(entry) not in standing:
                new.append(self._record(entry, name))
            elif standing[self._id(entry)] == digest_of(entry):
                unchanged += 1
            else:
                problems.add(
                    entry.line,
                    self.identity_column,
                    "invoice.exists",
                    "Une facture porte déjà ce numéro, avec d’autres informations. Une facture ne se modifie "
                    "pas par un import : retirez ses lignes du fichier.",
                )
        counts = ImportCounts(
            rows=read.rows,
            new=len(new),
            unchanged=unchanged,
            faulty=read.faulty + len(read.entries) - len(new) - unchanged,
        )
        activities = {record.invoice.activity for record in new} - {""}
        return Checked(
            new,
            counts,
            problems,
            read.stray_rows,
            read.unknown_columns,
            activities=tuple(sorted(activities)),
        )

    def actions(self, record: ImportedInvoice) -> int:
        return ACTIONS_BESIDE_INSTALMENTS + len(record.shares)

    def add_staging(self, transaction: Transaction, record: ImportedInvoice, importing: Import) -> None:
        self.store.invoices.add_creation(
            transaction, record.invoice, record.instalments(), digest=record.digest, staged_by=importing.id
        )

    def add_reveal(self, transaction: Transaction, record: ImportedInvoice, importing: Import) -> None:
        self.store.invoices.add_reveal(transaction, record.invoice, record.instalments(), importing.id)

    def add_unstaging(self, transaction: Transaction, record: ImportedInvoice, importing: Import) -> None:
        self.store.invoices.add_unstaging(transaction, record.invoice, record.instalments(), importing.id)

    def _id(self, entry: InvoiceEntry) -> str:
        return invoice_id(self.store.keys.school_id, entry.terms.number)

    def _customer_id(self, entry: InvoiceEntry) -> str:
        return customer_id(self.store.keys.school_id, entry.terms.customer_reference)

    def _customer_names(self, references: Iterable[str]) -> dict[str, str]:
        """Names by customer id, of the customers that exist."""
        school_id = self.store.keys.school_id
        identifiers = list(dict.fromkeys(customer_id(school_id, reference) for reference in references))
        names = {}
        for start in range(0, len(identifiers), RECORDS_AT_ONCE):
            found = self.store.customers.many(identifiers[start : start + RECORDS_AT_ONCE])
            names.update({identifier: customer.name for identifier, customer in found.items()})
        return names

    def _record(self, entry: InvoiceEntry, customer_name: str) -> ImportedInvoice:
        terms = entry.terms
        invoice = Invoice(
            id=self._id(entry),
            number=terms.number,
            kind=terms.kind,
            customer_id=self._customer_id(entry),
            customer_name=customer_name,
            issued_on=terms.issued_on,
            label=terms.label,
            activity=terms.activity,
            amount_cents=sum(share.amount_cents for share in entry.shares),
            sending=terms.sending,
            pupil=terms.pupil,
            notified_on=terms.notified_on,
        )
        return ImportedInvoice(entry.line, digest_of(entry), invoice, entry.shares)


def digest_of(entry: InvoiceEntry) -> str:
    """What the file says of an invoice, whatever the order of its rows."""
    terms = entry.terms._replace(
        number=normalised_number(entry.terms.number),
        customer_reference=entry.terms.customer_reference.upper(),
    )
    return sha256(encode([terms, entry.shares])).hexdigest()
