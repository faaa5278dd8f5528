"""Customers and instalments as a spreadsheet opens them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from diapason.accounting.reread import UnsoundFile, read_cents, read_sheet
from diapason.accounting.sheets import (
    CUSTOMER_COLUMNS,
    INSTALMENT_COLUMNS,
    is_debited,
    write_customers,
    write_instalments,
)
from diapason.domain.mandates import MandateState, MandateType
from diapason.domain.parties import CustomerKind, DebtorAccount, PaymentMethod
from tests.unit.accounting.accounting_examples import HOSTILE, SETTINGS, customer, due
from tests.world import FAMILY_IBANS


def test_a_customers_row_holds_the_whole_account_and_mandate() -> None:
    data = write_customers([customer()], SETTINGS)
    read = read_sheet(data)

    assert data.startswith(b"\xef\xbb\xbf")
    assert read.columns == CUSTOMER_COLUMNS
    assert read.rows == [
        {
            "Référence": "C001",
            "Compte auxiliaire": "FC001",
            "Nom": "Famille C001",
            "Type": "particulier",
            "Mode de paiement": "prélèvement",
            "Courriel": "",
            "Adresse": "",
            "Code postal": "",
            "Ville": "",
            "Pays": "FR",
            "Titulaire": "Famille C001",
            "IBAN": FAMILY_IBANS[1],
            "BIC": "",
            "État du compte": "ouvert",
            "RUM": "RUM-C001",
            "Date de signature": "01/09/2026",
            "Schéma": "CORE",
            "Type de mandat": "récurrent",
            "État du mandat": "signé",
        }
    ]


def test_every_mandate_and_every_account_without_one_has_its_row() -> None:
    known = customer(mandate_type=MandateType.ONE_OFF, closed=True, mandate_state=MandateState.REVOKED)
    other = DebtorAccount("a2", "Grand-mère", FAMILY_IBANS[2], "BNPAFRPP")
    second = replace(known.mandates[0], id="m2", reference="RUM-2", signed_on=None)
    known = replace(known, accounts=(*known.accounts, other), mandates=(*known.mandates, second))

    rows = read_sheet(write_customers([known], SETTINGS)).rows

    assert [(row["IBAN"], row["RUM"]) for row in rows] == [
        (FAMILY_IBANS[1], "RUM-C001"),
        (FAMILY_IBANS[1], "RUM-2"),
        (FAMILY_IBANS[2], ""),
    ]
    first, second_row, last = rows
    assert (first["État du compte"], first["État du mandat"], first["Type de mandat"]) == (
        "clos",
        "révoqué",
        "ponctuel",
    )
    assert second_row["Date de signature"] == ""
    assert (last["Titulaire"], last["BIC"], last["État du mandat"]) == ("Grand-mère", "BNPAFRPP", "")


def test_a_customer_without_account_has_a_row_too() -> None:
    poor = replace(customer(), accounts=(), mandates=(), kind=CustomerKind.ASSOCIATION)

    (row,) = read_sheet(write_customers([poor], SETTINGS)).rows

    assert (row["Référence"], row["Type"], row["IBAN"], row["RUM"]) == ("C001", "association", "", "")


def test_an_instalment_names_invoice_rest_and_mandate() -> None:
    known = customer()

    read = read_sheet(write_instalments([due(known)], {known.id: known}, SETTINGS))

    assert read.columns == INSTALMENT_COLUMNS
    assert read.rows == [
        {
            "Facture": "F0001",
            "Référence client": "C001",
            "Compte auxiliaire": "FC001",
            "Nom": "Famille C001",
            "Date d’échéance": "07/12/2026",
            "Montant": "120,50",
            "Reste à prélever": "100,50",
            "RUM": "RUM-C001",
        }
    ]


def test_whoever_pays_otherwise_is_not_to_be_debited() -> None:
    assert is_debited(customer())
    assert not is_debited(replace(customer(), payment_method=PaymentMethod.CHEQUE))


@given(HOSTILE)
def test_no_column_of_customers_is_ever_computed_or_broken(text: str) -> None:
    hostile = customer("C001", text)

    read = read_sheet(write_customers([hostile, customer("C002")], SETTINGS))

    assert [row["Référence"] for row in read.rows] == ["C001", "C002"]
    _assert_harmless([value for row in read.rows for value in row.values()])


@given(HOSTILE)
def test_no_column_of_instalments_is_ever_computed_or_broken(text: str) -> None:
    hostile = replace(customer(text or "C", text), reference=text)

    read = read_sheet(write_instalments([due(hostile, invoice_number=text)], {hostile.id: hostile}, SETTINGS))

    (row,) = read.rows
    assert (row["Montant"], row["Reste à prélever"]) == ("120,50", "100,50")
    _assert_harmless(list(row.values()))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'"A";"B"\r\n', "byte order mark"),
        (b'\xef\xbb\xbf"A";"B"\r\n"1"\r\n', "length"),
    ],
)
def test_a_faulty_sheet_is_told(data: bytes, fault: str) -> None:
    with pytest.raises(UnsoundFile, match=fault):
        read_sheet(data)


@pytest.mark.parametrize("text", ["1.00", "1,0", "-1,00", "1 000,00", "", "un"])
def test_an_amount_of_another_form_is_told(text: str) -> None:
    with pytest.raises(UnsoundFile):
        read_cents(text)


def _assert_harmless(values: list[str]) -> None:
    assert not any(value.startswith(tuple("=+-@\t\r\n＝＋－＠")) for value in values)
    assert all(value.isprintable() for value in values)
