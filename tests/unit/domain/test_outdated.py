"""What changed since the operator saw a row, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.drafts import row_of
from diapason.domain.outdated import what_changed
from diapason.domain.parties import Customer
from tests.unit.domain.examined_scenes import CLAIM, CUSTOMER, INSTALMENT, SECOND_IBAN

ROW = row_of(INSTALMENT, CUSTOMER)
FIRST_ACCOUNT, SECOND_ACCOUNT = CUSTOMER.accounts


def with_account(**changes: object) -> Customer:
    return replace(CUSTOMER, accounts=(replace(FIRST_ACCOUNT, **changes), SECOND_ACCOUNT))  # type: ignore[arg-type]


def test_nothing_changed() -> None:
    assert what_changed(ROW, INSTALMENT, CUSTOMER) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"paid_cents": 4_000, "remaining_cents": 6_000},
            "reste à prélever 100,00\u00a0€ → 60,00\u00a0€ (40,00\u00a0€ réglés autrement)",
        ),
        (
            {"debited_cents": 4_000, "remaining_cents": 6_000, "last_debit": CLAIM},
            "reste à prélever 100,00\u00a0€ → 60,00\u00a0€ (remise 20261123-100000-001)",
        ),
        ({"due_date": date(2027, 1, 4)}, "échéance 07/12/2026 → 04/01/2027"),
        ({}, "l’échéance a été modifiée, sans effet sur ce qui se voit ici"),
    ],
)
def test_what_happened_to_the_instalment_is_told(changes: dict[str, object], words: str) -> None:
    moved = replace(INSTALMENT, revision=2, **changes)  # type: ignore[arg-type]

    assert what_changed(ROW, moved, CUSTOMER) == [words]


def test_another_account_number_is_told_without_telling_it() -> None:
    (words,) = what_changed(ROW, INSTALMENT, with_account(iban_text=SECOND_IBAN))

    assert words == "compte FR14••••2606 → FR76••••0189"


def test_several_changes_are_all_told() -> None:
    moved = replace(INSTALMENT, revision=2, amount_cents=12_000, remaining_cents=12_000)

    assert what_changed(ROW, moved, with_account(iban_text=SECOND_IBAN)) == [
        "montant 100,00\u00a0€ → 120,00\u00a0€",
        "reste à prélever 100,00\u00a0€ → 120,00\u00a0€",
        "compte FR14••••2606 → FR76••••0189",
    ]
