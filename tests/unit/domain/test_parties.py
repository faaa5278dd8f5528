"""Customers: which account and mandate are proposed, and what of an account is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.identifiers import InvalidIban, InvalidIdentifier
from diapason.domain.mandates import Mandate, MandateState, MandateType
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod

OLD = Mandate("old", "RUM-1", "a1", MandateState.SIGNED, date(2020, 1, 1))
NEW = Mandate("new", "RUM-2", "a2", MandateState.SIGNED, date(2026, 1, 1))
A1 = DebtorAccount("a1", "Anne", "FR14 2004 1010 0505 0001 3M02 606")
A2 = DebtorAccount("a2", "Luc", "FR7630006000011234567890189")


def with_(accounts: tuple[DebtorAccount, ...], *mandates: Mandate) -> Customer:
    return Customer(
        "c",
        "C1",
        CustomerKind.PERSON,
        "Famille",
        PaymentMethod.DIRECT_DEBIT,
        accounts=accounts,
        mandates=mandates,
    )


def test_of_the_active_mandates_that_signed_last_is_proposed_with_its_account() -> None:
    customer = with_((A1, A2), OLD, NEW)

    assert customer.mandate_proposed() == NEW
    assert customer.account_proposed() == A2


def test_a_mandate_that_is_not_active_is_proposed_only_where_none_is() -> None:
    revoked = replace(NEW, state=MandateState.REVOKED)

    assert with_((A1, A2), OLD, revoked).mandate_proposed() == OLD
    assert with_((A1, A2), replace(OLD, state=MandateState.REVOKED), revoked).mandate_proposed() == revoked


def test_a_one_off_mandate_that_has_served_gives_way_to_one_that_may_serve() -> None:
    spent = replace(NEW, type=MandateType.ONE_OFF, consumed_by="batch")

    assert with_((A1, A2), OLD, spent).mandate_proposed() == OLD
    assert with_((A1, A2), spent).mandate_proposed() == spent


def test_without_a_mandate_the_first_open_account_is_proposed() -> None:
    assert with_((replace(A1, closed=True), A2)).account_proposed() == A2
    assert with_((replace(A1, closed=True),)).account_proposed() is None
    assert with_(()).mandate_proposed() is None


def test_the_account_of_the_mandate_is_proposed_even_if_closed_so_that_its_anomaly_is_named() -> None:
    closed = replace(A2, closed=True)

    assert with_((A1, closed), NEW).account_proposed() == closed


def test_accounts_and_mandates_are_found_by_id_alone() -> None:
    customer = with_((A1, A2), OLD)

    assert customer.account("a2") == A2
    assert customer.account("") is None
    assert customer.mandate("old") == OLD
    assert customer.mandate("RUM-1") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("FR14 2004 1010 0505 0001 3M02 606", "FR14••••2606"),
        ("fr7630006000011234567890189", "FR76••••0189"),
        ("FR761234", "••••"),
        ("", "••••"),
    ],
)
def test_an_account_is_shown_masked(text: str, shown: str) -> None:
    assert DebtorAccount("a", "Anne", text).masked == shown


def test_what_was_entered_is_kept_and_refused_when_it_is_needed() -> None:
    wrong = DebtorAccount("a", "Anne", "FR00", "AGRI")

    assert wrong.iban_text == "FR00"
    with pytest.raises(InvalidIban):
        wrong.iban()
    with pytest.raises(InvalidIdentifier):
        wrong.bic()
    assert A1.bic() is None
