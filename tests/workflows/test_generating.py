"""From a pending batch to a bank file that can be downloaded, again and again."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from diapason.domain.batches import BatchPhase, BatchState, LineState
from diapason.domain.creditor import BicRule, MessageVersion
from diapason.domain.errors import DigestMismatch, StateRefused
from diapason.domain.invoices import InstalmentState, Reception
from diapason.domain.mandates import MandateState, MandateType
from diapason.domain.parties import PaymentMethod
from diapason.domain.presentations import SequenceRule, SequenceType
from diapason.sepa.reread import reread_bank_file
from diapason.workflows.downloading import download
from diapason.workflows.generating import Generating, Inconsistent, request_generation
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def test_generating_debits_instalments_and_invoices(story: Story) -> None:
    first, second = story.families(1, DECEMBER, JANUARY)
    december, _ = story.registered()

    generated = story.generated(december)

    assert (generated.state, generated.phase) == (BatchState.GENERATED, BatchPhase.DONE)
    debited, waiting = story.instalment(first), story.instalment(second)
    assert (debited.state, debited.claim) == (InstalmentState.DEBITED, None)
    assert debited.last_debit is not None
    assert debited.last_debit.batch_number == december.number
    assert waiting.state is InstalmentState.NOT_DEBITED
    invoice, _ = story.store.invoices.get(first.invoice_id)
    assert invoice.value.reception is Reception.PARTLY_PAID


def test_the_last_instalment_pays_the_invoice_in_full(story: Story) -> None:
    owed = story.families(1, DECEMBER, JANUARY)
    for batch in story.registered():
        story.generated(batch)

    invoice, instalments = story.store.invoices.get(owed[0].invoice_id)
    assert invoice.value.reception is Reception.PAID
    assert {one.state for one in instalments} == {InstalmentState.DEBITED}


@pytest.mark.parametrize("version", list(MessageVersion))
def test_the_file_says_what_the_lines_say(world: World, version: MessageVersion) -> None:
    store = world.founded(version=version)
    story = Story(world, store, world.member(store))
    story.families(40)
    (batch,) = story.registered()

    generated = story.generated(batch)

    assert generated.file is not None
    data = store.outputs.get(generated.file.key)
    assert hashlib.sha256(data).hexdigest() == generated.file.sha256
    assert len(data) == generated.file.size
    debits = []
    read = reread_bank_file(io.BytesIO(data), debits.append)
    assert (read.version, read.message_id) == (version, batch.number)
    assert (read.totals.count, read.totals.cents) == (batch.count, batch.total_cents)
    lines = [line for chunk in store.batches.chunks(batch.id, range(batch.chunks)) for line in chunk.lines]
    assert [debit.end_to_end_id for debit in debits] == [line.end_to_end_id for line in lines]
    assert [debit.amount_cents for debit in debits] == [line.amount_cents for line in lines]
    assert [debit.iban for debit in debits] == [line.iban for line in lines]


def test_recurrent_and_one_off_mandates_stand_in_groups_of_their_own(story: Story) -> None:
    story.families(2)
    story.families(1, mandate_type=MandateType.ONE_OFF)
    (batch,) = story.registered()

    generated = story.generated(batch)

    assert [(group.sequence, group.count) for group in generated.groups] == [
        (SequenceType.RECURRENT, 2),
        (SequenceType.ONE_OFF, 1),
    ]
    assert generated.file is not None
    text = story.store.outputs.get(generated.file.key).decode()
    assert text.count("<PmtInf>") == 2
    assert text.index("<SeqTp>RCUR</SeqTp>") < text.index("<SeqTp>OOFF</SeqTp>")


@pytest.mark.parametrize(
    ("rule", "agent"),
    [
        (BicRule.NOT_PROVIDED, "NOTPROVIDED"),
        (BicRule.AS_GIVEN, "NOTPROVIDED"),
        (BicRule.REQUIRED, "AGRIFRPP"),
    ],
)
def test_a_bic_that_the_customer_did_not_give_is_derived_only_where_the_bank_demands_it(
    story: Story, rule: BicRule, agent: str
) -> None:
    account = story.store.registry.credited_account("main")
    changed = replace(account.value, bic_rule=rule)
    story.store.registry.put_credited_account(changed, account.revision, "test")
    story.families(1, iban_text="FR7630006000011234567890189")
    (batch,) = story.registered()

    generated = story.generated(batch)

    assert generated.file is not None
    text = story.store.outputs.get(generated.file.key).decode()
    assert agent in text[text.index("<DbtrAgt>") : text.index("</DbtrAgt>")]


def test_a_mandate_remembers_its_last_debit_and_never_moves_back(story: Story) -> None:
    (owed, _) = story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()

    story.generated(january)
    story.generated(december)

    (mandate,) = story.store.customers.get(owed.customer_id).value.mandates
    assert mandate.last_used_on == JANUARY


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iban_text": "FR7610107001011234567890129"}, "compte"),
        ({"holder": "Une autre personne"}, "compte"),
        ({"closed": True}, "compte"),
    ],
)
def test_an_account_that_changed_since_refuses_the_file_and_names_the_row(
    story: Story, change: dict[str, object], reason: str
) -> None:
    (owed,) = story.families(1, iban_text="FR7630006000011234567890189")
    (batch,) = story.registered()
    customer = story.store.customers.get(owed.customer_id)
    accounts = tuple(replace(account, **change) for account in customer.value.accounts)  # type: ignore[arg-type]
    story.store.customers.replace(replace(customer.value, accounts=accounts), customer.revision, "test")

    refused = story.generated(batch)

    assert (refused.state, refused.phase, refused.file) == (BatchState.PENDING, BatchPhase.IDLE, None)
    (refusal,) = refused.refusals
    assert refusal.invoice_number == owed.invoice_number
    assert reason in refusal.reason
    assert story.instalment(owed).state is InstalmentState.NOT_DEBITED


def test_a_family_that_pays_otherwise_by_now_refuses_the_file(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    customer = story.store.customers.get(owed.customer_id)
    by_cheque = replace(customer.value, payment_method=PaymentMethod.CHEQUE)
    story.store.customers.replace(by_cheque, customer.revision, "test")

    refused = story.generated(batch)

    assert refused.state is BatchState.PENDING
    assert "prélèvement" in refused.refusals[0].reason


def test_a_mandate_revoked_since_refuses_the_file(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    customer = story.store.customers.get(owed.customer_id)
    mandates = tuple(replace(one, state=MandateState.REVOKED) for one in customer.value.mandates)
    story.store.customers.replace(replace(customer.value, mandates=mandates), customer.revision, "test")

    refused = story.generated(batch)

    assert refused.state is BatchState.PENDING
    assert "mandat" in refused.refusals[0].reason


def test_what_was_mended_back_can_be_generated_after_a_refusal(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    customer = story.store.customers.get(owed.customer_id)
    closed = tuple(replace(account, closed=True) for account in customer.value.accounts)
    story.store.customers.replace(replace(customer.value, accounts=closed), customer.revision, "test")
    refused = story.generated(batch)
    story.store.customers.replace(customer.value, customer.revision + 1, "test")

    assert story.generated(refused).state is BatchState.GENERATED


def test_a_date_that_the_bank_no_longer_takes_refuses_the_file(story: Story) -> None:
    """Collected before the date: a file that would arrive too late is not made."""
    story.families(1)
    (batch,) = story.registered()
    story.world.clock.instant += timedelta(days=60)

    refused = story.generated(batch)

    assert refused.state is BatchState.PENDING
    assert "date" in refused.refusals[0].reason


@pytest.mark.parametrize("rule", list(SequenceRule))
def test_what_cannot_be_written_gives_the_batch_back_before_anything_is_frozen(
    story: Story, rule: SequenceRule
) -> None:
    """Whatever an examination may let pass one day, no batch stays where nobody can delete it."""
    (owed,) = story.families(1)
    (batch,) = story.registered()
    account = replace(batch.creditor.account, initiating_party_id="//", sequence_rule=rule)
    spoiled = replace(batch, creditor=replace(batch.creditor, account=account))
    batch = story.store.batches.write(batch, spoiled, "test", "spoiled")

    refused = story.generated(batch)

    assert refused.state is BatchState.PENDING
    assert "InitgPty/Id" in refused.refusals[0].reason
    (mandate,) = story.store.customers.get(owed.customer_id).value.mandates
    assert mandate.history.is_empty
    request_deletion(story.store, story.member, refused.id, refused.version)
    assert Releasing(story.store, refused.id).phases.run().state is BatchState.DELETED
    assert story.instalment(owed).is_open


def test_rendering_again_gives_the_same_bytes(story: Story) -> None:
    """The file was written, and the worker died before it was registered."""
    story.families(3)
    (batch,) = story.registered()
    requested = request_generation(story.store, story.member, batch.id, batch.version)
    worker = Generating(story.store, batch.id)
    while (at_render := story.store.batches.get(requested.id)).phase is not BatchPhase.RENDER:
        worker.phases.step()
    worker.render(at_render)
    first = story.store.batches.get(batch.id).file
    story.world.clock.instant += timedelta(hours=5)

    worker.render(at_render)  # delivered again, from the recovery point before

    after = story.store.batches.get(batch.id)
    assert after.file == first
    versions = boto3.client("s3").list_object_versions(Bucket=story.store.outputs.name)["Versions"]
    assert len(versions) == 1


def test_other_bytes_under_the_files_key_stop_the_worker(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    key = story.store.keys.bank_file(batch.id, f"{batch.number}.xml")
    story.store.outputs.put(key, b"<Document/>")

    with pytest.raises(Inconsistent):
        story.generated(batch)

    assert story.store.batches.get(batch.id).state is BatchState.GENERATING


def test_downloading_twice_gives_the_registered_bytes_and_is_recorded(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)

    first = download(story.store, story.member, generated.id)
    second = download(story.store, story.member, generated.id)

    assert first.file == second.file == generated.file
    assert 0 < first.expires_in <= 60
    after = story.store.batches.get(batch.id)
    assert after.handed_out is not None
    assert (after.handed_out.by, after.handed_out.times) == ("operateur", 2)
    events = [row.event for row in story.store.journal.of(f"batch-{batch.id}")]
    assert events.count("handed-out") == 2


def test_bytes_that_are_not_those_registered_are_not_handed_out(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)
    assert generated.file is not None
    forged = replace(generated, file=replace(generated.file, sha256="0" * 64))
    story.store.batches.write(generated, forged, "test", "forged")

    with pytest.raises(DigestMismatch):
        download(story.store, story.member, batch.id)

    assert story.store.batches.get(batch.id).handed_out is None


def test_a_pending_batch_has_nothing_to_download(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()

    with pytest.raises(StateRefused):
        download(story.store, story.member, batch.id)


def test_a_file_is_not_handed_out_before_every_state_has_moved(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    request_generation(story.store, story.member, batch.id, batch.version)
    worker = Generating(story.store, batch.id)
    while story.store.batches.get(batch.id).phase is not BatchPhase.VERIFY:
        worker.phases.step()

    with pytest.raises(StateRefused):
        download(story.store, story.member, batch.id)


def test_generating_again_is_refused(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)

    with pytest.raises(StateRefused):
        request_generation(story.store, story.member, batch.id, generated.version)


def test_lines_are_debited_once_however_often_the_message_comes(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    story.generated(batch)

    Generating(story.store, batch.id).phases.run()

    assert story.instalment(owed).debited_cents == owed.amount_cents
    (chunk,) = story.store.batches.chunks(batch.id, range(1))
    assert chunk.state is LineState.DEBITED
