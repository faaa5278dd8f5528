"""Cancelling a generated batch: what its file debited is owed again, as if the file had not been.

Somebody with the permission asks, with a reason and a ground; where the ground is an attestation, the batch
waits for a second person, and no link to its file is issued meanwhile. The worker has one phase, ``cancel``,
which may run again at any time: chunk by chunk, each in one transaction with the fence on the batch, then the
header's end. Nothing is counted down: what was presented under a mandate, and its sequence with it, is read
anew by the next file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diapason.domain.batches import BATCH, Batch, BatchEvent, BatchPhase, BatchState, Chunk, LineState
from diapason.domain.cancellations import Cancellation, CancellationGround, CancellationRequest
from diapason.domain.clock import in_paris, paris_date
from diapason.domain.errors import InvalidInput, NotAllowed, StateRefused, VersionConflict
from diapason.domain.members import Member
from diapason.store.customer_moves import CustomerMove
from diapason.store.house import SchoolStore
from diapason.store.queue import Work
from diapason.store.transactions import ConditionFailed
from diapason.workflows.chunk_moves import (
    ALIVE_CHUNKS,
    by_customer,
    cents_by_invoice,
    ends_of,
    returned_month,
)
from diapason.workflows.inconsistent import Inconsistent
from diapason.workflows.phases import Deadline
from diapason.workflows.sequencing import unpresented

CANCEL_ATTEMPTS = 5
"""How often a chunk is tried anew, when an instalment or a mandate moved since it was read."""


def request_cancellation(
    store: SchoolStore, member: Member, batch_id: str, version: int, request: CancellationRequest
) -> Batch:
    """*Annuler*: hands the batch to the worker, or to a second person where the ground is an attestation.

    Raises InvalidInput, StateRefused while the file's own work is not over or where it left the house in
    spite of the ground, VersionConflict.
    """
    batch = store.batches.get(batch_id)
    if _was_asked(batch, member, request):
        _resume(store, batch)
        return batch
    needs_attestation = request.ground is CancellationGround.ATTESTATION
    event = BatchEvent.REQUEST_CANCELLATION if needs_attestation else BatchEvent.CANCEL
    state = BATCH.after(batch.state, event)
    if batch.version != version:
        raise VersionConflict
    _check(store, batch, request)
    changed = replace(
        batch,
        state=state,
        phase=BatchPhase.DONE if needs_attestation else BatchPhase.CANCEL,
        cancellation=Cancellation(
            ground=request.ground,
            reason=request.reason,
            requested_by=member.username,
            requested_at=store.clock.now(),
            evidence=request.reject_reference,
            rejected_on=request.rejected_on,
        ),
    )
    facts: dict[str, object] = {"ground": request.ground, "reason": request.reason}
    if request.ground is CancellationGround.BANK_REJECT:
        facts |= {"reject_reference": request.reject_reference, "rejected_on": request.rejected_on}
    if request.ground is CancellationGround.NEVER_HANDED_OUT:
        written = store.batches.cancel_unsent(batch, changed, member.username, **facts)
    else:
        name = "cancellation-requested" if needs_attestation else "cancelling"
        written = store.batches.write(batch, changed, member.username, name, **facts)
    _resume(store, written)
    return written


def attest_cancellation(store: SchoolStore, member: Member, batch_id: str, version: int) -> Batch:
    """A second person attests that the bank did not execute the file, and the worker begins.

    Raises NotAllowed for whoever asked, StateRefused, VersionConflict.
    """
    batch = store.batches.get(batch_id)
    asked = batch.cancellation
    if batch.state is BatchState.CANCELLING and asked is not None and asked.attested_by == member.username:
        _resume(store, batch)
        return batch
    state = BATCH.after(batch.state, BatchEvent.ATTEST_CANCELLATION)
    assert asked is not None
    if not asked.may_be_attested_by(member):
        raise NotAllowed(
            "Vous avez demandé cette annulation : une autre personne doit attester que la banque n’a pas "
            "exécuté le fichier."
        )
    if batch.version != version:
        raise VersionConflict
    attested = replace(asked, attested_by=member.username, attested_at=store.clock.now())
    changed = replace(batch, state=state, phase=BatchPhase.CANCEL, cancellation=attested)
    written = store.batches.attest(batch, changed, member.username, ground=asked.ground, reason=asked.reason)
    _resume(store, written)
    return written


def withdraw_cancellation(store: SchoolStore, member: Member, batch_id: str, version: int) -> Batch:
    """Whoever asked, or an administrator of the school, takes the request back: the batch counts as before.

    Raises NotAllowed, StateRefused, VersionConflict.
    """
    batch = store.batches.get(batch_id)
    state = BATCH.after(batch.state, BatchEvent.WITHDRAW_CANCELLATION)
    asked = batch.cancellation
    assert asked is not None
    if not asked.may_be_withdrawn_by(member):
        raise NotAllowed(
            "Seuls la personne qui a demandé l’annulation et l’administrateur de l’établissement peuvent "
            "la retirer."
        )
    if batch.version != version:
        raise VersionConflict
    changed = replace(batch, state=state, cancellation=None)
    return store.batches.write(
        batch, changed, member.username, "cancellation-withdrawn", ground=asked.ground, reason=asked.reason
    )


def cancelling_phases(store: SchoolStore, deadline: Deadline) -> dict[str, Callable[[Batch], None]]:
    """The worker's side."""

    def cancel(batch: Batch) -> None:
        assert batch.cancellation is not None
        who = batch.cancellation.decided_by
        for chunk in store.batches.chunks(batch.id, range(batch.chunks)):
            if chunk.state is LineState.DEBITED:
                deadline.check()
                if not _cancel_chunk(store, batch, chunk, who):
                    return  # the batch has moved on: another worker is ahead
                if chunk.number % ALIVE_CHUNKS == 0:
                    store.batches.tell_alive(batch)
        totals = store.batches.totals(batch.id, range(batch.chunks)).values()
        if len(totals) != batch.chunks or any(total.state is not LineState.CANCELLED for total in totals):
            raise Inconsistent(f"lines of {batch.number} are not all cancelled")
        state = BATCH.after(batch.state, BatchEvent.FINISH_CANCELLATION)
        changed = replace(batch, state=state, phase=BatchPhase.DONE)
        store.batches.advance(
            batch, changed, who, "cancelled", count=batch.count, total_cents=batch.total_cents
        )

    return {BatchPhase.CANCEL: cancel}


def _was_asked(batch: Batch, member: Member, request: CancellationRequest) -> bool:
    """Whether this very request was taken already: the same click twice, or its answer lost."""
    asked = batch.cancellation
    is_running = batch.state in {BatchState.CANCELLATION_REQUESTED, BatchState.CANCELLING}
    return (
        is_running
        and asked is not None
        and (asked.requested_by, asked.ground, asked.reason)
        == (member.username, request.ground, request.reason)
    )


def _resume(store: SchoolStore, batch: Batch) -> None:
    if batch.state is BatchState.CANCELLING:
        store.release_batch_queue.send(Work(store.keys.school_id, batch.id))


def _check(store: SchoolStore, batch: Batch, request: CancellationRequest) -> None:
    if not batch.can_be_downloaded or batch.file_created_at is None:
        raise StateRefused(
            "Le fichier de cette remise est encore en cours de contrôle : attendez qu’il puisse être "
            "téléchargé, puis annulez la remise."
        )
    today = paris_date(store.clock.now())
    if faults := list(request.faults(paris_date(batch.file_created_at), today)):
        raise InvalidInput(faults)
    if request.ground is CancellationGround.NEVER_HANDED_OUT and batch.left_the_house:
        raise StateRefused(
            f"{_how_it_left(batch)} : annulez la remise sur un rejet de la banque, ou faites attester par "
            "une autre personne que la banque ne l’a pas exécutée."
        )


def _how_it_left(batch: Batch) -> str:
    if batch.deposited is not None:
        return f"La remise a été déposée à la banque le {in_paris(batch.deposited.at):%d/%m/%Y}"
    assert batch.handed_out is not None
    return f"Le fichier a été remis le {in_paris(batch.handed_out.at):%d/%m/%Y}"


def _cancel_chunk(store: SchoolStore, batch: Batch, chunk: Chunk, who: str) -> bool:
    """One transaction; what moved meanwhile is read again and tried anew. False when the batch is no longer
    being cancelled."""
    for _ in range(CANCEL_ATTEMPTS):
        instalments = store.instalments.many(line.instalment_id for line in chunk.lines)
        customers = store.customers.many(line.customer_id for line in chunk.lines)
        transaction = store.transactions.begin()
        gate = store.batches.add_fence(transaction, batch.id, BatchState.CANCELLING)
        store.batches.add_chunk_move(transaction, chunk, LineState.CANCELLED)
        for line in chunk.lines:
            store.instalments.add_debit_return(transaction, line, instalments[line.instalment_id], batch.id)
        for invoice_id, cents in cents_by_invoice(chunk.lines).items():
            store.invoices.add_debit_return(transaction, invoice_id, cents)
        for customer_id, lines in by_customer(chunk.lines).items():
            customer = customers[customer_id]
            move = CustomerMove(
                batch.id,
                ends_returned=ends_of(lines),
                histories=unpresented(batch.id, lines, customer),
                seen_revision=customer.presented_revision,
                month=returned_month(lines, batch),
            )
            if not move.is_empty:
                store.customers.add_move(transaction, customer_id, move)
        store.journal.record(
            transaction,
            f"batch-{batch.id}",
            who,
            "chunk-cancelled",
            chunk=chunk.number,
            count=chunk.count,
            total_cents=chunk.total_cents,
        )
        try:
            transaction.commit()
        except ConditionFailed as failure:
            if gate in failure.failed:
                return False
            now = store.batches.chunk(batch.id, chunk.number)
            if now is not None and now.state is LineState.CANCELLED:
                return True
            continue
        return True
    raise Inconsistent(f"chunk {chunk.number} of {batch.number} cannot be cancelled")
