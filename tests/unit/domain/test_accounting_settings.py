"""What a school may choose for its accounting, and the words where it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diapason.domain.accounting import (
    AccountingSettings,
    ActivityAccount,
    LedgerAccount,
    check_settings,
)
from diapason.domain.errors import InvalidInput

SETTINGS = AccountingSettings()
PIANO = ActivityAccount("PIANO", LedgerAccount("706100", "Piano"))


def test_what_is_proposed_holds() -> None:
    check_settings(SETTINGS, set())
    check_settings(replace(SETTINGS, revenue_by_activity=(PIANO,), auxiliary_prefix="CLI"), {"PIANO"})


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"journal_code": "ve"}, "journal_code", "majuscules"),
        ({"journal_code": ""}, "journal_code", "VE"),
        ({"journal_code": "VENTES1"}, "journal_code", "6"),
        ({"auxiliary_prefix": "C-"}, "auxiliary_prefix", "préfixe"),
        ({"auxiliary_prefix": "É"}, "auxiliary_prefix", "accent"),
        ({"customers_account": LedgerAccount("41", "Clients")}, "customers_account.number", "3 à 12"),
        ({"customers_account": LedgerAccount("4" * 13, "Clients")}, "customers_account.number", "3 à 12"),
        ({"customers_account": LedgerAccount("41١", "Clients")}, "customers_account.number", "chiffres"),
        ({"customers_account": LedgerAccount("706000", "Clients")}, "customers_account.number", "par 4"),
        ({"revenue_account": LedgerAccount("411000", "Ventes")}, "revenue_account.number", "par 7"),
        (
            {"revenue_by_activity": (ActivityAccount("CHANT", PIANO.account),)},
            "revenue_by_activity.0.activity",
            "n’existe pas",
        ),
        ({"revenue_by_activity": (PIANO, PIANO)}, "revenue_by_activity.1.activity", "une seule"),
        (
            {"revenue_by_activity": (replace(PIANO, account=LedgerAccount("7x6", "Piano")),)},
            "revenue_by_activity.0.account.number",
            "706000",
        ),
    ],
)
def test_each_fault_is_named_with_its_field(changes: dict[str, object], path: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_settings(replace(SETTINGS, **changes), {"PIANO"})  # type: ignore[arg-type]

    (error,) = refused.value.errors
    assert error.path == path
    assert words in error.message


def test_all_faults_are_named_at_once() -> None:
    wrong = LedgerAccount("0", "Faux")

    with pytest.raises(InvalidInput) as refused:
        check_settings(replace(SETTINGS, customers_account=wrong, revenue_account=wrong), set())

    assert len(refused.value.errors) == 2


def test_an_activity_without_account_is_booked_on_the_default_one() -> None:
    settings = replace(SETTINGS, revenue_by_activity=(PIANO,))

    assert settings.revenue_of("PIANO").number == "706100"
    assert settings.revenue_of("CHANT") == settings.revenue_of("") == SETTINGS.revenue_account


def test_an_auxiliary_account_is_prefix_and_reference() -> None:
    assert replace(SETTINGS, auxiliary_prefix="C").auxiliary_of(" dup01 ") == "CDUP01"
    assert SETTINGS.auxiliary_of("dup01") == "DUP01"
