"""Undoing what was detached: each detaching keeps the rows that it took out, with their places and edits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from diapason.domain.drafts import Detachment, Draft, DraftPhase, TakenRow
from diapason.domain.errors import StateRefused
from diapason.domain.members import Member
from diapason.store.documents import decode, encode
from diapason.store.files import FileMissing
from diapason.store.house import SchoolStore
from diapason.workflows.draft_edits import check_room, opened, saved
from diapason.workflows.draft_table import SEGMENT_ROWS, TableEdit
from diapason.workflows.preparing import AT_ONCE_ROWS, examined_rows, prepare

KEPT_DETACHMENTS = 10
KEPT_SLICES = 400
"""Names of slices that a draft's record keeps beside its table: some fifty kilobytes of an item's 400."""


def kept(store: SchoolStore, draft: Draft, taken: Sequence[TakenRow]) -> tuple[Detachment, ...]:
    """The draft's last detachments with one more, whose rows are written; the oldest fall away."""
    if not taken:
        return draft.detached
    keys = tuple(
        _write(store, draft, taken[start : start + SEGMENT_ROWS])
        for start in range(0, len(taken), SEGMENT_ROWS)
    )
    listed = (*draft.detached, Detachment(keys, len(taken)))[-KEPT_DETACHMENTS:]
    while len(listed) > 1 and sum(len(one.keys) for one in listed) > KEPT_SLICES:
        listed = listed[1:]
    return listed


def undo_detach(store: SchoolStore, member: Member, draft_id: str, version: int) -> Draft:
    """Brings the rows of the last detachment back to their places, as they were edited, and examines them
    anew; those that were attached again meanwhile stay as they are.

    Raises StateRefused where nothing is left to undo, InvalidInput where the table would be too large.
    """
    draft = opened(store, draft_id, version)
    if not draft.detached:
        raise StateRefused("Il n’y a plus de détachement à annuler : attachez les échéances qui manquent.")
    edit = TableEdit(store, draft)
    returned = edit.put_back(_read(store, draft.detached[-1]))
    check_room(draft, len(returned))
    before = replace(draft, detached=draft.detached[:-1])
    if len(returned) <= AT_ONCE_ROWS:
        edit.change(examined_rows(store, draft, returned))
        return saved(store, member, draft, before, edit, "detachment-undone", rows=len(returned))
    changed = replace(before, segments=edit.save())
    return prepare(store, member, draft, changed, DraftPhase.EXAMINE, "detachment-undone", at_once=False)


def _write(store: SchoolStore, draft: Draft, taken: Sequence[TakenRow]) -> str:
    data = encode(taken)
    key = store.keys.draft_segment(draft.id, hashlib.sha256(data).hexdigest())
    store.work_files.put(key, data)
    return key


def _read(store: SchoolStore, detachment: Detachment) -> Iterator[TakenRow]:
    for key in detachment.keys:
        try:
            data = store.work_files.get(key)
        except FileMissing:
            raise StateRefused(
                "Ces échéances sont détachées depuis trop longtemps pour être rétablies : attachez-les."
            ) from None
        yield from decode(data, list[TakenRow])
