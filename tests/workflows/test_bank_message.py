"""A batch as its bank reads it: every setting of the credited account, every change under a mandate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapason.domain.batches import Creditor, Line
from diapason.domain.creditor import AddressRule, CreditedAccount
from diapason.domain.mandates import MandateType, Scheme
from diapason.domain.numbering import NumberingRule, public_account_end_to_end_id
from diapason.domain.parties import Address
from diapason.domain.presentations import History, SequenceRule, SequenceType
from diapason.domain.sequences import CreditorAsWritten
from diapason.sepa.faults import UnwritableValueError
from tests.workflows.batch_examples import (
    ACCOUNT,
    AT_HOME,
    FORMER_ICS,
    MANDATE,
    MONEGASQUE,
    NUMBER,
    OTHER_BANK,
    PLAIN,
    REGIE,
    SAME_BANK,
    SCHOOL,
    TREASURY,
    family_with,
    line_of,
    presented_before,
)
from tests.workflows.written_batches import file_of, made, sequences, written


def account(**changes: object) -> Creditor:
    return replace(SCHOOL, account=replace(PLAIN, **changes))  # type: ignore[arg-type]


# --- Settings of the account -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_booked_at_once", [True, False])
def test_the_bank_credits_in_one_line_where_the_account_is_set_so(is_booked_at_once: bool) -> None:
    text = written(line_of(), creditor=account(batch_booking=is_booked_at_once))

    assert f"<BtchBookg>{str(is_booked_at_once).lower()}</BtchBookg>" in text


@pytest.mark.parametrize("scheme", Scheme)
def test_the_local_instrument_is_that_of_account_and_mandates(scheme: Scheme) -> None:
    text = written(line_of(scheme=scheme), creditor=account(scheme=scheme))

    assert f"<LclInstrm><Cd>{scheme}</Cd></LclInstrm>" in text


@pytest.mark.parametrize(("of_account", "of_mandate"), [(Scheme.CORE, Scheme.B2B), (Scheme.B2B, Scheme.CORE)])
def test_a_mandate_of_the_other_scheme_never_gets_into_the_file(
    of_account: Scheme, of_mandate: Scheme
) -> None:
    batch, collections = made([line_of(scheme=of_mandate)], creditor=account(scheme=of_account))

    with pytest.raises(UnwritableValueError, match=f"LclInstrm.*mandat est {of_mandate}"):
        file_of(batch, collections)


def test_the_initiating_party_tells_its_number_where_the_bank_demands_one() -> None:
    text = written(line_of(), creditor=account(initiating_party_id="99999001300016"))

    assert (
        "<Nm>Conservatoire</Nm><Id><OrgId><Othr><Id>99999001300016</Id></Othr></OrgId></Id></InitgPty>"
        in text
    )
    assert "<InitgPty><Nm>Conservatoire</Nm></InitgPty>" in written(line_of())


def test_whoever_the_school_collects_for_is_named() -> None:
    text = written(line_of(), creditor=account(ultimate_creditor="École du Nord"))

    assert "<UltmtCdtr><Nm>Ecole du Nord</Nm></UltmtCdtr>" in text
    assert "UltmtCdtr" not in written(line_of())


def test_whose_debt_it_is_stands_on_the_debit_of_somebody_elses_account() -> None:
    text = written(line_of(ultimate_debtor="Zoe Lefevre"))

    assert "<UltmtDbtr><Nm>Zoe Lefevre</Nm></UltmtDbtr>" in text
    assert "UltmtDbtr" not in written(line_of())


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        (
            AddressRule.STRUCTURED,
            (
                "<StrtNm>Residence du Parc, batiment C, escalier 4, porte 12, 118 avenue du Gen</StrtNm>"
                "<PstCd>80000</PstCd><TwnNm>Amiens</TwnNm><Ctry>FR</Ctry></PstlAdr>"
            ),
        ),
        (
            AddressRule.HYBRID,
            (
                "<PstlAdr><PstCd>80000</PstCd><TwnNm>Amiens</TwnNm><Ctry>FR</Ctry>"
                "<AdrLine>Residence du Parc, batiment C, escalier 4, porte 12, 118 avenue du</AdrLine>"
                "<AdrLine>General Foy</AdrLine></PstlAdr>"
            ),
        ),
    ],
)
def test_the_accounts_rule_decides_the_form_of_an_address(rule: AddressRule, address: str) -> None:
    assert address in written(line_of(address=AT_HOME), creditor=account(address_rule=rule))


def test_an_address_that_only_the_debtors_bank_demands_is_structured() -> None:
    monaco = Address("12, bd des Moulins", "98000", "Monaco", "MC")

    text = written(line_of(iban=MONEGASQUE, address=monaco), creditor=account(address_rule=AddressRule.NONE))

    assert (
        "<PstlAdr><StrtNm>12, bd des Moulins</StrtNm><PstCd>98000</PstCd><TwnNm>Monaco</TwnNm><Ctry>MC</Ctry>"
        "</PstlAdr>"
    ) in text


# --- The Treasury's profile ------------------------------------------------------------------------------


def of_the_treasury(**changes: object) -> Line:
    identifier = public_account_end_to_end_id("080012", NUMBER, NumberingRule(), 0)
    return line_of(end_to_end_id=identifier, address=AT_HOME, **changes)


def test_a_treasury_account_collects_through_the_accounting_office() -> None:
    text = written(of_the_treasury(), creditor=REGIE, message_id="TGDFT027-DFT-SDD-26327-001")

    assert "<MsgId>TGDFT027-DFT-SDD-26327-001</MsgId>" in text
    assert (
        "<InitgPty><Nm>Ville d'Amiens</Nm><Id><OrgId><Othr><Id>73282932000074</Id><SchmeNm>"
        "<Prtry>SIRET</Prtry></SchmeNm></Othr></OrgId></Id></InitgPty>"
    ) in text
    assert (
        "<Cdtr><Nm>Tresorerie d'Amiens municipale</Nm><PstlAdr><StrtNm>2 place de l'Hotel de Ville</StrtNm>"
        "<PstCd>80000</PstCd><TwnNm>Amiens</TwnNm><Ctry>FR</Ctry></PstlAdr></Cdtr>"
    ) in text
    assert (
        "<UltmtCdtr><Nm>Regie du conservatoire</Nm><Id><OrgId><Othr><Id>FR7610071800000000100042062</Id>"
        "</Othr></OrgId></Id></UltmtCdtr>"
    ) in text
    assert "<EndToEndId>1D080012020261123100000001000001</EndToEndId>" in text
    assert "<StrtNm>Residence du Parc" in text
    assert "<Ustrd>Facture F-17</Ustrd>" in text


def test_the_treasury_takes_no_address_in_free_lines() -> None:
    creditor = replace(REGIE, account=replace(TREASURY, address_rule=AddressRule.HYBRID))

    assert "AdrLine" not in written(of_the_treasury(), creditor=creditor)


def test_the_treasurys_own_names_stand_before_the_accounts_other_settings() -> None:
    busy = replace(TREASURY, initiating_party_id="12345", ultimate_creditor="Somebody")

    text = written(of_the_treasury(), creditor=replace(REGIE, account=busy))

    assert "12345<" not in text
    assert "Somebody" not in text


@pytest.mark.parametrize(
    ("line", "element"),
    [(of_the_treasury(remittance_text=""), "Ustrd"), (of_the_treasury()._replace(address=None), "PstlAdr")],
)
def test_what_the_treasury_demands_and_a_line_lacks_refuses_the_file(line: Line, element: str) -> None:
    batch, collections = made([line], creditor=REGIE)

    with pytest.raises(UnwritableValueError, match="le Trésor l'exige") as refusal:
        file_of(batch, collections)

    assert (refusal.value.element, refusal.value.reference) == (element, line.end_to_end_id)


# --- Sequences -------------------------------------------------------------------------------------------


def test_the_same_mandate_twice_in_a_file_is_first_and_then_recurrent() -> None:
    text = written(line_of(0), line_of(1), creditor=account(sequence_rule=SequenceRule.FIRST))

    assert sequences(text) == ["FRST 1", "RCUR 1"]


def test_the_groups_of_a_file_stand_in_the_order_of_a_mandates_life() -> None:
    once = replace(MANDATE, id="m2", reference="RUM-2", type=MandateType.ONE_OFF)
    used = replace(MANDATE, id="m3", reference="RUM-3", used_before_on=date(2026, 6, 5))
    lines = [
        line_of(0, mandate_id="m2", mandate_reference="RUM-2", mandate_type=MandateType.ONE_OFF),
        line_of(1, mandate_id="m3", mandate_reference="RUM-3", is_final=True),
        line_of(2),
        line_of(3),
    ]

    text = written(
        *lines,
        customer=family_with(MANDATE, once, used),
        creditor=account(sequence_rule=SequenceRule.FIRST),
    )

    assert sequences(text) == ["FRST 1", "RCUR 1", "FNAL 1", "OOFF 1"]
    assert text.index("000003</EndToEndId>") < text.index("000004</EndToEndId>")


def test_a_bank_without_a_wish_is_sent_recurrent() -> None:
    assert sequences(written(line_of(0), line_of(1))) == ["RCUR 2"]


# --- Whatever the lines ----------------------------------------------------------------------------------

BEFORE = CreditorAsWritten("Ecole de musique", FORMER_ICS)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "mandate_id": st.sampled_from(["m1", "m2", "m3"]),
            "iban": st.sampled_from([ACCOUNT, SAME_BANK, OTHER_BANK, MONEGASQUE]),
            "bic": st.sampled_from(["", "PSSTFRPPPAR"]),
            "is_final": st.booleans(),
            "mandate_type": st.sampled_from(MandateType),
            "amount_cents": st.integers(1, 99_999_999_999),
            "address": st.sampled_from([None, AT_HOME, Address("", "", "Monaco", "MC")]),
            "ultimate_debtor": st.sampled_from(["", "Zoe Lefevre"]),
            "remittance_text": st.sampled_from(["", "Facture F-17"]),
            "holder": st.sampled_from(["Anne Lefevre", "D'Herouville + fils"]),
        }
    ),
    min_size=1,
    max_size=8,
)
ACCOUNTS = st.builds(
    CreditedAccount,
    id=st.just("main"),
    label=st.just("Compte"),
    iban_text=st.just(PLAIN.iban_text),
    bic_text=st.sampled_from(["", "BDFEFRPPCCT"]),
    batch_booking=st.booleans(),
    address_rule=st.sampled_from(AddressRule),
    sequence_rule=st.sampled_from(SequenceRule),
    initiating_party_id=st.sampled_from(["", "99999001300016"]),
    ultimate_creditor=st.sampled_from(["", "École du Nord"]),
)
PAST = st.sampled_from(
    [
        History(),
        presented_before(line_of()),
        presented_before(line_of(mandate_reference="RUM-0", iban=OTHER_BANK), BEFORE),
    ]
)


@settings(max_examples=150, deadline=None)
@given(changes=LINES, credited=ACCOUNTS, pasts=st.tuples(PAST, PAST, PAST))
def test_any_lines_into_any_account_make_a_file_that_says_them(
    changes: list[dict[str, object]], credited: CreditedAccount, pasts: tuple[History, ...]
) -> None:
    mandates = [
        replace(MANDATE, id=f"m{rank}", reference=f"RUM-{rank}", history=past)
        for rank, past in enumerate(pasts, 1)
    ]
    lines = [
        line_of(rank, mandate_reference=f"RUM-{str(change['mandate_id'])[1:]}", **change)
        for rank, change in enumerate(changes)
    ]

    text = written(*lines, customer=family_with(*mandates), creditor=replace(SCHOOL, account=credited))

    assert text.count("<DrctDbtTxInf>") == len(lines)
    assert {one.split()[0] for one in sequences(text)} <= set(SequenceType)
