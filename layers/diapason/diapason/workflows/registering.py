"""From a validated draft to its batches.

The phases, each of which may run again at any time:

``freeze``        examine every row on consistent reads; write the manifest, or reopen the draft
``open_batches``  one header per due date, in creation
``claim``         chunk by chunk: claims, fence and frozen lines in one transaction
``commit``        every chunk stands and agrees with the manifest: the draft is registered (commit point)
``publish``       the headers follow: pending

and, when a claim was refused, backwards:

``fence``         close the headers, so that a claim that arrives late finds no batch in creation
``release``       give every claim back
``reopen``        examine the rows anew and hand the draft back to the operator, the refused rows flagged
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import islice

from diapason.domain.batches import (
    BATCH,
    DRAFT,
    Batch,
    BatchEvent,
    BatchPhase,
    BatchState,
    Chunk,
    Creditor,
    DraftEvent,
    Line,
)
from diapason.domain.clock import in_paris
from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import Draft, DraftPhase, PlannedBatch, Registration
from diapason.domain.errors import FieldError, InvalidInput, StateRefused, VersionConflict
from diapason.domain.members import Member
from diapason.store.house import SchoolStore
from diapason.store.queue import Work
from diapason.store.transactions import ConditionFailed
from diapason.workflows.chunk_moves import claims_of_customers, release_chunk
from diapason.workflows.confirming import checked_confirmations
from diapason.workflows.draft_table import ground_of, read_rows, read_slice, write_table
from diapason.workflows.manifest import chunks_of, frozen_line, grouped_by_date, plan, with_plan
from diapason.workflows.numbers import (
    NUMBERING_ATTEMPTS,
    NumberingContended,
    end_to_end_rule,
    taken_numbers,
)
from diapason.workflows.phases import Deadline, NoDeadline, Phases
from diapason.workflows.preparing import examined_rows, preparing_phases
from diapason.workflows.records_at_hand import RecordsAtHand, examine_against, in_parts
from diapason.workflows.reopening import given_back

STAMP_ATTEMPTS = 120
PROGRESS_CHUNKS = 25
"""How often the worker tells how far it is."""

CLAIMERS = 2
"""Chunks claimed at once, each for itself and in any order; more threads only wait for each other."""


def validate(
    store: SchoolStore,
    member: Member,
    draft_id: str,
    version: int,
    request_key: str,
    count: int,
    total_cents: int,
    confirmed: Collection[date] = (),
) -> Draft:
    """*Valider*: hands the draft to the worker, once for each request key.

    ``count`` and ``total_cents`` are what the operator read on the button, ``confirmed`` the dates whose
    unusual sum was confirmed a second time. Raises InvalidInput when they are not the table's, when an
    anomaly blocks, or when a confirmation is missing; StateRefused, VersionConflict.
    """
    draft = store.drafts.get(draft_id)
    if draft.registration is not None and draft.registration.request_key == request_key:
        _send(store, draft)
        return draft
    state = DRAFT.after(draft.state, DraftEvent.VALIDATE)
    if draft.version != version:
        raise VersionConflict
    _check_table(store, draft, count, total_cents)
    dates = checked_confirmations(store, draft, confirmed)
    now = store.clock.now()
    for later in range(STAMP_ATTEMPTS):
        stamp = in_paris(now + timedelta(seconds=later)).strftime("%Y%m%d-%H%M%S")
        registration = Registration(
            request_key=request_key,
            requested_by=member.username,
            requested_at=now,
            stamp=stamp,
            expected_count=count,
            expected_cents=total_cents,
            confirmed=dates,
        )
        changed = replace(draft, state=state, phase=DraftPhase.FREEZE, registration=registration, notice="")
        transaction = store.transactions.begin()
        facts = {"count": count, "total_cents": total_cents, "confirmed": dates}
        written = store.drafts.add_write(transaction, draft, changed, member.username, "validated", **facts)
        transaction.put_new(store.drafts.table, store.keys.stamp(stamp), {"draft_id": draft_id})
        try:
            transaction.commit()
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise VersionConflict from None
            continue
        _send(store, written)
        return written
    raise VersionConflict


def _check_table(store: SchoolStore, draft: Draft, count: int, total_cents: int) -> None:
    errors = [
        FieldError(anomaly.kind.field, anomaly.code, anomaly.words)
        for anomaly in ground_of(store, draft).anomalies_of_creditor()
    ]
    if draft.count == 0:
        errors.append(FieldError("rows", "empty", "Le tableau est vide : attachez au moins une échéance."))
    if draft.blocked:
        words = f"{draft.blocked} ligne(s) en anomalie : corrigez-les ou détachez-les."
        errors.append(FieldError("rows", "anomalies", words))
    if (count, total_cents) != (draft.count, draft.total_cents):
        words = "Le tableau a changé : vérifiez le récapitulatif, puis validez de nouveau."
        errors.append(FieldError("total_cents", "outdated", words))
    if errors:
        raise InvalidInput(errors, "La remise ne peut pas être validée en l’état.")


def _send(store: SchoolStore, draft: Draft) -> None:
    store.create_batches_queue.send(Work(store.keys.school_id, draft.id))


class Registering:
    """The worker's side: one draft, whose large table it prepares too."""

    def __init__(self, store: SchoolStore, draft_id: str, deadline: Deadline | None = None) -> None:
        self._store = store
        self._deadline = deadline or NoDeadline()
        self.phases: Phases[Draft] = Phases(
            lambda: store.drafts.get(draft_id),
            {
                **preparing_phases(store, self._deadline),
                DraftPhase.FREEZE: self.freeze,
                DraftPhase.OPEN_BATCHES: self.open_batches,
                DraftPhase.CLAIM: self.claim,
                DraftPhase.COMMIT: self.commit,
                DraftPhase.PUBLISH: self.publish,
                DraftPhase.FENCE: self.fence,
                DraftPhase.RELEASE: self.release,
                DraftPhase.REOPEN: self.reopen,
            },
        )

    def freeze(self, draft: Draft) -> None:
        try:
            dated = self._frozen_lines(draft)
        except StateRefused as expired:
            changed = replace(
                draft.emptied(expired.message),
                state=DRAFT.after(draft.state, DraftEvent.REOPEN),
                phase=DraftPhase.IDLE,
                registration=None,
            )
            self._move(draft, changed, "reopened")
            return
        if dated is None:
            self._move(draft, draft.at_phase(DraftPhase.REOPEN), "refused")
            return
        self._plan(draft, grouped_by_date(dated))

    def _plan(self, draft: Draft, lines_by_date: Mapping[date, list[Line]]) -> None:
        """Writes the manifest and takes the batches' numbers, in one with the move. Raises
        NumberingContended when other drafts are faster again and again."""
        organisation = self._store.registry.organisation().value
        account = self._store.registry.credited_account(draft.general.credited_account_id).value
        end_to_end_ids = end_to_end_rule(organisation.numbering, account)
        for _ in range(NUMBERING_ATTEMPTS):
            numbers = taken_numbers(self._store, draft, organisation.numbering, len(lines_by_date))
            batches = plan(self._store, draft, lines_by_date, numbers.texts, end_to_end_ids)
            planned = with_plan(draft, batches).at_phase(DraftPhase.OPEN_BATCHES)
            _assert_agreement(planned)
            transaction = self._store.transactions.begin()
            self._store.drafts.add_write(transaction, draft, planned, _who(draft), "frozen")
            numbers.add_to(transaction, self._store)
            try:
                transaction.commit()
            except ConditionFailed as failure:
                if 0 in failure.failed:
                    return  # another worker is ahead
                continue
            return
        raise NumberingContended

    def _frozen_lines(self, draft: Draft) -> list[tuple[date, Line]] | None:
        """Every row's line with its collection date; None when any row is blocked. Raises StateRefused when
        the table has expired."""
        ground = ground_of(self._store, draft)
        dated: list[tuple[date, Line]] = []
        is_sound = not ground.anomalies_of_creditor()
        records = RecordsAtHand(self._store)
        for segment in draft.segments:
            for part in in_parts(read_slice(self._store, segment)):
                self._deadline.check()
                for row, instalment, customer in records.of_rows(part):
                    examined = examine_against(row, instalment, customer, ground)
                    if examined.is_blocked or row.is_blocked or instalment is None or customer is None:
                        is_sound = False
                    elif ground.account is not None:
                        line = frozen_line(row, instalment, customer, ground)
                        dated.append((row.collection_date, line))
        return dated if is_sound else None

    def open_batches(self, draft: Draft) -> None:
        organisation = self._store.registry.organisation().value
        account = self._store.registry.credited_account(draft.general.credited_account_id).value
        creditor = Creditor(organisation.name, organisation.creditor_id, account, organisation.siret)
        for planned in _planned(draft):
            self._deadline.check()
            transaction = self._store.transactions.begin()
            batch = _header(draft, planned, creditor)
            self._store.batches.add_creation(transaction, batch, _who(draft))
            self._store.drafts.add_check(transaction, draft)
            try:
                transaction.commit()
            except ConditionFailed as failure:
                if 0 not in failure.failed:
                    return  # the draft has moved on: another worker is ahead
        self._move(draft, draft.at_phase(DraftPhase.CLAIM), "batches-opened")

    def claim(self, draft: Draft) -> None:
        claimed = 0
        # Each header's own account is what its release will look at: settings may have changed between two.
        ceilings = cache(lambda batch_id: self._store.batches.get(batch_id).creditor.account.ceilings)

        def claim_one(wanted: tuple[PlannedBatch, Chunk]) -> bool:
            planned, chunk = wanted
            return self._claim_chunk(planned, chunk, ceilings(planned.batch_id), _who(draft))

        waiting = self._chunks_to_claim(draft)
        with ThreadPoolExecutor(CLAIMERS) as claimers:
            while part := list(islice(waiting, PROGRESS_CHUNKS)):
                self._deadline.check()
                # All of a part are tried: a run that was cut off then ends as one that was not.
                outcomes = list(claimers.map(claim_one, part))
                if not all(outcomes):
                    planned, _ = part[outcomes.index(False)]
                    fenced = draft.at_phase(DraftPhase.FENCE)
                    self._move(draft, fenced, "claim-refused", batch=planned.number)
                    return
                claimed += sum(chunk.count for _, chunk in part)
                self._store.drafts.report_progress(draft, claimed)
        self._move(draft, draft.at_phase(DraftPhase.COMMIT), "claimed")

    def commit(self, draft: Draft) -> None:
        for planned in _planned(draft):
            self._deadline.check()
            totals = self._store.batches.totals(planned.batch_id, range(planned.chunks))
            count = sum(total.count for total in totals.values())
            cents = sum(total.total_cents for total in totals.values())
            if (len(totals), count, cents) != (planned.chunks, planned.count, planned.total_cents):
                # A chunk that was claimed cannot vanish: going back is the one safe way out.
                self._move(draft, draft.at_phase(DraftPhase.FENCE), "disagreement", batch=planned.number)
                return
        state = DRAFT.after(draft.state, DraftEvent.COMMIT)
        self._move(draft, replace(draft, state=state, phase=DraftPhase.PUBLISH), "registered")

    def publish(self, draft: Draft) -> None:
        for planned in _planned(draft):
            self._deadline.check()
            batch = self._store.batches.get(planned.batch_id)
            if BATCH.allows(batch.state, BatchEvent.REGISTER):
                state = BATCH.after(batch.state, BatchEvent.REGISTER)
                changed = replace(batch, state=state, phase=BatchPhase.IDLE)
                if not self._store.batches.advance(batch, changed, _who(draft), "registered"):
                    return
        self._move(draft, draft.at_phase(DraftPhase.DONE), "published")

    def fence(self, draft: Draft) -> None:
        for planned in _planned(draft):
            self._deadline.check()
            batch = self._store.batches.get(planned.batch_id)
            if BATCH.allows(batch.state, BatchEvent.DISCARD):
                state = BATCH.after(batch.state, BatchEvent.DISCARD)
                changed = replace(batch, state=state, phase=BatchPhase.DONE)
                if not self._store.batches.advance(batch, changed, _who(draft), "discarded"):
                    return
        self._move(draft, draft.at_phase(DraftPhase.RELEASE), "fenced")

    def release(self, draft: Draft) -> None:
        for planned in _planned(draft):
            batch = self._store.batches.get(planned.batch_id)
            for chunk in self._store.batches.chunks(planned.batch_id, range(planned.chunks)):
                self._deadline.check()
                release_chunk(self._store, batch, chunk, BatchState.DISCARDED, _who(draft))
        self._move(draft, draft.at_phase(DraftPhase.REOPEN), "released")

    def reopen(self, draft: Draft) -> None:
        self._deadline.check()
        returned = given_back(self._store, draft, read_rows(self._store, draft))
        rows = examined_rows(self._store, draft, returned)
        refused = sum(row.is_blocked for row in rows)
        changed = replace(
            draft,
            state=DRAFT.after(draft.state, DraftEvent.REOPEN),
            phase=DraftPhase.IDLE,
            segments=write_table(self._store, draft, rows),
            registration=None,
            notice=(
                f"Rien n’a été enregistré : {refused} ligne(s) ont changé ou sont en anomalie. "
                "Corrigez-les ou détachez-les, puis validez de nouveau."
            ),
        )
        self._move(draft, changed, "reopened", refused=refused)

    def _chunks_to_claim(self, draft: Draft) -> Iterator[tuple[PlannedBatch, Chunk]]:
        """The chunks without a marker, in the order of the manifest."""
        for planned in _planned(draft):
            for manifest_slice in planned.slices:
                numbers = range(
                    manifest_slice.first_chunk, manifest_slice.first_chunk + manifest_slice.chunks
                )
                standing = self._store.batches.totals(planned.batch_id, numbers)
                if len(standing) == len(numbers):
                    continue
                for chunk in chunks_of(self._store, planned, manifest_slice):
                    if chunk.number not in standing:
                        yield planned, chunk

    def _claim_chunk(self, planned: PlannedBatch, chunk: Chunk, ceilings: Ceilings, who: str) -> bool:
        """One transaction; False when it was refused and no marker of ours stands."""
        transaction = self._store.transactions.begin()
        self._store.batches.add_fence(transaction, planned.batch_id, BatchState.CREATING)
        self._store.batches.add_chunk(transaction, chunk)
        for line in chunk.lines:
            self._store.instalments.add_claim(
                transaction, line, planned.batch_id, planned.number, planned.collection_date
            )
        moves = claims_of_customers(chunk.lines, planned.batch_id, planned.collection_date, ceilings)
        for customer_id, move in moves:
            self._store.customers.add_move(transaction, customer_id, move)
        self._store.journal.record(
            transaction,
            f"batch-{planned.batch_id}",
            who,
            "chunk-claimed",
            chunk=chunk.number,
            count=chunk.count,
            total_cents=chunk.total_cents,
        )
        try:
            transaction.commit()
        except ConditionFailed:
            return self._store.batches.chunk(planned.batch_id, chunk.number) is not None
        return True

    def _move(self, draft: Draft, changed: Draft, event: str, **facts: object) -> None:
        self._store.drafts.advance(draft, changed, _who(draft), event, **facts)


def _planned(draft: Draft) -> tuple[PlannedBatch, ...]:
    assert draft.registration is not None
    return draft.registration.batches


def _who(draft: Draft) -> str:
    assert draft.registration is not None
    return draft.registration.requested_by


def _header(draft: Draft, planned: PlannedBatch, creditor: Creditor) -> Batch:
    assert draft.registration is not None
    return Batch(
        id=planned.batch_id,
        number=planned.number,
        version=1,
        state=BatchState.CREATING,
        phase=BatchPhase.CREATING,
        draft_id=draft.id,
        collection_date=planned.collection_date,
        count=planned.count,
        total_cents=planned.total_cents,
        chunks=planned.chunks,
        creditor=creditor,
        external_number=draft.general.external_number,
        comment=draft.general.comment,
        created_at=draft.registration.requested_at,
        created_by=draft.registration.requested_by,
    )


def _assert_agreement(draft: Draft) -> None:
    """The manifest holds what the operator validated, to the cent."""
    assert draft.registration is not None
    count = sum(planned.count for planned in _planned(draft))
    cents = sum(planned.total_cents for planned in _planned(draft))
    expected = (draft.registration.expected_count, draft.registration.expected_cents)
    assert (count, cents) == expected, f"manifest {(count, cents)} is not {expected}"
