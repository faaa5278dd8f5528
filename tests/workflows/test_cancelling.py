"""Cancelling a generated batch: who may, on which ground, and that everything is owed again to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diapason.domain.batches import Batch, BatchPhase, BatchState, LineState
from diapason.domain.cancellations import CancellationGround, CancellationRequest
from diapason.domain.creditor import Ceilings
from diapason.domain.errors import InvalidInput, NotAllowed, StateRefused, VersionConflict
from diapason.domain.invoices import InstalmentState, Reception
from diapason.domain.mandates import MandateType
from diapason.domain.members import Role
from diapason.domain.presentations import History, SequenceRule, SequenceType
from diapason.workflows.cancelling import (
    attest_cancellation,
    request_cancellation,
    withdraw_cancellation,
)
from diapason.workflows.depositing import record_deposit
from diapason.workflows.downloading import download
from diapason.workflows.drafting import RowChange, edit_row
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World

REASON = "Fichier refait avec la bonne date"
UNSENT = CancellationRequest(CancellationGround.NEVER_HANDED_OUT, REASON)
ATTESTED = CancellationRequest(CancellationGround.ATTESTATION, REASON)
REJECTED = CancellationRequest(CancellationGround.BANK_REJECT, REASON, "REJ-118", date(2026, 11, 23))


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def a_generated_batch(story: Story, count: int = 1) -> Batch:
    story.families(count)
    (batch,) = story.registered()
    return story.generated(batch)


# What a cancel gives back


def test_everything_is_owed_again_and_can_be_selected(story: Story) -> None:
    owed = story.families(40, DECEMBER)
    (batch,) = story.registered()
    generated = story.generated(batch)

    cancelled = story.cancelled(generated)

    assert (cancelled.state, cancelled.phase) == (BatchState.CANCELLED, BatchPhase.DONE)
    after = [story.instalment(one) for one in owed]
    assert {one.state for one in after} == {InstalmentState.NOT_DEBITED}
    assert [one.remaining_cents for one in after] == [one.amount_cents for one in owed]
    assert all(one.claim is None and one.last_debit is None and one.in_flight_cents == 0 for one in after)
    assert story.store.invoices.get(owed[0].invoice_id)[0].value.reception is Reception.UNPAID
    chunks = list(story.store.batches.chunks(batch.id, range(batch.chunks)))
    assert {chunk.state for chunk in chunks} == {LineState.CANCELLED}
    assert (story.selected().count, story.selected().blocked) == (40, 0)
    assert_money_holds(story)


def test_the_other_batches_of_the_family_stay_as_they_are(story: Story) -> None:
    first, second = story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()
    story.generated(january)

    story.cancelled(story.generated(december))

    assert story.instalment(first).debited_cents == 0
    assert story.instalment(second).debited_cents == second.amount_cents
    assert story.store.batches.get(january.id).state is BatchState.GENERATED
    invoice, _ = story.store.invoices.get(first.invoice_id)
    assert invoice.value.debited_cents == second.amount_cents
    assert_money_holds(story)


def two_remittances_of_one_instalment(story: Story) -> tuple[Batch, Batch]:
    """4.00 of 10.00 in a generated batch, and the other 6.00 in a pending one."""
    customer = story.world.customer(story.store, "C1")
    (owed,) = story.world.invoice(story.store, customer, (DECEMBER, 1_000), number="F1")
    draft = story.selected()
    draft = edit_row(story.store, story.member, draft.id, draft.version, owed.id, RowChange(amount_cents=400))
    first = story.batches_of(story.validated(draft, "key-1"))[0]
    first = story.generated(first)
    second = story.batches_of(story.validated(story.selected(), "key-2"))[0]
    return first, second


def test_cancelling_the_first_of_two_partial_debits_leaves_the_claim_of_the_second(story: Story) -> None:
    first, second = two_remittances_of_one_instalment(story)

    story.cancelled(first)

    (instalment,) = story.store.instalments.of_invoice(story.collections(second)[0].line.invoice_id)
    amounts = (instalment.debited_cents, instalment.in_flight_cents, instalment.remaining_cents)
    assert amounts == (0, 600, 400)
    assert instalment.claim is not None
    assert instalment.claim.batch_id == second.id
    assert instalment.last_debit is None
    assert not instalment.is_open
    assert_money_holds(story)
    story.generated(second)
    assert story.instalment(instalment).debited_cents == 600
    assert story.instalment(instalment).is_open
    assert_money_holds(story)


def test_cancelling_the_first_of_two_partial_debits_leaves_what_the_second_debited(story: Story) -> None:
    first, second = two_remittances_of_one_instalment(story)
    story.generated(second)

    story.cancelled(first)

    (instalment,) = story.store.instalments.of_invoice(story.collections(second)[0].line.invoice_id)
    assert (instalment.debited_cents, instalment.remaining_cents) == (600, 400)
    assert instalment.last_debit is not None
    assert instalment.last_debit.batch_id == second.id
    assert instalment.state is InstalmentState.PARTLY_DEBITED
    invoice, _ = story.store.invoices.get(instalment.invoice_id)
    assert (invoice.value.debited_cents, invoice.value.reception) == (600, Reception.PARTLY_PAID)
    assert_money_holds(story)


def test_cancelling_while_the_second_is_being_debited_is_right_whichever_comes_first(story: Story) -> None:
    first, second = two_remittances_of_one_instalment(story)
    request_generation(story.store, story.member, second.id, second.version)
    worker = Generating(story.store, second.id)
    while story.store.batches.get(second.id).phase is not BatchPhase.APPLY:
        worker.phases.step()

    story.cancelled(first)
    worker.phases.run()

    (instalment,) = story.store.instalments.of_invoice(story.collections(second)[0].line.invoice_id)
    assert (instalment.debited_cents, instalment.remaining_cents) == (600, 400)
    assert instalment.is_open
    assert_money_holds(story)


def test_an_invoice_cancelled_meanwhile_does_not_become_selectable(story: Story) -> None:
    owed = story.families(1)[0]
    (batch,) = story.registered()
    generated = story.generated(batch)
    transaction = story.store.transactions.begin()
    transaction.update(
        story.store.instalments.table,
        story.store.keys.instalment(owed.id),
        "SET cancelled = :yes, revision = revision + :one",
        "attribute_exists(PK)",
        yes=True,
        one=1,
    )
    transaction.commit()

    story.cancelled(generated)

    after = story.instalment(owed)
    assert (after.state, after.remaining_cents) == (InstalmentState.CANCELLED, owed.amount_cents)
    assert story.selected().count == 0
    assert_money_holds(story)


# Mandates


def test_the_sequence_is_computed_anew_after_a_cancel(story: Story) -> None:
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    (owed,) = story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)
    assert [group.sequence for group in generated.groups] == [SequenceType.FIRST]

    story.cancelled(generated)

    (mandate,) = story.store.customers.get(owed.customer_id).value.mandates
    assert mandate.history == History()
    (again,) = story.batches_of(story.validated(story.selected(), "key-2"))
    assert [group.sequence for group in story.generated(again).groups] == [SequenceType.FIRST]


def test_a_first_that_another_file_followed_is_not_first_again(story: Story) -> None:
    """Never counted down: what the next file says follows from the presentations that live."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()
    first, recurrent = story.generated(december), story.generated(january)
    assert [one.groups[0].sequence for one in (first, recurrent)] == ["FRST", "RCUR"]

    story.cancelled(first)

    (again,) = story.batches_of(story.validated(story.selected(), "key-2"))
    assert [group.sequence for group in story.generated(again).groups] == [SequenceType.RECURRENT]
    assert_money_holds(story)


def test_more_collections_of_a_mandate_than_its_history_lists_leave_nothing_of_the_batch(
    story: Story,
) -> None:
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    customer = story.world.customer(story.store, "C1")
    for rank in range(9):
        story.world.invoice(story.store, customer, (DECEMBER, 1_000 + rank), number=f"F{rank}")
    (batch,) = story.registered()
    generated = story.generated(batch)
    assert [(group.sequence, group.count) for group in generated.groups] == [("FRST", 1), ("RCUR", 8)]

    story.cancelled(generated)

    (mandate,) = story.store.customers.get(customer.id).value.mandates
    assert mandate.history == History()
    assert mandate.last_used_on is None


def test_a_one_off_mandate_may_serve_again(story: Story) -> None:
    story.families(1, mandate_type=MandateType.ONE_OFF)
    (batch,) = story.registered()
    generated = story.generated(batch)
    assert story.selected().count == 0

    story.cancelled(generated)

    draft = story.selected()
    assert (draft.count, draft.blocked) == (1, 0)
    assert_money_holds(story)


def test_a_final_collection_that_is_cancelled_ends_nothing(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected()
    draft = edit_row(story.store, story.member, draft.id, draft.version, owed.id, RowChange(is_final=True))
    (batch,) = story.batches_of(story.validated(draft))
    generated = story.generated(batch)
    assert [group.sequence for group in generated.groups] == [SequenceType.FINAL]

    story.cancelled(generated)

    (mandate,) = story.store.customers.get(owed.customer_id).value.mandates
    assert (mandate.consumed_by, mandate.history) == ("", History())
    assert (story.selected().count, story.selected().blocked) == (1, 0)


def test_the_months_of_the_families_get_their_cents_back(story: Story) -> None:
    story.account_changed(ceilings=Ceilings(customer_month_cents=1_500))
    (owed,) = story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)
    assert story.store.customers.get(owed.customer_id).value.months == {"202612": 1_000}
    story.account_changed(ceilings=Ceilings())

    story.cancelled(generated)

    assert story.store.customers.get(owed.customer_id).value.months == {"202612": 0}
    assert_money_holds(story)


# Grounds


def test_a_file_that_a_link_was_issued_for_is_not_cancelled_as_never_handed_out(story: Story) -> None:
    """An uploaded batch deleted: issuing the link is handing out."""
    generated = a_generated_batch(story)
    download(story.store, story.member, generated.id)
    handed_out = story.store.batches.get(generated.id)

    with pytest.raises(StateRefused, match="remis le 23/11/2026"):
        request_cancellation(story.store, story.member, generated.id, handed_out.version, UNSENT)

    assert story.store.batches.get(generated.id) == handed_out


def test_a_deposited_file_is_not_cancelled_as_never_handed_out(story: Story) -> None:
    generated = a_generated_batch(story)
    deposited = record_deposit(story.store, story.member, generated.id, generated.version)

    with pytest.raises(StateRefused, match="déposée"):
        request_cancellation(story.store, story.member, generated.id, deposited.version, UNSENT)


def test_that_the_file_never_left_is_a_condition_on_the_record_itself(story: Story) -> None:
    """Whatever the caller read: a record that says otherwise refuses."""
    generated = a_generated_batch(story)
    download(story.store, story.member, generated.id)
    handed_out = story.store.batches.get(generated.id)
    unaware = replace(handed_out, handed_out=None)
    begun = replace(unaware, state=BatchState.CANCELLING, phase=BatchPhase.CANCEL)

    with pytest.raises(VersionConflict):
        story.store.batches.cancel_unsent(unaware, begun, "operateur")

    assert story.store.batches.get(generated.id) == handed_out


def test_a_reject_of_the_bank_cancels_what_was_handed_out(story: Story) -> None:
    generated = a_generated_batch(story)
    download(story.store, story.member, generated.id)

    cancelled = story.cancelled(story.store.batches.get(generated.id), CancellationGround.BANK_REJECT)

    assert cancelled.state is BatchState.CANCELLED
    assert cancelled.cancellation is not None
    assert cancelled.cancellation.evidence == "REJ-2026-118"
    assert_money_holds(story)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (replace(UNSENT, reason="erreur"), "reason"),
        (replace(UNSENT, reason=" " * 20), "reason"),
        (replace(UNSENT, reject_reference="REJ-1"), "reject_reference"),
        (replace(REJECTED, reject_reference=""), "reject_reference"),
        (replace(REJECTED, rejected_on=None), "rejected_on"),
        (replace(REJECTED, rejected_on=date(2026, 11, 24)), "rejected_on"),
        (replace(REJECTED, rejected_on=date(2026, 11, 22)), "rejected_on"),
    ],
)
def test_a_request_that_lacks_something_says_what(
    story: Story, request_: CancellationRequest, field: str
) -> None:
    generated = a_generated_batch(story)

    with pytest.raises(InvalidInput) as refused:
        request_cancellation(story.store, story.member, generated.id, generated.version, request_)

    assert [error.path for error in refused.value.errors] == [field]
    assert story.store.batches.get(generated.id) == generated


# The second person


def test_an_attestation_waits_for_a_second_person(story: Story) -> None:
    generated = a_generated_batch(story)
    download(story.store, story.member, generated.id)

    asked = story.asked_to_cancel(story.store.batches.get(generated.id), CancellationGround.ATTESTATION)
    Releasing(story.store, generated.id).phases.run()

    assert (asked.state, asked.phase) == (BatchState.CANCELLATION_REQUESTED, BatchPhase.DONE)
    waiting = story.store.batches.get(generated.id)
    assert waiting == asked
    with pytest.raises(StateRefused):
        download(story.store, story.member, generated.id)
    assert story.store.batches.get(generated.id) == waiting
    assert_money_holds(story)


def test_who_asked_cannot_attest(story: Story) -> None:
    generated = a_generated_batch(story)
    asked = story.asked_to_cancel(generated, CancellationGround.ATTESTATION)

    with pytest.raises(NotAllowed, match="autre personne"):
        attest_cancellation(story.store, story.member, asked.id, asked.version)

    assert story.store.batches.get(asked.id) == asked


def test_that_another_person_asked_is_a_condition_on_the_record_itself(story: Story) -> None:
    generated = a_generated_batch(story)
    asked = story.asked_to_cancel(generated, CancellationGround.ATTESTATION)
    begun = replace(asked, state=BatchState.CANCELLING, phase=BatchPhase.CANCEL)

    with pytest.raises(VersionConflict):
        story.store.batches.attest(asked, begun, story.member.username)

    assert story.store.batches.get(asked.id) == asked


def test_the_second_person_begins_the_cancel_and_stands_for_it(story: Story) -> None:
    generated = a_generated_batch(story)
    second = story.second_person()
    asked = story.asked_to_cancel(generated, CancellationGround.ATTESTATION)

    attest_cancellation(story.store, second, asked.id, asked.version)
    cancelled = Releasing(story.store, asked.id).phases.run()

    assert cancelled.cancellation is not None
    assert (cancelled.cancellation.requested_by, cancelled.cancellation.attested_by) == (
        "operateur",
        "second",
    )
    rows = [(row.event, row.who) for row in story.store.journal.of(f"batch-{asked.id}")]
    assert ("cancellation-requested", "operateur") in rows
    assert ("cancellation-attested", "second") in rows
    assert ("cancelled", "second") in rows


def test_nothing_is_attested_that_nobody_asked_for(story: Story) -> None:
    generated = a_generated_batch(story)

    with pytest.raises(StateRefused):
        attest_cancellation(story.store, story.second_person(), generated.id, generated.version)


def test_who_asked_or_an_administrator_withdraws_and_the_file_counts_as_before(story: Story) -> None:
    generated = a_generated_batch(story)
    administrator = story.world.member(story.store, Role.ADMINISTRATOR, "chef")
    for member in (story.member, administrator):
        asked = story.asked_to_cancel(story.store.batches.get(generated.id), CancellationGround.ATTESTATION)
        withdrawn = withdraw_cancellation(story.store, member, asked.id, asked.version)
        assert (withdrawn.state, withdrawn.cancellation) == (BatchState.GENERATED, None)
        assert withdrawn.can_be_downloaded
    assert download(story.store, story.member, generated.id).file == generated.file


def test_another_operator_does_not_withdraw(story: Story) -> None:
    generated = a_generated_batch(story)
    asked = story.asked_to_cancel(generated, CancellationGround.ATTESTATION)

    with pytest.raises(NotAllowed):
        withdraw_cancellation(story.store, story.second_person(), asked.id, asked.version)


def test_an_attestation_and_a_withdrawal_at_once_have_one_winner(story: Story) -> None:
    generated = a_generated_batch(story)
    asked = story.asked_to_cancel(generated, CancellationGround.ATTESTATION)
    withdraw_cancellation(story.store, story.member, asked.id, asked.version)

    with pytest.raises((VersionConflict, StateRefused)):
        attest_cancellation(story.store, story.second_person(), asked.id, asked.version)

    assert story.store.batches.get(asked.id).state is BatchState.GENERATED


# When it is refused


@pytest.mark.parametrize("phase", [BatchPhase.CHECK, BatchPhase.RENDER, BatchPhase.APPLY, BatchPhase.VERIFY])
def test_a_batch_whose_file_is_still_being_made_is_not_cancelled(story: Story, phase: BatchPhase) -> None:
    story.families(1)
    (batch,) = story.registered()
    request_generation(story.store, story.member, batch.id, batch.version)
    worker = Generating(story.store, batch.id)
    while story.store.batches.get(batch.id).phase is not phase:
        worker.phases.step()
    version = story.store.batches.get(batch.id).version

    with pytest.raises(StateRefused):
        request_cancellation(story.store, story.member, batch.id, version, UNSENT)

    worker.phases.run()
    assert_money_holds(story)


def test_a_pending_batch_is_deleted_and_not_cancelled(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()

    with pytest.raises(StateRefused):
        request_cancellation(story.store, story.member, batch.id, batch.version, UNSENT)


def test_a_cancelled_batch_is_at_its_end(story: Story) -> None:
    cancelled = story.cancelled(a_generated_batch(story))

    for act in (
        lambda: request_cancellation(story.store, story.member, cancelled.id, cancelled.version, UNSENT),
        lambda: request_generation(story.store, story.member, cancelled.id, cancelled.version),
        lambda: request_deletion(story.store, story.member, cancelled.id, cancelled.version),
        lambda: record_deposit(story.store, story.member, cancelled.id, cancelled.version),
        lambda: download(story.store, story.member, cancelled.id),
    ):
        with pytest.raises(StateRefused):
            act()
    assert cancelled.file is not None, "its file is kept on record"


def test_an_older_version_is_a_conflict(story: Story) -> None:
    generated = a_generated_batch(story)

    for request in (UNSENT, ATTESTED, REJECTED):
        with pytest.raises(VersionConflict):
            request_cancellation(story.store, story.member, generated.id, generated.version - 1, request)


def test_the_same_click_twice_cancels_once(story: Story) -> None:
    generated = a_generated_batch(story)

    first = request_cancellation(story.store, story.member, generated.id, generated.version, UNSENT)
    second = request_cancellation(story.store, story.member, generated.id, generated.version, UNSENT)

    assert first == second
    for _ in range(2):
        Releasing(story.store, generated.id).phases.run()
    events = [row.event for row in story.store.journal.of(f"batch-{generated.id}")]
    assert (events.count("cancelling"), events.count("chunk-cancelled")) == (1, 1)


# Deposits


def test_a_deposit_says_who_and_when_whether_or_not_a_link_was_issued(story: Story) -> None:
    generated = a_generated_batch(story)
    story.world.clock.instant += timedelta(hours=3)

    deposited = record_deposit(story.store, story.member, generated.id, generated.version)

    assert deposited.deposited is not None
    assert (deposited.deposited.by, deposited.deposited.at) == ("operateur", story.world.clock.instant)
    assert deposited.handed_out is None
    assert deposited.state is BatchState.GENERATED


def test_a_deposit_is_recorded_once(story: Story) -> None:
    generated = a_generated_batch(story)
    deposited = record_deposit(story.store, story.member, generated.id, generated.version)
    story.world.clock.instant += timedelta(hours=3)

    assert record_deposit(story.store, story.member, generated.id, generated.version) == deposited
    with pytest.raises(StateRefused, match="23/11/2026"):
        record_deposit(story.store, story.second_person(), generated.id, deposited.version)


def test_a_file_that_is_not_verified_yet_is_not_deposited(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    request_generation(story.store, story.member, batch.id, batch.version)
    worker = Generating(story.store, batch.id)
    while story.store.batches.get(batch.id).phase is not BatchPhase.VERIFY:
        worker.phases.step()

    with pytest.raises(StateRefused):
        record_deposit(story.store, story.member, batch.id, story.store.batches.get(batch.id).version)
