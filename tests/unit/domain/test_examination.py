"""Where an anomaly begins and where it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.anomalies import Anomaly, AnomalyCode
from diapason.domain.calendar import is_target_day
from diapason.domain.creditor import BicRule, Ceilings, CreditedAccount
from diapason.domain.drafts import DraftRow, row_of
from diapason.domain.examination import Ground, examine_together
from diapason.domain.invoices import InvoiceKind
from diapason.domain.mandates import MandateState, MandateType
from diapason.domain.parties import Address
from tests.unit.domain.examined_scenes import (
    CLAIM,
    CUSTOMER,
    FRENCH_IBAN,
    ICS,
    INSTALMENT,
    MONEGASQUE_IBAN,
    OTHER_ICS,
    SECOND_IBAN,
    SOUND,
    UNKNOWN_BANK_IBAN,
    Scene,
    account,
    at,
    beside,
    credited,
    customer,
    dated,
    instalment,
    mandate,
    organisation,
    refreshed,
    row,
    seen_anew,
    steps,
    with_new_mandate,
)

C = AnomalyCode
REQUIRED = BicRule.REQUIRED
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def ground_at(now: datetime, lead_days: int = 1, cut_off_hour: int = 12) -> Ground:
    account = CreditedAccount("main", "Compte", "", lead_days=lead_days, cut_off_hour=cut_off_hour)
    return replace(SOUND, credited=account, now=now).ground()


# Dates

NEW_YEAR_2026 = datetime(2026, 1, 1, tzinfo=UTC)
NOON_IN_WINTER = (datetime(2026, 11, 23, 10, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
NOON_IN_SUMMER = (datetime(2026, 7, 6, 9, 59, 59, tzinfo=UTC), datetime(2026, 7, 6, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("instants", "tomorrow", "day_after"),
    [
        (NOON_IN_WINTER, TUESDAY, "25/11/2026"),
        (NOON_IN_SUMMER, date(2026, 7, 7), "08/07/2026"),
    ],
)
def test_the_bank_takes_tomorrow_until_its_cut_off_in_paris(
    instants: tuple[datetime, datetime], tomorrow: date, day_after: str
) -> None:
    before, at_cut_off = instants

    assert ground_at(before).anomalies_of_date(tomorrow) == ()
    assert ground_at(at_cut_off).anomalies_of_date(tomorrow) == (dated(C.DATE_TOO_SOON, day_after),)


def test_today_in_paris_begins_while_it_is_still_yesterday_in_utc() -> None:
    just_after_midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)

    codes = [anomaly.code for anomaly in ground_at(just_after_midnight).anomalies_of_date(MONDAY)]

    assert codes == [C.DATE_PAST]


def test_a_date_too_soon_proposes_an_open_day_with_the_lead_that_the_bank_asks() -> None:
    wednesday_before_christmas = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)

    (anomaly,) = ground_at(wednesday_before_christmas, lead_days=2).anomalies_of_date(date(2026, 12, 24))

    assert anomaly == dated(C.DATE_TOO_SOON, "28/12/2026")


@pytest.mark.parametrize(
    ("closed", "next_open"),
    [
        (date(2026, 12, 5), "07/12/2026"),
        (date(2026, 12, 25), "28/12/2026"),
        (date(2027, 1, 1), "04/01/2027"),
        (date(2027, 3, 26), "30/03/2027"),
        (date(2027, 3, 29), "30/03/2027"),
        (date(2027, 5, 1), "03/05/2027"),
    ],
)
def test_a_day_on_which_banks_are_closed_blocks_and_proposes_the_next_open_one(
    closed: date, next_open: str
) -> None:
    assert SOUND.ground().anomalies_of_date(closed) == (dated(C.DATE_NOT_TARGET, next_open),)


@pytest.mark.parametrize("open_day", [date(2027, 5, 6), date(2027, 7, 14), date(2027, 11, 11)])
def test_french_public_holidays_are_open_days(open_day: date) -> None:
    assert SOUND.ground().anomalies_of_date(open_day) == ()


def test_a_year_ahead_is_near_and_a_day_more_is_far() -> None:
    ground = SOUND.ground()

    assert ground.anomalies_of_date(date(2027, 11, 23)) == ()
    assert ground.anomalies_of_date(date(2027, 11, 24)) == (Anomaly(C.DATE_FAR),)


def test_a_closed_day_far_ahead_is_both() -> None:
    codes = [anomaly.code for anomaly in SOUND.ground().anomalies_of_date(date(2028, 12, 25))]

    assert codes == [C.DATE_NOT_TARGET, C.DATE_FAR]


@given(
    now=st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: NEW_YEAR_2026 + timedelta(minutes=minutes)),
    day=st.dates(date(2025, 12, 1), date(2031, 1, 1)),
    lead_days=st.integers(1, 14),
    cut_off_hour=st.integers(0, 24),
)
def test_a_date_passes_only_where_the_bank_can_still_collect_on_it(
    now: datetime, day: date, lead_days: int, cut_off_hour: int
) -> None:
    ground = ground_at(now, lead_days, cut_off_hour)

    blocking = [anomaly for anomaly in ground.anomalies_of_date(day) if anomaly.is_blocking]

    assert (not blocking) == (is_target_day(day) and day >= ground.earliest_date())
    assert len(blocking) <= 1
    for anomaly in blocking:
        proposed = datetime.strptime(anomaly.detail, "%d/%m/%Y").replace(tzinfo=UTC).date()
        assert not any(each.is_blocking for each in ground.anomalies_of_date(proposed))


def test_without_a_credited_account_dates_are_still_examined() -> None:
    ground = replace(SOUND, credited=None).ground()

    assert ground.anomalies_of_date(MONDAY) == (dated(C.DATE_TOO_SOON, "24/11/2026"),)


# Amounts

ENTIRELY_TAKEN = {
    "cancelled": instalment(cancelled=True, revision=2),
    "claimed": instalment(in_flight_cents=10_000, claim=CLAIM, revision=2),
    "fully debited": instalment(debited_cents=10_000, revision=2),
    "a credit note": instalment(invoice_kind=InvoiceKind.CREDIT_NOTE, amount_cents=-10_000, revision=2),
}


@pytest.mark.parametrize("why", ENTIRELY_TAKEN)
def test_an_instalment_that_cannot_be_debited_at_all_says_nothing_of_its_amount(why: str) -> None:
    (anomaly,) = ENTIRELY_TAKEN[why](SOUND).anomalies()

    assert anomaly.is_blocking
    assert not anomaly.code.startswith("amount")


@pytest.mark.parametrize("cents", [-1, 0])
def test_a_part_that_is_not_positive_is_refused(cents: int) -> None:
    assert row(amount_cents=cents)(SOUND).codes() == [C.AMOUNT_NOT_POSITIVE]


def test_an_instalment_of_nothing_is_refused() -> None:
    assert steps(instalment(amount_cents=0), seen_anew)(SOUND).codes() == [C.AMOUNT_NOT_POSITIVE]


def test_what_was_debited_already_is_not_part_of_the_rest() -> None:
    partly = steps(instalment(debited_cents=4_000, revision=2), refreshed)(SOUND)

    assert partly.seen.amount_cents == 6_000
    assert partly.anomalies() == []
    assert row(amount_cents=6_001)(partly).anomalies() == [Anomaly(C.AMOUNT_ABOVE_REST, "60,00\u00a0€")]


# What changed since the row was read


def test_an_iban_entered_since_the_row_was_seen_is_not_debited_unseen() -> None:
    changed = account(iban_text=SECOND_IBAN)(SOUND)

    assert changed.codes() == [C.CHANGED]
    assert refreshed(changed).anomalies() == []
    assert refreshed(changed).seen.account_masked == "FR76••••0189"


def test_a_mandate_that_became_one_off_since_the_row_was_seen_is_a_change() -> None:
    """Two rows under it would otherwise pass: neither says that it may serve once only."""
    changed = mandate(type=MandateType.ONE_OFF)(SOUND)

    assert changed.codes() == [C.CHANGED]
    assert refreshed(changed).seen.one_off


def test_an_instalment_that_is_not_there_blocks_its_row() -> None:
    assert Scene(instalment=None).codes() == [C.INSTALMENT_MISSING]


def test_several_changes_are_named_once() -> None:
    changed = steps(instalment(revision=2), account(iban_text=SECOND_IBAN), customer(name="Famille Autre"))(
        SOUND
    )

    assert changed.codes() == [C.CHANGED]


# Accounts


def test_monaco_needs_the_town_and_the_country_of_the_debtor() -> None:
    monaco = steps(account(iban_text=MONEGASQUE_IBAN), seen_anew)(SOUND)

    for address in (Address(), Address(street="1 rue Basse"), Address(town="Monaco", country="")):
        assert customer(address=address, accounts=monaco.customer.accounts)(monaco).codes() == [  # type: ignore[union-attr]
            C.ADDRESS_MISSING
        ]
    complete = customer(address=Address(town="Monaco", country="MC"))(monaco)
    assert complete.anomalies() == []


def test_a_town_of_which_nothing_can_be_written_is_no_address() -> None:
    monaco = steps(account(iban_text=MONEGASQUE_IBAN), seen_anew)(SOUND)

    assert customer(address=Address(town="🏰", country="MC"))(monaco).codes() == [C.ADDRESS_MISSING]


def test_a_holder_of_whom_nothing_can_be_written_is_missing() -> None:
    assert account(holder="🎻🎻")(SOUND).codes() == [C.HOLDER_MISSING]


@pytest.mark.parametrize(
    ("iban", "bic", "rule", "expected"),
    [
        (FRENCH_IBAN, "", REQUIRED, []),
        (UNKNOWN_BANK_IBAN, "", BicRule.AS_GIVEN, []),
        (UNKNOWN_BANK_IBAN, "", REQUIRED, [C.BIC_MISSING]),
        (UNKNOWN_BANK_IBAN, "agri frpp", REQUIRED, []),
        (FRENCH_IBAN, "AGRIFRP", BicRule.AS_GIVEN, [C.BIC_WRONG]),
    ],
)
def test_a_bic_is_missing_only_where_the_bank_demands_it_and_the_iban_does_not_tell(
    iban: str, bic: str, rule: BicRule, expected: list[AnomalyCode]
) -> None:
    scene = steps(
        account(iban_text=iban, bic_text=bic),
        seen_anew,
        credited(bic_rule=rule),
    )(SOUND)

    assert scene.codes() == expected


def test_an_iban_that_cannot_be_read_says_nothing_of_its_bank() -> None:
    scene = steps(account(iban_text="FR14", bic_text="??"), seen_anew, credited(bic_rule=BicRule.REQUIRED))(
        SOUND
    )

    assert scene.codes() == [C.IBAN_WRONG]


# Mandates


@pytest.mark.parametrize(
    ("last_used_on", "collected_on", "lapsed"),
    [
        (date(2023, 12, 7), date(2026, 12, 7), False),
        (date(2023, 12, 6), date(2026, 12, 7), True),
        (date(2024, 2, 29), date(2027, 3, 1), True),
        (date(2024, 2, 29), date(2027, 2, 26), False),
    ],
)
def test_a_mandate_lapses_36_months_after_its_last_debit_on_the_day_of_the_next(
    last_used_on: date, collected_on: date, lapsed: bool
) -> None:
    scene = steps(
        mandate(signed_on=date(2015, 1, 1), used_before_on=last_used_on), row(collection_date=collected_on)
    )(SOUND)

    assert scene.codes() == ([C.MANDATE_LAPSED] if lapsed else [])


def test_a_mandate_that_never_served_lapses_36_months_after_its_signature() -> None:
    assert mandate(signed_on=date(2023, 12, 7))(SOUND).codes() == []
    assert mandate(signed_on=date(2023, 12, 6))(SOUND).codes() == [C.MANDATE_LAPSED]


def test_a_mandate_declared_lapsed_is_lapsed_whatever_its_dates() -> None:
    assert mandate(state=MandateState.LAPSED)(SOUND).codes() == [C.MANDATE_LAPSED]


def test_a_signed_mandate_without_a_date_is_not_signed() -> None:
    assert mandate(signed_on=None)(SOUND).codes() == [C.MANDATE_NOT_SIGNED]


def test_a_signature_after_the_debit_is_late_even_where_it_is_not_in_the_future() -> None:
    on_the_day = steps(mandate(signed_on=MONDAY), at(SOUND.now), row(collection_date=WEDNESDAY))(SOUND)
    after_it = steps(mandate(signed_on=MONDAY), row(collection_date=date(2026, 11, 20)))(SOUND)

    assert on_the_day.codes() == []
    assert after_it.anomalies() == [
        Anomaly(C.SIGNATURE_LATE, "23/11/2026"),
        dated(C.DATE_PAST, "24/11/2026"),
    ]


def test_a_signature_of_tomorrow_does_not_authorise_a_later_debit() -> None:
    assert mandate(signed_on=TUESDAY)(SOUND).anomalies() == [Anomaly(C.SIGNATURE_LATE, "24/11/2026")]


@pytest.mark.parametrize("use", [{"consumed_by": "batch"}, {"used_before_on": date(2026, 10, 5)}])
def test_a_one_off_mandate_serves_once_whether_its_batch_is_pending_or_generated(
    use: dict[str, object],
) -> None:
    scene = steps(mandate(type=MandateType.ONE_OFF, **use), refreshed)(SOUND)

    assert C.MANDATE_CONSUMED in scene.codes()


def test_a_recurrent_mandate_serves_again() -> None:
    assert mandate(used_before_on=date(2026, 10, 5))(SOUND).codes() == []


@pytest.mark.parametrize("reference", ["RUM  1", " RUM-1", "RUM\u200b-1"])
def test_a_reference_that_cannot_be_written_as_it_stands_is_wrong(reference: str) -> None:
    """It is what the debtor signed: the bank file repeats it, and alters nothing."""
    (anomaly,) = steps(mandate(reference=reference), seen_anew)(SOUND).anomalies()

    assert anomaly.code is C.RUM_WRONG
    assert anomaly.words.endswith("de trop.")


@pytest.mark.parametrize("same", ["", ICS, "fr72 zzz 123456", "FR72ABC123456"])
def test_a_mandate_signed_for_this_creditor_stands_however_its_ics_is_written(same: str) -> None:
    """The business code in the midst of an ICS is no part of the creditor's identity."""
    assert mandate(creditor_id=same)(SOUND).codes() == []


def test_a_mandate_of_another_creditor_is_refused() -> None:
    assert mandate(creditor_id=OTHER_ICS)(SOUND).codes() == [C.MANDATE_OTHER_CREDITOR]
    assert steps(mandate(creditor_id=ICS), organisation(creditor_id=OTHER_ICS))(SOUND).codes() == [
        C.MANDATE_OTHER_CREDITOR
    ]


def test_without_an_account_the_mandate_is_not_said_to_be_of_another() -> None:
    assert steps(customer(accounts=()), refreshed)(SOUND).codes() == [C.ACCOUNT_MISSING]


def test_a_new_mandate_is_proposed_where_the_table_is_built_anew() -> None:
    scene = steps(with_new_mandate(signed_on=date(2020, 1, 1)), seen_anew)(SOUND)

    assert scene.seen.mandate_id == "m9"
    assert scene.anomalies() == []


# The whole table


def rows_of(*cells: dict[str, object]) -> list[DraftRow]:
    first = row_of(INSTALMENT, CUSTOMER)
    return [first._replace(instalment_id=f"i-{rank}", **each) for rank, each in enumerate(cells)]  # type: ignore[arg-type]


def codes_of(rows: list[DraftRow]) -> list[list[AnomalyCode]]:
    return [[anomaly.code for anomaly in each.anomalies] for each in examine_together(rows, Ceilings())]


def test_two_rows_under_one_one_off_mandate_block_each_other_whatever_their_dates() -> None:
    rows = rows_of({"one_off": True}, {"one_off": True, "collection_date": date(2027, 1, 7)})

    assert codes_of(rows) == [[C.MANDATE_TWICE], [C.MANDATE_TWICE]]


def test_two_rows_under_one_recurrent_mandate_do_not_block() -> None:
    rows = rows_of({}, {"collection_date": date(2027, 1, 7)})

    assert codes_of(rows) == [[], []]


def test_the_same_customer_twice_at_a_date_is_a_warning() -> None:
    examined = examine_together(rows_of({}, {}, {"customer_id": "other"}), Ceilings())

    assert [row.is_blocked for row in examined] == [False, False, False]
    assert codes_of(rows_of({}, {}, {"customer_id": "other"})) == [
        [C.SAME_CUSTOMER_TWICE],
        [C.SAME_CUSTOMER_TWICE],
        [],
    ]


def test_rows_without_a_mandate_are_not_under_the_same_one() -> None:
    rows = rows_of({"mandate_id": ""}, {"mandate_id": "", "collection_date": date(2027, 1, 7)})

    assert codes_of(rows) == [[], []]


def test_what_the_table_says_goes_when_the_other_row_goes() -> None:
    together = examine_together(rows_of({"one_off": True}, {"one_off": True}), Ceilings())

    (alone,) = examine_together(together[:1], Ceilings())

    assert alone.anomalies == ()


def test_examining_again_leaves_the_very_rows() -> None:
    examined = examine_together(
        rows_of({"one_off": True}, {"one_off": True}, {"customer_id": "other"}), Ceilings()
    )

    again = examine_together(examined, Ceilings())

    assert all(one is other for one, other in zip(examined, again, strict=True))


def test_a_row_keeps_its_own_anomalies_beside_those_of_the_table() -> None:
    scene = steps(account(closed=True), beside())(SOUND)

    assert scene.codes() == [C.ACCOUNT_CLOSED, C.SAME_CUSTOMER_TWICE]
