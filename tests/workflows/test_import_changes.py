"""What a file changes on customers that stand: told before, and nothing vanishes that it does not name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.imports import Import, ImportKind, ImportState
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import Customer, CustomerKind, PaymentMethod
from diapason.domain.presentations import History
from diapason.store.customer_moves import CustomerMove
from diapason.store.customers import customer_id
from diapason.store.house import SchoolStore
from diapason.workflows.import_files import changes_of, problems_of
from tests.workflows.import_examples import CUSTOMERS, imported, previewed, records
from tests.world import FAMILY_IBANS, World

FAMILY = "Référence;Nom;Mode de paiement\nC1;Famille Lefèvre;prélèvement\n"


@pytest.fixture
def store(world: World) -> SchoolStore:
    """A school with the customers of the example."""
    store = world.founded()
    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)
    return store


def family(store: SchoolStore, reference: str = "C1") -> Customer:
    return store.customers.get(customer_id("ecole-demo", reference)).value


def told(store: SchoolStore, text: str) -> list[tuple[str, str, str]]:
    """What the preview says is changed on the one customer that is."""
    shown = previewed(store, ImportKind.CUSTOMERS, text)
    assert problems_of(store, shown, 0, 10) == []
    (change,) = changes_of(store, shown, 0, 10)
    assert shown.counts.changed == 1
    return [tuple(field) for field in change.fields]


def with_column(header: str, *rows: str) -> str:
    """A file of the family's mandates: reference, name, method, holder, IBAN, RUM, and one column more."""
    columns = f"Référence;Nom;Mode de paiement;Titulaire;IBAN;RUM;{header}\n"
    accounts = [("Anne Lefèvre", FAMILY_IBANS[0]), ("Luc Lefèvre", FAMILY_IBANS[1])]
    lines = [
        f"C1;Famille Lefèvre;prélèvement;{holder};{iban};{cells}\n"
        for (holder, iban), cells in zip(accounts, rows, strict=False)
    ]
    return columns + "".join(lines)


def fault(store: SchoolStore, text: str) -> tuple[int, str, str]:
    shown = previewed(store, ImportKind.CUSTOMERS, text)
    (problem,) = problems_of(store, shown, 0, 10)
    return problem[:3]


def test_every_field_of_a_customer_is_told_before_and_after(store: SchoolStore) -> None:
    text = (
        "Référence;Type;Nom;Courriel;Adresse;Code postal;Ville;Pays;Mode de paiement\n"
        "c1;association;Les Lefèvre;l@example.org;1 rue;80000;Amiens;be;carte\n"
    )

    assert told(store, text) == [
        ("nom", "Famille Lefèvre", "Les Lefèvre"),
        ("type", "particulier", "association"),
        ("courriel", "", "l@example.org"),
        ("adresse", "", "1 rue"),
        ("code postal", "", "80000"),
        ("ville", "", "Amiens"),
        ("pays", "FR", "BE"),
        ("mode de paiement", "prélèvement", "carte"),
    ]
    before = family(store)
    done = imported(store, ImportKind.CUSTOMERS, text)
    after = family(store)
    assert (done.state, done.counts.changed) == (ImportState.TAKEN, 1)
    assert (after.name, after.kind, after.payment_method) == (
        "Les Lefèvre",
        CustomerKind.ASSOCIATION,
        PaymentMethod.CARD,
    )
    assert (after.reference, after.accounts, after.mandates) == ("C1", before.accounts, before.mandates)
    assert [found.value.name for found in store.customers.named("Les L", 10).customers] == ["Les Lefèvre"]


def test_a_column_that_lacks_leaves_its_field_and_an_empty_cell_empties_it(store: SchoolStore) -> None:
    columns = "Référence;Nom;Mode de paiement;Courriel;Ville"
    imported(store, ImportKind.CUSTOMERS, f"{columns}\nC1;Famille Lefèvre;prélèvement;l@example.org;Amiens\n")

    assert imported(store, ImportKind.CUSTOMERS, FAMILY).counts.unchanged == 1
    assert family(store).email == "l@example.org"
    assert told(store, f"{columns}\nC1;Famille Lefèvre;prélèvement;;Amiens\n") == [
        ("courriel", "l@example.org", "")
    ]


def test_accounts_are_masked_on_both_sides(store: SchoolStore) -> None:
    text = with_column("BIC;Date de signature", "RUM-1;AGRIFRPP;01/09/2026").replace(
        f"Anne Lefèvre;{FAMILY_IBANS[0]}", f"Anne L.;{FAMILY_IBANS[2]}"
    )

    fields = told(store, text)

    assert fields == [
        ("compte ajouté", "", "FR76••••0129"),
        ("compte du mandat RUM-1", "FR14••••2606", "FR76••••0129"),
    ]
    assert not any(iban in str(fields) for iban in FAMILY_IBANS)


def test_an_account_is_known_by_its_number_however_it_was_entered(store: SchoolStore) -> None:
    standing = store.customers.get(customer_id("ecole-demo", "C1"))
    first, second = standing.value.accounts
    spelled = replace(first, iban_text="fr14 2004 1010 0505 0001 3M02 606")
    store.customers.replace(replace(standing.value, accounts=(spelled, second)), standing.revision, "test")

    assert imported(store, ImportKind.CUSTOMERS, CUSTOMERS).counts.unchanged == 3
    assert told(store, CUSTOMERS.replace("Anne Lefèvre", "Anne Martin")) == [
        ("titulaire du compte FR14••••2606", "Anne Lefèvre", "Anne Martin")
    ]


def test_a_number_that_comes_back_after_an_edit_is_an_account_of_its_own(store: SchoolStore) -> None:
    standing = store.customers.get(customer_id("ecole-demo", "C1"))
    first, second = standing.value.accounts
    moved = replace(first, iban_text=FAMILY_IBANS[2])
    store.customers.replace(replace(standing.value, accounts=(moved, second)), standing.revision, "test")

    imported(store, ImportKind.CUSTOMERS, CUSTOMERS)

    accounts = family(store).accounts
    assert [account.compact for account in accounts] == [FAMILY_IBANS[2], FAMILY_IBANS[1], FAMILY_IBANS[0]]
    assert len({account.id for account in accounts}) == 3


def test_a_mandate_moves_as_mandates_move(store: SchoolStore) -> None:
    text = with_column("État du mandat", "RUM-1;révoqué", "RUM-2;suspendu")

    assert told(store, text) == [("mandat RUM-1", "signé", "révoqué"), ("mandat RUM-2", "signé", "suspendu")]
    imported(store, ImportKind.CUSTOMERS, text)
    assert [mandate.state for mandate in family(store).mandates] == [
        MandateState.REVOKED,
        MandateState.SUSPENDED,
    ]
    assert fault(store, with_column("État du mandat", "RUM-1;signé")) == (
        2,
        "État du mandat",
        "mandate.state",
    )


def test_a_state_that_the_file_does_not_name_stays(store: SchoolStore) -> None:
    """A revoked mandate is not signed again, nor a closed account opened, because a cell is empty."""
    imported(store, ImportKind.CUSTOMERS, with_column("État du mandat;État du compte", "RUM-1;révoqué;clos"))

    text = with_column(
        "État du mandat;État du compte;Date de signature", "RUM-1;;;01/09/2026", "RUM-2;;;02/09/2026"
    )

    assert imported(store, ImportKind.CUSTOMERS, text).counts.unchanged == 1
    assert (family(store).mandates[0].state, family(store).accounts[0].closed) == (MandateState.REVOKED, True)


def test_the_terms_of_a_mandate_are_told(store: SchoolStore) -> None:
    text = with_column(
        "Date de signature;Type de mandat;Schéma;ICS du mandat;Dernier prélèvement",
        "RUM-1;03/09/2026;ponctuel;B2B;FR72ZZZ123456;05/10/2026",
    )

    assert told(store, text) == [
        ("date de signature du mandat RUM-1", "01/09/2026", "03/09/2026"),
        ("type du mandat RUM-1", "récurrent", "ponctuel"),
        ("schéma du mandat RUM-1", "CORE", "B2B"),
        ("ICS du mandat RUM-1", "", "FR72ZZZ123456"),
        ("dernier prélèvement du mandat RUM-1", "", "05/10/2026"),
    ]
    imported(store, ImportKind.CUSTOMERS, text)
    mandate = family(store).mandates[0]
    assert (mandate.type, mandate.scheme) == (MandateType.ONE_OFF, Scheme.B2B)
    assert mandate.used_before_on == mandate.last_used_on == date(2026, 10, 5)


def test_a_mandate_is_added_beside_those_that_stand_and_replaces_one(store: SchoolStore) -> None:
    text = with_column("Date de signature;Remplace la RUM", "RUM-9;01/11/2026;rum-1")

    assert told(store, text) == [("mandat ajouté", "", "RUM-9 (signé)")]
    imported(store, ImportKind.CUSTOMERS, text)

    mandates = family(store).mandates
    assert [mandate.reference for mandate in mandates] == ["RUM-1", "RUM-2", "RUM-9"]
    assert mandates[2].replaces == mandates[0].id
    assert store.customers.mandates_taken(["RUM-9"]) == {"RUM-9": family(store).id}
    assert told(store, with_column("Remplace la RUM", "RUM-9;RUM-2")) == [
        ("mandat que remplace RUM-9", "RUM-1", "RUM-2")
    ]


@pytest.mark.parametrize("replaced", ["RUM-3", "RUM-77", "RUM-1"])
def test_a_mandate_replaces_one_of_the_same_customer_only(store: SchoolStore, replaced: str) -> None:
    line, column, _ = fault(store, with_column("Remplace la RUM", f"RUM-1;{replaced}"))

    assert (line, column) == (2, "Remplace la RUM")


@pytest.mark.parametrize("reference", ["C1", "C9"])
def test_a_signed_mandate_has_its_date(store: SchoolStore, reference: str) -> None:
    text = with_column("État du mandat", "RUM-9;signé").replace("C1;", f"{reference};")

    assert fault(store, text) == (2, "Date de signature", "mandate.without_date")


def test_the_mandate_of_another_customer_is_not_taken_over(store: SchoolStore) -> None:
    assert fault(store, with_column("Date de signature", "RUM-3;01/09/2026")) == (2, "RUM", "mandate.taken")


def test_what_batches_moved_is_left_alone(store: SchoolStore) -> None:
    before = family(store)
    move = store.transactions.begin()
    ended, presented = before.mandates[0].id, before.mandates[1].id
    history = History(earlier_until=date(2026, 10, 5))
    moves = CustomerMove("b1", ends_taken=[ended], histories={presented: history}, seen_revision=0)
    store.customers.add_move(move, before.id, moves)
    move.commit()

    imported(store, ImportKind.CUSTOMERS, CUSTOMERS.replace("Famille Lefèvre", "Les Lefèvre"))

    after = family(store)
    assert after.name == "Les Lefèvre"
    assert (after.mandates[0].consumed_by, after.mandates[1].history) == ("b1", history)


def test_an_edit_is_in_the_journal_of_its_customer(store: SchoolStore) -> None:
    done = imported(store, ImportKind.CUSTOMERS, FAMILY.replace("Famille", "Maison"))

    (row,) = [row for row in store.journal.of(f"customer-{family(store).id}") if row.event == "edited"]
    assert (row.who, row.facts) == ("operateur", {"revision": 2, "by_import": done.id, "line": 2})


def test_new_changed_and_unchanged_are_counted_apart(store: SchoolStore) -> None:
    text = CUSTOMERS.replace("Chœur & Cie", "Chœur") + "C4;particulier;Neuf;chèque;;;;\n"

    done: Import = imported(store, ImportKind.CUSTOMERS, text)

    assert (done.counts.new, done.counts.changed, done.counts.unchanged) == (1, 1, 2)
    again = imported(store, ImportKind.CUSTOMERS, text)
    assert (again.counts.new, again.counts.changed, again.counts.unchanged) == (0, 0, 4)


def test_a_preview_alone_changes_nothing(store: SchoolStore) -> None:
    before = records(store)

    previewed(store, ImportKind.CUSTOMERS, FAMILY.replace("Famille", "Maison"))

    assert records(store) == before
