"""The wizard: selecting, attaching, detaching and editing, each on the version that the operator saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.batches import DraftState
from diapason.domain.creditor import CreditedAccount
from diapason.domain.drafts import Criteria, Draft, DraftPhase, DraftRow, GeneralInformation
from diapason.domain.errors import InvalidInput, NotFound, StateRefused, VersionConflict
from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import Instalment, InvoiceKind, Sending, SendingEvent
from diapason.domain.mandates import MandateType
from diapason.domain.parties import PaymentMethod
from diapason.workflows import drafting
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import RowChange
from diapason.workflows.finding import attach_found
from diapason.workflows.registering import Registering
from tests.workflows.story import ALL_WINTER, DECEMBER, JANUARY, Story, a_story
from tests.world import FAMILY_IBANS, NOON_IN_PARIS, SCHOOL_IBAN, opened_world

C = AnomalyCode
GENERAL = GeneralInformation("main", "EXT-1", "premier lot")
A_DAY_LATER = date(2026, 12, 8)


@pytest.fixture(scope="module")
def schools() -> Iterator[Callable[[], Story]]:
    """Founds one school after another in one world: each test has its own."""
    with opened_world() as world:
        ranks = count(1)
        yield lambda: a_story(world, f"ecole-{next(ranks)}")


@pytest.fixture
def story(schools: Callable[[], Story]) -> Iterator[Story]:
    founded = schools()
    yield founded
    founded.world.clock.instant = NOON_IN_PARIS


def rows(story: Story, draft: Draft) -> list[DraftRow]:
    return read_rows(story.store, draft)


def codes(row: DraftRow) -> list[AnomalyCode]:
    return [anomaly.code for anomaly in row.anomalies]


def only_row(story: Story, draft: Draft) -> DraftRow:
    (row,) = rows(story, draft)
    return row


def edited(story: Story, draft: Draft, instalment: Instalment, **cells: object) -> Draft:
    change = RowChange(**cells)  # type: ignore[arg-type]
    return drafting.edit_row(story.store, story.member, draft.id, draft.version, instalment.id, change)


def second_account(story: Story) -> None:
    """Another credited account, whose bank wants files fourteen open days ahead."""
    account = CreditedAccount("slow", "Compte lent", SCHOOL_IBAN, lead_days=14)
    story.store.registry.put_credited_account(account, None, "test")


# Step 1


def test_a_new_draft_is_open_empty_and_listed(story: Story) -> None:
    draft = drafting.create_draft(story.store, story.member, GENERAL)

    assert story.store.drafts.get(draft.id) == draft
    assert (draft.state, draft.phase, draft.version) == (DraftState.OPEN, DraftPhase.IDLE, 1)
    assert (draft.count, draft.total_cents, draft.created_by) == (0, 0, story.member.username)
    assert [listed.id for listed in story.store.drafts.listed()] == [draft.id]


def test_a_draft_into_an_unknown_account_is_refused(story: Story) -> None:
    with pytest.raises(InvalidInput) as refusal:
        drafting.create_draft(story.store, story.member, GeneralInformation("nowhere"))

    assert [(error.path, error.code) for error in refusal.value.errors] == [
        ("credited_account_id", "unknown")
    ]
    assert list(story.store.drafts.listed()) == []


def test_another_credited_account_examines_every_row_anew(story: Story) -> None:
    story.families(2)
    second_account(story)
    draft = story.selected()
    assert draft.blocked == 0

    slow = drafting.set_general(
        story.store, story.member, draft.id, draft.version, replace(GENERAL, credited_account_id="slow")
    )

    assert slow.blocked == 2
    assert {code for row in rows(story, slow) for code in codes(row)} == {C.DATE_TOO_SOON}
    back = drafting.set_general(story.store, story.member, slow.id, slow.version, GENERAL)
    assert back.blocked == 0


def test_a_comment_changes_no_row_and_writes_no_slice(story: Story) -> None:
    story.families(2)
    draft = story.selected()

    changed = drafting.set_general(
        story.store, story.member, draft.id, draft.version, replace(GENERAL, comment="autre")
    )

    assert changed.segments == draft.segments
    assert changed.general.comment == "autre"
    assert changed.version == draft.version + 1


# Step 2


def test_the_table_holds_what_is_open_between_the_dates_both_included(story: Story) -> None:
    story.families(1, date(2026, 12, 6), DECEMBER, A_DAY_LATER, JANUARY, date(2027, 1, 8))

    draft = story.selected(Criteria(DECEMBER, JANUARY))

    assert [row.due_date for row in rows(story, draft)] == [DECEMBER, A_DAY_LATER, JANUARY]
    assert draft.criteria == Criteria(DECEMBER, JANUARY)


def test_amounts_are_selected_by_what_remains_bounds_included(story: Story) -> None:
    story.families(4)  # 10,00 to 10,03

    draft = story.selected(replace(ALL_WINTER, min_cents=1_001, max_cents=1_002))

    assert sorted(row.amount_cents for row in rows(story, draft)) == [1_001, 1_002]


def test_an_activity_selects_its_own_instalments(story: Story) -> None:
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (DECEMBER, 500), activity="PIANO")
    story.world.invoice(story.store, customer, (JANUARY, 700), activity="DANSE")

    draft = story.selected(replace(ALL_WINTER, activity="DANSE"))

    assert [(row.activity, row.amount_cents) for row in rows(story, draft)] == [("DANSE", 700)]


def test_criteria_upside_down_are_refused_and_the_table_stays(story: Story) -> None:
    story.families(1)
    draft = story.selected()

    for criteria, path in (
        (Criteria(JANUARY, DECEMBER), "due_to"),
        (replace(ALL_WINTER, min_cents=2, max_cents=1), "max_cents"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            drafting.select(story.store, story.member, draft.id, draft.version, criteria)
        assert [error.path for error in refusal.value.errors] == [path]
    assert story.store.drafts.get(draft.id) == draft


def test_customers_who_pay_otherwise_are_left_out_and_counted(story: Story) -> None:
    (kept,) = story.families(1)
    story.families(2, payment_method=PaymentMethod.TRANSFER)

    draft = story.selected()

    assert [row.instalment_id for row in rows(story, draft)] == [kept.id]
    assert draft.left_out == 2


def test_selecting_again_replaces_the_table_and_what_was_left_out(story: Story) -> None:
    story.families(2, DECEMBER, JANUARY)
    story.families(1, DECEMBER, payment_method=PaymentMethod.CASH)
    draft = story.selected()

    again = drafting.select(story.store, story.member, draft.id, draft.version, Criteria(JANUARY, JANUARY))

    assert {row.due_date for row in rows(story, again)} == {JANUARY}
    assert (again.count, again.left_out) == (2, 0)


def test_what_is_not_owed_is_never_selected(story: Story) -> None:
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (DECEMBER, -500), kind=InvoiceKind.CREDIT_NOTE)

    assert story.selected().count == 0


def test_an_invoice_that_was_not_sent_is_selected_and_flagged(story: Story) -> None:
    customer = story.world.customer(story.store)
    story.world.invoice(story.store, customer, (DECEMBER, 500), sending=Sending.WAITING)

    assert codes(only_row(story, story.selected())) == [C.INVOICE_NOT_SENT, C.NOTICE_MISSING]


# Step 3: attach and detach


def test_an_instalment_is_attached_at_the_end_of_the_table(story: Story) -> None:
    january, december = story.families(1, JANUARY)[0], story.families(1, DECEMBER)[0]
    draft = story.selected(Criteria(JANUARY, JANUARY))

    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [december.id])

    assert [row.instalment_id for row in rows(story, draft)] == [january.id, december.id]
    assert draft.total_cents == january.amount_cents + december.amount_cents


def test_an_instalment_is_attached_with_its_anomalies(story: Story) -> None:
    (otherwise,) = story.families(1, payment_method=PaymentMethod.CHEQUE)
    draft = story.selected()

    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [otherwise.id])

    assert codes(only_row(story, draft)) == [C.METHOD_NOT_DEBIT]
    assert draft.blocked == 1


def test_an_instalment_that_another_batch_holds_is_attached_and_blocked(story: Story) -> None:
    (owed,) = story.families(1)
    (batch,) = story.registered()
    draft = drafting.create_draft(story.store, story.member, GENERAL)

    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [owed.id])

    (anomaly,) = only_row(story, draft).anomalies
    assert (anomaly.code, anomaly.detail) == (C.CLAIMED, batch.number)


def test_attaching_twice_makes_one_row_and_keeps_what_was_edited(story: Story) -> None:
    (owed,) = story.families(1)
    draft = edited(story, story.selected(), owed, amount_cents=400)

    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [owed.id, owed.id])

    assert only_row(story, draft).amount_cents == 400
    assert draft.total_cents == 400


def test_attaching_something_unknown_attaches_nothing(story: Story) -> None:
    known, attached = story.families(2)
    draft = story.selected()
    draft = drafting.detach(story.store, story.member, draft.id, draft.version, [known.id])

    for unknown in ("nothing-001", "nothing", f"{known.invoice_id}-002"):
        with pytest.raises(NotFound):
            drafting.attach(story.store, story.member, draft.id, draft.version, [known.id, unknown])

    assert only_row(story, story.store.drafts.get(draft.id)).instalment_id == attached.id


def test_the_instalment_of_another_school_is_unknown(story: Story, schools: Callable[[], Story]) -> None:
    (foreign,) = schools().families(1)
    draft = story.selected()

    with pytest.raises(NotFound):
        drafting.attach(story.store, story.member, draft.id, draft.version, [foreign.id])


def test_what_was_detached_is_not_in_the_table_and_can_come_back(story: Story) -> None:
    one, other = story.families(2)
    draft = story.selected()

    draft = drafting.detach(story.store, story.member, draft.id, draft.version, [one.id, "nothing"])
    assert only_row(story, draft).instalment_id == other.id
    assert draft.total_cents == other.amount_cents

    draft = drafting.attach(story.store, story.member, draft.id, draft.version, [one.id])
    assert {row.instalment_id for row in rows(story, draft)} == {one.id, other.id}


def test_detaching_everything_leaves_an_empty_table(story: Story) -> None:
    owed = story.families(2)
    draft = story.selected()

    draft = drafting.detach(story.store, story.member, draft.id, draft.version, [one.id for one in owed])

    assert (draft.segments, draft.count, draft.total_cents) == ((), 0, 0)


# Step 3: edits


def test_one_date_for_many_rows_examines_them_and_leaves_the_others(story: Story) -> None:
    owed = story.families(3, DECEMBER)
    draft = story.selected()
    saturday = date(2026, 12, 5)

    draft = drafting.set_date(
        story.store, story.member, draft.id, draft.version, [owed[0].id, owed[1].id], saturday
    )

    by_id = {row.instalment_id: row for row in rows(story, draft)}
    assert [by_id[one.id].collection_date for one in owed] == [saturday, saturday, DECEMBER]
    assert [codes(by_id[one.id]) for one in owed] == [[C.DATE_NOT_TARGET], [C.DATE_NOT_TARGET], []]
    assert draft.blocked == 2


def test_a_date_moves_the_row_and_not_the_instalment(story: Story) -> None:
    (owed,) = story.families(1)

    draft = edited(story, story.selected(), owed, collection_date=A_DAY_LATER)

    row = only_row(story, draft)
    assert (row.collection_date, row.due_date) == (A_DAY_LATER, DECEMBER)
    assert story.instalment(owed) == owed


def test_an_amount_below_the_rest_is_debited_in_part(story: Story) -> None:
    (owed,) = story.families(1)

    draft = edited(story, story.selected(), owed, amount_cents=1)

    assert (draft.total_cents, draft.blocked) == (1, 0)
    assert story.instalment(owed) == owed


@pytest.mark.parametrize(("above", "expected"), [(0, []), (1, [C.AMOUNT_ABOVE_REST])])
def test_an_amount_above_the_rest_blocks_its_row(
    story: Story, above: int, expected: list[AnomalyCode]
) -> None:
    (owed,) = story.families(1)

    draft = edited(story, story.selected(), owed, amount_cents=owed.remaining_cents + above)

    assert codes(only_row(story, draft)) == expected


def test_another_account_and_its_mandate_are_chosen_cell_by_cell(story: Story) -> None:
    (owed,) = story.families(1)
    customer = story.store.customers.get(owed.customer_id)
    other = replace(customer.value.accounts[0], id="a2", iban_text=FAMILY_IBANS[0], holder="Grand-père")
    his = replace(customer.value.mandates[0], id="m2", reference="RUM-GP", account_id="a2")
    his = replace(his, signed_on=date(2026, 1, 5))
    both = replace(
        customer.value, accounts=(*customer.value.accounts, other), mandates=(*customer.value.mandates, his)
    )
    story.store.customers.replace(both, customer.revision, "test")
    draft = story.selected()

    draft = edited(story, draft, owed, account_id="a2")
    assert codes(only_row(story, draft)) == [C.MANDATE_OTHER_ACCOUNT]

    draft = edited(story, draft, owed, mandate_id="m2")
    row = only_row(story, draft)
    assert codes(row) == []
    assert (row.account_id, row.account_masked) == ("a2", other.masked)
    assert (row.mandate_id, row.mandate_reference) == ("m2", "RUM-GP")


@pytest.mark.parametrize("cell", ["account_id", "mandate_id"])
def test_the_account_or_mandate_of_another_customer_is_refused(story: Story, cell: str) -> None:
    one, other = story.families(2)
    strangers = story.store.customers.get(other.customer_id)
    renamed = replace(strangers.value.accounts[0], id="a-other")
    mandate = replace(strangers.value.mandates[0], account_id="a-other")
    story.store.customers.replace(
        replace(strangers.value, accounts=(renamed,), mandates=(mandate,)), strangers.revision, "test"
    )
    draft = story.selected()

    with pytest.raises(InvalidInput) as refusal:
        edited(story, draft, one, **{cell: {"account_id": "a-other", "mandate_id": mandate.id}[cell]})

    assert [error.path for error in refusal.value.errors] == [cell]
    assert story.store.drafts.get(draft.id) == draft


def test_a_row_that_is_not_in_the_table_cannot_be_edited(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected(Criteria(JANUARY, JANUARY))

    with pytest.raises(NotFound):
        edited(story, draft, owed, amount_cents=1)


def test_a_one_off_mandate_on_two_rows_blocks_both_until_one_goes(story: Story) -> None:
    customer = story.world.customer(story.store, mandate_type=MandateType.ONE_OFF)
    first, second = story.world.invoice(story.store, customer, (DECEMBER, 500), (JANUARY, 700))
    draft = story.selected()
    assert [codes(row) for row in rows(story, draft)] == [[C.MANDATE_TWICE], [C.MANDATE_TWICE]]

    draft = drafting.detach(story.store, story.member, draft.id, draft.version, [first.id])

    assert only_row(story, draft).instalment_id == second.id
    assert draft.blocked == 0


# The last collection of a mandate


def test_a_row_is_made_the_last_collection_of_its_mandate_and_back(story: Story) -> None:
    (owed,) = story.families(1)

    draft = edited(story, story.selected(), owed, is_final=True)
    assert only_row(story, draft).is_final
    draft = edited(story, draft, owed, amount_cents=1)
    assert only_row(story, draft).is_final
    draft = edited(story, draft, owed, is_final=False)

    assert not only_row(story, draft).is_final


def test_a_one_off_mandate_has_no_last_collection(story: Story) -> None:
    (owed,) = story.families(1, mandate_type=MandateType.ONE_OFF)
    draft = story.selected()

    with pytest.raises(InvalidInput) as refusal:
        edited(story, draft, owed, is_final=True)

    assert [(error.path, error.code) for error in refusal.value.errors] == [("is_final", "one-off")]
    assert "ponctuel" in refusal.value.errors[0].message
    assert edited(story, draft, owed, is_final=False).blocked == 0


def test_another_mandate_is_not_ended_unless_it_is_said_again(story: Story) -> None:
    (owed,) = story.families(1)
    customer = story.store.customers.get(owed.customer_id)
    other = replace(customer.value.mandates[0], id="m2", reference="RUM-2")
    both = replace(customer.value, mandates=(*customer.value.mandates, other))
    story.store.customers.replace(both, customer.revision, "test")
    draft = edited(story, story.selected(), owed, mandate_id=customer.value.mandates[0].id, is_final=True)
    assert only_row(story, draft).is_final

    draft = edited(story, draft, owed, mandate_id="m2")
    assert not only_row(story, draft).is_final
    draft = edited(story, draft, owed, mandate_id="m2", is_final=True)

    assert only_row(story, draft).is_final


def test_two_rows_under_a_mandate_that_ends_block_each_other(story: Story) -> None:
    customer = story.world.customer(story.store)
    first, _ = story.world.invoice(story.store, customer, (DECEMBER, 500), (JANUARY, 700))

    draft = edited(story, story.selected(), first, is_final=True)

    assert {code for row in rows(story, draft) for code in codes(row)} == {C.MANDATE_TWICE}


def test_a_refresh_keeps_the_last_collection_unless_the_mandate_became_one_off(story: Story) -> None:
    (owed,) = story.families(1)
    draft = edited(story, story.selected(), owed, is_final=True)
    draft = drafting.refresh(story.store, story.member, draft.id, draft.version)
    assert only_row(story, draft).is_final
    customer = story.store.customers.get(owed.customer_id)
    once = replace(customer.value.mandates[0], type=MandateType.ONE_OFF)
    story.store.customers.replace(replace(customer.value, mandates=(once,)), customer.revision, "test")

    draft = drafting.refresh_row(story.store, story.member, draft.id, draft.version, owed.id)

    assert (only_row(story, draft).is_final, draft.blocked) == (False, 0)


# Dates that are proposed


def test_each_row_takes_the_date_that_is_proposed_for_it_and_the_others_keep_theirs(story: Story) -> None:
    customer = story.world.customer(story.store)
    saturday, christmas = date(2026, 12, 5), date(2026, 12, 25)
    story.world.invoice(
        story.store, customer, (date(2026, 11, 20), 1), (saturday, 2), (DECEMBER, 3), (christmas, 4)
    )
    draft = story.selected(Criteria(date(2026, 11, 1), date(2026, 12, 31)))
    every = [row.instalment_id for row in rows(story, draft)]

    draft = drafting.set_proposed_dates(story.store, story.member, draft.id, draft.version, every[:3])

    dates = [row.collection_date for row in rows(story, draft)]
    assert dates == [date(2026, 11, 25), DECEMBER, DECEMBER, christmas]
    assert draft.blocked == 1


# Refresh


def test_refreshing_takes_over_what_changed_and_keeps_what_was_edited_by_hand(story: Story) -> None:
    customer = story.world.customer(story.store)
    (owed,) = story.world.invoice(story.store, customer, (DECEMBER, 5_000), sending=Sending.READY)
    draft = edited(story, story.selected(), owed, amount_cents=1_200, collection_date=A_DAY_LATER)
    assert codes(only_row(story, draft)) == [C.INVOICE_NOT_SENT, C.NOTICE_MISSING]
    story.store.invoices.change_sending(owed.invoice_id, SendingEvent.SEND, 1, "test")
    stale = edited(story, draft, owed, amount_cents=1_300)
    assert codes(only_row(story, stale)) == [C.CHANGED]

    draft = drafting.refresh(story.store, story.member, stale.id, stale.version)

    row = only_row(story, draft)
    assert codes(row) == []
    assert (row.amount_cents, row.collection_date, row.revision) == (1_300, A_DAY_LATER, 2)


def test_refreshing_takes_over_an_account_that_was_corrected(story: Story) -> None:
    (owed,) = story.families(1, iban_text="FR1420041010050500013M02607")
    draft = story.selected()
    assert codes(only_row(story, draft)) == [C.IBAN_WRONG]
    customer = story.store.customers.get(owed.customer_id)
    right = replace(customer.value.accounts[0], iban_text="FR1420041010050500013M02606")
    story.store.customers.replace(replace(customer.value, accounts=(right,)), customer.revision, "test")

    draft = drafting.refresh(story.store, story.member, draft.id, draft.version)

    assert codes(only_row(story, draft)) == []


def test_an_iban_that_changed_under_the_row_is_not_debited_before_someone_has_seen_it(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected()
    customer = story.store.customers.get(owed.customer_id)
    before = customer.value.accounts[0]
    another = next(iban for iban in FAMILY_IBANS if iban != before.iban_text)
    moved = replace(customer.value, accounts=(replace(before, iban_text=another),))
    story.store.customers.replace(moved, customer.revision, "test")

    draft = drafting.set_date(story.store, story.member, draft.id, draft.version, [owed.id], A_DAY_LATER)

    assert codes(only_row(story, draft)) == [C.CHANGED]
    draft = drafting.refresh(story.store, story.member, draft.id, draft.version)
    row = only_row(story, draft)
    assert (codes(row), row.account_masked) == ([], replace(before, iban_text=another).masked)


def test_refreshing_flags_what_another_batch_took_meanwhile(story: Story) -> None:
    taken, free = story.families(2)
    mine, other = story.selected(), story.selected()
    other = drafting.detach(story.store, story.member, other.id, other.version, [free.id])

    Registering(story.store, story.validated(other).id).phases.run()

    mine = drafting.refresh(story.store, story.member, mine.id, mine.version)

    flagged = {row.instalment_id: codes(row) for row in rows(story, mine)}
    assert flagged == {taken.id: [C.CLAIMED], free.id: []}


def test_refreshing_flags_a_date_that_has_passed_since(story: Story) -> None:
    story.families(1)
    draft = story.selected()
    story.world.clock.instant = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)

    draft = drafting.refresh(story.store, story.member, draft.id, draft.version)

    assert codes(only_row(story, draft)) == [C.DATE_TOO_SOON]


# Versions and states

Edit = Callable[[Story, Draft, Instalment], object]
EDITS: dict[str, Edit] = {
    "set_general": lambda story, draft, owed: drafting.set_general(
        story.store, story.member, draft.id, draft.version, GENERAL
    ),
    "select": lambda story, draft, owed: drafting.select(
        story.store, story.member, draft.id, draft.version, ALL_WINTER
    ),
    "attach": lambda story, draft, owed: drafting.attach(
        story.store, story.member, draft.id, draft.version, [owed.id]
    ),
    "detach": lambda story, draft, owed: drafting.detach(
        story.store, story.member, draft.id, draft.version, [owed.id]
    ),
    "set_date": lambda story, draft, owed: drafting.set_date(
        story.store, story.member, draft.id, draft.version, [owed.id], JANUARY
    ),
    "set_proposed_dates": lambda story, draft, owed: drafting.set_proposed_dates(
        story.store, story.member, draft.id, draft.version, [owed.id]
    ),
    "attach_found": lambda story, draft, owed: attach_found(
        story.store, story.member, draft.id, draft.version, InstalmentSearch()
    ),
    "edit_row": lambda story, draft, owed: edited(story, draft, owed, amount_cents=1),
    "refresh_row": lambda story, draft, owed: drafting.refresh_row(
        story.store, story.member, draft.id, draft.version, owed.id
    ),
    "refresh_customer": lambda story, draft, owed: drafting.refresh_customer(
        story.store, story.member, draft.id, draft.version, owed.customer_id
    ),
    "refresh": lambda story, draft, owed: drafting.refresh(
        story.store, story.member, draft.id, draft.version
    ),
    "abandon": lambda story, draft, owed: drafting.abandon(
        story.store, story.member, draft.id, draft.version
    ),
}
each_edit = pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())


@each_edit
def test_an_edit_on_a_version_that_is_no_longer_there_writes_nothing(story: Story, edit: Edit) -> None:
    (owed,) = story.families(1)
    seen = story.selected()
    current = edited(story, seen, owed, amount_cents=777)
    events = len(list(story.store.journal.of(f"draft-{seen.id}")))

    with pytest.raises(VersionConflict):
        edit(story, seen, owed)

    assert story.store.drafts.get(seen.id) == current
    assert len(list(story.store.journal.of(f"draft-{seen.id}"))) == events


@each_edit
def test_an_edit_that_loses_the_race_after_reading_writes_nothing(
    story: Story, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both operators read the same version; the database lets one of them write."""
    (owed,) = story.families(1)
    seen = story.selected()
    winner = edited(story, seen, owed, amount_cents=777)
    monkeypatch.setattr(story.store.drafts, "get", lambda identifier: seen)

    with pytest.raises(VersionConflict):
        edit(story, seen, owed)

    monkeypatch.undo()
    assert story.store.drafts.get(seen.id) == winner


@each_edit
def test_an_edit_after_validation_is_refused_and_what_was_validated_stays(story: Story, edit: Edit) -> None:
    (owed,) = story.families(1)
    validated = story.validated()

    with pytest.raises(StateRefused):
        edit(story, validated, owed)

    assert story.store.drafts.get(validated.id) == validated


@each_edit
def test_an_edit_writes_one_version_and_one_row_of_the_journal(story: Story, edit: Edit) -> None:
    (owed,) = story.families(1)
    seen = story.selected()
    before = list(story.store.journal.of(f"draft-{seen.id}"))

    edit(story, seen, owed)

    assert story.store.drafts.get(seen.id).version == seen.version + 1
    written = list(story.store.journal.of(f"draft-{seen.id}"))
    assert len(written) == len(before) + 1
    assert {row.who for row in written} == {story.member.username}


def test_an_abandoned_draft_is_empty_unlisted_and_closed_to_edits(story: Story) -> None:
    (owed,) = story.families(1)
    draft = story.selected()

    drafting.abandon(story.store, story.member, draft.id, draft.version)

    abandoned = story.store.drafts.get(draft.id)
    assert (abandoned.state, abandoned.segments) == (DraftState.ABANDONED, ())
    assert list(story.store.drafts.listed()) == []
    for edit in EDITS.values():
        with pytest.raises(StateRefused):
            edit(story, abandoned, owed)
    assert story.instalment(owed) == owed


def test_a_draft_claims_nothing_until_it_is_validated(story: Story) -> None:
    owed = story.families(3)
    draft = story.selected()
    edited(story, draft, owed[0], amount_cents=1)

    assert story.selected().count == 3
    assert all(story.instalment(one) == one for one in owed)


def test_the_draft_of_another_school_is_unknown(story: Story, schools: Callable[[], Story]) -> None:
    draft = story.selected()
    neighbour = schools()

    with pytest.raises(NotFound):
        drafting.refresh(neighbour.store, neighbour.member, draft.id, draft.version)
