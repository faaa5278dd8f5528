"""The manifest of an export: what was chosen, frozen before anything is marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from diapason.domain.accounting_exports import (
    AccountingExport,
    ExportedInvoice,
    ExportManifest,
    MarkedChunk,
    MarkedInvoice,
    MarkState,
)
from diapason.domain.invoices import InvoiceKind
from diapason.store.documents import decode, encode
from diapason.store.house import SchoolStore
from diapason.store.transactions import MAX_ACTIONS
from diapason.workflows.accounting_selection import Chosen
from diapason.workflows.manifest import ManifestAltered

ACTIONS_BESIDE_INVOICES = 3
"""Of a chunk's transaction: the fence, the marker and the journal's row."""


def manifest_of(chosen: Chosen, keeps_debits: bool) -> ExportManifest:
    """The chosen invoices cut into chunks, each of them one transaction."""
    chunks = tuple(_chunks(chosen.invoices, keeps_debits))
    return ExportManifest(chunks, tuple(chosen.customers.values()))


def kept_instalments(invoice: ExportedInvoice, keeps_debits: bool) -> tuple[str, ...]:
    """Ids of the instalments that the accounting system is to debit; a credit note has none."""
    if not keeps_debits or invoice.kind is not InvoiceKind.INVOICE:
        return ()
    return tuple(one.id for one in invoice.instalments)


def marker_of(number: int, invoices: tuple[ExportedInvoice, ...], keeps_debits: bool) -> MarkedChunk:
    """The marker that a chunk's transaction leaves."""
    return MarkedChunk(
        number=number,
        state=MarkState.MARKED,
        count=len(invoices),
        total_cents=sum(invoice.amount_cents for invoice in invoices),
        invoices=tuple(
            MarkedInvoice(invoice.id, kept_instalments(invoice, keeps_debits)) for invoice in invoices
        ),
    )


def keep_manifest(store: SchoolStore, export_id: str, manifest: ExportManifest) -> tuple[str, str]:
    """Stores the manifest under its own digest; returns key and SHA-256."""
    data = encode(manifest)
    digest = sha256(data).hexdigest()
    key = store.keys.accounting_manifest(export_id, digest)
    store.work_files.put(key, data)
    return key, digest


def read_manifest(store: SchoolStore, export: AccountingExport) -> ExportManifest:
    """Raises ManifestAltered when the stored bytes are not those of the digest."""
    data = store.work_files.get(export.manifest_key)
    if sha256(data).hexdigest() != export.manifest_sha256:
        raise ManifestAltered(export.manifest_key)
    return decode(data, ExportManifest)


def _chunks(invoices: Iterable[ExportedInvoice], keeps_debits: bool) -> Iterator[tuple[ExportedInvoice, ...]]:
    chunk: list[ExportedInvoice] = []
    actions = ACTIONS_BESIDE_INVOICES
    for invoice in invoices:
        needed = 1 + len(kept_instalments(invoice, keeps_debits))
        if chunk and actions + needed > MAX_ACTIONS:
            yield tuple(chunk)
            chunk, actions = [], ACTIONS_BESIDE_INVOICES
        chunk.append(invoice)
        actions += needed
    if chunk:
        yield tuple(chunk)
