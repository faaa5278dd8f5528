"""The rows of a draft that is handed back: as the operator saw them, where only this draft touched them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diapason.domain.batches import LineState
from diapason.domain.drafts import Draft, DraftRow
from diapason.store.house import SchoolStore

CLAIM_AND_RETURN = 2
"""Revisions by which a claim and its return move an instalment."""


def given_back(store: SchoolStore, draft: Draft, rows: Iterable[DraftRow]) -> Iterator[DraftRow]:
    """The rows, those that were claimed and given back at the revision which that alone has made.

    Whatever else happened to an instalment moves its revision further, and the row shows it.
    """
    revisions = dict(_revisions_given_back(store, draft))
    for row in rows:
        yield row._replace(revision=revisions.get(row.instalment_id, row.revision))


def _revisions_given_back(store: SchoolStore, draft: Draft) -> Iterator[tuple[str, int]]:
    assert draft.registration is not None
    for planned in draft.registration.batches:
        for chunk in store.batches.chunks(planned.batch_id, range(planned.chunks)):
            if chunk.state is LineState.RELEASED:
                for line in chunk.lines:
                    yield line.instalment_id, line.instalment_revision + CLAIM_AND_RETURN
