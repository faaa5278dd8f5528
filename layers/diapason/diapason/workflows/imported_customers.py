"""Customers, accounts and mandates out of ``clients.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from diapason.domain.identifiers import normalised_mandate_reference
from diapason.domain.parties import Customer
from diapason.intake.customer_rows import CUSTOMER_COLUMNS, Identities, read_customers
from diapason.intake.problems import Problems
from diapason.intake.tables import read_table
from diapason.store.customers import customer_id, mandate_id
from diapason.store.documents import encode
from diapason.store.house import SchoolStore
from diapason.store.keys import stable_id
from diapason.store.transactions import Transaction
from diapason.workflows.imported_records import Checked


class ImportedCustomer(NamedTuple):
    line: int
    digest: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class ImportedCustomers:
    """The kind of records of ``clients.csv``, for one school."""

    store: SchoolStore
    part = list[list[ImportedCustomer]]
    identity_column = CUSTOMER_COLUMNS.columns["reference"].header

    def check(self, data: bytes) -> Checked[ImportedCustomer]:
        """Raises UnreadableFile."""
        read = read_customers(read_table(data), _identities(self.store.keys.school_id))
        if read.report.total:
            return Checked([], 0, read.rows, read.report)
        problems = Problems()
        standing = self.store.customers.digests(entry.customer.id for entry in read.entries)
        new = []
        for entry in read.entries:
            found = ImportedCustomer(entry.line, digest_of(entry.customer), entry.customer)
            if entry.customer.id not in standing:
                new.append(found)
            elif standing[entry.customer.id] != found.digest:
                problems.add(
                    entry.line,
                    self.identity_column,
                    "customer.exists",
                    "Ce client existe déjà, avec d’autres informations : modifiez-le dans sa fiche et "
                    "retirez ses lignes du fichier.",
                )
        self._check_mandates(new, problems)
        report = problems.report(read.report.unknown_columns)
        return Checked(new, len(read.entries) - len(new), read.rows, report)

    def actions(self, record: ImportedCustomer) -> int:
        return 1 + len(record.customer.mandates)

    def add_creation(self, transaction: Transaction, record: ImportedCustomer, import_id: str) -> None:
        self.store.customers.add_creation(
            transaction, record.customer, digest=record.digest, staged_by=import_id
        )

    def add_reveal(self, transaction: Transaction, record: ImportedCustomer, import_id: str) -> None:
        self.store.customers.add_reveal(transaction, record.customer, import_id)

    def add_unstaging(self, transaction: Transaction, record: ImportedCustomer, import_id: str) -> None:
        self.store.customers.add_unstaging(transaction, record.customer, import_id)

    def _check_mandates(self, new: list[ImportedCustomer], problems: Problems) -> None:
        taken = self.store.customers.mandates_taken(
            mandate.reference for record in new for mandate in record.customer.mandates
        )
        for record in new:
            for mandate in record.customer.mandates:
                owner = taken.get(normalised_mandate_reference(mandate.reference))
                if owner not in {None, record.customer.id}:
                    problems.add(
                        record.line,
                        CUSTOMER_COLUMNS.columns["mandate_reference"].header,
                        "mandate.taken",
                        f"La RUM {mandate.reference} est déjà celle d’un mandat d’un autre client.",
                    )


def _identities(school_id: str) -> Identities:
    return Identities(
        customer=lambda reference: customer_id(school_id, reference),
        account=lambda reference, iban: stable_id(customer_id(school_id, reference), "account", iban),
        mandate=lambda reference: mandate_id(school_id, reference),
    )


def digest_of(customer: Customer) -> str:
    """What the file says of a customer, whatever the order of its rows; what the house adds is left out."""
    accounts = {account.id: account for account in customer.accounts}
    content = [
        [customer.reference.upper(), customer.kind, customer.name, customer.email, customer.payment_method],
        [customer.address.street, customer.address.postal_code, customer.address.town],
        [customer.address.country],
        sorted([a.iban_text, a.holder, a.bic_text, a.closed] for a in customer.accounts),
        sorted(
            [
                mandate.reference,
                accounts[mandate.account_id].iban_text,
                mandate.state,
                mandate.signed_on.isoformat() if mandate.signed_on else "",
                mandate.scheme,
                mandate.type,
                mandate.creditor_id,
            ]
            for mandate in customer.mandates
        ),
    ]
    return sha256(encode(content)).hexdigest()
