"""Customers, accounts and mandates out of ``clients.csv``: new ones, and changes of those that stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from diapason.domain.identifiers import normalised_mandate_reference
from diapason.domain.imports import Import, ImportCounts, RecordChange, RowProblem
from diapason.domain.parties import Customer
from diapason.intake.customer_columns import CUSTOMER_COLUMNS
from diapason.intake.customer_rows import CustomerEntry, Identities, read_customers
from diapason.intake.problems import Problems
from diapason.intake.tables import read_table
from diapason.store.customers import customer_id, mandate_id, references_of
from diapason.store.house import SchoolStore
from diapason.store.keys import stable_id
from diapason.store.transactions import Transaction
from diapason.store.versioned import Versioned
from diapason.workflows.customer_diff import differences
from diapason.workflows.customer_merge import Columns, Merged, created, edited
from diapason.workflows.imported_records import RECORDS_AT_ONCE, Checked


class ImportedCustomer(NamedTuple):
    """``customer`` is what it becomes; ``seen_revision`` what it was compared with, 0 for a new one.
    ``added`` are the references of its new mandates."""

    line: int
    customer: Customer
    seen_revision: int
    added: tuple[str, ...]

    @property
    def is_change(self) -> bool:
        return self.seen_revision > 0


@dataclass(frozen=True, slots=True)
class ImportedCustomers:
    """The kind of records of ``clients.csv``, for one school."""

    store: SchoolStore
    part = list[list[ImportedCustomer]]
    identity_column = CUSTOMER_COLUMNS.columns["reference"].header

    def check(self, data: bytes) -> Checked[ImportedCustomer]:
        """Raises UnreadableFile."""
        read = read_customers(read_table(data), _identities(self.store.keys.school_id))
        comparison = _Comparison(self.store, read.columns, read.problems)
        for start in range(0, len(read.entries), RECORDS_AT_ONCE):
            comparison.add(read.entries[start : start + RECORDS_AT_ONCE])
        counts = ImportCounts(
            rows=read.rows,
            new=len(comparison.records) - len(comparison.changes),
            changed=len(comparison.changes),
            unchanged=comparison.unchanged,
            faulty=read.faulty + comparison.faulty,
        )
        return Checked(
            comparison.records,
            counts,
            read.problems,
            read.stray_rows,
            read.unknown_columns,
            comparison.changes,
        )

    def actions(self, record: ImportedCustomer) -> int:
        """A revealed change has a journal row of its own: a mandate's life is told customer by customer."""
        return 1 + len(record.added) + record.is_change

    def add_staging(self, transaction: Transaction, record: ImportedCustomer, importing: Import) -> None:
        customers = self.store.customers
        if record.is_change:
            customers.add_edit_mark(
                transaction, record.customer, record.seen_revision, record.added, importing.id
            )
        else:
            customers.add_creation(transaction, record.customer, staged_by=importing.id)

    def add_reveal(self, transaction: Transaction, record: ImportedCustomer, importing: Import) -> None:
        customers = self.store.customers
        if not record.is_change:
            customers.add_reveal(transaction, record.customer, importing.id)
            return
        customers.add_marked_edit(transaction, record.customer, record.added, importing.id)
        self.store.journal.record(
            transaction,
            f"customer-{record.customer.id}",
            importing.acts_for,
            "edited",
            revision=record.seen_revision + 1,
            by_import=importing.id,
            line=record.line,
        )

    def add_unstaging(self, transaction: Transaction, record: ImportedCustomer, importing: Import) -> None:
        customers = self.store.customers
        if record.is_change:
            customers.add_mark_removal(transaction, record.customer, record.added, importing.id)
        else:
            customers.add_unstaging(transaction, record.customer, importing.id)


@dataclass(slots=True)
class _Comparison:
    """The file's customers against those that stand, some at a time."""

    store: SchoolStore
    columns: Columns
    problems: Problems
    records: list[ImportedCustomer] = field(default_factory=list)
    changes: list[RecordChange] = field(default_factory=list)
    unchanged: int = 0
    faulty: int = 0

    def add(self, entries: list[CustomerEntry]) -> None:
        standing = self.store.customers.versioned(entry.customer.id for entry in entries)
        taken = self.store.customers.mandates_taken(
            reference for entry in entries for reference in references_of(entry.customer)
        )
        for entry in entries:
            self._compare(entry, standing.get(entry.customer.id), taken)

    def _compare(
        self, entry: CustomerEntry, standing: Versioned[Customer] | None, taken: dict[str, str]
    ) -> None:
        merged = edited(standing.value, entry, self.columns) if standing else created(entry)
        problems = [*merged.problems, *_taken_references(entry, taken)]
        for problem in problems:
            self.problems.add(*problem)
        if problems:
            self.faulty += 1
        elif standing is None:
            references = tuple(references_of(merged.customer))
            self.records.append(ImportedCustomer(entry.line, merged.customer, 0, references))
        elif fields := differences(standing.value, merged.customer):
            self.changes.append(
                RecordChange(entry.line, standing.value.reference, standing.value.name, fields)
            )
            self.records.append(_change(entry.line, standing, merged))
        else:
            self.unchanged += 1


def _change(line: int, standing: Versioned[Customer], merged: Merged) -> ImportedCustomer:
    known = set(references_of(standing.value))
    added = tuple(reference for reference in references_of(merged.customer) if reference not in known)
    return ImportedCustomer(line, merged.customer, standing.revision, added)


def _taken_references(entry: CustomerEntry, taken: dict[str, str]) -> list[RowProblem]:
    """The mandates whose RUM another customer has."""
    return [
        RowProblem(
            entry.lines[mandate.id],
            CUSTOMER_COLUMNS.columns["mandate_reference"].header,
            "mandate.taken",
            f"La RUM {mandate.reference} est déjà celle d’un mandat d’un autre client.",
        )
        for mandate in entry.customer.mandates
        if taken.get(normalised_mandate_reference(mandate.reference)) not in {None, entry.customer.id}
    ]


def _identities(school_id: str) -> Identities:
    return Identities(
        customer=lambda reference: customer_id(school_id, reference),
        account=lambda reference, iban: stable_id(customer_id(school_id, reference), "account", iban),
        mandate=lambda reference: mandate_id(school_id, reference),
    )
