"""A school that gives its sales to accounting, and words for where its exports end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import boto3

from diapason.domain.accounting import AccountingSettings
from diapason.domain.accounting_exports import AccountingExport, AccountingFileKind, Selection
from diapason.domain.batches import Batch
from diapason.domain.drafts import GeneralInformation
from diapason.domain.invoices import Instalment, InvoiceKind
from diapason.domain.members import Role
from diapason.workflows.drafting import attach, create_draft
from diapason.workflows.exporting_accounts import (
    ExportingAccounts,
    ExportOrder,
    preview,
    request_export,
)
from diapason.workflows.registering import Registering
from tests.workflows.story import DECEMBER, JANUARY, Story
from tests.world import World

SIRET = "73282932000074"
SIREN = SIRET[:9]
NOVEMBER = Selection(date(2026, 11, 1), date(2026, 11, 30))
KEEPING = AccountingSettings(keeps_debits=True, auxiliary_prefix="C")
KEY = "request-key-0001"


@dataclass
class AccountingStory(Story):
    """A founded school with its operator, its SIRET and its accounting settings."""

    def order(self, key: str = KEY, selection: Selection = NOVEMBER, **changes: Any) -> ExportOrder:
        """What the page would send after its preview."""
        chosen, keeps_debits = preview(self.store, selection)
        order = ExportOrder(key, selection, False, keeps_debits, chosen.count, chosen.total_cents)
        return replace(order, **changes)

    def requested(self, key: str = KEY, **changes: Any) -> AccountingExport:
        return request_export(self.store, self.member, self.order(key, **changes))

    def exported(self, key: str = KEY, **changes: Any) -> AccountingExport:
        return self.driven(self.requested(key, **changes))

    def registered_of(self, wanted: Instalment) -> list[Batch]:
        """A remittance that takes this instalment alone."""
        draft = create_draft(self.store, self.member, GeneralInformation("main"))
        draft = attach(self.store, self.member, draft.id, draft.version, [wanted.id])
        assert Registering(self.store, self.validated(draft).id).phases.run().state == "registered"
        return self.batches()

    def driven(self, export: AccountingExport) -> AccountingExport:
        return ExportingAccounts(self.store, export.id).phases.run()

    def bytes_of(self, export: AccountingExport, kind: AccountingFileKind) -> bytes:
        file = export.file(kind)
        assert file is not None
        with self.store.outputs.open(file.key, file.version_id) as stream:
            return stream.read()


def accounting_story(
    world: World, school_id: str = "ecole-demo", settings: AccountingSettings = KEEPING
) -> AccountingStory:
    store = world.founded(school_id)
    organisation = store.registry.organisation()
    store.registry.put_organisation(replace(organisation.value, siret=SIRET), organisation.revision, "test")
    store.registry.put_accounting_settings(settings, None, "test")
    return AccountingStory(world, store, world.member(store, Role.ADMINISTRATOR, "administrateur"))


def three_invoices_and_a_credit_note(story: AccountingStory) -> None:
    """Three families; names do not depend on the school."""
    for rank in range(3):
        customer = story.world.customer(story.store, f"C{rank}")
        shares = [(DECEMBER, 1_000 + rank), (JANUARY, 2_000)]
        story.world.invoice(story.store, customer, *shares, number=f"F{rank}")
    story.world.invoice(story.store, customer, (DECEMBER, -500), number="A0", kind=InvoiceKind.CREDIT_NOTE)


def accounting_outcome(story: AccountingStory) -> dict[str, Any]:
    """Where a school stands, in words that do not depend on ids: two runs that end alike are equal."""
    store = story.store
    return {
        "exports": sorted(
            _export_outcome(story, one) for one in store.accounting_exports.listed(100).exports
        ),
        "invoices": sorted(
            (one.value.number, bool(one.value.accounting_export))
            for one in store.invoices.numbered("", 1_000).invoices
        ),
        "instalments": sorted(
            (one.invoice_number, one.due_date, one.revision, one.channel or "", one.channel_reference)
            for found in store.invoices.numbered("", 1_000).invoices
            for one in store.instalments.of_invoice(found.value.id)
        ),
        "selectable": sorted(
            (one.invoice_number, one.due_date) for one in store.instalments.open_between(date.min, date.max)
        ),
        "objects": sorted(name.rpartition("/")[2] for name in _outputs(story)),
        "entry numbers": store.counters.value("accounting-entries"),
    }


def _export_outcome(story: AccountingStory, export: AccountingExport) -> tuple[object, ...]:
    chunks = story.store.accounting_exports.chunks(export.id, range(export.chunks))
    files = tuple((file.kind, file.sha256, file.rows) for file in export.files)
    marks = tuple(sorted((chunk.number, chunk.state, chunk.count) for chunk in chunks))
    return (
        export.number,
        export.state,
        export.phase,
        export.count,
        export.total_cents,
        export.first_entry,
        export.refused,
        export.notice,
        files,
        marks,
    )


def _outputs(story: AccountingStory) -> list[str]:
    found = boto3.client("s3").list_object_versions(
        Bucket=story.store.outputs.name, Prefix=f"{story.store.keys.school_id}/accounting/"
    )
    return [version["Key"] for version in found.get("Versions", [])]
