"""What every edit of a draft begins and ends with: the version that the operator saw, and the next one."""

from __future__ import annotations

from dataclasses import replace

from diapason.domain.batches import DRAFT, DraftEvent
from diapason.domain.drafts import Draft
from diapason.domain.errors import FieldError, InvalidInput, VersionConflict
from diapason.domain.members import Member
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import TableEdit
from diapason.workflows.preparing import MAX_ROWS


def opened(store: SchoolStore, draft_id: str, version: int) -> Draft:
    """The draft, open and at the version that the operator saw; raises StateRefused, VersionConflict."""
    draft = store.drafts.get(draft_id)
    DRAFT.after(draft.state, DraftEvent.EDIT)
    if draft.version != version:
        raise VersionConflict
    return draft


def saved(
    store: SchoolStore,
    member: Member,
    seen: Draft,
    changed: Draft,
    edit: TableEdit,
    event: str,
    **facts: object,
) -> Draft:
    """Writes ``changed`` with the edited table in the place of the draft that was seen; raises
    VersionConflict."""
    with_table = replace(changed, segments=edit.save())
    return store.drafts.write(seen, with_table, member.username, event, **facts)


def check_room(draft: Draft, more: int) -> None:
    """Raises InvalidInput where the table would be larger than a table can be."""
    if draft.count + more > MAX_ROWS:
        message = "Le tableau dépasserait un million d’échéances : détachez-en d’abord."
        raise InvalidInput([FieldError("instalment_ids", "too-many", message)])
