"""From a pending batch to its bank file.

The phases, each of which may run again at any time:

``check``     compare every frozen line with the records as they are, write the file to nowhere; refuse, or
              go on
``sequence``  where a line is a mandate's first or last, or says what changed: freeze that on its chunk, with
              the mandate's history, chunk by chunk
``group``     fix the file's groups; nothing is frozen any more
``render``    stream the lines through the writer into a write-once object, then register it (commit point)
``apply``     chunk by chunk: in flight becomes debited, on instalments, invoices and mandates
``verify``    read the file again, apart from the writer; compare it with the lines, and the four totals

A file can be downloaded after ``verify`` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from diapason.domain.batches import (
    BATCH,
    BankFile,
    Batch,
    BatchEvent,
    BatchPhase,
    BatchState,
    Chunk,
    Collection,
    Line,
    LineState,
    Refusal,
    SequenceGroup,
)
from diapason.domain.clock import paris_date
from diapason.domain.errors import VersionConflict
from diapason.domain.identifiers import Iban, InvalidIdentifier
from diapason.domain.mandates import MandateState
from diapason.domain.members import Member
from diapason.domain.numbering import public_account_message_id
from diapason.domain.parties import Customer, PaymentMethod
from diapason.domain.presentations import SequenceType
from diapason.sepa.faults import BankFileError
from diapason.sepa.pain008 import Sink, WrittenFile
from diapason.sepa.profiles import PROFILES
from diapason.sepa.validation import write_validated_bank_file
from diapason.store.files import FileExists, StoredFile
from diapason.store.house import SchoolStore
from diapason.store.queue import Work
from diapason.store.transactions import ConditionFailed
from diapason.workflows.bank_message import direct_debits, group_header, payment_information
from diapason.workflows.chunk_moves import ALIVE_CHUNKS, cents_by_invoice
from diapason.workflows.draft_table import creditor_ground
from diapason.workflows.file_agreement import (
    FourTotals,
    compare_with_lines,
    debited_total,
    manifest_total,
    require_agreement,
)
from diapason.workflows.inconsistent import Inconsistent
from diapason.workflows.numbers import NUMBERING_ATTEMPTS, NumberingContended
from diapason.workflows.phases import Deadline, NoDeadline, Phases
from diapason.workflows.sequencing import presented, sequenced
from diapason.workflows.texts import holder_name

MAX_REFUSALS = 200
"""Refused lines that are named; more of them say the same."""

APPLY_ATTEMPTS = 5


def request_generation(store: SchoolStore, member: Member, batch_id: str, version: int) -> Batch:
    """*Générer*: hands the batch to the worker; raises StateRefused, VersionConflict."""
    batch = store.batches.get(batch_id)
    if batch.state is BatchState.GENERATING:
        _send(store, batch)
        return batch
    state = BATCH.after(batch.state, BatchEvent.GENERATE)
    if batch.version != version:
        raise VersionConflict
    changed = replace(
        batch,
        state=state,
        phase=BatchPhase.CHECK,
        file_created_at=store.clock.now(),
        file_created_by=member.username,
        refusals=(),
    )
    written = _requested(store, member, batch, changed)
    _send(store, written)
    return written


def _requested(store: SchoolStore, member: Member, seen: Batch, changed: Batch) -> Batch:
    """Writes the request, and with it the MsgId: where the bank wants a rank of the day in it, that is taken
    here, once."""
    public = seen.creditor.account.public_account
    if public is None or seen.message_id:
        named = replace(changed, message_id=seen.message_id or seen.number)
        return store.batches.write(seen, named, member.username, "generation-requested")
    today = paris_date(store.clock.now())
    counter = f"MESSAGES#{public.service}#{today.isoformat()}"
    for _ in range(NUMBERING_ATTEMPTS):
        taken = store.counters.value(counter)
        named = replace(changed, message_id=public_account_message_id(public.service, today, taken + 1))
        transaction = store.transactions.begin()
        written = store.batches.add_write(transaction, seen, named, member.username, "generation-requested")
        store.counters.add_take(transaction, counter, taken)
        try:
            transaction.commit()
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise VersionConflict from None
            continue
        return written
    raise NumberingContended


def _send(store: SchoolStore, batch: Batch) -> None:
    store.generate_bank_file_queue.send(Work(store.keys.school_id, batch.id))


class Generating:
    """The worker's side: one batch."""

    def __init__(self, store: SchoolStore, batch_id: str, deadline: Deadline | None = None) -> None:
        self._store = store
        self._deadline = deadline or NoDeadline()
        self.phases: Phases[Batch] = Phases(
            lambda: store.batches.get(batch_id),
            {
                BatchPhase.CHECK: self.check,
                BatchPhase.SEQUENCE: self.sequence,
                BatchPhase.GROUP: self.group,
                BatchPhase.RENDER: self.render,
                BatchPhase.APPLY: self.apply,
                BatchPhase.VERIFY: self.verify,
            },
        )

    def check(self, batch: Batch) -> None:
        refusals = list(self._refusals_of_batch(batch))
        count = cents = 0
        is_plain = True
        for chunk in self._chunks(batch):
            self._deadline.check()
            customers = self._store.customers.many(line.customer_id for line in chunk.lines)
            count += chunk.count
            cents += chunk.total_cents
            refused = list(_refusals_of_lines(batch, chunk, customers))
            refusals += refused
            is_plain = is_plain and not refused and not sequenced(batch, chunk, customers).markings
        if (count, cents) != (batch.count, batch.total_cents):
            raise Inconsistent(f"lines {(count, cents)} against batch {batch.number}")
        refusals = refusals or list(self._refusals_of_trial(batch))
        if refusals:
            changed = replace(
                batch,
                state=BATCH.after(batch.state, BatchEvent.REFUSE_GENERATION),
                phase=BatchPhase.IDLE,
                message_id="",
                refusals=tuple(refusals[:MAX_REFUSALS]),
            )
            self._move(batch, changed, "generation-refused", refusals=len(refusals))
            return
        phase = BatchPhase.GROUP if is_plain else BatchPhase.SEQUENCE
        self._move(batch, replace(batch, phase=phase), "checked")

    def sequence(self, batch: Batch) -> None:
        for chunk in self._chunks(batch):
            self._deadline.check()
            if not self._mark_chunk(batch, chunk):
                return  # the batch has moved on: another worker is ahead
            if chunk.number % ALIVE_CHUNKS == 0:
                self._store.batches.tell_alive(batch)
        self._move(batch, replace(batch, phase=BatchPhase.GROUP), "sequenced")

    def group(self, batch: Batch) -> None:
        ordered = self._groups(batch)
        self._move(batch, replace(batch, phase=BatchPhase.RENDER, groups=ordered), "grouped")

    def render(self, batch: Batch) -> None:
        file_name = f"{batch.message_id}.xml"
        key = self._store.keys.bank_file(batch.id, file_name)
        upload = self._store.outputs.upload_once(key, "application/xml")
        try:
            written = self._write(batch, batch.groups, upload.write)
            stored = StoredFile(key, upload.complete(), written.sha256, written.size)
        except FileExists:
            upload.abort()
            stored = self._store.outputs.describe(key)
            if (stored.sha256, stored.size) != (written.sha256, written.size):
                raise Inconsistent(f"another file stands under {key}") from None
        except BaseException:
            upload.abort()
            raise
        file = BankFile(stored.key, stored.version_id, stored.sha256, stored.size, file_name)
        changed = replace(
            batch,
            state=BATCH.after(batch.state, BatchEvent.REGISTER_FILE),
            phase=BatchPhase.APPLY,
            file=file,
        )
        self._move(batch, changed, "generated", sha256=file.sha256, size=file.size)

    def apply(self, batch: Batch) -> None:
        for chunk in self._chunks(batch):
            if chunk.state is LineState.HELD:
                self._deadline.check()
                self._debit_chunk(batch, chunk)
                if chunk.number % ALIVE_CHUNKS == 0:
                    self._store.batches.tell_alive(batch)
        self._move(batch, replace(batch, phase=BatchPhase.VERIFY), "debited")

    def verify(self, batch: Batch) -> None:
        self._deadline.check()
        assert batch.file is not None
        with self._store.outputs.open(batch.file.key, batch.file.version_id) as stream:
            lines, file = compare_with_lines(stream, batch, lambda: self._collections(batch))
        chunks = self._store.batches.totals(batch.id, range(batch.chunks)).values()
        manifest = manifest_total(self._store.drafts.get(batch.draft_id), batch)
        require_agreement(batch, FourTotals(manifest, lines, file, debited_total(chunks)))
        self._move(batch, replace(batch, phase=BatchPhase.DONE), "verified")

    def _write(self, batch: Batch, groups: tuple[SequenceGroup, ...], sink: Sink) -> WrittenFile:
        """The file into the sink; raises BankFileError."""
        return write_validated_bank_file(
            PROFILES[batch.creditor.account.version],
            group_header(batch),
            (
                (
                    payment_information(batch, group),
                    direct_debits(batch, self._collections(batch), group.sequence),
                )
                for group in groups
            ),
            sink,
        )

    def _groups(self, batch: Batch) -> tuple[SequenceGroup, ...]:
        """The groups that the lines make, as far as they are marked."""
        groups: dict[SequenceType, list[int]] = defaultdict(lambda: [0, 0])
        for chunk in self._chunks(batch):
            self._deadline.check()
            for collection in chunk.collections():
                group = groups[collection.sequence]
                group[0] += 1
                group[1] += collection.line.amount_cents
        return tuple(
            SequenceGroup(sequence, *groups[sequence]) for sequence in SequenceType if sequence in groups
        )

    def _refusals_of_trial(self, batch: Batch) -> Iterator[Refusal]:
        """Writes the file to nowhere while nothing is frozen yet: what the examination let pass and the
        writer or the schema does not take is told, and the batch goes back, where it can be deleted."""
        try:
            self._write(batch, self._groups(batch), lambda _piece: None)
        except BankFileError as fault:
            yield Refusal(0, "", "", fault.message)

    def _refusals_of_batch(self, batch: Batch) -> Iterator[Refusal]:
        """What is wrong with the creditor or the date by now: told once, on the batch as a whole."""
        ground = creditor_ground(self._store, batch.creditor.account.id)
        for anomaly in ground.anomalies_of_creditor():
            yield Refusal(0, "", "", anomaly.words)
        if ground.account is not None and ground.account.iban_text != batch.creditor.account.iban_text:
            yield Refusal(
                0, "", "", "L’IBAN du compte crédité a changé : supprimez la remise et refaites-la."
            )
        if ground.organisation.creditor_id != batch.creditor.creditor_id:
            yield Refusal(0, "", "", "L’ICS de l’organisation a changé : supprimez la remise et refaites-la.")
        for anomaly in ground.anomalies_of_date(batch.collection_date):
            if anomaly.is_blocking:
                words = f"{anomaly.words} Supprimez la remise et refaites-la à une autre date."
                yield Refusal(0, "", "", words)

    def _debit_chunk(self, batch: Batch, chunk: Chunk) -> None:
        """One transaction; a mandate or an instalment that moved meanwhile is read again and tried anew."""
        for _ in range(APPLY_ATTEMPTS):
            instalments = self._store.instalments.many(line.instalment_id for line in chunk.lines)
            customers = self._store.customers.many(line.customer_id for line in chunk.lines)
            transaction = self._store.transactions.begin()
            self._store.batches.add_chunk_move(transaction, chunk, LineState.DEBITED)
            for line in chunk.lines:
                self._store.instalments.add_debit(
                    transaction, line, instalments[line.instalment_id], batch.id
                )
            for invoice_id, cents in cents_by_invoice(chunk.lines).items():
                self._store.invoices.add_debit(transaction, invoice_id, cents, batch.id)

            for customer_id, move in presented(batch, chunk, customers).items():
                self._store.customers.add_move(transaction, customer_id, move)
            self._store.journal.record(
                transaction,
                f"batch-{batch.id}",
                batch.file_created_by,
                "chunk-debited",
                chunk=chunk.number,
                count=chunk.count,
                total_cents=chunk.total_cents,
            )
            try:
                transaction.commit()
            except ConditionFailed:
                now = self._store.batches.chunk(batch.id, chunk.number)
                if now is not None and now.state is LineState.DEBITED:
                    return
                continue
            return
        raise Inconsistent(f"chunk {chunk.number} of {batch.number} cannot be debited")

    def _mark_chunk(self, batch: Batch, chunk: Chunk) -> bool:
        """One transaction where anything is to be frozen; False when the batch is no longer at this phase."""
        for _ in range(APPLY_ATTEMPTS):
            if chunk.markings:
                return True
            customers = self._store.customers.many(line.customer_id for line in chunk.lines)
            found = sequenced(batch, chunk, customers)
            if not found.markings:
                return True
            transaction = self._store.transactions.begin()
            gate = self._store.batches.add_check(transaction, batch)
            self._store.batches.add_markings(transaction, chunk, found.markings)
            for customer_id, move in found.moves.items():
                self._store.customers.add_move(transaction, customer_id, move)
            self._store.journal.record(
                transaction,
                f"batch-{batch.id}",
                batch.file_created_by,
                "chunk-sequenced",
                chunk=chunk.number,
                markings=len(found.markings),
            )
            try:
                transaction.commit()
            except ConditionFailed as failure:
                if gate in failure.failed:
                    return False
                chunk = self._chunk(batch, chunk.number)
                continue
            return True
        raise Inconsistent(f"chunk {chunk.number} of {batch.number} cannot be sequenced")

    def _chunk(self, batch: Batch, number: int) -> Chunk:
        chunk = self._store.batches.chunk(batch.id, number)
        if chunk is None:
            raise Inconsistent(f"chunk {number} of {batch.number} is gone")
        return chunk

    def _chunks(self, batch: Batch) -> Iterator[Chunk]:
        return self._store.batches.chunks(batch.id, range(batch.chunks))

    def _collections(self, batch: Batch) -> Iterator[Collection]:
        return chain.from_iterable(chunk.collections() for chunk in self._chunks(batch))

    def _move(self, batch: Batch, changed: Batch, event: str, **facts: object) -> None:
        self._store.batches.advance(batch, changed, batch.file_created_by, event, **facts)


def _refusals_of_lines(batch: Batch, chunk: Chunk, customers: Mapping[str, Customer]) -> Iterator[Refusal]:
    for line in chunk.lines:
        reason = changed_since_frozen(batch, line, customers.get(line.customer_id))
        if reason:
            yield Refusal(line.position, line.invoice_number, line.customer_name, reason)


def changed_since_frozen(batch: Batch, line: Line, customer: Customer | None) -> str:
    """What changed on customer, account or mandate since the line was frozen, in French; empty when nothing
    did."""
    if customer is None:
        return "Le client n’existe plus."
    if customer.payment_method is not PaymentMethod.DIRECT_DEBIT:
        return "Le client ne paie plus par prélèvement."
    account, mandate = customer.account(line.account_id), customer.mandate(line.mandate_id)
    if account is None or account.closed or not _is_same_account(line, account.iban_text, account.holder):
        return "Le compte du client a changé depuis la validation."
    if mandate is None or mandate.state is not MandateState.SIGNED:
        return "Le mandat n’est plus actif."
    frozen = (line.mandate_reference, line.signed_on, line.account_id, line.mandate_type, line.scheme)
    if frozen != (mandate.reference, mandate.signed_on, mandate.account_id, mandate.type, mandate.scheme):
        return "Le mandat a changé depuis la validation."
    if mandate.consumed_by not in {"", batch.id}:
        return "Le mandat a servi pour la dernière fois dans une autre remise."
    return ""


def _is_same_account(line: Line, iban_text: str, holder: str) -> bool:
    try:
        return Iban.parse(iban_text).electronic == line.iban and holder_name(holder) == line.holder
    except InvalidIdentifier:
        return False
