"""Deleting a pending batch: its claims are given back, and its instalments can be selected again.

One phase, ``release``, which may run again at any time: chunk by chunk, then the header's end. The worker
takes the cancels of generated batches too (cancelling.py).
"""

from __future__ import annotations

from dataclasses import replace

from diapason.domain.batches import BATCH, Batch, BatchEvent, BatchPhase, BatchState
from diapason.domain.errors import VersionConflict
from diapason.domain.members import Member
from diapason.store.house import SchoolStore
from diapason.store.queue import Work
from diapason.workflows.cancelling import cancelling_phases
from diapason.workflows.chunk_moves import ALIVE_CHUNKS, release_chunk
from diapason.workflows.phases import Deadline, NoDeadline, Phases


def request_deletion(store: SchoolStore, member: Member, batch_id: str, version: int) -> Batch:
    """Closes the batch and hands it to the worker; raises StateRefused, VersionConflict."""
    batch = store.batches.get(batch_id)
    if batch.state is BatchState.DELETING:
        _send(store, batch)
        return batch
    state = BATCH.after(batch.state, BatchEvent.DELETE)
    if batch.version != version:
        raise VersionConflict
    changed = replace(batch, state=state, phase=BatchPhase.RELEASE)
    written = store.batches.write(batch, changed, member.username, "deletion-requested")
    _send(store, written)
    return written


def _send(store: SchoolStore, batch: Batch) -> None:
    store.release_batch_queue.send(Work(store.keys.school_id, batch.id))


class Releasing:
    """The worker's side: one batch."""

    def __init__(self, store: SchoolStore, batch_id: str, deadline: Deadline | None = None) -> None:
        self._store = store
        self._deadline = deadline or NoDeadline()
        self.phases: Phases[Batch] = Phases(
            lambda: store.batches.get(batch_id),
            {BatchPhase.RELEASE: self.release, **cancelling_phases(store, self._deadline)},
        )

    def release(self, batch: Batch) -> None:
        for chunk in self._store.batches.chunks(batch.id, range(batch.chunks)):
            self._deadline.check()
            release_chunk(self._store, batch, chunk, BatchState.DELETING, batch.created_by)
            if chunk.number % ALIVE_CHUNKS == 0:
                self._store.batches.tell_alive(batch)
        state = BATCH.after(batch.state, BatchEvent.FINISH_DELETION)
        changed = replace(batch, state=state, phase=BatchPhase.DONE)
        self._store.batches.advance(batch, changed, batch.created_by, "deleted")
