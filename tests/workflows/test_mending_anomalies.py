"""Each anomaly through the wizard: it stands on the row, what its fix says is done, it is gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import boto3
import pytest

from diapason.domain.anomalies import ANOMALIES, AnomalyCode, Field, Fix
from diapason.domain.creditor import BicRule, Ceilings, PublicAccount
from diapason.domain.drafts import Draft, DraftRow, GeneralInformation
from diapason.domain.invoices import Channel, Instalment, InvoiceKind, Sending, SendingEvent
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import Address, PaymentMethod
from diapason.domain.payments import Receipt
from diapason.store.keys import Key
from diapason.workflows import drafting
from diapason.workflows.crediting import cancel_invoice
from diapason.workflows.draft_table import ground_of, read_rows
from diapason.workflows.drafting import RowChange
from diapason.workflows.registering import Registering
from diapason.workflows.settling import record_payment
from tests.unit.domain.examined_scenes import (
    MONEGASQUE_IBAN,
    OTHER_ICS,
    TURKISH_IBAN,
    UNKNOWN_BANK_IBAN,
    WRONG_BANK_KEY_IBAN,
)
from tests.workflows.story import DECEMBER, Story, a_story
from tests.world import FAMILY_IBANS, ICS, NOON_IN_PARIS, family, opened_world

C = AnomalyCode
RIGHT_IBAN = FAMILY_IBANS[0]
A_DAY_LATER = date(2026, 12, 8)


@pytest.fixture(scope="module")
def schools() -> Iterator[Callable[[], Story]]:
    with opened_world() as world:
        ranks = count(1)
        yield lambda: a_story(world, f"ecole-{next(ranks)}")


@pytest.fixture
def case(schools: Callable[[], Story]) -> Iterator[Case]:
    story = schools()
    made = Case(story, story.world.customer(story.store).id)
    yield made
    story.world.clock.instant = NOON_IN_PARIS


@dataclass
class Case:
    """A school with one family, and the draft of what it owes."""

    story: Story
    customer_id: str
    draft: Draft | None = None
    owed: Instalment | None = None

    # What is owed, and the table
    def bill(self, *shares: tuple[date, int], **fields: Any) -> list[Instalment]:
        customer = self.story.store.customers.get(self.customer_id).value
        return self.story.world.invoice(self.story.store, customer, *shares, **fields)

    def attach(self, *shares: tuple[date, int], **fields: Any) -> None:
        """The table holds one instalment of ten euros, or what is said."""
        made = self.bill(*(shares or ((DECEMBER, 1_000),)), **fields)
        self.owed = made[0]
        self.attach_known(*made)

    def attach_known(self, *instalments: Instalment) -> None:
        story, self.owed = self.story, instalments[0]
        draft = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
        identifiers = [one.id for one in instalments]
        self.draft = drafting.attach(story.store, story.member, draft.id, draft.version, identifiers)

    # Records
    def customer(self, **fields: Any) -> None:
        found = self.story.store.customers.get(self.customer_id)
        self.story.store.customers.replace(replace(found.value, **fields), found.revision, "test")

    def account(self, **fields: Any) -> None:
        first, *others = self.story.store.customers.get(self.customer_id).value.accounts
        self.customer(accounts=(replace(first, **fields), *others))

    def mandate(self, **fields: Any) -> None:
        first, *others = self.story.store.customers.get(self.customer_id).value.mandates
        self.customer(mandates=(replace(first, **fields), *others))

    def another_mandate(self, **fields: Any) -> str:
        """A fresh mandate of the account; its id."""
        mandates = self.story.store.customers.get(self.customer_id).value.mandates
        fresh = replace(
            mandates[0],
            **{"id": "m9", "reference": f"NEW-{self.customer_id}", "used_before_on": None, **fields},
        )
        self.customer(mandates=(*mandates, fresh))
        return fresh.id

    def credited(self, **fields: Any) -> None:
        found = self.story.store.registry.credited_account("main")
        self.story.store.registry.put_credited_account(replace(found.value, **fields), found.revision, "test")

    def organisation(self, **fields: Any) -> None:
        found = self.story.store.registry.organisation()
        self.story.store.registry.put_organisation(replace(found.value, **fields), found.revision, "test")

    # What the operator does
    def act(self, edit: Callable[..., Draft], *what: Any) -> None:
        assert self.draft is not None
        self.draft = edit(self.story.store, self.story.member, self.draft.id, self.draft.version, *what)

    def edit(self, **cells: Any) -> None:
        assert self.owed is not None
        self.act(drafting.edit_row, self.owed.id, RowChange(**cells))

    def refresh_row(self) -> None:
        assert self.owed is not None
        self.act(drafting.refresh_row, self.owed.id)

    def refresh_customer(self) -> None:
        self.act(drafting.refresh_customer, self.customer_id)

    def row(self) -> DraftRow:
        assert self.draft is not None
        assert self.owed is not None
        return next(
            row for row in read_rows(self.story.store, self.draft) if row.instalment_id == self.owed.id
        )

    def codes(self) -> set[AnomalyCode]:
        """Those of the creditor, and of the row as it is stored."""
        assert self.draft is not None
        creditor = ground_of(self.story.store, self.draft).anomalies_of_creditor()
        return {anomaly.code for anomaly in (*creditor, *self.row().anomalies)}


Step = Callable[[Case], object]


@dataclass(frozen=True)
class Example:
    """``spoil`` ends with a table that shows the fault; ``mend`` does what its fix says."""

    spoil: Step
    mend: Step


def then_attach(*steps: Step) -> Step:
    return lambda case: ([step(case) for step in steps], case.attach())


def and_refresh(*steps: Step) -> Step:
    """Mends the customer's record, and refreshes their rows."""
    return lambda case: ([step(case) for step in steps], case.refresh_customer())


def account(**fields: Any) -> Step:
    return lambda case: case.account(**fields)


def mandate(**fields: Any) -> Step:
    return lambda case: case.mandate(**fields)


def customer(**fields: Any) -> Step:
    return lambda case: case.customer(**fields)


def credited(**fields: Any) -> Step:
    return lambda case: case.credited(**fields)


def organisation(**fields: Any) -> Step:
    return lambda case: case.organisation(**fields)


def edit(**cells: Any) -> Step:
    return lambda case: case.edit(**cells)


def attached_and_edited(**cells: Any) -> Step:
    return lambda case: (case.attach(), case.edit(**cells))


def a_new_mandate(case: Case) -> None:
    """A mandate signed in the place of the first, and chosen on the row."""
    case.edit(mandate_id=case.another_mandate(state=MandateState.SIGNED, signed_on=date(2026, 11, 20)))


def a_habit_of_small_debits(case: Case) -> None:
    for rank in range(3):
        (one,) = case.bill((DECEMBER, 1_000))
        case.attach_known(one)
        assert case.draft is not None
        Registering(case.story.store, case.story.validated(case.draft, f"key-{rank}").id).phases.run()
    for batch in case.story.batches():
        case.story.generated(batch)
    case.attach((DECEMBER, 90_000))


def an_account_of_somebody_else(case: Case) -> None:
    record = case.story.store.customers.get(case.customer_id).value
    other = replace(record.accounts[0], id="a2", iban_text=FAMILY_IBANS[1])
    case.customer(accounts=(*record.accounts, other))
    case.attach()
    case.edit(account_id="a2")


def a_consumed_mandate(case: Case) -> None:
    case.mandate(type=MandateType.ONE_OFF)
    case.bill((DECEMBER, 1_000))
    case.story.registered()
    case.attach()


def a_row_beside(case: Case) -> None:
    case.attach((DECEMBER, 1_000), (DECEMBER, 2_000))


def an_account_for_companies(case: Case) -> None:
    main = case.story.store.registry.credited_account("main").value
    b2b = replace(main, id="b2b", scheme=Scheme.B2B)
    case.story.store.registry.put_credited_account(b2b, None, "test")
    case.attach()
    case.act(drafting.set_general, GeneralInformation("b2b"))


def something_changed(case: Case) -> None:
    case.attach()
    pay(case, 100)
    case.edit(collection_date=A_DAY_LATER)


def pay(case: Case, cents: int) -> None:
    assert case.owed is not None
    receipt = Receipt(cents, PaymentMethod.CASH, date(2026, 11, 20))
    record_payment(case.story.store, case.story.member, case.owed.id, "key-paid", receipt)


def send(case: Case) -> None:
    assert case.owed is not None
    case.story.store.invoices.change_sending(case.owed.invoice_id, SendingEvent.SEND, 1, "test")
    case.refresh_row()


def announce_and_refresh(case: Case) -> None:
    assert case.owed is not None
    case.story.store.invoice_moves.announce(case.owed.invoice_id, date(2026, 11, 20), 1, "test")
    case.refresh_row()


def option(active: bool) -> Step:
    def step(case: Case) -> None:
        found = case.story.store.registry.school()
        school_revision = 1 if not active else 2
        case.story.store.registry.put_school(replace(found, direct_debit=active), school_revision, "test")

    return step


def propose_dates(case: Case) -> None:
    assert case.owed is not None
    case.act(drafting.set_proposed_dates, [case.owed.id])


def at(day: date) -> Step:
    return attached_and_edited(collection_date=day)


TREASURY = PublicAccount(
    service="TGDFT027",
    codique="080012",
    accounting_office="SGC Amiens",
    office_address=Address(town="Amiens"),
    holder="Régie du conservatoire",
    iban_text="FR7630001007941234567890185",
)
AMIENS = Address(town="Amiens")
EXAMPLES = {
    C.OPTION_INACTIVE: Example(then_attach(option(active=False)), option(active=True)),
    C.ICS_MISSING: Example(then_attach(organisation(creditor_id="")), organisation(creditor_id=ICS)),
    C.ICS_WRONG: Example(then_attach(organisation(creditor_id="FR71")), organisation(creditor_id=ICS)),
    C.CREDITOR_NAME_MISSING: Example(then_attach(organisation(name="🎻")), organisation(name="École")),
    C.CREDITED_ACCOUNT_WRONG: Example(
        then_attach(credited(iban_text="FR14")), credited(iban_text="FR7630001007941234567890185")
    ),
    C.CREDITED_ACCOUNT_CLOSED: Example(then_attach(credited(closed=True)), credited(closed=False)),
    C.CREDITED_BIC_WRONG: Example(then_attach(credited(bic_text="AGRI")), credited(bic_text="")),
    C.PUBLIC_ACCOUNT_WRONG: Example(
        then_attach(credited(public_account=replace(TREASURY, codique="12"))),
        lambda case: (
            case.organisation(siret="99999001300016"),
            case.credited(public_account=TREASURY),
        ),
    ),
    C.INITIATING_PARTY_WRONG: Example(
        then_attach(credited(initiating_party_id="/a")), credited(initiating_party_id="SIRET1")
    ),
    C.METHOD_NOT_DEBIT: Example(
        then_attach(customer(payment_method=PaymentMethod.CHEQUE)),
        and_refresh(customer(payment_method=PaymentMethod.DIRECT_DEBIT)),
    ),
    C.INVOICE_NOT_SENT: Example(lambda case: case.attach(sending=Sending.READY), send),
    C.CHANGED: Example(something_changed, Case.refresh_row),
    C.AMOUNT_NOT_POSITIVE: Example(attached_and_edited(amount_cents=0), edit(amount_cents=1)),
    C.AMOUNT_ABOVE_REST: Example(attached_and_edited(amount_cents=1_001), edit(amount_cents=1_000)),
    C.AMOUNT_ABOVE_SCHEME: Example(
        lambda case: case.attach((DECEMBER, 100_000_000_000)), edit(amount_cents=99_999_999_999)
    ),
    C.AMOUNT_ABOVE_CEILING: Example(
        then_attach(credited(ceilings=Ceilings(line_cents=999))),
        and_refresh(credited(ceilings=Ceilings(line_cents=1_000))),
    ),
    C.MONTH_ABOVE_CEILING: Example(
        then_attach(credited(ceilings=Ceilings(customer_month_cents=999))), edit(amount_cents=999)
    ),
    C.AMOUNT_UNUSUAL: Example(a_habit_of_small_debits, edit(amount_cents=1_000)),
    C.ACCOUNT_MISSING: Example(
        then_attach(customer(accounts=())),
        lambda case: (
            case.customer(accounts=(a_family_account(case),)),
            case.refresh_customer(),
        ),
    ),
    C.ACCOUNT_CLOSED: Example(then_attach(account(closed=True)), and_refresh(account(closed=False))),
    C.IBAN_WRONG: Example(then_attach(account(iban_text="FR14")), and_refresh(account(iban_text=RIGHT_IBAN))),
    C.BANK_KEY_WRONG: Example(
        then_attach(account(iban_text=WRONG_BANK_KEY_IBAN)), and_refresh(account(iban_text=RIGHT_IBAN))
    ),
    C.OUTSIDE_SEPA: Example(
        then_attach(account(iban_text=TURKISH_IBAN)), and_refresh(account(iban_text=RIGHT_IBAN))
    ),
    C.BIC_WRONG: Example(then_attach(account(bic_text="AGRI")), and_refresh(account(bic_text=""))),
    C.BIC_MISSING: Example(
        then_attach(credited(bic_rule=BicRule.REQUIRED), account(iban_text=UNKNOWN_BANK_IBAN)),
        and_refresh(account(bic_text="AGRIFRPP")),
    ),
    C.HOLDER_MISSING: Example(then_attach(account(holder="")), and_refresh(account(holder="Anne"))),
    C.ADDRESS_MISSING: Example(
        then_attach(account(iban_text=MONEGASQUE_IBAN)), and_refresh(customer(address=AMIENS))
    ),
    C.MANDATE_MISSING: Example(
        lambda case: (forget_mandates(case), case.attach()),
        lambda case: (case.customer(mandates=(a_mandate(case),)), case.refresh_customer()),
    ),
    C.RUM_WRONG: Example(then_attach(mandate(reference="RUM / / é")), a_new_mandate),
    C.MANDATE_NOT_SIGNED: Example(
        then_attach(mandate(state=MandateState.DRAFT)), and_refresh(mandate(state=MandateState.SIGNED))
    ),
    C.SIGNATURE_LATE: Example(
        then_attach(mandate(signed_on=date(2026, 12, 1))), and_refresh(mandate(signed_on=date(2026, 11, 1)))
    ),
    C.MANDATE_SUSPENDED: Example(
        then_attach(mandate(state=MandateState.SUSPENDED)), and_refresh(mandate(state=MandateState.SIGNED))
    ),
    C.MANDATE_REVOKED: Example(then_attach(mandate(state=MandateState.REVOKED)), a_new_mandate),
    C.MANDATE_LAPSED: Example(
        then_attach(mandate(signed_on=date(2022, 1, 1), used_before_on=date(2023, 1, 1))), a_new_mandate
    ),
    C.MANDATE_OTHER_ACCOUNT: Example(
        an_account_of_somebody_else,
        lambda case: case.edit(mandate_id=case.another_mandate(account_id="a2")),
    ),
    C.MANDATE_OTHER_CREDITOR: Example(
        then_attach(mandate(creditor_id=OTHER_ICS)),
        and_refresh(organisation(former_creditor_ids=(OTHER_ICS,))),
    ),
    C.MANDATE_CONSUMED: Example(a_consumed_mandate, a_new_mandate),
    C.MANDATE_TWICE: Example(
        lambda case: (case.mandate(type=MandateType.ONE_OFF), a_row_beside(case)),
        lambda case: case.edit(mandate_id=case.another_mandate()),
    ),
    C.MANDATE_REPLACED: Example(
        lambda case: (
            case.attach(),
            case.another_mandate(
                replaces=case.story.store.customers.get(case.customer_id).value.mandates[0].id
            ),
            case.refresh_customer(),
        ),
        edit(mandate_id="m9"),
    ),
    C.SCHEME_MISMATCH: Example(
        then_attach(mandate(scheme=Scheme.B2B)),
        lambda case: case.edit(mandate_id=case.another_mandate(scheme=Scheme.CORE)),
    ),
    C.CONSUMER_IN_B2B: Example(
        an_account_for_companies,
        lambda case: case.act(drafting.set_general, GeneralInformation("main")),
    ),
    C.DATE_PAST: Example(at(date(2026, 11, 20)), propose_dates),
    C.DATE_TOO_SOON: Example(at(date(2026, 11, 24)), propose_dates),
    C.DATE_NOT_TARGET: Example(at(date(2026, 12, 5)), propose_dates),
    C.DATE_FAR: Example(at(date(2028, 3, 1)), edit(collection_date=DECEMBER)),
    C.TEXT_EMPTY: Example(
        lambda case: case.attach(number="🎻", label="🎻"),
        and_refresh(organisation(remittance_rule="Famille {client} {echeance}")),
    ),
    C.NOTICE_MISSING: Example(lambda case: case.attach(sending=Sending.READY), announce_and_refresh),
    C.SAME_CUSTOMER_TWICE: Example(a_row_beside, edit(collection_date=A_DAY_LATER)),
}


def a_family_account(case: Case) -> Any:
    return family(case.story.store.keys.school_id, "C1").accounts[0]


def forget_mandates(case: Case) -> None:
    made = case.story.world.customer(case.story.store, mandates=())
    case.customer_id = made.id


def a_mandate(case: Case) -> Any:
    return replace(family(case.story.store.keys.school_id, "C77777").mandates[0], id="m9")


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_is_mended_is_gone_at_once(case: Case, code: AnomalyCode) -> None:
    EXAMPLES[code].spoil(case)
    assert code in case.codes()
    before = case.codes()

    EXAMPLES[code].mend(case)

    assert code not in case.codes()
    assert case.codes() < before, "nothing else came in its place"


# What can only be detached


def raw_delete(case: Case, table: str, key: Key) -> None:
    boto3.client("dynamodb").delete_item(TableName=table, Key={"PK": {"S": key.pk}, "SK": {"S": key.sk}})


def without_instalment(case: Case) -> None:
    case.attach()
    assert case.owed is not None
    store = case.story.store
    raw_delete(case, store.instalments.table, store.keys.instalment(case.owed.id))


def without_customer(case: Case) -> None:
    case.attach()
    store = case.story.store
    raw_delete(case, store.customers.table, store.keys.customer(case.customer_id))


def cancelled(case: Case) -> None:
    case.attach()
    assert case.owed is not None
    cancel_invoice(case.story.store, case.story.member, case.owed.invoice_id, 1, "A1", "Désistement")


def taken(*, generated: bool) -> Step:
    def step(case: Case) -> None:
        (one,) = case.bill((DECEMBER, 1_000))
        (batch,) = case.story.registered()
        if generated:
            case.story.generated(batch)
        case.attach_known(one)

    return step


def given_to(channel: Channel) -> Step:
    def step(case: Case) -> None:
        case.attach()
        assert case.owed is not None
        transaction = case.story.store.transactions.begin()
        case.story.store.instalments.add_channel(transaction, case.owed.id, 1, channel, "EXP-1")
        transaction.commit()

    return step


TO_DETACH = {
    C.INSTALMENT_MISSING: without_instalment,
    C.CUSTOMER_MISSING: without_customer,
    C.NOT_AN_INVOICE: lambda case: case.attach((DECEMBER, -500), kind=InvoiceKind.CREDIT_NOTE),
    C.INVOICE_CANCELLED: cancelled,
    C.FULLY_DEBITED: taken(generated=True),
    C.PAID_OTHERWISE: lambda case: (case.attach(), pay(case, 1_000)),
    C.EXPORTED: given_to(Channel.PES),
    C.KEPT_IN_ACCOUNTING: given_to(Channel.ACCOUNTING),
    C.CLAIMED: taken(generated=False),
}


@pytest.mark.parametrize("code", TO_DETACH)
def test_what_cannot_be_mended_is_detached(case: Case, code: AnomalyCode) -> None:
    TO_DETACH[code](case)
    case.refresh_row()
    assert code in case.codes()
    assert case.owed is not None

    case.act(drafting.detach, [case.owed.id])

    assert case.draft is not None
    assert (case.draft.blocked, case.draft.count) == (0, 0)


def test_each_anomaly_has_its_example() -> None:
    """A missing credited account cannot be: the wizard begins with one that exists."""
    assert set(EXAMPLES) | set(TO_DETACH) | {C.CREDITED_ACCOUNT_MISSING} == set(ANOMALIES)
    assert set(TO_DETACH) == {code for code, kind in ANOMALIES.items() if kind.fix is Fix.DETACH}
    assert all(ANOMALIES[code].field is not Field.INSTALMENT for code in set(EXAMPLES) - {C.CHANGED})


def test_a_date_that_passed_meanwhile_is_mended_with_all_others_in_one_act(case: Case) -> None:
    days = (DECEMBER, A_DAY_LATER, date(2026, 12, 26), date(2027, 1, 15))
    case.attach(*[(day, 1_000) for day in days])
    case.story.world.clock.instant = datetime(2026, 12, 9, 15, 0, tzinfo=UTC)
    case.act(drafting.refresh)
    assert case.draft is not None
    assert case.draft.blocked == 3
    every = [row.instalment_id for row in read_rows(case.story.store, case.draft)]

    case.act(drafting.set_proposed_dates, every)

    dates = [row.collection_date for row in read_rows(case.story.store, case.draft)]
    assert dates == [date(2026, 12, 11), date(2026, 12, 11), date(2026, 12, 28), date(2027, 1, 15)]
    assert case.draft.blocked == 0
