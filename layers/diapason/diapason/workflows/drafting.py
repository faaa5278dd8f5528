"""The wizard: general information, criteria, table. Each edit names the version that it was made on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
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
    brought_up_to_date,
    row_of,
    with_account,
    with_mandate,
)
from diapason.domain.errors import FieldError, InvalidInput, NotFound, VersionConflict
from diapason.domain.examination import Ground
from diapason.domain.invoices import Instalment
from diapason.domain.members import Member
from diapason.domain.parties import Customer, PaymentMethod
from diapason.store.house import SchoolStore
from diapason.workflows.draft_table import (
    TableEdit,
    examine,
    examine_against,
    ground_of,
    read_rows,
    write_table,
)

MAX_ROWS = 1_000_000
READ_ROWS = 2_000
"""Records read at a time while a table is built: memory holds a slice, not the school."""


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
    draft = _opened(store, draft_id, version)
    _check_general(store, general)
    changed = replace(draft, general=general)
    if general.credited_account_id != draft.general.credited_account_id:
        rows = examine(store, ground_of(store, changed), read_rows(store, draft))
        changed = replace(changed, segments=write_table(store, draft_id, rows))
    return store.drafts.write(draft, changed, member.username, "general-set")


def select(store: SchoolStore, member: Member, draft_id: str, version: int, criteria: Criteria) -> Draft:
    """Step 2: the table holds what matches, and nothing else.

    Customers who pay otherwise are left out and counted: they can be attached by hand.
    """
    draft = _opened(store, draft_id, version)
    _check_criteria(criteria)
    ground = ground_of(store, draft)
    rows: list[DraftRow] = []
    left_out = 0
    matching = store.instalments.matching(criteria)
    while found := list(islice(matching, READ_ROWS)):
        customers = store.customers.many(instalment.customer_id for instalment in found)
        for instalment in found:
            customer = customers.get(instalment.customer_id)
            if customer is not None and customer.payment_method is not PaymentMethod.DIRECT_DEBIT:
                left_out += 1
                continue
            rows.append(examine_against(row_of(instalment, customer), instalment, customer, ground))
        if len(rows) > MAX_ROWS:
            raise InvalidInput(
                [FieldError("due_to", "too-many", "Plus d’un million d’échéances : resserrez les dates.")]
            )
    changed = replace(
        draft,
        criteria=criteria,
        segments=write_table(store, draft_id, rows),
        left_out=left_out,
        notice="",
    )
    return store.drafts.write(draft, changed, member.username, "selected", rows=len(rows))


def attach(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Sequence[str]
) -> Draft:
    """Adds instalments, whatever their anomalies; those in the table already stay as they are."""
    draft = _opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    present = {row.instalment_id for row in edit.rows()}
    wanted = [identifier for identifier in dict.fromkeys(instalment_ids) if identifier not in present]
    instalments = store.instalments.many(wanted)
    unknown = [identifier for identifier in wanted if identifier not in instalments]
    if unknown:
        raise NotFound("Une des échéances à attacher n’existe pas : relancez la recherche.")
    customers = store.customers.many(found.customer_id for found in instalments.values())
    ground = ground_of(store, draft)
    edit.add([_fresh(instalments[identifier], customers, ground) for identifier in wanted])
    return _save(store, member, draft, edit, "attached", rows=len(wanted))


def detach(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Iterable[str]
) -> Draft:
    """Takes rows out of the table: they will not be generated."""
    draft = _opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    removed = edit.remove(frozenset(instalment_ids))
    return _save(store, member, draft, edit, "detached", rows=removed)


def set_date(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_ids: Iterable[str], day: date
) -> Draft:
    """Sets the collection date of many rows at once, to bring them together in one batch."""
    draft = _opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    wanted = frozenset(instalment_ids)
    moved = [row._replace(collection_date=day) for row in edit.rows() if row.instalment_id in wanted]
    edit.change(_examined_in_parts(store, draft, moved))
    return _save(store, member, draft, edit, "date-set", rows=len(moved), date=day)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What the operator edits on one row; None leaves a cell as it is."""

    collection_date: date | None = None
    amount_cents: int | None = None
    account_id: str | None = None
    mandate_id: str | None = None


def edit_row(
    store: SchoolStore, member: Member, draft_id: str, version: int, instalment_id: str, change: RowChange
) -> Draft:
    """Edits one row, in this draft alone; raises NotFound and InvalidInput."""
    draft = _opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    row = next((row for row in edit.rows() if row.instalment_id == instalment_id), None)
    if row is None:
        raise NotFound("Cette échéance n’est pas dans le tableau.")
    customer = store.customers.many([row.customer_id]).get(row.customer_id)
    changed = _changed(row, customer, change)
    edit.change(examine(store, ground_of(store, draft), [changed]))
    return _save(store, member, draft, edit, "row-edited", instalment=instalment_id)


def refresh(store: SchoolStore, member: Member, draft_id: str, version: int) -> Draft:
    """Takes over what changed in the records since the rows were read, and examines every row anew."""
    draft = _opened(store, draft_id, version)
    edit = TableEdit(store, draft)
    ground = ground_of(store, draft)
    waiting = iter(list(edit.rows()))
    while part := list(islice(waiting, READ_ROWS)):
        instalments = store.instalments.many(row.instalment_id for row in part)
        customers = store.customers.many(row.customer_id for row in part)
        edit.change(
            _refreshed(row, instalments.get(row.instalment_id), customers.get(row.customer_id), ground)
            for row in part
        )
    return store.drafts.write(
        draft, replace(draft, segments=edit.save(), notice=""), member.username, "refreshed"
    )


def abandon(store: SchoolStore, member: Member, draft_id: str, version: int) -> None:
    """Gives the draft up: nothing was claimed, nothing is left."""
    draft = _opened(store, draft_id, version)
    state = DRAFT.after(draft.state, DraftEvent.ABANDON)
    changed = replace(draft, state=state, phase=DraftPhase.DONE, segments=())
    store.drafts.write(draft, changed, member.username, "abandoned")


def _opened(store: SchoolStore, draft_id: str, version: int) -> Draft:
    """The draft, open and at the version that the operator saw."""
    draft = store.drafts.get(draft_id)
    DRAFT.after(draft.state, DraftEvent.EDIT)
    if draft.version != version:
        raise VersionConflict
    return draft


def _save(
    store: SchoolStore, member: Member, draft: Draft, edit: TableEdit, event: str, **facts: object
) -> Draft:
    changed = replace(draft, segments=edit.save())
    return store.drafts.write(draft, changed, member.username, event, **facts)


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


def _refreshed(
    row: DraftRow, instalment: Instalment | None, customer: Customer | None, ground: Ground
) -> DraftRow:
    if instalment is not None:
        row = brought_up_to_date(row, instalment, customer)
    return examine_against(row, instalment, customer, ground)


def _examined_in_parts(store: SchoolStore, draft: Draft, rows: Iterable[DraftRow]) -> Iterable[DraftRow]:
    ground = ground_of(store, draft)
    waiting = iter(rows)
    while part := list(islice(waiting, READ_ROWS)):
        yield from examine(store, ground, part)


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
        row = with_mandate(row, customer, change.mandate_id)
    return row
