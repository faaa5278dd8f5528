"""Which sequence type a debit has, and what it says of the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.batches import Line
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.domain.presentations import NO_AMENDMENT, Amendment, History, SequenceRule, SequenceType
from diapason.domain.sequences import CreditorAsWritten, amendment_of, presentation_of, sequence_of

ACCOUNT = "FR1420041010050500013M02606"
SAME_BANK = "FR4920041010050500014M02773"
OTHER_BANK = "FR7630006000011234567890189"
ICS, FORMER_ICS = "FR72ZZZ123456", "FR78ZZZ424242"
SCHOOL = CreditorAsWritten("Conservatoire", ICS)
MANDATE = Mandate("m1", "RUM-1", "a1", MandateState.SIGNED, date(2026, 9, 1))
CUSTOMER = Customer(
    id="c",
    reference="C1",
    kind=CustomerKind.PERSON,
    name="Famille Lefevre",
    payment_method=PaymentMethod.DIRECT_DEBIT,
    accounts=(DebtorAccount("a1", "Anne Lefevre", ACCOUNT), DebtorAccount("a2", "Luc Lefevre", OTHER_BANK)),
    mandates=(MANDATE,),
)
LINE = Line(
    position=0,
    end_to_end_id="20261123-100000-001-000001",
    instalment_id="i1",
    instalment_revision=1,
    invoice_id="i",
    invoice_number="F-17",
    due_date=date(2026, 12, 7),
    customer_id="c",
    customer_name="Famille Lefevre",
    amount_cents=10_000,
    account_id="a1",
    holder="Anne Lefevre",
    iban=ACCOUNT,
    bic="",
    mandate_id="m1",
    mandate_reference="RUM-1",
    signed_on=date(2026, 9, 1),
    scheme=Scheme.CORE,
    mandate_type=MandateType.RECURRENT,
    remittance_text="Facture F-17",
    address=None,
)
OF_ANOTHER_MANDATE: dict[str, Any] = {"iban": OTHER_BANK, "mandate_reference": "RUM-2"}


def with_mandates(*mandates: Mandate) -> Customer:
    return replace(CUSTOMER, mandates=mandates)


def after(*lines: Line, creditor: CreditorAsWritten = SCHOOL) -> History:
    """The history once these lines were presented, each with a file of its own."""
    history = History()
    for rank, line in enumerate(lines):
        named = line._replace(end_to_end_id=f"e{rank}")
        sequence = sequence_of(named, CUSTOMER, history, SequenceRule.FIRST)
        history = history.having(presentation_of(named, f"b{rank}", date(2026, 12, 7), creditor, sequence))
    return history


def sequence(
    history: History,
    line: Line = LINE,
    customer: Customer = CUSTOMER,
    rule: SequenceRule = SequenceRule.FIRST,
) -> SequenceType:
    return sequence_of(line, customer, history, rule)


def amendment(
    history: History,
    line: Line = LINE,
    customer: Customer = CUSTOMER,
    creditor: CreditorAsWritten = SCHOOL,
) -> Amendment:
    return amendment_of(line, creditor, history, customer)


# --- Sequence ---------------------------------------------------------------------------------------------


def test_most_banks_are_sent_recurrent_from_the_first_on() -> None:
    assert sequence(History(), rule=SequenceRule.RECURRENT) is SequenceType.RECURRENT


def test_where_the_bank_wants_it_the_first_is_told_once() -> None:
    assert sequence(History()) is SequenceType.FIRST
    assert sequence(after(LINE)) is SequenceType.RECURRENT


def test_the_same_mandate_twice_in_a_file_is_first_and_then_recurrent() -> None:
    history = after(LINE, LINE)

    assert [one.sequence for one in history.recent] == [SequenceType.FIRST, SequenceType.RECURRENT]


def test_a_first_whose_file_was_cancelled_is_told_again() -> None:
    """Cancelled, or rejected before settlement: it is as if it had never been presented."""
    assert sequence(after(LINE).without("b0")) is SequenceType.FIRST


def test_a_first_that_was_returned_was_presented_all_the_same() -> None:
    """A return or a refund comes after settlement: nothing leaves the history."""
    returned = after(LINE)

    assert sequence(returned) is SequenceType.RECURRENT


@pytest.mark.parametrize("rule", SequenceRule)
def test_a_mandate_that_serves_once_is_a_one_off_whatever_the_rule(rule: SequenceRule) -> None:
    one_off = LINE._replace(mandate_type=MandateType.ONE_OFF)

    assert sequence(History(), one_off, rule=rule) is SequenceType.ONE_OFF


@pytest.mark.parametrize("rule", SequenceRule)
@pytest.mark.parametrize("history", [History(), after(LINE)])
def test_a_mandates_last_collection_is_final(history: History, rule: SequenceRule) -> None:
    assert sequence(history, LINE._replace(is_final=True), rule=rule) is SequenceType.FINAL


def test_a_mandate_that_another_software_used_is_not_at_its_first() -> None:
    used = replace(MANDATE, used_before_on=date(2026, 6, 5))

    assert sequence(History(), customer=with_mandates(used)) is SequenceType.RECURRENT


def test_a_mandate_that_goes_on_under_another_reference_is_not_at_its_first() -> None:
    """However many references it had since it was last presented."""
    oldest = replace(MANDATE, id="m1", history=after(LINE))
    middle = replace(MANDATE, id="m2", reference="RUM-2", replaces="m1")
    latest = replace(MANDATE, id="m3", reference="RUM-3", replaces="m2")
    customer = with_mandates(oldest, middle, latest)
    line = LINE._replace(mandate_id="m3", mandate_reference="RUM-3")

    assert sequence(customer.history_of(latest), line, customer) is SequenceType.RECURRENT


def test_nor_is_one_whose_first_reference_another_software_used() -> None:
    oldest = replace(MANDATE, id="m1", used_before_on=date(2026, 6, 5))
    middle = replace(MANDATE, id="m2", reference="RUM-2", replaces="m1")
    latest = replace(MANDATE, id="m3", reference="RUM-3", replaces="m2")
    customer = with_mandates(oldest, middle, latest)
    line = LINE._replace(mandate_id="m3", mandate_reference="RUM-3")

    assert sequence(customer.history_of(latest), line, customer) is SequenceType.RECURRENT


def test_mandates_that_replace_each_other_in_a_circle_end_the_search() -> None:
    one = replace(MANDATE, id="m1", replaces="m2")
    other = replace(MANDATE, id="m2", replaces="m1")
    customer = with_mandates(one, other)

    assert [mandate.id for mandate in customer.lineage(one)] == ["m1", "m2"]
    assert sequence(customer.history_of(one), customer=customer) is SequenceType.FIRST


# --- Amendment --------------------------------------------------------------------------------------------


def test_the_first_collection_amends_nothing() -> None:
    assert amendment(History()).is_empty


def test_a_collection_like_the_last_amends_nothing() -> None:
    assert amendment(after(LINE)).is_empty


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LINE._replace(mandate_reference="RUM-2"), Amendment(original_reference="RUM-1")),
        (LINE._replace(iban=SAME_BANK), Amendment(original_iban=ACCOUNT)),
        (LINE._replace(iban=OTHER_BANK), Amendment(another_bank=True)),
        (LINE._replace(**OF_ANOTHER_MANDATE), Amendment(original_reference="RUM-1", another_bank=True)),
    ],
)
def test_what_changed_on_the_debtors_side_is_said(line: Line, said: Amendment) -> None:
    assert amendment(after(LINE), line) == said


@pytest.mark.parametrize(
    ("creditor", "said"),
    [
        (CreditorAsWritten("École de musique", ICS), Amendment(original_creditor_name="Conservatoire")),
        (CreditorAsWritten("Conservatoire", FORMER_ICS), Amendment(original_creditor_id=ICS)),
        (
            CreditorAsWritten("École de musique", FORMER_ICS),
            Amendment(original_creditor_id=ICS, original_creditor_name="Conservatoire"),
        ),
    ],
)
def test_what_changed_on_the_creditors_side_is_said(creditor: CreditorAsWritten, said: Amendment) -> None:
    assert amendment(after(LINE), creditor=creditor) == said


def test_all_that_changed_at_once_is_said_at_once() -> None:
    said = amendment(
        after(LINE), LINE._replace(**OF_ANOTHER_MANDATE), creditor=CreditorAsWritten("École", FORMER_ICS)
    )

    assert said == Amendment("RUM-1", "", True, ICS, "Conservatoire")


def test_a_change_is_said_once() -> None:
    moved = LINE._replace(iban=OTHER_BANK)

    assert amendment(after(LINE, moved), moved).is_empty


def test_a_change_whose_file_was_cancelled_is_said_again() -> None:
    """Repeat it if that collection was rejected before settlement."""
    moved = LINE._replace(iban=OTHER_BANK)

    assert amendment(after(LINE, moved).without("b1"), moved) == Amendment(another_bank=True)


def test_an_account_that_came_back_is_a_change_again() -> None:
    moved = LINE._replace(iban=SAME_BANK)

    assert amendment(after(LINE, moved), LINE) == Amendment(original_iban=SAME_BANK)


@pytest.mark.parametrize("reference", ["rum-1", "RUM -1", "Rum-1"])
def test_a_reference_spelled_otherwise_is_the_same_reference(reference: str) -> None:
    """Banks would answer MD02."""
    assert amendment(after(LINE), LINE._replace(mandate_reference=reference)).is_empty


def test_another_business_code_is_the_same_creditor() -> None:
    creditor = CreditorAsWritten("Conservatoire", "FR72ABC123456")

    assert amendment(after(LINE), creditor=creditor).is_empty


def test_an_amendment_does_not_make_a_first_of_it() -> None:
    assert sequence(after(LINE), LINE._replace(**OF_ANOTHER_MANDATE)) is SequenceType.RECURRENT


@pytest.mark.parametrize("spelled", [FORMER_ICS, "fr78 zzz 424 242"])
def test_a_mandate_signed_for_a_former_identifier_says_so_at_its_first(spelled: str) -> None:
    signed = replace(MANDATE, creditor_id=spelled)

    said = amendment(History(), customer=with_mandates(signed))

    assert said == Amendment(original_creditor_id=FORMER_ICS)
    assert amendment(after(LINE), customer=with_mandates(signed)).is_empty


def test_a_mandate_signed_for_the_present_identifier_says_nothing() -> None:
    assert amendment(History(), customer=with_mandates(replace(MANDATE, creditor_id=ICS))) == NO_AMENDMENT


def test_a_mandate_continued_under_another_reference_names_the_one_before() -> None:
    old = replace(MANDATE, history=after(LINE))
    new = replace(MANDATE, id="m2", reference="RUM-2", replaces="m1")
    customer = with_mandates(old, new)
    line = LINE._replace(mandate_id="m2", mandate_reference="RUM-2")

    assert amendment(customer.history_of(new), line, customer) == Amendment(original_reference="RUM-1")


def test_so_does_one_whose_reference_another_software_presented() -> None:
    old = replace(MANDATE, used_before_on=date(2026, 6, 5), creditor_id=FORMER_ICS)
    new = replace(MANDATE, id="m2", reference="RUM-2", account_id="a2", replaces="m1")
    customer = with_mandates(old, new)
    line = LINE._replace(mandate_id="m2", mandate_reference="RUM-2", account_id="a2", iban=OTHER_BANK)

    said = amendment(customer.history_of(new), line, customer)

    assert said == Amendment("RUM-1", "", True, FORMER_ICS)


def test_a_mandate_that_another_software_presented_as_it_is_says_nothing() -> None:
    used = replace(MANDATE, used_before_on=date(2026, 6, 5))

    assert amendment(History(), customer=with_mandates(used)).is_empty


def test_what_was_never_presented_under_the_former_reference_is_not_said() -> None:
    """The bank knows nothing of it."""
    customer = with_mandates(MANDATE, replace(MANDATE, id="m2", reference="RUM-2", replaces="m1"))
    line = LINE._replace(mandate_id="m2", mandate_reference="RUM-2")

    assert amendment(History(), line, customer).is_empty


SIDES = st.tuples(
    st.sampled_from(["RUM-1", "rum-1", "RUM-2"]),
    st.sampled_from([ACCOUNT, SAME_BANK, OTHER_BANK]),
    st.sampled_from([ICS, "FR72ABC123456", FORMER_ICS]),
    st.sampled_from(["Conservatoire", "École"]),
)


@given(before=SIDES, now=SIDES)
def test_an_original_is_never_what_is_said_now(before: tuple[str, ...], now: tuple[str, ...]) -> None:
    told_before = LINE._replace(mandate_reference=before[0], iban=before[1])
    told_now = LINE._replace(mandate_reference=now[0], iban=now[1])
    history = after(told_before, creditor=CreditorAsWritten(before[3], before[2]))

    said = amendment(history, told_now, creditor=CreditorAsWritten(now[3], now[2]))

    assert said.original_reference.casefold() != now[0].casefold()
    assert said.original_iban != now[1]
    assert said.original_creditor_id[7:] != now[2][7:]
    assert said.original_creditor_name != now[3]
    assert not (said.another_bank and said.original_iban)
    assert (said.another_bank or bool(said.original_iban)) == (before[1] != now[1])
