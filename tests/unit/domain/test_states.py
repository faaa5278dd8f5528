"""State machines are tables, and the tables are whole."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.accounting_exports import (
    ACCOUNTING_EXPORT,
    AccountingExportEvent,
    AccountingExportState,
)
from diapason.domain.batches import BATCH, DRAFT, BatchEvent, BatchState, DraftEvent, DraftState
from diapason.domain.errors import StateRefused
from diapason.domain.invoices import SENDING, Sending, SendingEvent
from diapason.domain.states import StateTable

TABLES: list[tuple[StateTable[Any, Any], Any, Any, Any]] = [
    (BATCH, BatchState, BatchEvent, BatchState.CREATING),
    (DRAFT, DraftState, DraftEvent, DraftState.OPEN),
    (SENDING, Sending, SendingEvent, Sending.WAITING),
    (
        ACCOUNTING_EXPORT,
        AccountingExportState,
        AccountingExportEvent,
        AccountingExportState.PREPARING,
    ),
]
each_table = pytest.mark.parametrize(
    ("table", "states", "events", "first"), TABLES, ids=[table.thing for table, *_ in TABLES]
)


@each_table
def test_every_state_has_its_words(table: Any, states: Any, events: Any, first: Any) -> None:
    assert set(table.words) == set(states)


@each_table
def test_every_event_is_allowed_somewhere(table: Any, states: Any, events: Any, first: Any) -> None:
    assert all(table.sources(event) for event in events)


@each_table
def test_every_state_can_be_reached(table: Any, states: Any, events: Any, first: Any) -> None:
    reached, waiting = {first}, [first]
    while waiting:
        state = waiting.pop()
        after = {table.after(state, event) for event in events if table.allows(state, event)}
        waiting += after - reached
        reached |= after
    assert reached == set(states)


@each_table
def test_what_the_table_does_not_hold_is_refused_in_french(
    table: Any, states: Any, events: Any, first: Any
) -> None:
    for state in states:
        for event in events:
            assert table.allows(state, event) == (state in table.sources(event))
            if not table.allows(state, event):
                with pytest.raises(StateRefused) as refusal:
                    table.after(state, event)
                assert f"« {table.words[state]} »" in refusal.value.message
                assert table.thing in refusal.value.message


def test_a_draft_is_edited_prepared_and_validated_only_while_it_is_open() -> None:
    for event in (DraftEvent.EDIT, DraftEvent.PREPARE, DraftEvent.VALIDATE):
        assert DRAFT.sources(event) == {DraftState.OPEN}


def test_a_draft_whose_table_takes_too_long_can_be_abandoned() -> None:
    assert DRAFT.sources(DraftEvent.ABANDON) == {DraftState.OPEN, DraftState.PREPARING}


def test_nothing_follows_an_end() -> None:
    for state in (DraftState.REGISTERED, DraftState.ABANDONED):
        assert not any(DRAFT.allows(state, event) for event in DraftEvent)
    for batch_state in (BatchState.DELETED, BatchState.DISCARDED):
        assert not any(BATCH.allows(batch_state, event) for event in BatchEvent)


def test_a_generated_batch_is_never_deleted() -> None:
    assert BATCH.sources(BatchEvent.DELETE) == {BatchState.PENDING}
