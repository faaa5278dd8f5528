"""Exporting to accounting: what is chosen, marked, written, and given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.accounting.reread import UnsoundFile, read_entries, read_sheet
from diapason.domain.accounting import (
    AccountingSettings,
    ActivityAccount,
    EntriesEncoding,
    LedgerAccount,
)
from diapason.domain.accounting_exports import (
    AccountingExportState,
    AccountingFileKind,
    Selection,
)
from diapason.domain.errors import DigestMismatch, InvalidInput, NotFound, StateRefused, VersionConflict
from diapason.domain.invoices import Channel, InvoiceKind, Sending
from diapason.domain.parties import PaymentMethod
from diapason.store.invoices import invoice_id
from diapason.workflows import accounting_selection
from diapason.workflows.accounting_handover import download_accounting_file, request_cancellation
from diapason.workflows.exporting_accounts import ExportingAccounts, preview, request_export
from diapason.workflows.registering import Registering
from tests.workflows.accounting_story import (
    KEEPING,
    NOVEMBER,
    SIREN,
    AccountingStory,
    accounting_story,
    three_invoices_and_a_credit_note,
)
from tests.workflows.story import DECEMBER, JANUARY
from tests.world import World

ENTRIES, CUSTOMERS, INSTALMENTS = AccountingFileKind


@pytest.fixture
def story(world: World) -> AccountingStory:
    return accounting_story(world)


def field_paths(refused: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [error.path for error in refused.value.errors]


def test_an_export_holds_entries_customers_and_instalments(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)

    export = story.exported()

    assert (export.state, export.number, export.count) == (AccountingExportState.READY, "CPT-000001", 4)
    assert [(file.kind, file.file_name, file.rows) for file in export.files] == [
        (ENTRIES, f"{SIREN}FEC20261130.txt", 4),
        (CUSTOMERS, "clients-CPT-000001.csv", 3),
        (INSTALMENTS, "echeances-CPT-000001.csv", 6),
    ]
    read = read_entries(story.bytes_of(export, ENTRIES), EntriesEncoding.UTF_8)
    told = {entry.piece: (entry.auxiliary, entry.amount_cents) for entry in read.entries}
    assert told == {
        "A0": ("CC2", -500),
        "F0": ("CC0", 3_000),
        "F1": ("CC1", 3_001),
        "F2": ("CC2", 3_002),
    }
    assert [entry.number for entry in read.entries] == [1, 2, 3, 4]


def test_a_marked_instalment_leaves_the_selectable_and_no_remittance_takes_it(
    story: AccountingStory,
) -> None:
    three_invoices_and_a_credit_note(story)
    draft = story.validated()
    export = story.exported()

    for rank in range(3):
        for one in story.store.instalments.of_invoice(invoice_id("ecole-demo", f"F{rank}")):
            assert (one.channel, one.channel_reference, one.revision) == (
                Channel.ACCOUNTING,
                export.number,
                2,
            )
    assert not list(story.store.instalments.open_between(date.min, date.max))
    refused = Registering(story.store, draft.id).phases.run()
    assert refused.state == "open"
    assert refused.blocked == 6
    assert story.batches() == []


def test_the_claim_itself_refuses_what_accounting_keeps(story: AccountingStory) -> None:
    """The manifest was frozen before the export: the condition in the database is what stands."""
    three_invoices_and_a_credit_note(story)
    registering = Registering(story.store, story.validated().id)
    registering.phases.step()
    story.exported()

    draft = registering.phases.run()

    assert draft.state == "open"
    assert story.batches() == []


def test_an_invoice_that_a_remittance_holds_is_refused_and_named(story: AccountingStory) -> None:
    (held,) = story.families(1)
    (free,) = story.families(1, JANUARY)
    story.registered_of(held)

    chosen, _ = preview(story.store, NOVEMBER)

    assert [invoice.number for invoice in chosen.invoices] == [free.invoice_number]
    (refused,) = chosen.refused
    assert refused.invoice_number == held.invoice_number
    assert "remise" in refused.reason


def test_one_refused_invoice_keeps_all_back_unless_the_others_are_asked_for(story: AccountingStory) -> None:
    (held,) = story.families(1)
    (free,) = story.families(1, JANUARY)
    story.registered_of(held)

    refused = story.exported("request-key-all")

    assert refused.state is AccountingExportState.REFUSED
    assert [one.invoice_number for one in refused.refusals] == [held.invoice_number]
    assert "Rien n’a été exporté" in refused.notice
    assert story.instalment(free).channel is None

    taken = story.exported("request-key-others", leaves_refused_out=True)

    assert (taken.state, taken.count, taken.refused) == (AccountingExportState.READY, 1, 1)
    assert story.instalment(free).channel is Channel.ACCOUNTING
    assert story.instalment(held).channel is None


def test_a_debited_invoice_is_refused(story: AccountingStory) -> None:
    (debited,) = story.families(1)
    (batch,) = story.registered_of(debited)
    story.generated(batch)

    chosen, _ = preview(story.store, NOVEMBER)

    assert (chosen.count, [one.invoice_number for one in chosen.refused]) == (0, [debited.invoice_number])


def test_a_claim_that_comes_between_plan_and_mark_undoes_the_export(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    draft = story.validated()
    exporting = ExportingAccounts(story.store, story.requested().id)
    exporting.phases.step()
    Registering(story.store, draft.id).phases.run()

    export = exporting.phases.run()

    assert export.state is AccountingExportState.REFUSED
    assert {one.invoice_number for one in export.refusals} == {"F0", "F1", "F2"}
    assert not any(found.value.accounting_export for found in story.store.invoices.numbered("", 10).invoices)
    assert len(story.batches()) == 2


def test_what_was_exported_once_is_not_exported_again(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    story.exported()
    (later,) = story.families(1)

    chosen, _ = preview(story.store, NOVEMBER)
    second = story.exported("request-key-0002")

    assert [invoice.number for invoice in chosen.invoices] == [later.invoice_number]
    assert (second.number, second.first_entry, second.count) == ("CPT-000002", 5, 1)


def test_two_exports_of_the_same_invoices_take_each_once(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    first, second = story.requested("request-key-0001"), story.requested("request-key-0002")
    slow = ExportingAccounts(story.store, first.id)
    slow.phases.step()
    story.driven(second)

    overtaken = slow.phases.run()

    assert overtaken.state is AccountingExportState.REFUSED
    assert story.store.accounting_exports.get(second.id).state is AccountingExportState.READY
    assert story.store.counters.value("accounting-entries") == 4


def test_the_same_request_key_makes_one_export(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    order = story.order()
    first = request_export(story.store, story.member, order)
    story.driven(first)

    again = request_export(story.store, story.member, replace(order, count=99))

    assert again.id == first.id
    assert again.state is AccountingExportState.READY
    assert len(story.store.accounting_exports.listed(10).exports) == 1


def test_only_what_was_sent_in_the_period_and_of_the_activity_is_chosen(story: AccountingStory) -> None:
    customer = story.world.customer(story.store, "C1")
    story.world.invoice(story.store, customer, (DECEMBER, 100), number="F1")
    story.world.invoice(story.store, customer, (DECEMBER, 100), number="F2", sending=Sending.READY)
    story.world.invoice(story.store, customer, (DECEMBER, 100), number="F3", activity="CHANT")

    def numbers(selection: Selection) -> list[str]:
        return [invoice.number for invoice in preview(story.store, selection)[0].invoices]

    assert numbers(NOVEMBER) == ["F1", "F3"]
    assert numbers(replace(NOVEMBER, activity="CHANT")) == ["F3"]
    assert numbers(Selection(date(2026, 12, 1), date(2026, 12, 31))) == []


def test_entries_without_debits_mark_the_invoice_and_leave_its_instalments(world: World) -> None:
    story = accounting_story(world, settings=replace(KEEPING, keeps_debits=False))
    three_invoices_and_a_credit_note(story)

    export = story.exported()

    assert [file.kind for file in export.files] == [ENTRIES, CUSTOMERS]
    assert len(list(story.store.instalments.open_between(date.min, date.max))) == 6
    assert preview(story.store, NOVEMBER)[0].count == 0


def test_whoever_pays_otherwise_is_marked_but_not_handed_over_for_debit(story: AccountingStory) -> None:
    (cheque,) = story.families(1, payment_method=PaymentMethod.CHEQUE)

    export = story.exported()

    assert read_sheet(story.bytes_of(export, INSTALMENTS)).rows == []
    assert story.instalment(cheque).channel is Channel.ACCOUNTING


def test_revenue_goes_to_the_account_of_the_activity(world: World) -> None:
    piano = ActivityAccount("PIANO", LedgerAccount("706100", "Piano"))
    story = accounting_story(world, settings=AccountingSettings(revenue_by_activity=(piano,)))
    customer = story.world.customer(story.store, "C1")
    story.world.invoice(story.store, customer, (DECEMBER, 100), number="F1")
    story.world.invoice(story.store, customer, (DECEMBER, 100), number="F2", activity="CHANT")

    read = read_entries(story.bytes_of(story.exported(), ENTRIES), EntriesEncoding.UTF_8)

    assert {entry.piece: entry.revenue_account for entry in read.entries} == {"F1": "706100", "F2": "706000"}


def test_customers_whose_auxiliary_accounts_are_one_are_not_mixed(story: AccountingStory) -> None:
    for rank, reference in enumerate(("A|1", "A 1")):
        customer = story.world.customer(story.store, reference)
        story.world.invoice(story.store, customer, (DECEMBER, 100), number=f"F{rank}")

    chosen, _ = preview(story.store, NOVEMBER)

    assert chosen.count == 1
    assert "compte auxiliaire" in chosen.refused[0].reason


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"count": 0}, "count"), ({"keeps_debits": False}, "keeps_debits")],
)
def test_what_the_page_said_must_be_what_stands(
    story: AccountingStory, changes: dict[str, object], path: str
) -> None:
    three_invoices_and_a_credit_note(story)

    with pytest.raises(InvalidInput) as refused:
        story.requested(**changes)

    assert field_paths(refused) == [path]


def test_a_selection_that_changed_since_the_preview_exports_nothing(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    order = story.order()
    story.families(1)

    export = story.driven(request_export(story.store, story.member, order))

    assert export.state is AccountingExportState.REFUSED
    assert "a changé" in export.notice


def test_settings_and_siret_are_asked_for_together(world: World) -> None:
    store = world.founded()

    with pytest.raises(InvalidInput) as refused:
        preview(store, NOVEMBER)

    assert field_paths(refused) == ["accounting_settings", "siret"]


def test_dates_in_reverse_are_refused(story: AccountingStory) -> None:
    with pytest.raises(InvalidInput) as refused:
        preview(story.store, Selection(date(2026, 12, 1), date(2026, 11, 1)))

    assert field_paths(refused) == ["issued_to"]


def test_more_than_an_export_holds_is_refused_before_it_is_read(
    story: AccountingStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_invoices_and_a_credit_note(story)
    order = story.order()
    monkeypatch.setattr(accounting_selection, "MAX_EXPORTED_INVOICES", 3)

    with pytest.raises(InvalidInput, match="corriger"):
        preview(story.store, NOVEMBER)
    export = story.driven(request_export(story.store, story.member, order))

    assert export.state is AccountingExportState.REFUSED
    assert "au plus 3 factures" in export.notice


def test_a_file_is_handed_out_for_a_minute_and_who_takes_it_is_recorded_first(
    story: AccountingStory,
) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()

    link = download_accounting_file(story.store, story.member, export.id, CUSTOMERS)
    again = download_accounting_file(story.store, story.member, export.id, CUSTOMERS)

    assert link.expires_in == 60
    assert link.file == again.file
    assert "clients-CPT-000001.csv" in link.url
    rows = list(story.store.journal.of(f"accounting-export-{export.id}"))
    handed = [row for row in rows if row.event == "handed-out"]
    assert [(row.who, row.facts["file"]) for row in handed] == [("administrateur", "customers")] * 2


def test_the_journal_never_holds_an_account_number(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    download_accounting_file(story.store, story.member, export.id, CUSTOMERS)

    told = [str(row.facts) for row in story.store.journal.of(f"accounting-export-{export.id}")]

    assert len(told) > 5
    numbers = {
        account.iban_text
        for found in story.store.customers.named("", 10).customers
        for account in found.value.accounts
    }
    assert numbers
    assert not any(number in text for number in numbers for text in told)


def test_nothing_is_handed_out_before_it_was_verified(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    exporting = ExportingAccounts(story.store, story.requested().id)
    while exporting.phases.step() is not None:
        export = story.store.accounting_exports.listed(1).exports[0]
        if export.phase == "done":
            break
        with pytest.raises(StateRefused):
            download_accounting_file(story.store, story.member, export.id, ENTRIES)
    assert download_accounting_file(story.store, story.member, export.id, ENTRIES)


def test_a_file_that_was_altered_is_not_handed_out(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    entries = export.file(ENTRIES)
    assert entries is not None
    forged = replace(export, files=(replace(entries, sha256="0" * 64),))
    story.store.accounting_exports.write(export, forged, "test", "forged")

    with pytest.raises(DigestMismatch):
        download_accounting_file(story.store, story.member, export.id, ENTRIES)
    with pytest.raises(NotFound):
        download_accounting_file(story.store, story.member, export.id, INSTALMENTS)


def test_a_file_that_differs_from_its_manifest_stops_the_export(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    exporting = ExportingAccounts(story.store, story.requested().id)
    while True:
        export = exporting.phases.step()
        assert export is not None
        if export.phase == "render":
            break
    rendered = story.store.accounting_exports.get(export.id)
    wrong = replace(rendered, total_cents=rendered.total_cents + 1)
    story.store.accounting_exports.write(rendered, wrong, "test", "forged")

    with pytest.raises(UnsoundFile):
        exporting.phases.run()

    assert story.store.accounting_exports.get(export.id).state is AccountingExportState.GENERATING


def test_a_cancelled_export_gives_everything_back(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()

    request_cancellation(story.store, story.member, export.id, export.version, "Doublon", False)
    cancelled = story.driven(export)

    assert cancelled.state is AccountingExportState.CANCELLED
    assert cancelled.cancellation is not None
    assert cancelled.cancellation.reason == "Doublon"
    assert len(list(story.store.instalments.open_between(date.min, date.max))) == 6
    for one in story.store.instalments.of_invoice(invoice_id("ecole-demo", "F0")):
        assert (one.channel, one.channel_reference, one.revision) == (None, "", 3)
    again = story.exported("request-key-0002")
    assert (again.count, again.first_entry) == (4, 5), "numbers are never given twice"
    assert story.order("request-key-0003").count == 0


def test_returned_instalments_can_be_collected(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    request_cancellation(story.store, story.member, export.id, export.version, "Doublon", False)
    story.driven(export)

    batches = story.registered()

    assert [batch.count for batch in batches] == [3, 3]


def test_what_was_handed_to_accounting_comes_back_only_when_somebody_attests(
    story: AccountingStory,
) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()
    download_accounting_file(story.store, story.member, export.id, INSTALMENTS)
    version = story.store.accounting_exports.get(export.id).version

    with pytest.raises(InvalidInput) as refused:
        request_cancellation(story.store, story.member, export.id, version, "Doublon", False)
    request_cancellation(story.store, story.member, export.id, version, "Doublon", True)

    assert field_paths(refused) == ["attests_not_debited"]
    assert story.driven(export).state is AccountingExportState.CANCELLED


def test_cancelling_names_the_version_that_was_read(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    export = story.exported()

    with pytest.raises(VersionConflict):
        request_cancellation(story.store, story.member, export.id, export.version - 1, "Doublon", False)


def test_a_refused_export_is_not_cancelled(story: AccountingStory) -> None:
    three_invoices_and_a_credit_note(story)
    refused = story.exported(total_cents=1)

    with pytest.raises(StateRefused):
        request_cancellation(story.store, story.member, refused.id, refused.version, "Doublon", False)


def test_an_invoice_of_many_instalments_fills_transactions_but_does_not_burst_them(
    story: AccountingStory,
) -> None:
    customer = story.world.customer(story.store, "C1")
    for rank in range(4):
        story.world.invoice(story.store, customer, *[(DECEMBER, 100)] * 48, number=f"F{rank}")

    export = story.exported()

    assert (export.state, export.chunks, export.count) == (AccountingExportState.READY, 4, 4)


def test_credit_notes_alone_can_be_exported(story: AccountingStory) -> None:
    customer = story.world.customer(story.store, "C1")
    story.world.invoice(story.store, customer, (DECEMBER, -100), number="A1", kind=InvoiceKind.CREDIT_NOTE)

    export = story.exported()

    assert (export.state, export.total_cents) == (AccountingExportState.READY, -100)
