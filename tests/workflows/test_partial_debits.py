"""A part now, the rest later: one instalment through three remittances, until nothing is left of it."""

from __future__ import annotations

from datetime import date

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.batches import Batch
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.invoices import Instalment, InstalmentState, Reception
from diapason.workflows.draft_table import read_rows
from diapason.workflows.drafting import RowChange, attach, create_draft, edit_row, select
from diapason.workflows.registering import Registering
from tests.workflows.money_invariants import assert_money_holds
from tests.workflows.story import DECEMBER, Story, a_story
from tests.world import World

DATES = (date(2026, 12, 7), date(2026, 12, 9), date(2026, 12, 11))
EVERYTHING = Criteria(date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def part(story: Story, one: Instalment, cents: int, day: date) -> Draft:
    """A draft that debits so many cents of the instalment, which the criteria must find."""
    draft = create_draft(story.store, story.member, GeneralInformation("main"))
    draft = select(story.store, story.member, draft.id, draft.version, EVERYTHING)
    change = RowChange(collection_date=day, amount_cents=cents)
    return edit_row(story.store, story.member, draft.id, draft.version, one.id, change)


def registered(story: Story, draft: Draft) -> Batch:
    done = Registering(story.store, story.validated(draft, f"key-{draft.id}").id).phases.run()
    assert done.registration is not None, done.notice
    return story.store.batches.get(done.registration.batches[0].batch_id)


def test_three_remittances_debit_an_instalment_whole(story: Story) -> None:
    customer = story.world.customer(story.store)
    (one,) = story.world.invoice(story.store, customer, (DECEMBER, 10_000))
    expected = [
        (3_000, InstalmentState.PARTLY_DEBITED, Reception.PARTLY_PAID),
        (7_500, InstalmentState.PARTLY_DEBITED, Reception.PARTLY_PAID),
        (10_000, InstalmentState.DEBITED, Reception.PAID),
    ]
    for cents, day, (debited, state, reception) in zip((3_000, 4_500, 2_500), DATES, expected, strict=True):
        batch = registered(story, part(story, one, cents, day))
        assert (batch.total_cents, batch.collection_date) == (cents, day)
        story.generated(batch)

        now = story.instalment(one)
        assert (now.debited_cents, now.remaining_cents) == (debited, 10_000 - debited)
        assert (now.state, now.claim) == (state, None)
        assert now.last_debit is not None
        assert now.last_debit.batch_number == batch.number
        assert story.store.invoices.get(one.invoice_id)[0].value.reception is reception
        assert_money_holds(story)

    assert story.selected(EVERYTHING).count == 0


def test_the_rest_waits_until_the_first_file_is_generated(story: Story) -> None:
    """One live claim for an instalment: what is in flight is decided before the rest is."""
    customer = story.world.customer(story.store)
    (one,) = story.world.invoice(story.store, customer, (DECEMBER, 10_000))
    batch = registered(story, part(story, one, 3_000, DATES[0]))
    draft = create_draft(story.store, story.member, GeneralInformation("main"))
    assert select(story.store, story.member, draft.id, draft.version, EVERYTHING).count == 0

    draft = create_draft(story.store, story.member, GeneralInformation("main"))
    draft = attach(story.store, story.member, draft.id, draft.version, [one.id])

    (row,) = read_rows(story.store, draft)
    (anomaly,) = row.anomalies
    assert anomaly.code is AnomalyCode.CLAIMED
    assert batch.number in anomaly.words
    assert "Ce qu’il en reste se prélèvera quand le fichier de cette remise sera généré" in anomaly.words
    story.generated(batch)
    assert part(story, one, 7_000, DATES[1]).blocked == 0


def test_two_drafts_that_each_take_a_part_do_not_both_get_it(story: Story) -> None:
    customer = story.world.customer(story.store)
    (one,) = story.world.invoice(story.store, customer, (DECEMBER, 10_000))
    first, second = part(story, one, 3_000, DATES[0]), part(story, one, 4_000, DATES[1])
    registered(story, first)

    lost = Registering(story.store, story.validated(second, "key-second").id).phases.run()

    assert lost.registration is None
    (row,) = read_rows(story.store, lost)
    assert [found.code for found in row.anomalies] == [AnomalyCode.CLAIMED]
    assert story.instalment(one).in_flight_cents == 3_000
    assert_money_holds(story)
