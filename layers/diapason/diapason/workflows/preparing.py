"""Building or examining a whole table: at once where it is small, by the worker where it is large.

A page waits half a minute at most, and a table may have a million rows. While the worker is at it the draft
is ``preparing``: nobody edits it, and its recovery point says what is to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from diapason.domain.batches import DRAFT, DraftEvent
from diapason.domain.drafts import Draft, DraftPhase, DraftRow, brought_up_to_date, row_of
from diapason.domain.errors import StateRefused
from diapason.domain.members import Member
from diapason.domain.parties import PaymentMethod
from diapason.store.house import SchoolStore
from diapason.store.journal import HOUSE
from diapason.store.queue import Work
from diapason.workflows.draft_table import ground_of, read_rows, write_table
from diapason.workflows.phases import Deadline, NoDeadline
from diapason.workflows.records_at_hand import RecordsAtHand, examine_against, in_parts

AT_ONCE_ROWS = 3_000
"""Rows that are read and examined while the page waits: two or three seconds."""

MAX_ROWS = 1_000_000
TOO_MANY = "Plus d’un million d’échéances correspondent : resserrez les critères, puis relancez la sélection."


def prepare(
    store: SchoolStore,
    member: Member,
    seen: Draft,
    changed: Draft,
    phase: DraftPhase,
    event: str,
    *,
    at_once: bool,
) -> Draft:
    """Writes ``changed`` with its table prepared, or hands it to the worker; raises VersionConflict."""
    if at_once:
        prepared = _PREPARATIONS[phase](store, changed, NoDeadline())
        return store.drafts.write(seen, prepared, member.username, event, rows=prepared.count)
    handed_over = replace(changed, state=DRAFT.after(seen.state, DraftEvent.PREPARE), phase=phase)
    written = store.drafts.write(seen, handed_over, member.username, event)
    store.create_batches_queue.send(Work(store.keys.school_id, written.id))
    return written


def preparing_phases(store: SchoolStore, deadline: Deadline) -> dict[str, Callable[[Draft], None]]:
    """The worker's side."""

    def phase(prepared: Preparation) -> Callable[[Draft], None]:
        def run(draft: Draft) -> None:
            try:
                table = prepared(store, draft, deadline)
            except StateRefused as expired:
                table = draft.emptied(expired.message)
            finished = replace(
                table,
                state=DRAFT.after(draft.state, DraftEvent.FINISH_PREPARING),
                phase=DraftPhase.IDLE,
            )
            store.drafts.advance(draft, finished, HOUSE, "prepared", rows=finished.count)

        return run

    return {name: phase(prepared) for name, prepared in _PREPARATIONS.items()}


Preparation = Callable[[SchoolStore, Draft, Deadline], Draft]


def _selected(store: SchoolStore, draft: Draft, deadline: Deadline) -> Draft:
    """The table holds what matches the criteria, and nothing else. Customers who pay otherwise are left out
    and counted."""
    assert draft.criteria is not None
    ground = ground_of(store, draft)
    records = RecordsAtHand(store)
    rows: list[DraftRow] = []
    left_out = 0
    for part in in_parts(store.instalments.matching(draft.criteria)):
        deadline.check()
        customers = records.customers(instalment.customer_id for instalment in part)
        for instalment in part:
            customer = customers[instalment.customer_id]
            if customer is not None and customer.payment_method is not PaymentMethod.DIRECT_DEBIT:
                left_out += 1
                continue
            rows.append(examine_against(row_of(instalment, customer), instalment, customer, ground))
        if len(rows) > MAX_ROWS:
            return replace(draft.emptied(TOO_MANY), left_out=0)
    return replace(draft, segments=write_table(store, draft, rows), left_out=left_out, notice="")


def _refreshed(store: SchoolStore, draft: Draft, deadline: Deadline) -> Draft:
    """The table takes over what changed in the records, and every row is examined anew."""
    rows = refreshed_rows(store, draft, _checked(read_rows(store, draft), deadline))
    return replace(draft, segments=write_table(store, draft, rows), notice="")


def _checked(rows: Iterable[DraftRow], deadline: Deadline) -> Iterator[DraftRow]:
    """The rows, with a look at the clock before each part."""
    for part in in_parts(rows):
        deadline.check()
        yield from part


def _examined(store: SchoolStore, draft: Draft, deadline: Deadline) -> Draft:
    """Every row is examined anew, as it stands in the table."""
    deadline.check()
    rows = examined_rows(store, draft, read_rows(store, draft))
    return replace(draft, segments=write_table(store, draft, rows))


def refreshed_rows(store: SchoolStore, draft: Draft, rows: Iterable[DraftRow]) -> list[DraftRow]:
    """These rows of the draft with what changed in their records taken over, examined anew."""
    ground = ground_of(store, draft)
    records = RecordsAtHand(store)
    refreshed = []
    for part in in_parts(rows):
        for row, instalment, customer in records.of_rows(part):
            fresh = brought_up_to_date(row, instalment, customer) if instalment else row
            refreshed.append(examine_against(fresh, instalment, customer, ground))
    return refreshed


def examined_rows(store: SchoolStore, draft: Draft, rows: Iterable[DraftRow]) -> list[DraftRow]:
    """These rows of the draft, examined against the records as they are now."""
    return list(RecordsAtHand(store).examine(ground_of(store, draft), rows))


_PREPARATIONS: dict[DraftPhase, Preparation] = {
    DraftPhase.SELECT: _selected,
    DraftPhase.REFRESH: _refreshed,
    DraftPhase.EXAMINE: _examined,
}
