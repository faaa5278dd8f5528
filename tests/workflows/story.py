"""Short ways to the states that the tests of batches begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from diapason.domain.batches import Batch, Collection
from diapason.domain.cancellations import CancellationGround, CancellationRequest
from diapason.domain.clock import paris_date
from diapason.domain.drafts import Criteria, Draft, GeneralInformation
from diapason.domain.errors import NotFound
from diapason.domain.invoices import Instalment
from diapason.domain.members import Member
from diapason.domain.parties import Customer
from diapason.store.house import SchoolStore
from diapason.workflows.cancelling import attest_cancellation, request_cancellation
from diapason.workflows.drafting import attach, create_draft, select
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.registering import Registering, validate
from diapason.workflows.releasing import Releasing
from tests.world import World

DECEMBER = date(2026, 12, 7)
JANUARY = date(2027, 1, 7)
ALL_WINTER = Criteria(date(2026, 12, 1), date(2027, 2, 28))

if TYPE_CHECKING:
    pass


@dataclass
class Story:
    """A founded school with its operator."""

    world: World
    store: SchoolStore
    member: Member

    def families(self, count: int, *due_dates: date, **changes: Any) -> list[Instalment]:
        """So many families, each with one invoice of one instalment a due date; amounts tell them apart."""
        made = []
        for rank in range(count):
            customer = self.world.customer(self.store, **changes)
            made += self.world.invoice(
                self.store, customer, *[(day, 1_000 + rank) for day in due_dates or (DECEMBER,)]
            )
        return made

    def selected(self, criteria: Criteria = ALL_WINTER) -> Draft:
        draft = create_draft(self.store, self.member, GeneralInformation("main", "EXT-1", "premier lot"))
        return select(self.store, self.member, draft.id, draft.version, criteria)

    def attached(self, *owed: Instalment) -> Draft:
        """A draft of these instalments alone."""
        draft = create_draft(self.store, self.member, GeneralInformation("main"))
        identifiers = [one.id for one in owed]
        return attach(self.store, self.member, draft.id, draft.version, identifiers)

    def validated(self, draft: Draft | None = None, request_key: str = "key-1") -> Draft:
        draft = draft or self.selected()
        return validate(
            self.store, self.member, draft.id, draft.version, request_key, draft.count, draft.total_cents
        )

    def registered(self) -> list[Batch]:
        self.batches_of(self.validated())
        return self.batches()

    def batches_of(self, validated: Draft) -> list[Batch]:
        """The batches of one draft, by due date."""
        draft = Registering(self.store, validated.id).phases.run()
        assert draft.state == "registered", draft.notice
        assert draft.registration is not None
        return [self.store.batches.get(planned.batch_id) for planned in draft.registration.batches]

    def batches(self) -> list[Batch]:
        """By due date, the earliest first."""
        return sorted(self.store.batches.listed(), key=lambda batch: batch.collection_date)

    def generated(self, batch: Batch) -> Batch:
        requested = request_generation(self.store, self.member, batch.id, batch.version)
        return Generating(self.store, requested.id).phases.run()

    def asked_to_cancel(
        self,
        batch: Batch,
        ground: CancellationGround = CancellationGround.NEVER_HANDED_OUT,
        member: Member | None = None,
    ) -> Batch:
        """Cancelling asked for, on this ground; an attestation is still to be given."""
        of_reject = ground is CancellationGround.BANK_REJECT
        request = CancellationRequest(
            ground,
            "Fichier refait avec la bonne date",
            reject_reference="REJ-2026-118" if of_reject else "",
            rejected_on=paris_date(self.store.clock.now()) if of_reject else None,
        )
        return request_cancellation(self.store, member or self.member, batch.id, batch.version, request)

    def cancelled(
        self, batch: Batch, ground: CancellationGround = CancellationGround.NEVER_HANDED_OUT
    ) -> Batch:
        asked = self.asked_to_cancel(batch, ground)
        if ground is CancellationGround.ATTESTATION:
            attest_cancellation(self.store, self.second_person(), asked.id, asked.version)
        return Releasing(self.store, asked.id).phases.run()

    def second_person(self) -> Member:
        """Another operator of the school."""
        try:
            return self.store.members.get("second").value
        except NotFound:
            return self.world.member(self.store, username="second")

    def account_changed(self, **changes: Any) -> None:
        """The credited account, with other settings."""
        account = self.store.registry.credited_account("main")
        changed = replace(account.value, **changes)
        self.store.registry.put_credited_account(changed, account.revision, "test")

    def customer_changed(self, customer_id: str, **changes: Any) -> Customer:
        customer = self.store.customers.get(customer_id)
        changed = replace(customer.value, **changes)
        self.store.customers.replace(changed, customer.revision, "test")
        return changed

    def collections(self, batch: Batch) -> list[Collection]:
        """The lines with what generation froze on them, in their order."""
        chunks = self.store.batches.chunks(batch.id, range(batch.chunks))
        return [collection for chunk in chunks for collection in chunk.collections()]

    def instalment(self, instalment: Instalment) -> Instalment:
        return self.store.instalments.get(instalment.id)


def a_story(world: World, school_id: str = "ecole-demo") -> Story:
    store = world.founded(school_id)
    return Story(world, store, world.member(store))
