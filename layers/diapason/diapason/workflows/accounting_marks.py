"""Marking what an export gives to accounting, and giving it back: a chunk at a time, each one transaction."""

from __future__ import annotations

from diapason.domain.accounting_exports import (
    AccountingExport,
    AccountingExportState,
    ExportedInvoice,
    MarkedChunk,
    MarkState,
    RefusedInvoice,
)
from diapason.domain.invoices import Channel
from diapason.store.house import SchoolStore
from diapason.store.transactions import ConditionFailed
from diapason.workflows.accounting_manifest import kept_instalments, marker_of

RETURN_ATTEMPTS = 5
"""How often a chunk whose instalments moved meanwhile is read and given back anew."""


def mark_chunk(
    store: SchoolStore, export: AccountingExport, number: int, invoices: tuple[ExportedInvoice, ...]
) -> tuple[RefusedInvoice, ...]:
    """One transaction; the invoices that stood in its way, none where the chunk is marked or the export
    has moved on."""
    marker = marker_of(number, invoices, export.keeps_debits)
    transaction = store.transactions.begin()
    fence = store.accounting_exports.add_fence(transaction, export.id, AccountingExportState.PREPARING)
    store.accounting_exports.add_chunk(transaction, export.id, marker)
    invoice_of_rank: dict[int, ExportedInvoice] = {}
    for invoice in invoices:
        first = store.invoices.add_accounting_export(transaction, invoice.id, invoice.revision, export.id)
        kept = set(kept_instalments(invoice, export.keeps_debits))
        for one in invoice.instalments:
            if one.id in kept:
                store.instalments.add_channel(
                    transaction, one.id, one.revision, Channel.ACCOUNTING, export.number
                )
        invoice_of_rank |= dict.fromkeys(range(first, len(transaction)), invoice)
    store.journal.record(
        transaction,
        f"accounting-export-{export.id}",
        export.requested_by,
        "chunk-marked",
        chunk=number,
        count=marker.count,
        total_cents=marker.total_cents,
    )
    try:
        transaction.commit()
    except ConditionFailed as failure:
        if fence in failure.failed or store.accounting_exports.chunk(export.id, number) is not None:
            return ()
        refused = dict.fromkeys(invoice_of_rank[rank] for rank in sorted(failure.failed))
        return tuple(_overtaken(invoice) for invoice in refused)
    return ()


def return_chunk(store: SchoolStore, export: AccountingExport, chunk: MarkedChunk) -> None:
    """One transaction; instalments that moved meanwhile are read again and tried anew."""
    for attempt in range(RETURN_ATTEMPTS):
        marked = store.instalments.many(
            identifier for invoice in chunk.invoices for identifier in invoice.instalment_ids
        )
        transaction = store.transactions.begin()
        store.accounting_exports.add_fence(transaction, export.id, export.state)
        store.accounting_exports.add_chunk_return(transaction, export.id, chunk.number)
        for invoice in chunk.invoices:
            store.invoices.add_accounting_return(transaction, invoice.id, export.id)
            for identifier in invoice.instalment_ids:
                store.instalments.add_channel_return(
                    transaction, marked[identifier], Channel.ACCOUNTING, export.number
                )
        store.journal.record(
            transaction,
            f"accounting-export-{export.id}",
            export.acting,
            "chunk-returned",
            chunk=chunk.number,
            count=chunk.count,
            total_cents=chunk.total_cents,
        )
        try:
            transaction.commit()
        except ConditionFailed:
            now = store.accounting_exports.chunk(export.id, chunk.number)
            if now is not None and now.state is MarkState.RETURNED:
                return
            if attempt == RETURN_ATTEMPTS - 1:
                raise  # the records contradict each other, and a person must look
            continue
        return


def _overtaken(invoice: ExportedInvoice) -> RefusedInvoice:
    reason = "Elle a changé pendant l’export, ou une remise l’a prise."
    return RefusedInvoice(invoice.id, invoice.number, invoice.customer_name, reason)
