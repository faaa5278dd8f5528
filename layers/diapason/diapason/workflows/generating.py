"""From a pending batch to its bank file.

The phases, each of which may run again at any time:

``check``   compare every frozen line with the records as they are; refuse, or fix the file's groups
``render``  stream the lines through the writer into a write-once object, then register it (commit point)
``apply``   chunk by chunk: in flight becomes debited, on instalments, invoices and mandates
``verify``  read the file again, apart from the writer, and compare it with the lines

A file can be downloaded after ``verify`` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
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
    Line,
    LineState,
    Refusal,
    SequenceGroup,
    SequenceType,
)
from diapason.domain.errors import VersionConflict
from diapason.domain.identifiers import Iban, InvalidIdentifier
from diapason.domain.mandates import MandateState
from diapason.domain.members import Member
from diapason.domain.parties import Customer, PaymentMethod
from diapason.sepa.profiles import PROFILES
from diapason.sepa.reread import ReadDebit, reread_bank_file
from diapason.sepa.validation import write_validated_bank_file
from diapason.store.files import FileExists, StoredFile
from diapason.store.house import SchoolStore
from diapason.store.queue import Work
from diapason.store.transactions import ConditionFailed
from diapason.workflows.bank_message import direct_debits, group_header, payment_information, sequence_of
from diapason.workflows.chunk_moves import ALIVE_CHUNKS, cents_by_invoice, mandates_by_customer
from diapason.workflows.draft_table import creditor_ground
from diapason.workflows.phases import Deadline, NoDeadline, Phases
from diapason.workflows.texts import holder_name

MAX_REFUSALS = 200
"""Refused lines that are named; more of them say the same."""

APPLY_ATTEMPTS = 5


class Inconsistent(Exception):
    """Records, lines and file contradict each other: nothing goes on before a person has looked."""


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
        file_created_at=batch.file_created_at or store.clock.now(),
        file_created_by=member.username,
        refusals=(),
    )
    written = store.batches.write(batch, changed, member.username, "generation-requested")
    _send(store, written)
    return written


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
                BatchPhase.RENDER: self.render,
                BatchPhase.APPLY: self.apply,
                BatchPhase.VERIFY: self.verify,
            },
        )

    def check(self, batch: Batch) -> None:
        refusals = list(self._refusals_of_batch(batch))
        groups: dict[SequenceType, list[int]] = defaultdict(lambda: [0, 0])
        for chunk in self._chunks(batch):
            self._deadline.check()
            customers = self._store.customers.many(line.customer_id for line in chunk.lines)
            for line in chunk.lines:
                group = groups[sequence_of(line)]
                group[0] += 1
                group[1] += line.amount_cents
                reason = changed_since_frozen(line, customers.get(line.customer_id))
                if reason:
                    refusals.append(Refusal(line.position, line.invoice_number, line.customer_name, reason))
        totals = (sum(count for count, _ in groups.values()), sum(cents for _, cents in groups.values()))
        if totals != (batch.count, batch.total_cents):
            raise Inconsistent(f"lines {totals} against batch {batch.number}")
        if refusals:
            changed = replace(
                batch,
                state=BATCH.after(batch.state, BatchEvent.REFUSE_GENERATION),
                phase=BatchPhase.IDLE,
                file_created_at=None,
                refusals=tuple(refusals[:MAX_REFUSALS]),
            )
            self._move(batch, changed, "generation-refused", refusals=len(refusals))
            return
        ordered = tuple(
            SequenceGroup(sequence, *groups[sequence]) for sequence in SequenceType if sequence in groups
        )
        self._move(batch, replace(batch, phase=BatchPhase.RENDER, groups=ordered), "checked")

    def render(self, batch: Batch) -> None:
        file_name = f"{batch.number}.xml"
        key = self._store.keys.bank_file(batch.id, file_name)
        upload = self._store.outputs.upload_once(key, "application/xml")
        try:
            written = write_validated_bank_file(
                PROFILES[batch.creditor.account.version],
                group_header(batch),
                (
                    (payment_information(batch, group), direct_debits(self._lines(batch), group.sequence))
                    for group in batch.groups
                ),
                upload.write,
            )
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
        expected = self._debits_expected(batch)

        def compare(debit: ReadDebit) -> None:
            if next(expected, None) != debit:
                raise Inconsistent(f"debit {debit.end_to_end_id} of the file is not the line of the batch")

        with self._store.outputs.open(batch.file.key, batch.file.version_id) as stream:
            read = reread_bank_file(stream, compare)
        totals = (read.totals.count, read.totals.cents)
        states = self._store.batches.totals(batch.id, range(batch.chunks)).values()
        if next(expected, None) is not None or totals != (batch.count, batch.total_cents):
            raise Inconsistent(f"file of {batch.number} holds {totals}, not the lines of the batch")
        if any(total.state is not LineState.DEBITED for total in states):
            raise Inconsistent(f"lines of {batch.number} are not all debited")
        self._move(batch, replace(batch, phase=BatchPhase.DONE), "verified")

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

            def is_later(line: Line, known: dict[str, Customer] = customers) -> bool:
                mandate = known[line.customer_id].mandate(line.mandate_id)
                last = mandate.last_used_on if mandate else None
                return last is None or last < batch.collection_date

            for customer_id, mandates in mandates_by_customer(chunk.lines, is_later).items():
                self._store.customers.add_last_uses(transaction, customer_id, mandates, batch.collection_date)
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

    def _debits_expected(self, batch: Batch) -> Iterator[ReadDebit]:
        """What the file must say, in its order: group by group, and in the order of the batch."""
        for group in batch.groups:
            for line in self._lines(batch):
                if sequence_of(line) is group.sequence:
                    yield _as_read(batch, line)

    def _chunks(self, batch: Batch) -> Iterator[Chunk]:
        return self._store.batches.chunks(batch.id, range(batch.chunks))

    def _lines(self, batch: Batch) -> Iterator[Line]:
        return chain.from_iterable(chunk.lines for chunk in self._chunks(batch))

    def _move(self, batch: Batch, changed: Batch, event: str, **facts: object) -> None:
        self._store.batches.advance(batch, changed, batch.file_created_by, event, **facts)


def changed_since_frozen(line: Line, customer: Customer | None) -> str:
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
    return ""


def _is_same_account(line: Line, iban_text: str, holder: str) -> bool:
    try:
        return Iban.parse(iban_text).electronic == line.iban and holder_name(holder) == line.holder
    except InvalidIdentifier:
        return False


def _as_read(batch: Batch, line: Line) -> ReadDebit:
    """What the file must say of a line."""
    return ReadDebit(
        end_to_end_id=line.end_to_end_id,
        amount_cents=line.amount_cents,
        iban=line.iban,
        mandate_reference=line.mandate_reference,
        signed_on=line.signed_on,
        debtor_name=line.holder,
        collection_date=batch.collection_date,
        sequence_type=sequence_of(line),
    )
