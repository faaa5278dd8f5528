"""Workflows at their beginning: each brings a school there and gives the way to a worker for it.

The plain school has four families; the particular one has all that sequences, amendments, ends of mandates,
yearly numbers, ceilings and grounds of cancels add to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diapason.domain.batches import Batch
from diapason.domain.cancellations import CancellationGround
from diapason.domain.creditor import Ceilings, PublicAccount
from diapason.domain.drafts import Draft
from diapason.domain.mandates import MandateType
from diapason.domain.numbering import NumberingKind, NumberingRule
from diapason.domain.parties import Address
from diapason.domain.presentations import History, Presentation, SequenceRule, SequenceType
from diapason.store.customer_moves import CustomerMove
from diapason.workflows.cancelling import attest_cancellation
from diapason.workflows.downloading import download
from diapason.workflows.drafting import RowChange, detach, edit_row
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.phases import Phases
from diapason.workflows.registering import Registering
from diapason.workflows.releasing import Releasing, request_deletion
from tests.workflows.story import DECEMBER, JANUARY, Story
from tests.world import FAMILY_IBANS, ICS, SCHOOL_IBAN

Worker = Callable[[], Phases]  # type: ignore[type-arg]


def families(story: Story) -> None:
    """Four families on two dates, one of them with a one-off mandate; names do not depend on the school."""
    for rank in range(4):
        kind = MandateType.ONE_OFF if rank == 3 else MandateType.RECURRENT
        customer = story.world.customer(story.store, f"C{rank}", mandate_type=kind)
        dues = [(DECEMBER, 1_000 + rank)] if rank == 3 else [(DECEMBER, 1_000 + rank), (JANUARY, 2_000)]
        story.world.invoice(story.store, customer, *dues, number=f"F{rank}")


def registering(story: Story) -> Worker:
    families(story)
    draft = story.validated()
    return lambda: Registering(story.store, draft.id).phases


def refused_registering(story: Story) -> Worker:
    """Another draft has taken an instalment after this one was frozen."""
    families(story)
    first, second = story.selected(), story.selected()
    every = list(story.store.instalments.open_between(DECEMBER, JANUARY))
    others = [one.id for one in every if (one.invoice_number, one.due_date) != ("F1", DECEMBER)]
    second = detach(story.store, story.member, second.id, second.version, others)
    loser = story.validated(first, "key-first")
    Registering(story.store, loser.id).phases.step()
    Registering(story.store, story.validated(second, "key-second").id).phases.run()
    return lambda: Registering(story.store, loser.id).phases


def generating(story: Story) -> Worker:
    families(story)
    batch = story.registered()[0]
    request_generation(story.store, story.member, batch.id, batch.version)
    return lambda: Generating(story.store, batch.id).phases


def refused_generating(story: Story) -> Worker:
    families(story)
    batch = story.registered()[0]
    customer = story.store.customers.named("Famille C1", 1).customers[0]
    closed = tuple(replace(account, closed=True) for account in customer.value.accounts)
    story.store.customers.replace(replace(customer.value, accounts=closed), customer.revision, "test")
    request_generation(story.store, story.member, batch.id, batch.version)
    return lambda: Generating(story.store, batch.id).phases


def releasing(story: Story) -> Worker:
    families(story)
    batch = story.registered()[0]
    request_deletion(story.store, story.member, batch.id, batch.version)
    return lambda: Releasing(story.store, batch.id).phases


def particular_draft(story: Story) -> Draft:
    """Validated: C0 plain, C1 with another account than the last file said, C2 for the last time, C3 once;
    an account that wants firsts and has a ceiling for months, and numbers by year."""
    organisation = story.store.registry.organisation()
    yearly = replace(organisation.value, numbering=NumberingRule(NumberingKind.YEARLY, "PRLV-"))
    story.store.registry.put_organisation(yearly, organisation.revision, "test")
    story.account_changed(sequence_rule=SequenceRule.FIRST, ceilings=Ceilings(customer_month_cents=5_000))
    families(story)
    told_elsewhere(story, "Famille C1", FAMILY_IBANS[2])
    draft = story.selected()
    for one in story.store.instalments.open_between(DECEMBER, DECEMBER):
        if one.invoice_number == "F2":
            last = RowChange(is_final=True)
            draft = edit_row(story.store, story.member, draft.id, draft.version, one.id, last)
    others = [
        one.id for one in story.store.instalments.open_between(JANUARY, JANUARY) if one.invoice_number == "F2"
    ]
    draft = detach(story.store, story.member, draft.id, draft.version, others)
    return story.validated(draft)


def told_elsewhere(story: Story, name: str, iban: str) -> None:
    """The family's mandate was collected under by a file that is none of the school's batches."""
    (found,) = story.store.customers.named(name, 1).customers
    customer = found.value
    (mandate,) = customer.mandates
    presentation = Presentation(
        batch_id="elsewhere",
        end_to_end_id="ELSEWHERE-000001",
        collected_on=DECEMBER,
        amount_cents=1_000,
        sequence=SequenceType.RECURRENT,
        iban=iban,
        reference=mandate.reference,
        creditor_id=ICS,
        creditor_name="CONSERVATOIRE DE SAINTE-CECILE",
    )
    move = CustomerMove("elsewhere", histories={mandate.id: History((presentation,))})
    transaction = story.store.transactions.begin()
    story.store.customers.add_move(transaction, customer.id, move)
    transaction.commit()


def particular_batch(story: Story) -> Batch:
    """That draft's batch of December, pending."""
    return story.batches_of(particular_draft(story))[0]


def registering_particulars(story: Story) -> Worker:
    draft = particular_draft(story)
    return lambda: Registering(story.store, draft.id).phases


def registering_above_a_month(story: Story) -> Worker:
    """Another draft has taken the month's room after this one was frozen."""
    story.account_changed(ceilings=Ceilings(customer_month_cents=2_000))
    customer = story.world.customer(story.store, "C0")
    for rank in range(2):
        story.world.invoice(story.store, customer, (DECEMBER, 1_500), number=f"F{rank}")
    by_number = {
        one.invoice_number: one.id for one in story.store.instalments.open_between(DECEMBER, DECEMBER)
    }
    first, second = story.selected(), story.selected()
    first = detach(story.store, story.member, first.id, first.version, [by_number["F0"]])
    second = detach(story.store, story.member, second.id, second.version, [by_number["F1"]])
    loser = story.validated(first, "key-first")
    Registering(story.store, loser.id).phases.step()
    Registering(story.store, story.validated(second, "key-second").id).phases.run()
    return lambda: Registering(story.store, loser.id).phases


def generating_particulars(story: Story) -> Worker:
    batch = particular_batch(story)
    request_generation(story.store, story.member, batch.id, batch.version)
    return lambda: Generating(story.store, batch.id).phases


def releasing_particulars(story: Story) -> Worker:
    batch = particular_batch(story)
    request_deletion(story.store, story.member, batch.id, batch.version)
    return lambda: Releasing(story.store, batch.id).phases


def cancelling_unsent(story: Story) -> Worker:
    batch = story.asked_to_cancel(story.generated(particular_batch(story)))
    return lambda: Releasing(story.store, batch.id).phases


def cancelling_rejected(story: Story) -> Worker:
    """Handed out, rejected by the bank, and the other batch of the families is pending."""
    batch = story.generated(particular_batch(story))
    download(story.store, story.member, batch.id)
    asked = story.asked_to_cancel(story.store.batches.get(batch.id), CancellationGround.BANK_REJECT)
    return lambda: Releasing(story.store, asked.id).phases


def cancelling_attested(story: Story) -> Worker:
    """Both batches of the families are generated, and the first is cancelled."""
    december, january = story.batches_of(particular_draft(story))
    batch = story.generated(december)
    story.generated(january)
    asked = story.asked_to_cancel(batch, CancellationGround.ATTESTATION)
    attest_cancellation(story.store, story.second_person(), asked.id, asked.version)
    return lambda: Releasing(story.store, asked.id).phases


def on_a_public_account(story: Story) -> Batch:
    """A pending batch whose message is numbered by the day."""
    organisation = story.store.registry.organisation()
    with_siret = replace(organisation.value, siret="99999001300016")
    story.store.registry.put_organisation(with_siret, organisation.revision, "test")
    story.account_changed(
        public_account=PublicAccount(
            service="TGDFT027",
            codique="080001",
            accounting_office="SGC AMIENS",
            office_address=Address("1 rue de la Paie", "80000", "Amiens", "FR"),
            holder="REGIE CONSERVATOIRE",
            iban_text=SCHOOL_IBAN,
        )
    )
    address = Address("2 rue du Luth", "80000", "Amiens", "FR")
    for rank in range(2):
        customer = story.world.customer(story.store, f"C{rank}", address=address)
        story.world.invoice(story.store, customer, (DECEMBER, 1_000 + rank), number=f"F{rank}")
    return story.registered()[0]


def generating_for_the_treasury(story: Story) -> Worker:
    batch = on_a_public_account(story)
    request_generation(story.store, story.member, batch.id, batch.version)
    return lambda: Generating(story.store, batch.id).phases


WORKFLOWS = [
    registering,
    refused_registering,
    registering_particulars,
    registering_above_a_month,
    generating,
    refused_generating,
    generating_particulars,
    generating_for_the_treasury,
    releasing,
    releasing_particulars,
    cancelling_unsent,
    cancelling_rejected,
    cancelling_attested,
]
