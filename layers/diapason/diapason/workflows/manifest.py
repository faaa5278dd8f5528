"""The manifest: what a validated draft becomes, frozen before anything is claimed.

Lines are grouped by collection date, and within a date by customer, so that a customer's lines stand in as
few transactions as can be. Slices hold whole chunks, and are named by their content.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from diapason.domain.batches import LINES_PER_CHUNK, Chunk, Line, LineState
from diapason.domain.countries import needs_address
from diapason.domain.creditor import AddressRule, BicRule, CreditedAccount
from diapason.domain.drafts import Draft, DraftRow, ManifestSlice, PlannedBatch
from diapason.domain.examination import Ground
from diapason.domain.identifiers import Iban, bic_of
from diapason.domain.invoices import Instalment
from diapason.domain.parties import Address, Customer, DebtorAccount
from diapason.sepa.text import sepa_text
from diapason.store.documents import decode, encode
from diapason.store.house import SchoolStore
from diapason.store.keys import stable_id
from diapason.workflows.texts import TOWN_LENGTH, holder_name, remittance_text, ultimate_debtor

SLICE_CHUNKS = 100


class ManifestAltered(Exception):
    """A stored slice is not what its digest says: nothing of it may be claimed."""


def frozen_line(row: DraftRow, instalment: Instalment, customer: Customer, ground: Ground) -> Line:
    """What will be debited, copied from records that were examined without a blocking anomaly.

    Position and end-to-end id are given when the batch is planned.
    """
    credited = ground.account
    assert credited is not None
    account = customer.account(row.account_id)
    mandate = customer.mandate(row.mandate_id)
    assert account is not None
    assert mandate is not None
    assert mandate.signed_on is not None
    iban = account.iban()
    return Line(
        position=0,
        end_to_end_id="",
        instalment_id=row.instalment_id,
        instalment_revision=instalment.revision,
        invoice_id=instalment.invoice_id,
        invoice_number=instalment.invoice_number,
        due_date=instalment.due_date,
        customer_id=customer.id,
        customer_name=customer.name,
        amount_cents=row.amount_cents,
        account_id=account.id,
        holder=holder_name(account.holder),
        iban=iban.electronic,
        bic=_bic_written(account, iban, credited.bic_rule),
        mandate_id=mandate.id,
        mandate_reference=mandate.reference,
        signed_on=mandate.signed_on,
        scheme=mandate.scheme,
        mandate_type=mandate.type,
        remittance_text=remittance_text(ground.organisation.remittance_rule, instalment),
        address=_address_written(customer.address, iban, credited),
        is_final=row.is_final,
        ultimate_debtor=ultimate_debtor(customer, account) if credited.names_ultimate_debtor else "",
    )


def _bic_written(account: DebtorAccount, iban: Iban, rule: BicRule) -> str:
    """A BIC that the customer did not give is derived only where the credited bank demands one: without it
    no bank can refuse it (RC01)."""
    if rule is BicRule.NOT_PROVIDED:
        return ""
    bic = account.bic() or (bic_of(iban) if rule is BicRule.REQUIRED else None)
    return str(bic) if bic else ""


def _address_written(address: Address, iban: Iban, credited: CreditedAccount) -> Address | None:
    """Where a rule demands the address, or the account's setting wants it and it is known."""
    if needs_address(iban.country) or credited.demands_address:
        return address
    is_wanted = credited.address_rule is not AddressRule.NONE
    is_known = address.country and sepa_text(address.town, TOWN_LENGTH)
    return address if is_wanted and is_known else None


def plan(
    store: SchoolStore,
    draft: Draft,
    lines_by_date: Mapping[date, list[Line]],
    numbers: Sequence[str],
    end_to_end_ids: Callable[[str, int], str],
) -> tuple[PlannedBatch, ...]:
    """Writes the manifest and returns the batches that it plans, one per due date, in their order.

    ``numbers`` are those of the batches; ``end_to_end_ids`` gives a line's id from number and position.
    """
    planned = []
    for number, day in zip(numbers, sorted(lines_by_date), strict=True):
        batch_id = stable_id(store.keys.school_id, "batch", draft.id, number, day.isoformat())
        lines = sorted(lines_by_date[day], key=lambda line: (line.customer_id, line.instalment_id))
        placed = [
            line._replace(position=position, end_to_end_id=end_to_end_ids(number, position))
            for position, line in enumerate(lines)
        ]
        chunks = -(-len(placed) // LINES_PER_CHUNK)
        planned.append(
            PlannedBatch(
                batch_id=batch_id,
                number=number,
                collection_date=day,
                count=len(placed),
                total_cents=sum(line.amount_cents for line in placed),
                chunks=chunks,
                slices=tuple(_write_slices(store, draft.id, placed)),
            )
        )
    return tuple(planned)


def _write_slices(store: SchoolStore, draft_id: str, lines: list[Line]) -> Iterator[ManifestSlice]:
    size = SLICE_CHUNKS * LINES_PER_CHUNK
    for start in range(0, len(lines), size):
        part = lines[start : start + size]
        data = encode(part)
        digest = hashlib.sha256(data).hexdigest()
        key = store.keys.manifest_slice(draft_id, digest)
        store.work_files.put(key, data)
        first = start // LINES_PER_CHUNK
        yield ManifestSlice(key, digest, first, -(-len(part) // LINES_PER_CHUNK))


def chunks_of(store: SchoolStore, batch: PlannedBatch, manifest_slice: ManifestSlice) -> Iterator[Chunk]:
    """The chunks of one slice, to be claimed; raises ManifestAltered."""
    data = store.work_files.get(manifest_slice.key)
    if hashlib.sha256(data).hexdigest() != manifest_slice.sha256:
        raise ManifestAltered(manifest_slice.key)
    lines = iter(decode(data, list[Line]))
    for number in range(manifest_slice.first_chunk, manifest_slice.first_chunk + manifest_slice.chunks):
        part = tuple(islice(lines, LINES_PER_CHUNK))
        total = sum(line.amount_cents for line in part)
        yield Chunk(batch.batch_id, number, LineState.HELD, len(part), total, part)


def grouped_by_date(dated: Iterable[tuple[date, Line]]) -> dict[date, list[Line]]:
    """Lines by collection date: one batch each."""
    groups: dict[date, list[Line]] = defaultdict(list)
    for day, line in dated:
        groups[day].append(line)
    return groups


def with_plan(draft: Draft, batches: tuple[PlannedBatch, ...]) -> Draft:
    """The draft with its manifest."""
    assert draft.registration is not None
    return replace(draft, registration=replace(draft.registration, batches=batches))
