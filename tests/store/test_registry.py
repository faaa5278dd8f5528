"""The school and its settings: written under the revision that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from diapason.domain.creditor import (
    AddressRule,
    BicRule,
    Ceilings,
    CreditedAccount,
    MessageVersion,
    Organisation,
    PublicAccount,
    School,
)
from diapason.domain.errors import NotFound, VersionConflict
from diapason.domain.parties import Address
from diapason.domain.presentations import SequenceRule
from diapason.store.house import SchoolStore
from diapason.store.registry import Activity, school_ids, schools
from diapason.store.versioned import Versioned
from tests.world import ICS, SCHOOL_IBAN, World, opened_world

SCHOOLS = count(1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a school of its own."""
    with opened_world() as opened:
        yield opened


@pytest.fixture
def store(world: World) -> SchoolStore:
    return world.founded(f"ecole-{next(SCHOOLS)}")


def test_a_school_is_written_and_entered_into_the_list(store: SchoolStore) -> None:
    school_id = store.keys.school_id

    founded = store.registry.versioned_school()
    changed = replace(founded.value, direct_debit=False, direct_debit_since=date(2026, 11, 23))
    store.registry.put_school(changed, founded.revision, "platform")

    assert store.registry.school() == changed
    assert [found for found in schools() if found.value.id == school_id] == [Versioned(changed, 2)]
    assert list(school_ids()).count(school_id) == 1
    with pytest.raises(VersionConflict):
        store.registry.put_school(founded.value, founded.revision, "platform")
    with pytest.raises(VersionConflict):
        store.registry.put_school(School(school_id, "Conservatoire", direct_debit=True), None, "intrus")
    assert store.registry.school() == changed


def test_a_school_that_was_never_founded_has_nothing(world: World) -> None:
    unknown = world.school("inconnue").registry

    for read in (
        unknown.school,
        unknown.organisation,
        lambda: unknown.credited_account("main"),
    ):
        with pytest.raises(NotFound):
            read()
    assert (unknown.credited_accounts(), unknown.activities()) == ([], [])


def test_the_organisation_is_replaced_under_the_revision_that_was_read(store: SchoolStore) -> None:
    read = store.registry.organisation()
    changed = replace(read.value, name="Académie")

    store.registry.put_organisation(changed, read.revision, "odile")

    after = store.registry.organisation()
    assert (after.value, after.revision) == (changed, read.revision + 1)
    for stale in (read.revision, None, after.revision + 1):
        with pytest.raises(VersionConflict):
            store.registry.put_organisation(Organisation("Intrus", ICS), stale, "odile")
    assert store.registry.organisation() == after


def test_a_credited_account_keeps_every_setting_of_its_bank(store: SchoolStore) -> None:
    account = CreditedAccount(
        id="second",
        label="Second",
        iban_text=SCHOOL_IBAN,
        bic_text="AGRIFRPP",
        version=MessageVersion.V02,
        lead_days=5,
        cut_off_hour=16,
        batch_booking=False,
        bic_rule=BicRule.REQUIRED,
        address_rule=AddressRule.HYBRID,
        sequence_rule=SequenceRule.FIRST,
        initiating_party_id="12345678200010",
        ultimate_creditor="Commune d’Amiens",
        names_ultimate_debtor=True,
        ceilings=Ceilings(100_00, 200_00, 300_00),
        public_account=PublicAccount(
            "TGDFT027", "080001", "TRESORERIE AMIENS", Address(town="Amiens"), "REGIE MUSIQUE", SCHOOL_IBAN
        ),
        closed=True,
    )

    store.registry.put_credited_account(account, None, "odile")

    assert store.registry.credited_account("second").value == account
    assert [found.value.id for found in store.registry.credited_accounts()] == ["main", "second"]
    with pytest.raises(VersionConflict):
        store.registry.put_credited_account(account, None, "odile")


def test_an_account_whose_id_begins_like_another_is_another(store: SchoolStore) -> None:
    with pytest.raises(NotFound):
        store.registry.credited_account("mai")
    with pytest.raises(NotFound):
        store.registry.credited_account("")


def test_activities_are_listed_by_code(store: SchoolStore) -> None:
    for activity in (Activity("PIANO", "Piano"), Activity("DANSE", "Danse")):
        store.registry.put_activity(activity, None, "odile")

    assert store.registry.activities() == [Activity("DANSE", "Danse"), Activity("PIANO", "Piano")]


def test_every_change_leaves_its_row_in_the_journal_and_a_refused_one_leaves_none(
    store: SchoolStore, world: World
) -> None:
    read = store.registry.organisation()
    world.clock.instant += timedelta(seconds=1)
    store.registry.put_organisation(replace(read.value, siret="12345678200010"), read.revision, "odile")
    with pytest.raises(VersionConflict):
        store.registry.put_organisation(read.value, read.revision, "intrus")

    rows = list(store.journal.of("organisation"))

    assert [(row.who, row.event, row.facts["revision"]) for row in rows] == [
        ("test", "written", 1),
        ("odile", "written", 2),
    ]
    assert rows[-1].at == store.clock.now()
