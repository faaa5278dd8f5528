"""What has happened to others with their remittances, each told once: it must not happen here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import boto3
import pytest

from diapason.domain.batches import Batch, BatchState
from diapason.domain.drafts import Criteria, Draft
from diapason.domain.errors import InvalidInput, StateRefused, VersionConflict
from diapason.domain.identifiers import Iban
from diapason.domain.invoices import InstalmentState
from diapason.domain.mandates import Mandate, MandateState
from diapason.domain.numbering import NumberingKind, NumberingRule
from diapason.domain.parties import Customer, DebtorAccount
from diapason.domain.presentations import SequenceRule, SequenceType
from diapason.store.customers import mandate_id
from diapason.workflows.downloading import download
from diapason.workflows.drafting import (
    GeneralInformation,
    RowChange,
    create_draft,
    edit_row,
    select,
    set_date,
)
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.registering import Registering, validate
from diapason.workflows.releasing import Releasing, request_deletion
from diapason.workflows.sweeping import sweep
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import ALL_WINTER, DECEMBER, JANUARY, Story, a_story
from tests.world import FAMILY_IBANS, ICS, SCHOOL_IBAN, World, family

SEQUENCE_TYPES = {"FRST", "RCUR", "FNAL", "OOFF"}
"""ISO 20022 SequenceType3Code, without RPRE, which the EPC's rulebooks do not use."""


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def file_of(story: Story, batch: Batch) -> ET.Element:
    stored = story.store.batches.get(batch.id).file
    assert stored is not None
    return ET.fromstring(story.store.outputs.get(stored.key))


def texts(root: ET.Element, name: str) -> list[str]:
    return [element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == name]


def edited(story: Story, draft: Draft, instalment_id: str, change: RowChange) -> Draft:
    return edit_row(story.store, story.member, draft.id, draft.version, instalment_id, change)


# Debited twice


def test_debited_twice_after_selecting_again(story: Story) -> None:
    """What a generated batch took is no longer there to be selected, nor attached."""
    (owed,) = story.families(1)
    (batch,) = story.registered()
    story.generated(batch)

    assert story.selected().count == 0
    attached = story.attached(owed)
    assert (attached.count, attached.blocked) == (1, 1)
    with pytest.raises(InvalidInput):
        story.validated(attached, "key-2")
    assert story.instalment(owed).debited_cents == owed.amount_cents


def test_debited_twice_because_the_table_was_made_before_the_other_batch(story: Story) -> None:
    """Two operators with one table each: the second learns of it, and nothing of theirs is registered."""
    (owed,) = story.families(1)
    first, second = story.selected(), story.selected()
    story.generated(story.batches_of(story.validated(first, "key-1"))[0])

    late = Registering(story.store, story.validated(second, "key-2").id).phases.run()

    assert late.state == "open"
    assert late.blocked == 1
    assert len(story.batches()) == 1
    assert story.instalment(owed).debited_cents == owed.amount_cents


def test_charged_again_under_an_edited_collection_date(story: Story) -> None:
    """A duplicate that is known by its date is none once the date is edited; a claim knows no date."""
    (owed,) = story.families(1)
    first, second = story.selected(), story.selected()
    second = set_date(story.store, story.member, second.id, second.version, [owed.id], date(2026, 12, 9))
    story.batches_of(story.validated(first, "key-1"))

    late = Registering(story.store, story.validated(second, "key-2").id).phases.run()

    assert (late.state, late.blocked) == ("open", 1)
    assert [batch.collection_date for batch in story.batches()] == [DECEMBER]


def test_charged_again_after_a_deferral_by_a_weekend(story: Story) -> None:
    """The same instalment for a Saturday, and deferred to the Monday, is the same instalment."""
    (owed,) = story.families(1, date(2026, 12, 12))
    draft = story.selected()
    draft = edited(story, draft, owed.id, RowChange(collection_date=date(2026, 12, 14)))
    story.generated(story.batches_of(story.validated(draft))[0])

    assert story.selected().count == 0
    assert story.instalment(owed).state is InstalmentState.DEBITED


def test_charged_again_for_another_amount(story: Story) -> None:
    """Another amount makes no other debit of the same instalment while one is under way."""
    (owed,) = story.families(1)
    first, second = story.selected(), story.selected()
    first = edited(story, first, owed.id, RowChange(amount_cents=400))
    second = edited(story, second, owed.id, RowChange(amount_cents=600))
    (batch,) = story.batches_of(story.validated(first, "key-1"))

    late = Registering(story.store, story.validated(second, "key-2").id).phases.run()

    assert (late.state, late.blocked) == ("open", 1)
    assert story.instalment(owed).in_flight_cents == 400
    story.generated(batch)
    assert_money_holds(story)


def test_a_key_made_at_each_opening_of_the_dialog_registers_once_all_the_same(story: Story) -> None:
    """A second key for the same table finds its draft registered: the key is not the barrier."""
    story.families(2)
    draft = story.selected()
    story.batches_of(story.validated(draft, "key-1"))

    with pytest.raises((StateRefused, VersionConflict)):
        validate(story.store, story.member, draft.id, draft.version, "key-2", draft.count, draft.total_cents)

    assert len(story.batches()) == 1


def test_a_restart_does_not_send_yesterdays_file_again(story: Story) -> None:
    """All messages of yesterday come again, and the sweeper passes: no file, no link, no debit is added."""
    (owed,) = story.families(1)
    (batch,) = story.registered()
    generated = story.generated(batch)
    download(story.store, story.member, batch.id)
    before = story.store.batches.get(batch.id)
    story.world.clock.instant += timedelta(days=1)

    assert sweep(story.world.house) == 0
    Registering(story.store, batch.draft_id).phases.run()
    Generating(story.store, batch.id).phases.run()
    Releasing(story.store, batch.id).phases.run()

    assert story.store.batches.get(batch.id) == before
    versions = boto3.client("s3").list_object_versions(Bucket=story.store.outputs.name)["Versions"]
    assert len(versions) == 1
    assert before.file == generated.file
    assert story.instalment(owed).debited_cents == owed.amount_cents


def test_a_batch_that_was_uploaded_is_not_deleted(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    story.generated(batch)
    download(story.store, story.member, batch.id)
    handed_out = story.store.batches.get(batch.id)

    with pytest.raises(StateRefused):
        request_deletion(story.store, story.member, batch.id, handed_out.version)


def test_an_uploaded_line_is_not_added_to_the_next_file(story: Story) -> None:
    """The next file holds what is owed then, and nothing of the file before."""
    story.families(2, DECEMBER)
    first = story.generated(story.registered()[0])
    story.families(1, DECEMBER)
    (second,) = story.batches_of(story.validated(story.selected(), "key-2"))
    second = story.generated(second)

    before, after = (set(texts(file_of(story, batch), "EndToEndId")) for batch in (first, second))
    assert (len(before), len(after)) == (2, 1)
    assert before.isdisjoint(after)
    assert texts(file_of(story, second), "NbOfTxs") == ["1", "1"]


def test_the_references_of_one_family_are_not_appended_to_the_next(story: Story) -> None:
    owed = story.families(3)
    (batch,) = story.registered()
    story.generated(batch)

    said = texts(file_of(story, batch), "Ustrd")

    for text in said:
        assert sum(one.invoice_number in text for one in owed) == 1


# Sequences


def test_the_second_first_instalment_while_an_older_batch_stayed_open(story: Story) -> None:
    """The January file is made first; the older batch of December follows and is not a first again."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    story.families(1, DECEMBER, JANUARY)
    december, january = story.registered()

    newer, older = story.generated(january), story.generated(december)

    assert [group.sequence for group in newer.groups] == [SequenceType.FIRST]
    assert [group.sequence for group in older.groups] == [SequenceType.RECURRENT]
    assert_money_holds(story)


def test_always_first(story: Story) -> None:
    """Under a bank that wants firsts, every collection but the first is recurrent."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    dues = [date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21), date(2027, 1, 7)]
    story.families(1, *dues)

    said = [story.generated(batch).groups[0].sequence for batch in story.registered()]

    assert said == ["FRST", "RCUR", "RCUR", "RCUR"]


def test_never_first_where_no_bank_asked_for_it(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()

    assert [group.sequence for group in story.generated(batch).groups] == [SequenceType.RECURRENT]


def test_the_sequence_moved_at_generation_and_was_wrong_after_a_cancel(story: Story) -> None:
    """A refused or cancelled file leaves no trace in what the next one says."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    (owed,) = story.families(1)
    (batch,) = story.registered()
    account = story.store.customers.get(owed.customer_id).value.accounts[0]
    story.customer_changed(owed.customer_id, accounts=(replace(account, closed=True),))
    refused = story.generated(batch)
    assert refused.state is BatchState.PENDING
    story.customer_changed(owed.customer_id, accounts=(account,))
    cancelled = story.cancelled(story.generated(refused))
    assert cancelled.groups[0].sequence is SequenceType.FIRST

    (again,) = story.batches_of(story.validated(story.selected(), "key-2"))

    assert story.generated(again).groups[0].sequence is SequenceType.FIRST
    assert_money_holds(story)


def test_a_sequence_type_that_means_all_of_them(story: Story) -> None:
    """``ALL`` was a choice on a screen and went into a file."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    story.families(2, DECEMBER, JANUARY)
    for batch in story.registered():
        story.generated(batch)
        said = texts(file_of(story, batch), "SeqTp")
        assert said
        assert set(said) <= SEQUENCE_TYPES


def test_the_header_total_was_nothing_for_one_sequence_type(story: Story) -> None:
    """Every group says its own count and sum, and the header their sums."""
    story.account_changed(sequence_rule=SequenceRule.FIRST)
    customer = story.world.customer(story.store, "C1")
    for cents in (1_999, 2_001, 10):
        story.world.invoice(story.store, customer, (DECEMBER, cents))
    (batch,) = story.registered()
    generated = story.generated(batch)

    root = file_of(story, batch)

    assert [(group.sequence, group.count) for group in generated.groups] == [("FRST", 1), ("RCUR", 2)]
    header, *groups = texts(root, "CtrlSum")
    assert header == "40.10"
    assert "0.00" not in groups
    assert sum(int(text.replace(".", "")) for text in groups) == 4_010
    assert texts(root, "NbOfTxs") == ["3", "1", "2"]


# Mandates


def test_two_mandates_were_merged_in_one_transaction(story: Story) -> None:
    """A family with two accounts and a mandate for each is debited by two debits, each with its own."""
    school_id = story.store.keys.school_id
    one = family(school_id, "C1")
    second = DebtorAccount("a2", "Famille C1", FAMILY_IBANS[2])
    rum = "RUM-C1-BIS"
    other = Mandate(mandate_id(school_id, rum), rum, "a2", MandateState.SIGNED, signed_on=date(2026, 8, 1))
    customer: Customer = replace(one, accounts=(*one.accounts, second), mandates=(*one.mandates, other))
    story.store.customers.create(customer, "test")
    (first,) = story.world.invoice(story.store, customer, (DECEMBER, 1_000))
    (later,) = story.world.invoice(story.store, customer, (DECEMBER, 2_000))
    draft = story.selected()
    draft = edited(story, draft, later.id, RowChange(account_id="a2", mandate_id=other.id))
    (batch,) = story.batches_of(story.validated(draft))

    story.generated(batch)

    said = {
        line.instalment_id: (line.mandate_reference, line.iban)
        for line in (collection.line for collection in story.collections(batch))
    }
    iban = Iban.parse(one.accounts[0].iban_text).electronic
    assert said[first.id] == ("RUM-C1", iban)
    assert said[later.id] == (rum, FAMILY_IBANS[2])
    assert sorted(texts(file_of(story, batch), "MndtId")) == ["RUM-C1", rum]
    histories = {
        mandate.reference: [one.amount_cents for one in mandate.history.recent]
        for mandate in story.store.customers.get(customer.id).value.mandates
    }
    assert histories == {"RUM-C1": [1_000], rum: [2_000]}


def test_the_same_mandate_twice_in_a_file_makes_two_debits(story: Story) -> None:
    customer = story.world.customer(story.store, "C1")
    for cents in (1_000, 2_000):
        story.world.invoice(story.store, customer, (DECEMBER, cents))
    (batch,) = story.registered()

    story.generated(batch)

    root = file_of(story, batch)
    assert texts(root, "MndtId") == ["RUM-C1", "RUM-C1"]
    assert sorted(texts(root, "InstdAmt")) == ["10.00", "20.00"]
    assert len(set(texts(root, "EndToEndId"))) == 2


def test_a_mandate_that_ended_in_one_batch_is_not_collected_in_the_next(story: Story) -> None:
    """Final in January, while February had been registered before: its file is refused."""
    february = date(2027, 2, 8)
    (_, last) = story.families(1, JANUARY, february)
    draft = create_draft(story.store, story.member, GeneralInformation("main"))
    draft = select(story.store, story.member, draft.id, draft.version, Criteria(february, february))
    (pending,) = story.batches_of(story.validated(draft, "key-1"))
    draft = story.selected()
    (row_id,) = [
        one.id for one in story.store.instalments.of_invoice(last.invoice_id) if one.due_date == JANUARY
    ]
    draft = edited(story, draft, row_id, RowChange(is_final=True))
    story.batches_of(story.validated(draft, "key-2"))

    refused = story.generated(pending)

    assert refused.state is BatchState.PENDING
    assert "dernière fois" in refused.refusals[0].reason


def test_closing_one_batch_closed_an_unrelated_one(story: Story) -> None:
    """Numbers alike in two schools, and batches of one draft: each is deleted alone."""
    other = a_story(story.world, "ecole-autre")
    for school in (story, other):
        customer = school.world.customer(school.store, "C1")
        school.world.invoice(school.store, customer, (DECEMBER, 1_000), (JANUARY, 1_000), number="F1")
    december, january = story.registered()
    twin, _ = other.registered()
    assert twin.number == december.number

    request_deletion(story.store, story.member, december.id, december.version)
    Releasing(story.store, december.id).phases.run()

    assert story.store.batches.get(january.id).state is BatchState.PENDING
    assert other.store.batches.get(twin.id).state is BatchState.PENDING
    assert_money_holds(story)
    assert_money_holds(other)


# The creditor


def test_the_creditor_was_reset_to_a_default(story: Story) -> None:
    """The file credits the account and names the ICS that were chosen, whatever other accounts there are."""
    other = story.store.registry.credited_account("main").value
    second = replace(other, id="second", label="Second", iban_text="FR7630004000031234567890143")
    story.store.registry.put_credited_account(second, None, "test")
    story.families(1)
    draft = create_draft(story.store, story.member, GeneralInformation("second"))
    draft = select(story.store, story.member, draft.id, draft.version, ALL_WINTER)
    (batch,) = story.batches_of(story.validated(draft))

    story.generated(batch)

    root = file_of(story, batch)
    credited = [
        text for account in root.iter() if account.tag.endswith("CdtrAcct") for text in texts(account, "IBAN")
    ]
    assert credited == ["FR7630004000031234567890143"]
    assert SCHOOL_IBAN not in texts(root, "IBAN")
    assert ICS in texts(root, "Id")


def test_an_account_changed_after_validation_refuses_the_file_instead_of_crediting_another(
    story: Story,
) -> None:
    story.families(1)
    (batch,) = story.registered()
    story.account_changed(iban_text="FR7630004000031234567890143")

    refused = story.generated(batch)

    assert refused.state is BatchState.PENDING
    assert "compte crédité" in refused.refusals[0].reason


# Numbers and dates


def test_there_was_no_101st_batch_in_a_month(story: Story) -> None:
    """Numbers by year go on past any width, and say so in order."""
    organisation = story.store.registry.organisation()
    rule = NumberingRule(NumberingKind.YEARLY, "PRLV-")
    changed = replace(organisation.value, numbering=rule)
    story.store.registry.put_organisation(changed, organisation.revision, "test")
    transaction = story.store.transactions.begin()
    story.store.counters.add_take(transaction, "BATCHES#2026", 0, 99_999)
    transaction.commit()
    story.families(1, DECEMBER, JANUARY)

    numbers = [batch.number for batch in story.registered()]

    assert numbers == ["PRLV-2026-100000", "PRLV-2026-100001"]
    generated = [story.generated(batch) for batch in story.batches()]
    assert all(len(text) <= 35 for one in generated for text in texts(file_of(story, one), "EndToEndId"))


def test_two_drafts_at_once_do_not_take_the_same_number(story: Story) -> None:
    organisation = story.store.registry.organisation()
    changed = replace(organisation.value, numbering=NumberingRule(NumberingKind.YEARLY))
    story.store.registry.put_organisation(changed, organisation.revision, "test")
    drafts = []
    for rank in range(2):
        (owed,) = story.families(1)
        drafts.append(story.validated(story.attached(owed), f"key-{rank}"))

    numbers = {story.batches_of(draft)[0].number for draft in drafts}

    assert numbers == {"2026-00001", "2026-00002"}


def test_collected_before_the_date(story: Story) -> None:
    """The file asks for the very date of its batch; the bank's delay is never taken from the family's."""
    story.families(1, DECEMBER)
    (batch,) = story.registered()
    story.generated(batch)

    assert texts(file_of(story, batch), "ReqdColltnDt") == ["2026-12-07"]


def test_amounts_a_hundred_times_too_large_or_a_cent_too_small(story: Story) -> None:
    customer = story.world.customer(story.store, "C1")
    amounts = [1_999, 1, 10_000_001, 29, 57]
    for cents in amounts:
        story.world.invoice(story.store, customer, (DECEMBER, cents))
    (batch,) = story.registered()
    story.generated(batch)

    root = file_of(story, batch)

    said = sorted(int(text.replace(".", "")) for text in texts(root, "InstdAmt"))
    assert said == sorted(amounts)
    assert "19.99" in texts(root, "InstdAmt")
    assert set(texts(root, "CtrlSum")) == {"100020.87"}


def test_a_cancelled_contribution_is_not_collected(story: Story) -> None:
    """An instalment that was cancelled before its batch was registered blocks the batch."""
    (owed, _) = story.families(2)
    draft = story.selected()
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

    late = Registering(story.store, story.validated(draft).id).phases.run()

    assert (late.state, late.blocked) == ("open", 1)
    assert story.batches() == []


def test_a_file_asked_for_twice_at_once_is_one_file(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    request_generation(story.store, story.member, batch.id, batch.version)
    request_generation(story.store, story.member, batch.id, batch.version)
    workers = [Generating(story.store, batch.id) for _ in range(2)]
    while {worker.phases.step() is None for worker in workers} != {True}:
        assert_money_holds(story)

    versions = boto3.client("s3").list_object_versions(Bucket=story.store.outputs.name)["Versions"]
    assert len(versions) == 1
