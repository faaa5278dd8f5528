"""The school as creditor, and the identifiers under which it collected before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diapason.domain.creditor import Organisation

ICS, OTHER_ICS, WRONG_ICS = "FR72ZZZ123456", "FR19ZZZ654321", "FR71ZZZ123456"
SAME_CREDITOR = "FR72ABC123456"
BEFORE = Organisation("Conservatoire", ICS)


def written(creditor_id: str, before: Organisation = BEFORE) -> Organisation:
    return Organisation("Conservatoire", creditor_id).succeeding(before)


@pytest.mark.parametrize(
    ("creditor_id", "former"),
    [(OTHER_ICS, (ICS,)), ("", (ICS,)), (ICS, ()), (SAME_CREDITOR, ()), ("fr72 zzz 123456", ())],
)
def test_an_identifier_that_is_left_is_a_former_one(creditor_id: str, former: tuple[str, ...]) -> None:
    assert written(creditor_id).former_creditor_ids == former


@pytest.mark.parametrize("creditor_id", ["", WRONG_ICS])
def test_what_was_never_an_identifier_signed_nothing(creditor_id: str) -> None:
    assert written(ICS, replace(BEFORE, creditor_id=creditor_id)).former_creditor_ids == ()


def test_former_identifiers_are_kept_once_and_the_present_one_is_not_former() -> None:
    second = written(OTHER_ICS)
    third = written(ICS, second)
    fourth = written(OTHER_ICS, third)

    assert third.former_creditor_ids == (OTHER_ICS,)
    assert fourth.former_creditor_ids == (ICS,)
    assert fourth.was_creditor(ICS)
    assert not fourth.is_creditor(ICS)
    assert fourth.was_creditor(SAME_CREDITOR)
