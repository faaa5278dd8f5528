"""The one key builder. Every key of every table and bucket begins with the verified school's id.

Two exceptions, which hold no record of a school: the list of schools, which sweeper, schedules and platform
walk through, and the reservations of e-mail addresses, of which an account has one in the whole user pool.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from diapason.domain.members import PLATFORM

OPEN_SHARDS = 8
"""Partitions over which a school's open instalments are spread, so that none takes all the writes."""

_SCHOOL_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SCHOOL_ID_MAX = 40
_RESERVED = frozenset({PLATFORM})
"""Groups of the user pool that are no school."""


class Key(NamedTuple):
    """Partition and sort key of one item."""

    pk: str
    sk: str


SCHOOLS = "SCHOOLS"


def school_in_list(school_id: str) -> Key:
    """The school's entry in the list of schools."""
    return Key(SCHOOLS, school_id)


def address_reservation(email: str) -> Key:
    """Which school a normalised e-mail address belongs to; the address itself does not stand in the key."""
    return Key(f"ADDRESS#{hashlib.sha256(email.encode()).hexdigest()}", "ADDRESS")


def stable_id(*parts: str) -> str:
    """An opaque id that is a function of what it names, so that importing twice finds the same record."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


class SchoolKeys:
    """The keys of one school. ``school_id`` comes from a verified membership, never from a request."""

    def __init__(self, school_id: str) -> None:
        if not _SCHOOL_ID.fullmatch(school_id) or len(school_id) > _SCHOOL_ID_MAX:
            raise ValueError("a school's id is made of lower-case letters, digits and single hyphens")
        if school_id in _RESERVED:
            raise ValueError(f"{school_id} is reserved, and no school's id")
        self.school_id = school_id

    # Registry: the school and whom it knows
    def school(self) -> Key:
        return Key(self.school_id, "SCHOOL")

    def organisation(self) -> Key:
        return Key(self.school_id, "ORGANISATION")

    def accounting_settings(self) -> Key:
        return Key(self.school_id, "ACCOUNTING")

    def credited_account(self, account_id: str) -> Key:
        return Key(self.school_id, f"CREDITED#{account_id}")

    def credited_accounts(self) -> Key:
        return self.credited_account("")

    def member(self, username: str) -> Key:
        return Key(self.school_id, f"MEMBER#{username}")

    def members(self) -> Key:
        return self.member("")

    def offices(self) -> Key:
        return Key(self.school_id, "OFFICES")

    def activity(self, code: str) -> Key:
        return Key(self.school_id, f"ACTIVITY#{code}")

    def activities(self) -> Key:
        return self.activity("")

    def customer(self, customer_id: str) -> Key:
        return Key(f"{self.school_id}#CUSTOMER#{customer_id}", "CUSTOMER")

    def customer_names(self) -> str:
        return f"{self.school_id}#NAMES"

    def mandate_reference(self, normalised: str) -> Key:
        return Key(f"{self.school_id}#RUM#{normalised}", "RUM")

    def import_(self, import_id: str) -> Key:
        return Key(f"{self.school_id}#IMPORTS", import_id)

    def imports(self) -> str:
        return self.import_("").pk

    # Billing
    def invoice(self, invoice_id: str) -> Key:
        return Key(f"{self.school_id}#INVOICE#{invoice_id}", "INVOICE")

    def instalment(self, instalment_id: str) -> Key:
        invoice_id, _, rank = instalment_id.rpartition("-")
        return Key(self.invoice(invoice_id).pk, f"INSTALMENT#{rank}")

    def instalments(self) -> str:
        return "INSTALMENT#"

    def payment(self, instalment_id: str, payment_id: str) -> Key:
        """Beside the instalment that it pays."""
        invoice_id, _, rank = instalment_id.rpartition("-")
        return Key(self.invoice(invoice_id).pk, f"{self.payments()}{rank}#{payment_id}")

    def payments(self) -> str:
        return "PAYMENT#"

    def invoices(self) -> str:
        return f"{self.school_id}#INVOICES"

    def open_instalments(self, shard: int) -> str:
        return f"{self.school_id}#OPEN#{shard}"

    def open_shard_of(self, invoice_id: str) -> str:
        return self.open_instalments(int(hashlib.sha256(invoice_id.encode()).hexdigest(), 16) % OPEN_SHARDS)

    # Collection
    def draft(self, draft_id: str) -> Key:
        return Key(f"{self.school_id}#DRAFT#{draft_id}", "DRAFT")

    def drafts(self) -> str:
        return f"{self.school_id}#DRAFTS"

    def stamp(self, stamp: str) -> Key:
        return Key(f"{self.school_id}#STAMP#{stamp}", "STAMP")

    def counter(self, name: str) -> Key:
        return Key(f"{self.school_id}#COUNTER#{name}", "COUNTER")

    def batch(self, batch_id: str) -> Key:
        return Key(f"{self.school_id}#BATCH#{batch_id}", "BATCH")

    def batches(self) -> str:
        return f"{self.school_id}#BATCHES"

    def chunk(self, batch_id: str, number: int) -> Key:
        """A partition of its own for each chunk: none of them takes a large batch's writes."""
        return Key(f"{self.school_id}#BATCH#{batch_id}#{number:05d}", "CHUNK")

    def accounting_export(self, export_id: str) -> Key:
        return Key(f"{self.school_id}#ACCOUNTING#{export_id}", "EXPORT")

    def accounting_exports(self) -> str:
        return f"{self.school_id}#ACCOUNTING"

    def accounting_chunk(self, export_id: str, number: int) -> Key:
        return Key(f"{self.school_id}#ACCOUNTING#{export_id}#{number:05d}", "CHUNK")

    def work(self) -> str:
        return f"{self.school_id}#WORK"

    # Journal
    def journal(self, subject: str, entry: str) -> Key:
        return Key(f"{self.school_id}#JOURNAL#{subject}", entry)

    def journal_month(self, month: str) -> str:
        return f"{self.school_id}#JOURNAL#{month}"

    # Files
    def draft_segment(self, draft_id: str, name: str) -> str:
        return f"{self.school_id}/drafts/{draft_id}/{name}.json"

    def draft_sheet(self, draft_id: str, name: str) -> str:
        return f"{self.school_id}/drafts/{draft_id}/{name}.csv"

    def manifest_slice(self, draft_id: str, name: str) -> str:
        return f"{self.school_id}/manifests/{draft_id}/{name}.json"

    def bank_file(self, batch_id: str, file_name: str) -> str:
        return f"{self.school_id}/remittances/{batch_id}/{file_name}"

    def accounting_manifest(self, export_id: str, name: str) -> str:
        return f"{self.school_id}/accounting/{export_id}/{name}.json"

    def accounting_file(self, export_id: str, kind: str) -> str:
        return f"{self.school_id}/accounting/{export_id}/{kind}"

    def upload(self, import_id: str) -> str:
        return f"{self.school_id}/imports/{import_id}"

    def import_part(self, import_id: str, name: str) -> str:
        return f"{self.school_id}/imports/{import_id}/{name}.json"
