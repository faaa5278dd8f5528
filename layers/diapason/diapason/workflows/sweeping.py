"""The sweeper: whatever stands at a recovery point, and has no worker, gets its message again.

A message can be lost with the process that was about to send it; the record cannot. Workers find out by
themselves whether the work is done already, so that one message too many changes nothing.
"""

from __future__ import annotations

from diapason.store.house import House, SchoolStore
from diapason.store.queue import Work
from diapason.store.registry import school_ids
from diapason.store.unfinished import Worker, unfinished_before
from diapason.workflows.import_records import unfinished
from diapason.workflows.phases import SILENCE


def sweep(house: House) -> int:
    """Sends every forsaken workflow of every school its message; returns how many there were."""
    return sum(_sweep_school(house.school(school_id)) for school_id in school_ids())


def _sweep_school(store: SchoolStore) -> int:
    queues = {
        Worker.REGISTER: store.create_batches_queue,
        Worker.GENERATE: store.generate_bank_file_queue,
        Worker.RELEASE: store.release_batch_queue,
        Worker.EXPORT_ACCOUNTING: store.export_accounting_queue,
    }
    forsaken = unfinished_before(
        store.house.dynamodb,
        store.house.environment.collection_table,
        store.keys,
        store.clock.now() - SILENCE,
    )
    found = 0
    for worker, subject in forsaken:
        queues[worker].send(Work(store.keys.school_id, subject))
        found += 1
    for import_id in unfinished(store):
        store.import_records_queue.send(Work(store.keys.school_id, import_id))
        found += 1
    return found
