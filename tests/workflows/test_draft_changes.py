"""What changed since a table was made: said when the draft is opened, and nothing written by saying it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import Criteria, Draft
from diapason.domain.invoices import Instalment, Sending, SendingEvent
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import PaymentMethod
from diapason.domain.payments import Receipt
from diapason.workflows import draft_changes, drafting
from diapason.workflows.crediting import cancel_invoice
from diapason.workflows.draft_changes import changes
from diapason.workflows.draft_table import read_rows
from diapason.workflows.registering import Registering
from diapason.workflows.settling import record_payment
from tests.workflows.story import DECEMBER, Story, a_story
from tests.world import FAMILY_IBANS, World

EURO = "\u00a0€"


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def news(story: Story, draft: Draft) -> list[str]:
    """All that is told of all rows."""
    told: list[str] = []
    offset: int | None = 0
    while offset is not None:
        found = changes(story.store, draft, offset)
        told += [words for row in found.rows for words in row.news]
        offset = found.next_offset
    return told


def customer(story: Story, one: Instalment, **fields: Any) -> None:
    found = story.store.customers.get(one.customer_id)
    story.store.customers.replace(replace(found.value, **fields), found.revision, "test")


def account(story: Story, one: Instalment, **fields: Any) -> None:
    accounts = story.store.customers.get(one.customer_id).value.accounts
    customer(story, one, accounts=(replace(accounts[0], **fields),))


def mandate(story: Story, one: Instalment, **fields: Any) -> None:
    mandates = story.store.customers.get(one.customer_id).value.mandates
    customer(story, one, mandates=(replace(mandates[0], **fields),))


def pay(story: Story, one: Instalment, cents: int) -> None:
    receipt = Receipt(cents, PaymentMethod.CASH, date(2026, 11, 20))
    record_payment(story.store, story.member, one.id, "key-1", receipt)


def another_draft_takes_it(story: Story, one: Instalment) -> None:
    Registering(story.store, story.validated(story.selected(), "key-other").id).phases.run()


def another_draft_debits_it(story: Story, one: Instalment) -> None:
    another_draft_takes_it(story, one)
    for batch in story.batches():
        story.generated(batch)


def another_draft_debits_a_part(story: Story, one: Instalment) -> None:
    other = story.selected()
    change = drafting.RowChange(amount_cents=400)
    other = drafting.edit_row(story.store, story.member, other.id, other.version, one.id, change)
    Registering(story.store, story.validated(other, "key-other").id).phases.run()
    for batch in story.batches():
        story.generated(batch)


def cancel(story: Story, one: Instalment) -> None:
    cancel_invoice(story.store, story.member, one.invoice_id, 1, "A1", "Désistement")


Change = Callable[[Story, Instalment], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "paid in part": (
        lambda story, one: pay(story, one, 250),
        f"reste à prélever 10,00{EURO} → 7,50{EURO} (2,50{EURO} réglés autrement)",
    ),
    "paid whole": (lambda story, one: pay(story, one, 1_000), "L’échéance a été réglée autrement"),
    "claimed": (another_draft_takes_it, "L’échéance est retenue par la remise 20261123-120000-001"),
    "debited": (another_draft_debits_it, "L’échéance est déjà prélevée en totalité"),
    "debited in part": (
        another_draft_debits_a_part,
        f"reste à prélever 10,00{EURO} → 6,00{EURO} (remise 20261123-120000-001)",
    ),
    "cancelled": (cancel, "La facture est annulée"),
    "account corrected": (
        lambda story, one: account(story, one, iban_text=FAMILY_IBANS[0]),
        "compte FR76••••0129 → FR14••••2606",
    ),
    "account taken away": (
        lambda story, one: customer(story, one, accounts=()),
        "compte FR76••••0129 retiré du client",
    ),
    "account closed": (lambda story, one: account(story, one, closed=True), "Le compte du client est clos"),
    "mandate suspended": (
        lambda story, one: mandate(story, one, state=MandateState.SUSPENDED),
        "Le mandat est suspendu",
    ),
    "mandate renamed": (
        lambda story, one: mandate(story, one, reference="RUM-NEUVE"),
        "mandat RUM-C00002 → RUM-NEUVE",
    ),
    "mandate for once": (
        lambda story, one: mandate(story, one, type=MandateType.ONE_OFF),
        "type du mandat récurrent → ponctuel",
    ),
    "mandate of another scheme": (
        lambda story, one: mandate(story, one, scheme=Scheme.B2B),
        "Le mandat et le compte crédité ne vont pas ensemble",
    ),
    "paying otherwise": (
        lambda story, one: customer(story, one, payment_method=PaymentMethod.CARD),
        "Le client ne paie pas par prélèvement",
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_draft_says_what_changed_and_nothing_is_written(
    story: Story, change: Change, expected: str
) -> None:
    family = story.world.customer(story.store, "C00002")
    (one,) = story.world.invoice(story.store, family, (DECEMBER, 1_000))
    draft = story.selected()
    assert news(story, draft) == []

    change(story, one)

    told = news(story, draft)
    assert any(words.startswith(expected) for words in told), told
    assert story.store.drafts.get(draft.id) == draft


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_an_outdated_draft_is_not_registered_and_comes_back_with_its_rows_flagged(
    story: Story, change: Change, expected: str
) -> None:
    family = story.world.customer(story.store, "C00002")
    (one,) = story.world.invoice(story.store, family, (DECEMBER, 1_000))
    draft = story.selected()
    change(story, one)
    batches = len(story.batches())

    back = Registering(story.store, story.validated(draft).id).phases.run()

    assert (back.registration, len(story.batches())) == (None, batches)
    assert back.notice.startswith("Rien n’a été enregistré : 1 ligne(s) ont changé")
    (row,) = read_rows(story.store, back)
    assert row.is_blocked
    assert any(expected in anomaly.words for anomaly in row.anomalies)


def test_refreshing_takes_the_changes_over_and_leaves_no_news(story: Story) -> None:
    (one, other) = story.families(2)
    draft = story.selected()
    pay(story, one, 250)
    customer(story, other, payment_method=PaymentMethod.CARD)
    assert len(news(story, draft)) == 3  # the rest, the amount above it, and the way of paying

    draft = drafting.refresh(story.store, story.member, draft.id, draft.version)

    assert news(story, draft) == []
    assert {row.amount_cents for row in read_rows(story.store, draft)} == {750, 1_001}


def test_what_was_mended_meanwhile_is_news_too(story: Story) -> None:
    (one,) = story.families(1, iban_text="FR14")
    draft = story.selected()
    account(story, one, iban_text="FR14")
    assert news(story, draft) == []
    family = story.store.customers.get(one.customer_id).value

    account(story, one, iban_text=FAMILY_IBANS[0])

    told = news(story, draft)
    assert any(words.startswith("Réglé depuis : L’IBAN du client est faux") for words in told)
    assert any(f"compte {family.accounts[0].masked} → " in words for words in told)


def test_a_flag_that_is_not_taken_over_stays_news(story: Story) -> None:
    family = story.world.customer(story.store)
    (one,) = story.world.invoice(story.store, family, (DECEMBER, 1_000), sending=Sending.READY)
    draft = story.selected()
    story.store.invoices.change_sending(one.invoice_id, SendingEvent.SEND, 1, "test")
    change = drafting.RowChange(collection_date=date(2026, 12, 8))
    draft = drafting.edit_row(story.store, story.member, draft.id, draft.version, one.id, change)

    assert news(story, draft) == ["l’échéance a été modifiée, sans effet sur ce qui se voit ici"]
    draft = drafting.refresh_row(story.store, story.member, draft.id, draft.version, one.id)
    assert news(story, draft) == []


def test_what_other_batches_take_of_the_month_is_news(story: Story) -> None:
    main = story.store.registry.credited_account("main")
    limited = replace(main.value, ceilings=Ceilings(customer_month_cents=5_000))
    story.store.registry.put_credited_account(limited, main.revision, "test")
    family = story.world.customer(story.store)
    later = date(2026, 12, 9)
    story.world.invoice(story.store, family, (DECEMBER, 1_000), (later, 2_000))
    draft = story.selected(Criteria(DECEMBER, DECEMBER))
    other = story.selected(Criteria(later, later))
    Registering(story.store, story.validated(other, "key-other").id).phases.run()

    assert news(story, draft) == [f"pris par d’autres remises dans le mois 0,00{EURO} → 20,00{EURO}"]


def test_a_large_table_is_looked_at_part_by_part(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_changes, "AT_ONCE_ROWS", 2)
    owed = story.families(5)
    draft = story.selected()
    for one in (owed[1], owed[4]):
        customer(story, one, payment_method=PaymentMethod.CARD)

    parts = [changes(story.store, draft, offset) for offset in (0, 2, 4, 5)]

    assert [part.looked_at for part in parts] == [2, 2, 1, 0]
    assert [part.next_offset for part in parts] == [2, 4, None, None]
    assert sum(len(part.rows) for part in parts) == 2


def test_an_empty_table_has_no_news(story: Story) -> None:
    draft = story.selected()

    assert changes(story.store, draft, 0).next_offset is None
    assert news(story, draft) == []


def test_a_customers_rows_are_refreshed_together_and_the_others_left_alone(story: Story) -> None:
    (one, two) = story.families(2, DECEMBER, payment_method=PaymentMethod.DIRECT_DEBIT)
    story.world.invoice(
        story.store, story.store.customers.get(one.customer_id).value, (date(2026, 12, 9), 700)
    )
    draft = story.selected()
    for each in (one, two):
        customer(story, each, payment_method=PaymentMethod.CARD)

    draft = drafting.refresh_customer(story.store, story.member, draft.id, draft.version, one.customer_id)

    blocked = {row.customer_id: row.is_blocked for row in read_rows(story.store, draft)}
    assert blocked == {one.customer_id: True, two.customer_id: False}
    assert draft.blocked == 2
