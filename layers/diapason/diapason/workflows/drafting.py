"""The wizard: general information, criteria, table. Each edit names the version that it was made on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from diapason.domain.batches import DRAFT, DraftEvent, DraftState
from diapason.domain.drafts import (
    Criteria,
    Draft,
    DraftPhase,
    DraftRow,
    GeneralInformation,
    row_of,
    with_account,
    with_mandate,
)
from diapason.domain.errors import FieldError, InvalidInput, NotFound, VersionConflict
from diapason.domain.examination import Ground
from diapason.domain.invoices import Instalment
from diapason.domain.members import Member
from diapason.domain.parties import Customer
from diapason.store.house import SchoolStore
from diapason.workflows.draft_edits import check_room, opened, saved
from diapason.workflows.draft_table import TableEdit, ground_of
from diapason.workflows.draft_undo import kept
from diapason.workflows.preparing import AT_ONCE_ROWS, examined_rows, prepare, refreshed_rows
from diapason.workflows.records_at_hand import examine_against

JOURNAL_DATES = 10
"""Dates of one act that its journal row names."""


def create_draft(store: SchoolStore, member: Member, general: GeneralInformation) -> Draft:
    """Step 1; raises InvalidInput when the credited account does not exist."""
    _check_general(store, general)
    draft = Draft(
        id=uuid.uuid4().hex,
        version=1,
        state=DraftState.OPEN,
        phase=DraftPhase.IDLE,
        created_at=store.clock.now(),
        created_by=member.username,
        general=general,
    )
    store.drafts.create(draft, member.username)
    return draft


def set_general(
    store: SchoolStore, member: Member, draft_id: str, version: int, general: GeneralInformation
) -> Draft:
    """Step 1 again: another credited account examines every row anew."""
    draft = opened(store, draft_id, version)
    _check_general(store, general)
    changed = replace(draft, general=general)
    if general.credited_account_id == draft.general.credited_account_id:
        return store.drafts.write(draft, changed, member.username, "general-set")
    return prepare(store, member, draft, changed, DraftPhase.EXAMINE, "general-set", at_once=_is_small(draft))


def select(store: SchoolStore, member: Member, draft_id: str, version: int, criteria: Criteria) -> Draft:
    """Step 2: the table holds what matches, and nothing else.

    Customers who pay otherwise are left out and counted: they can be attached by hand.
    """
    draft = opened(store, draft_id, version)
    _check_criteria(criteria)
    changed = replace(draft, criteria=criteria, detached=())
    matching = store.instalments.matching(criteria)
    is_small = len(list(islice(matching, AT_ONCE_ROWS + 1))) <= AT_ONCE_ROWS
    return prepare(store, member, draft, changed, DraftPhase.SELECT, "selected", at_once=is_small)


def attach(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Sequence[str]
) -> Draft:
    """Adds instalments, whatever their anomalies; those in the table already stay as they are."""
    draft = opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    present = {row.instalment_id for row in edit.rows()}
    wanted = [identifier for identifier in dict.fromkeys(instalment_ids) if identifier not in present]
    instalments = store.instalments.many(wanted)
    unknown = [identifier for identifier in wanted if identifier not in instalments]
    if unknown:
        raise NotFound("Une des échéances à attacher n’existe pas : relancez la recherche.")
    check_room(draft, len(wanted))
    customers = store.customers.many(found.customer_id for found in instalments.values())
    ground = ground_of(store, draft)
    edit.add([_fresh(instalments[identifier], customers, ground) for identifier in wanted])
    return saved(store, member, draft, draft, edit, "attached", rows=len(wanted))


def detach(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Iterable[str]
) -> Draft:
    """Takes rows out of the table: they will not be generated. The draft keeps them, to undo it."""
    draft = opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    taken = edit.remove(frozenset(instalment_ids))
    changed = replace(draft, detached=kept(store, draft, taken))
    return saved(store, member, draft, changed, edit, "detached", rows=len(taken))


def set_date(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Iterable[str], day: date
) -> Draft:
    """Sets the collection date of many rows at once, to bring them together in one batch."""
    draft = opened(store, draft_id, version)
    return _redated(store, member, draft, instalment_ids, lambda row: day)


def set_proposed_dates(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Iterable[str]
) -> Draft:
    """Gives each row whose date will not do the one that its anomaly proposes; the others keep theirs."""
    draft = opened(store, draft_id, version)
    ground = ground_of(store, draft)
    return _redated(
        store, member, draft, instalment_ids, lambda row: ground.date_proposed(row.collection_date)
    )


def _redated(
    store: SchoolStore,
    member: Member,
    draft: Draft,
    instalment_ids: Iterable[str],
    date_of: Callable[[DraftRow], date | None],
) -> Draft:
    edit = TableEdit(store, draft)
    wanted = frozenset(instalment_ids)
    moved = [
        row._replace(collection_date=day)
        for row in edit.rows()
        if row.instalment_id in wanted and (day := date_of(row)) is not None
    ]
    dates = sorted({row.collection_date for row in moved})[:JOURNAL_DATES]
    if len(moved) <= AT_ONCE_ROWS:
        edit.change(examined_rows(store, draft, moved))
        return saved(store, member, draft, draft, edit, "date-set", rows=len(moved), dates=dates)
    edit.change(moved)
    changed = replace(draft, segments=edit.save())
    return prepare(store, member, draft, changed, DraftPhase.EXAMINE, "date-set", at_once=False)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What the operator edits on one row; None leaves a cell as it is. ``is_final`` makes the row the last
    collection of its mandate; it is asked for again where another mandate is chosen."""

    collection_date: date | None = None
    amount_cents: int | None = None
    account_id: str | None = None
    mandate_id: str | None = None
    is_final: bool | None = None


def edit_row(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_id: str, change: RowChange
) -> Draft:
    """Edits one row, in this draft alone; raises NotFound and InvalidInput."""
    draft = opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    row = next((row for row in edit.rows() if row.instalment_id == instalment_id), None)
    if row is None:
        raise NotFound("Cette échéance n’est pas dans le tableau.")
    customer = store.customers.many([row.customer_id]).get(row.customer_id)
    changed = _changed(row, customer, change)
    edit.change(examined_rows(store, draft, [changed]))
    return saved(store, member, draft, draft, edit, "row-edited", instalment=instalment_id)


def refresh(store: SchoolStore, member: Member, draft_id: str, version: int) -> Draft:
    """Takes over what changed in the records since the rows were read, and examines every row anew."""
    draft = opened(store, draft_id, version)
    return prepare(store, member, draft, draft, DraftPhase.REFRESH, "refreshed", at_once=_is_small(draft))


def refresh_row(store: SchoolStore, member: Member, draft_id: str, version: int, instalment_id: str) -> Draft:
    """Takes over what changed about one row, and examines it anew; raises NotFound."""
    return _refreshed(store, member, draft_id, version, lambda row: row.instalment_id == instalment_id)


def refresh_customer(
    store: SchoolStore, member: Member, draft_id: str, version: int, customer_id: str
) -> Draft:
    """The same for all rows of a customer whose record was mended; raises NotFound."""
    return _refreshed(store, member, draft_id, version, lambda row: row.customer_id == customer_id)


def _refreshed(
    store: SchoolStore, member: Member, draft_id: str, version: int, is_meant: Callable[[DraftRow], bool]
) -> Draft:
    draft = opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    rows = list(filter(is_meant, edit.rows()))
    if not rows:
        raise NotFound("Cette échéance n’est pas dans le tableau.")
    edit.change(refreshed_rows(store, draft, rows))
    return saved(store, member, draft, draft, edit, "rows-refreshed", rows=len(rows))


def abandon(store: SchoolStore, member: Member, draft_id: str, version: int) -> None:
    """Gives the draft up: nothing was claimed, nothing is left."""
    draft = store.drafts.get(draft_id)
    state = DRAFT.after(draft.state, DraftEvent.ABANDON)
    if draft.version != version:
        raise VersionConflict
    changed = replace(draft.emptied(""), state=state, phase=DraftPhase.DONE)
    store.drafts.write(draft, changed, member.username, "abandoned")


def _is_small(draft: Draft) -> bool:
    return draft.count <= AT_ONCE_ROWS


def _check_general(store: SchoolStore, general: GeneralInformation) -> None:
    try:
        store.registry.credited_account(general.credited_account_id)
    except NotFound:
        message = "Ce compte à créditer n’existe pas : choisissez-en un dans la liste."
        raise InvalidInput([FieldError("credited_account_id", "unknown", message)]) from None


def _check_criteria(criteria: Criteria) -> None:
    if criteria.due_from > criteria.due_to:
        message = "La date de fin précède la date de début : inversez-les."
        raise InvalidInput([FieldError("due_to", "before-start", message)])
    if (
        criteria.min_cents is not None
        and criteria.max_cents is not None
        and criteria.min_cents > criteria.max_cents
    ):
        message = "Le montant maximum est inférieur au minimum : inversez-les."
        raise InvalidInput([FieldError("max_cents", "below-minimum", message)])


def _fresh(instalment: Instalment, customers: dict[str, Customer], ground: Ground) -> DraftRow:
    customer = customers.get(instalment.customer_id)
    return examine_against(row_of(instalment, customer), instalment, customer, ground)


def _changed(row: DraftRow, customer: Customer | None, change: RowChange) -> DraftRow:
    if change.collection_date is not None:
        row = row._replace(collection_date=change.collection_date)
    if change.amount_cents is not None:
        row = row._replace(amount_cents=change.amount_cents)
    if change.account_id is not None:
        if customer is None or customer.account(change.account_id) is None:
            message = "Ce compte n’est pas un compte du client : choisissez-en un dans la liste."
            raise InvalidInput([FieldError("account_id", "unknown", message)])
        row = with_account(row, customer, change.account_id)
    if change.mandate_id is not None:
        if customer is None or customer.mandate(change.mandate_id) is None:
            message = "Ce mandat n’est pas un mandat du client : choisissez-en un dans la liste."
            raise InvalidInput([FieldError("mandate_id", "unknown", message)])
        is_final = row.is_final and change.mandate_id == row.mandate_id
        row = with_mandate(row, customer, change.mandate_id)._replace(is_final=is_final)
    if change.is_final is not None:
        if change.is_final and row.one_off:
            message = "Un mandat ponctuel ne sert qu’une fois : son prélèvement est déjà le dernier."
            raise InvalidInput([FieldError("is_final", "one-off", message)])
        row = row._replace(is_final=change.is_final)
    return row
