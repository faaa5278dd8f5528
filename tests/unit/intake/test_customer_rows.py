"""``clients.csv``: customers out of rows, and every bad row told."""

from __future__ import annotations

from datetime import date

import pytest

from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import Address, CustomerKind, PaymentMethod
from diapason.intake import customer_rows
from diapason.intake.customer_rows import CustomerEntry, Identities, read_customers
from diapason.intake.reading import Read
from diapason.intake.tables import read_table

FIRST = "FR1420041010050500013M02606"
SECOND = "FR7630006000011234567890189"
HEADER = (
    "Référence;Type;Nom;Courriel;Adresse;Code postal;Ville;Pays;Mode de paiement;Titulaire;IBAN;BIC;"
    "État du compte;RUM;Date de signature;État du mandat;Type de mandat;Schéma;ICS du mandat"
)
SOUND = {
    "Référence": "C1", "Type": "particulier", "Nom": "Famille Lefèvre", "Mode de paiement": "prélèvement",
    "Titulaire": "Anne Lefèvre", "IBAN": FIRST, "RUM": "RUM-1", "Date de signature": "01/09/2026",
}  # fmt: skip
IDENTITIES = Identities(
    customer=lambda reference: f"customer {reference.upper()}",
    account=lambda reference, iban: f"account {reference.upper()} {iban}",
    mandate=lambda reference: f"mandate {reference}",
)


def row(**cells: str) -> str:
    """A row by headers; blanks in a header are written as underscores."""
    given = SOUND | {header.replace("_", " "): text for header, text in cells.items()}
    return ";".join(given.get(header, "") for header in HEADER.split(";"))


def read(*rows: str) -> Read[CustomerEntry]:
    return read_customers(read_table("\n".join([HEADER, *rows]).encode()), IDENTITIES)


def faults(*rows: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.code) for problem in read(*rows).problems.first()]


def references(*rows: str) -> list[str]:
    return [entry.customer.reference for entry in read(*rows).entries]


def test_every_column_finds_its_place() -> None:
    full = read(
        "C1;organisme public;Mairie;m@example.org;1 place;80000;Amiens;FR;prélèvement;Trésor;"
        f"{FIRST.lower()};agrifrpp;clos;RUM 1;01/09/2026;suspendu;ponctuel;B2B;FR72ZZZ123456"
    )

    (entry,) = full.entries
    customer = entry.customer
    (account,) = customer.accounts
    (mandate,) = customer.mandates
    assert full.problems.first() == ()
    assert (customer.reference, customer.kind, customer.name) == ("C1", CustomerKind.PUBLIC_BODY, "Mairie")
    assert (customer.email, customer.payment_method) == ("m@example.org", PaymentMethod.DIRECT_DEBIT)
    assert customer.address == Address("1 place", "80000", "Amiens", "FR")
    assert (account.holder, account.iban_text, account.bic_text) == ("Trésor", FIRST, "AGRIFRPP")
    assert account.closed
    assert (mandate.reference, mandate.account_id, mandate.state) == (
        "RUM 1",
        account.id,
        MandateState.SUSPENDED,
    )
    assert (mandate.signed_on, mandate.scheme) == (date(2026, 9, 1), Scheme.B2B)
    assert (mandate.type, mandate.creditor_id) == (MandateType.ONE_OFF, "FR72ZZZ123456")


def test_three_columns_are_enough() -> None:
    table = read_table("nom,MODE DE PAIEMENT,référence\nDupont,chèque,C1\n".encode())

    (entry,) = read_customers(table, IDENTITIES).entries

    assert entry.customer.kind is CustomerKind.PERSON
    assert (entry.customer.accounts, entry.customer.mandates) == ((), ())


def test_rows_of_one_reference_gather_accounts_and_mandates() -> None:
    found = read(
        row(),
        row(RUM="RUM-2"),
        row(Référence="C2", RUM="RUM-3"),
        row(Référence="c1", IBAN=SECOND, RUM="", Date_de_signature=""),
    )

    assert found.problems.first() == ()
    assert [entry.line for entry in found.entries] == [2, 4]
    first = found.entries[0].customer
    assert [account.iban_text for account in first.accounts] == [FIRST, SECOND]
    assert [mandate.reference for mandate in first.mandates] == ["RUM-1", "RUM-2"]
    assert {mandate.account_id for mandate in first.mandates} == {first.accounts[0].id}


@pytest.mark.parametrize(
    ("signed_on", "state", "expected"),
    [
        ("01/09/2026", "", MandateState.SIGNED),
        ("", "", MandateState.DRAFT),
        ("", "caduc", MandateState.LAPSED),
        ("01/09/2026", "Révoqué", MandateState.REVOKED),
    ],
)
def test_a_mandate_without_a_state_is_signed_when_it_has_a_date(
    signed_on: str, state: str, expected: MandateState
) -> None:
    (entry,) = read(row(Date_de_signature=signed_on, État_du_mandat=state)).entries

    assert entry.customer.mandates[0].state is expected


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"Référence": ""}, "Référence", "cell.missing"),
        ({"Nom": " "}, "Nom", "cell.missing"),
        ({"Nom": "=1+1"}, "Nom", "text.formula"),
        ({"Nom": "x" * 141}, "Nom", "text.too_long"),
        ({"Nom": "x" * 1001}, "Nom", "cell.too_long"),
        ({"Mode_de_paiement": ""}, "Mode de paiement", "cell.missing"),
        ({"Mode_de_paiement": "troc"}, "Mode de paiement", "choice.unknown"),
        ({"Type": "martien"}, "Type", "choice.unknown"),
        ({"Courriel": "chez moi"}, "Courriel", "email.form"),
        ({"Pays": "Monaco"}, "Pays", "country.form"),
        ({"IBAN": "FR1420041010050500013M02607"}, "IBAN", "iban.check_digits"),
        ({"IBAN": ""}, "IBAN", "account.without_iban"),
        ({"IBAN": "", "Titulaire": ""}, "IBAN", "mandate.without_account"),
        ({"BIC": "BIC"}, "BIC", "bic.structure"),
        ({"État_du_compte": "perdu"}, "État du compte", "choice.unknown"),
        ({"RUM": "RUM é"}, "RUM", "mandate_reference.characters"),
        ({"RUM": ""}, "RUM", "mandate.without_reference"),
        ({"Date_de_signature": "hier"}, "Date de signature", "date.form"),
        ({"État_du_mandat": "perdu"}, "État du mandat", "choice.unknown"),
        ({"Type_de_mandat": "annuel"}, "Type de mandat", "choice.unknown"),
        ({"Schéma": "COR1"}, "Schéma", "choice.unknown"),
        ({"ICS_du_mandat": "FR00ZZZ123456"}, "ICS du mandat", "creditor_identifier.check_digits"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(cells: dict[str, str], column: str, code: str) -> None:
    assert faults(row(Référence="C0", RUM="RUM-0"), row(**cells)) == [(3, column, code)]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    assert [column for _, column, _ in faults(row(Nom="", IBAN="FR00", BIC="B", RUM="é"))] == [
        "Nom",
        "IBAN",
        "BIC",
        "RUM",
    ]


@pytest.mark.parametrize(
    ("second", "column", "code"),
    [
        (row(RUM="RUM-2", Nom="Famille Legrand"), "Référence", "customer.differs"),
        (row(RUM="RUM-2", Ville="Amiens"), "Référence", "customer.differs"),
        (row(RUM="RUM-2", Titulaire="Luc Lefèvre"), "IBAN", "account.differs"),
        (row(RUM="RUM-2", État_du_compte="clos"), "IBAN", "account.differs"),
        (row(), "RUM", "mandate.twice"),
        (row(RUM="", Date_de_signature=""), "Référence", "row.twice"),
        (row(RUM="", Date_de_signature="", IBAN="", Titulaire=""), "Référence", "row.twice"),
    ],
)
def test_rows_that_contradict_or_repeat_are_told(second: str, column: str, code: str) -> None:
    assert faults(row(), second) == [(3, column, code)]


def test_a_mandate_of_two_customers_makes_both_doubtful() -> None:
    twice = row(RUM="rum-1", Référence="C2")

    assert faults(row(), twice, row(Référence="C3", RUM="RUM-3")) == [
        (2, "RUM", "mandate.twice"),
        (3, "RUM", "mandate.twice"),
    ]
    assert references(row(), twice, row(Référence="C3", RUM="RUM-3")) == ["C3"]


def test_a_customer_with_a_bad_row_is_left_out_whole() -> None:
    found = read(row(), row(RUM="RUM-2", Nom=""), row(Référence="C2", RUM="RUM-3"))

    assert [entry.customer.reference for entry in found.entries] == ["C2"]
    assert (found.rows, found.faulty, found.stray_rows) == (3, 1, 0)


def test_a_row_without_a_reference_may_be_anybodys() -> None:
    found = read(row(), row(Référence="", RUM="RUM-2"))

    assert (found.faulty, found.stray_rows) == (0, 1)


def test_what_another_software_collected_and_what_a_mandate_continues_are_read() -> None:
    header = HEADER + ";Dernier prélèvement;Remplace la RUM"
    rows = [row(RUM="RUM-2") + ";05/10/2026;rum 1", row(RUM="RUM-3") + ";;"]

    (entry,) = read_customers(read_table("\n".join([header, *rows]).encode()), IDENTITIES).entries

    second, third = entry.customer.mandates
    assert (second.used_before_on, second.replaces) == (date(2026, 10, 5), "mandate rum 1")
    assert (third.used_before_on, third.replaces) == (None, "")


def test_a_stated_state_is_told_from_one_that_is_supposed() -> None:
    (entry,) = read(row(État_du_mandat="suspendu"), row(RUM="RUM-2", IBAN=SECOND)).entries

    assert entry.stated == {"mandate RUM-1"}
    assert entry.lines == {"mandate RUM-1": 2, "mandate RUM-2": 3}


def test_a_row_longer_than_the_header_is_told() -> None:
    assert faults(row() + ";") == []
    assert faults(row() + ";reste") == [(2, "", "row.too_long")]


def test_a_customer_fits_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_rows, "MAX_ROWS_OF_CUSTOMER", 2)

    assert faults(row(), row(RUM="RUM-2"), row(RUM="RUM-3")) == [(4, "Référence", "customer.too_many_rows")]


def test_messages_never_repeat_an_account_number() -> None:
    wrong = "FR1420041010050500013M02607"
    problems = read(row(IBAN=wrong), row(), row(Titulaire="Autre", RUM="RUM-2")).problems

    assert problems.total == 2
    assert all(FIRST not in problem.message and wrong not in problem.message for problem in problems.first())
