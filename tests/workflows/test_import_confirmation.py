"""What a member decides on a preview: the whole file, its good rows, or nothing; once, and in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diapason.domain.errors import NotFound, StateRefused, VersionConflict
from diapason.domain.imports import PREVIEW_LIFE, Import, ImportChoice, ImportKind, ImportPhase, ImportState
from diapason.domain.members import Member, Role
from diapason.store.customers import customer_id
from diapason.store.house import SchoolStore
from diapason.store.imports import Imports
from diapason.workflows.import_files import Report, problems_of, report_of
from diapason.workflows.import_records import import_records
from diapason.workflows.import_requests import confirm_import, discard_import
from tests.unit.intake.workbook_files import workbook
from tests.workflows.import_examples import (
    CUSTOMERS,
    INVOICES,
    MEMBER,
    confirmed,
    handed_in,
    imported,
    many_customers,
    previewed,
    records,
)
from tests.world import FAMILY_IBANS, World

GOOD_ROWS, WHOLE = ImportChoice.GOOD_ROWS, ImportChoice.WHOLE
SPOILT = CUSTOMERS + f"C4;particulier;;prélèvement;X;{FAMILY_IBANS[0]};RUM-4;01/09/2026\n"


def faults(store: SchoolStore, record: Import) -> list[tuple[int, str, str]]:
    return [problem[:3] for problem in problems_of(store, record, 0, 1_000)]


def names(store: SchoolStore) -> list[str]:
    return [found.value.name for found in store.customers.named("", 100).customers]


def test_reading_a_file_writes_nothing_into_the_school(world: World) -> None:
    store = world.founded()
    before = records(store)

    shown = previewed(store, ImportKind.CUSTOMERS, CUSTOMERS)

    assert (shown.state, shown.phase) == (ImportState.TO_CONFIRM, ImportPhase.PREVIEW)
    assert (shown.counts.new, shown.counts.faulty, shown.problems) == (3, 0, 0)
    assert shown.choices(world.clock.now()) == (WHOLE, GOOD_ROWS)
    assert records(store) == before


def test_a_file_with_a_fault_is_not_taken_whole(world: World) -> None:
    store = world.founded()
    shown = previewed(store, ImportKind.CUSTOMERS, SPOILT)
    before = records(store)

    with pytest.raises(StateRefused, match="contient des erreurs"):
        confirm_import(store, MEMBER, shown.id, WHOLE)

    assert store.imports.get(shown.id) == shown
    assert faults(store, shown) == [(6, "Nom", "cell.missing")]
    assert records(store) == before


def test_the_good_rows_are_taken_and_the_others_stay_listed(world: World) -> None:
    store = world.founded()

    done = imported(store, ImportKind.CUSTOMERS, SPOILT, GOOD_ROWS)

    assert (done.state, done.counts.new, done.counts.faulty) == (ImportState.TAKEN, 3, 1)
    assert faults(store, done) == [(6, "Nom", "cell.missing")]
    assert names(store) == ["Chœur & Cie", "Famille Lefèvre", "Sàrl Orgue"]


def test_a_customer_is_never_taken_by_half(world: World) -> None:
    store = world.founded()
    second_mandate_is_faulty = CUSTOMERS.replace("RUM-2;02/09/2026", "RUM-2;31/02/2026")

    done = imported(store, ImportKind.CUSTOMERS, second_mandate_is_faulty, GOOD_ROWS)

    assert (done.counts.new, done.counts.faulty) == (2, 1)
    assert names(store) == ["Chœur & Cie", "Sàrl Orgue"]
    assert store.customers.mandates_taken(["RUM-1", "RUM-3"]).keys() == {"RUM-3"}


def test_an_invoice_is_never_taken_by_half(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    done = imported(store, ImportKind.INVOICES, INVOICES.replace("50,50", "50,505"), GOOD_ROWS)

    assert (done.counts.new, done.counts.faulty) == (2, 1)
    assert [found.value.number for found in store.invoices.numbered("", 10).invoices] == ["A1", "F2"]


def test_a_row_that_names_no_invoice_leaves_all_of_them_doubtful(world: World) -> None:
    """It may be the second instalment of any of them."""
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    before = records(store)

    done = previewed(
        store,
        ImportKind.INVOICES,
        INVOICES.replace(
            "F1;facture;C1;01/11/2026;Piano;PIANO;envoyée;05/01/2027",
            ";facture;C1;01/11/2026;Piano;PIANO;envoyée;05/01/2027",
        ),
    )

    assert (done.state, done.phase) == (ImportState.REFUSED, ImportPhase.DONE)
    assert faults(store, done) == [(0, "", "row.stray"), (3, "Numéro", "cell.missing")]
    assert records(store) == before


def test_a_file_without_one_good_row_is_refused_at_once(world: World) -> None:
    store = world.founded()

    done = previewed(store, ImportKind.CUSTOMERS, "Référence;Nom;Mode de paiement\nC1;;chèque\n")

    assert (done.state, done.counts.faulty) == (ImportState.REFUSED, 1)


def test_good_rows_leave_out_what_changed_since_the_preview(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, many_customers(60))
    changed = (
        many_customers(60).replace(";prélèvement;", ";chèque;") + "N1;Neuf;chèque;;;;\nN2;Neuve;chèque;;;;\n"
    )
    identifier = confirmed(store, ImportKind.CUSTOMERS, changed, GOOD_ROWS)
    standing = store.customers.get(customer_id("ecole-demo", "M00003"))
    store.customers.replace(standing.value, standing.revision, "quelqu’un d’autre")
    world.customer(store, "N2")

    done = import_records(store, identifier)

    assert (done.state, done.counts.new, done.counts.changed) == (ImportState.TAKEN, 1, 59)
    assert (done.counts.faulty, done.problems) == (2, 2)
    assert faults(store, done) == [
        (5, "Référence", "record.changed"),
        (63, "Référence", "record.exists"),
    ]
    untouched = store.customers.get(standing.value.id)
    assert (untouched.value, untouched.revision) == (standing.value, 2)


def test_a_whole_file_tells_all_that_changed_since_the_preview_and_takes_nothing(world: World) -> None:
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, many_customers(60))
    changed = many_customers(60).replace(";prélèvement;", ";chèque;")
    identifier = confirmed(store, ImportKind.CUSTOMERS, changed)
    for reference in ("M00003", "M00057"):
        standing = store.customers.get(customer_id("ecole-demo", reference))
        store.customers.replace(standing.value, standing.revision, "quelqu’un d’autre")
    before = records(store)

    done = import_records(store, identifier)

    assert (done.state, done.counts.changed, done.counts.faulty) == (ImportState.REFUSED, 58, 2)
    assert [line for line, _, _ in faults(store, done)] == [5, 59]
    assert records(store) == before


def test_confirming_again_while_it_is_at_work_changes_nothing(world: World) -> None:
    store = world.founded()
    identifier = confirmed(store, ImportKind.CUSTOMERS, CUSTOMERS)
    first = store.imports.get(identifier)

    assert confirm_import(store, MEMBER, identifier, WHOLE) == first
    with pytest.raises(StateRefused, match="« en cours »"):
        confirm_import(store, MEMBER, identifier, GOOD_ROWS)
    with pytest.raises(StateRefused, match="« en cours »"):
        discard_import(store, MEMBER, identifier)


def test_what_has_ended_is_not_decided_again(world: World) -> None:
    store = world.founded()
    taken = imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    discarded = discard_import(store, MEMBER, previewed(store, ImportKind.CUSTOMERS, CUSTOMERS).id)

    assert (discarded.state, discarded.phase) == (ImportState.DISCARDED, ImportPhase.DONE)
    for record in (taken, discarded):
        with pytest.raises(StateRefused):
            confirm_import(store, MEMBER, record.id, WHOLE)
        with pytest.raises(StateRefused):
            discard_import(store, MEMBER, record.id)


def test_a_file_that_is_not_read_yet_is_not_decided(world: World) -> None:
    store = world.founded()
    identifier = handed_in(store, ImportKind.CUSTOMERS, CUSTOMERS)

    with pytest.raises(StateRefused, match="en cours de lecture"):
        confirm_import(store, MEMBER, identifier, WHOLE)
    with pytest.raises(NotFound):
        confirm_import(store, MEMBER, "unknown", WHOLE)


def test_a_preview_that_is_too_old_is_not_confirmed(world: World) -> None:
    store = world.founded()
    shown = previewed(store, ImportKind.CUSTOMERS, CUSTOMERS)

    world.clock.instant += PREVIEW_LIFE

    with pytest.raises(StateRefused, match="trop ancien"):
        confirm_import(store, MEMBER, shown.id, WHOLE)
    assert import_records(store, shown.id).state is ImportState.EXPIRED


def test_of_two_who_decide_at_once_the_first_is_obeyed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    store = world.founded()
    shown = previewed(store, ImportKind.CUSTOMERS, CUSTOMERS)
    discard_import(store, MEMBER, shown.id)
    monkeypatch.setattr(Imports, "get", lambda *_: shown)

    with pytest.raises(VersionConflict):
        confirm_import(store, MEMBER, shown.id, WHOLE)

    monkeypatch.undo()
    assert store.imports.get(shown.id).state is ImportState.DISCARDED


def test_records_are_written_in_the_name_of_who_confirmed(world: World) -> None:
    store = world.founded()
    shown = previewed(store, ImportKind.CUSTOMERS, CUSTOMERS)
    other = Member("administrateur", "ecole-demo", "Ada", Role.ADMINISTRATOR)
    world.clock.instant += timedelta(hours=1)

    confirm_import(store, other, shown.id, WHOLE)
    done = import_records(store, shown.id)

    assert (done.created_by, done.decided_by) == ("operateur", "administrateur")
    assert done.decided_at == world.clock.now()
    rows = {row.event: row.who for row in store.journal.of(f"import-{shown.id}")}
    assert rows == {
        "created": "operateur",
        "read": "operateur",
        "confirmed": "administrateur",
        "taken": "administrateur",
        "chunk-revealed": "administrateur",
        "revealed": "administrateur",
    }


def test_a_workbook_is_imported_whatever_it_is_called(world: World) -> None:
    store = world.founded()
    rows = [line.split(";") for line in CUSTOMERS.splitlines()]
    identifier = handed_in(store, ImportKind.CUSTOMERS, "")
    store.uploads.put(store.keys.upload(identifier), workbook(rows), "text/csv")
    import_records(store, identifier)
    confirm_import(store, MEMBER, identifier, WHOLE)

    assert import_records(store, identifier).counts.new == 3
    assert imported(store, ImportKind.CUSTOMERS, CUSTOMERS).counts.unchanged == 3


def test_problems_are_read_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diapason.workflows.import_files.PAGE", 3)
    store = world.founded()
    rows = "".join(f"M{rank};;chèque\n" for rank in range(8))

    shown = previewed(store, ImportKind.CUSTOMERS, f"Référence;Nom;Mode de paiement\nC;C;chèque\n{rows}")

    lines = [[problem.line for problem in problems_of(store, shown, start, 4)] for start in (0, 2, 4, 7, 8)]
    assert lines == [[3, 4, 5, 6], [5, 6, 7, 8], [7, 8, 9, 10], [10], []]


def test_a_report_that_is_kept_no_longer_is_empty(world: World) -> None:
    store = world.founded()
    shown = previewed(store, ImportKind.CUSTOMERS, SPOILT)
    bucket = store.house.environment.work_bucket
    for found in world.house.s3.list_objects_v2(Bucket=bucket)["Contents"]:
        world.house.s3.delete_object(Bucket=bucket, Key=found["Key"])

    assert report_of(store, shown) == Report()
    assert problems_of(store, shown, 0, 10) == []
