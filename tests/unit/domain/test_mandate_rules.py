"""What must hold of a customer's mandates when they are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from diapason.domain.mandate_rules import faults_of_mandate, has_fixed_terms
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Customer, CustomerKind, PaymentMethod
from diapason.domain.presentations import History

SIGNED = Mandate("m1", "RUM-1", "a1", MandateState.SIGNED, date(2026, 9, 1))
PRESENTED = replace(SIGNED, history=History(earlier_until=date(2026, 10, 5)))


def customer(*mandates: Mandate) -> Customer:
    return Customer("c", "C1", CustomerKind.PERSON, "Lefèvre", PaymentMethod.DIRECT_DEBIT, mandates=mandates)


def faults(before: Mandate | None, after: Mandate, *others: Mandate) -> dict[str, str]:
    return {fault.part: fault.words for fault in faults_of_mandate(before, after, customer(after, *others))}


def test_a_sound_mandate_has_no_fault() -> None:
    assert faults(None, SIGNED) == faults(SIGNED, SIGNED) == {}


def test_a_signed_mandate_bears_its_date() -> None:
    assert list(faults(None, replace(SIGNED, signed_on=None))) == ["signed_on"]


def test_a_new_mandate_may_begin_in_any_state() -> None:
    assert all(faults(None, replace(SIGNED, state=state)) == {} for state in MandateState)


@pytest.mark.parametrize("state", [MandateState.REVOKED, MandateState.LAPSED])
def test_what_has_ended_does_not_come_back(state: MandateState) -> None:
    words = faults(replace(SIGNED, state=state), SIGNED)["state"]

    assert "ne peut pas devenir signé" in words
    assert "Faites-en signer un nouveau" in words


@pytest.mark.parametrize("before", [PRESENTED, replace(SIGNED, consumed_by="batch")])
def test_terms_stand_once_something_was_presented_or_a_batch_holds_the_end(before: Mandate) -> None:
    after = replace(before, scheme=Scheme.B2B, type=MandateType.ONE_OFF)

    assert has_fixed_terms(before)
    assert list(faults(before, after)) == ["scheme", "type"]
    assert faults(before, replace(before, account_id="a2")) == {}


def test_a_mandate_of_before_that_is_replaced_may_be_anything_but_itself() -> None:
    old = replace(SIGNED, id="m0", reference="RUM-0", state=MandateState.REVOKED)

    assert faults(None, replace(SIGNED, replaces="m0"), old) == {}
    assert list(faults(None, replace(SIGNED, replaces="m1"))) == ["replaces"]
    assert list(faults(None, replace(SIGNED, replaces="unknown"))) == ["replaces"]


def test_a_circle_of_mandates_is_found_from_any_of_them() -> None:
    circle = [replace(SIGNED, id=f"m{rank}", replaces=f"m{(rank + 1) % 3}") for rank in range(3)]

    for rank, mandate in enumerate(circle):
        others = [other for place, other in enumerate(circle) if place != rank]
        assert "lui-même" in faults(None, mandate, *others)["replaces"]


def test_a_mandate_is_replaced_once() -> None:
    old = replace(SIGNED, id="m0", reference="RUM-0")
    other = replace(SIGNED, id="m2", reference="RUM-2", replaces="m0")

    assert "déjà remplacé" in faults(None, replace(SIGNED, replaces="m0"), old, other)["replaces"]
