from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.presentations import Amendment
from diapason.sepa.faults import DeclaredTotalsError, UnreadableBankFile
from diapason.sepa.message import PostalAddress, Totals
from diapason.sepa.reread import ReadDebit, ReadFile, ReadGroup, reread_bank_file
from diapason.sepa.text import sepa_text
from tests.unit.sepa.bank_file_examples import VERSIONS, debit, rich_file, write_debits
from tests.unit.sepa.faulty_files import BROKEN_XML


def reread(content: bytes) -> tuple[ReadFile, list[ReadDebit]]:
    debits: list[ReadDebit] = []
    return reread_bank_file(BytesIO(content), debits.append), debits


FIRST = ReadDebit(
    payment_information_id="2026-12-001-RCUR",
    end_to_end_id="2026-12-001-000001",
    amount_cents=12_345,
    iban="FR1420041010050500013M02606",
    bic="PSSTFRPPPAR",
    mandate_reference="RUM-0001",
    signed_on=date(2024, 9, 1),
    amendment=None,
    debtor_name="Martin Dupont",
    address=None,
    ultimate_debtor="",
    remittance_text="Facture F-0001",
)
DEBITS = [
    FIRST,
    FIRST._replace(
        end_to_end_id="2026-12-001-000002",
        amount_cents=1,
        iban="MC5811222000010123456789030",
        bic="",
        debtor_name="Zoe D'Herouville + fils",
        address=PostalAddress("Monaco", "MC", "98000", street="12, bd des Moulins"),
        ultimate_debtor="Lea D'Herouville",
    ),
    FIRST._replace(
        payment_information_id="2026-12-001-OOFF",
        end_to_end_id="2026-12-001-000003",
        amount_cents=99_999_999_999,
        bic="",
        amendment=Amendment(
            original_reference="RUM-0000",
            original_iban="FR4920041010050500014M02773",
            original_creditor_id="FR78ZZZ424242",
            original_creditor_name="OGEC Saint-Joseph",
        ),
        remittance_text="",
    ),
    FIRST._replace(
        payment_information_id="2026-12-001-OOFF",
        end_to_end_id="2026-12-001-000004",
        amount_cents=2,
        bic="",
        address=PostalAddress(
            "Amiens",
            "FR",
            "80000",
            lines=(
                "Residence des Trois Jardins, batiment C, escalier 4, porte 12, chez",
                "Mme Anne-Marie de La Rochefoucauld",
            ),
        ),
        amendment=Amendment(another_bank=True),
    ),
]
RECURRENT = ReadGroup(
    payment_information_id="2026-12-001-RCUR",
    totals=Totals(2, 12_346),
    batch_booking=True,
    local_instrument="CORE",
    sequence_type="RCUR",
    collection_date=date(2026, 12, 1),
    creditor_name="OGEC Sainte-Marie",
    creditor_address=None,
    creditor_iban="FR7630006000011234567890189",
    creditor_bic="AGRIFRPP",
    creditor_identifier="FR72ZZZ123456",
    ultimate_creditor="",
    ultimate_creditor_number="",
)
ONE_OFF = replace(
    RECURRENT,
    payment_information_id="2026-12-001-OOFF",
    totals=Totals(2, 100_000_000_001),
    batch_booking=False,
    sequence_type="OOFF",
    creditor_address=PostalAddress("Amiens", "FR", "80000", street="2 place de la Tresorerie"),
    creditor_bic="",
    ultimate_creditor="Regie du conservatoire",
    ultimate_creditor_number="FR7610071800000000100042062",
)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_says_what_was_written(version):
    file, debits = reread(rich_file(version))
    assert debits == DEBITS
    assert file == ReadFile(
        version=version,
        message_id="2026-12-001",
        created_at=datetime(2026, 11, 21, 19, 30, 15),  # noqa: DTZ001  # Paris, as written
        totals=Totals(4, 100_000_012_347),
        initiating_party_name="OGEC Sainte-Marie",
        initiating_party_number="73282932000074",
        initiating_party_scheme="SIRET",
        groups=(RECURRENT, ONE_OFF),
    )


@given(
    st.lists(
        st.tuples(
            st.integers(1, 99_999_999_999), st.text(min_size=1).filter(lambda name: sepa_text(name, 70))
        ),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_is_written_is_read_again(rows):
    debits = [
        debit(end_to_end_id=f"E{rank}", amount_cents=cents, debtor_name=name)
        for rank, (cents, name) in enumerate(rows)
    ]
    file, found = reread(write_debits("08", debits).content)
    assert file.totals == Totals(len(rows), sum(cents for cents, _ in rows))
    assert [(one.end_to_end_id, one.amount_cents, one.debtor_name) for one in found] == [
        (one.end_to_end_id, one.amount_cents, sepa_text(one.debtor_name, 70)) for one in debits
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<CtrlSum>123.46<", b"<CtrlSum>123.45<"),
        (b"<CtrlSum>1000000123.47<", b"<CtrlSum>0.00<"),
        (b"<NbOfTxs>4<", b"<NbOfTxs>2<"),
        (b"<NbOfTxs>2<", b"<NbOfTxs>4<"),
        (b">123.45</InstdAmt>", b">123.46</InstdAmt>"),
    ],
)
def test_a_total_that_does_not_hold_is_found(old, new):
    with pytest.raises(DeclaredTotalsError):
        reread(rich_file("08").replace(old, new, 1))


def test_a_debit_that_was_lost_is_found():
    content = rich_file("08")
    start, end = content.index(b"<DrctDbtTxInf>"), content.index(b"</DrctDbtTxInf>") + 15
    with pytest.raises(DeclaredTotalsError) as refusal:
        reread(content[:start] + content[end:])
    assert refusal.value.found == Totals(1, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<EndToEndId>2026-12-001-000001</EndToEndId>", b""),
        (b"<EndToEndId>2026-12-001-000001</EndToEndId>", b"<EndToEndId/>"),
        (b"<Nm>Martin Dupont</Nm>", b"<Nm>Martin Dupont</Nm><Nm>Paul</Nm>"),
        (b">123.45</InstdAmt>", b">123.4</InstdAmt>"),
        (b">123.45</InstdAmt>", b">1e2</InstdAmt>"),
        (b">123.45</InstdAmt>", b">-123.45</InstdAmt>"),
        (b"<ReqdColltnDt>2026-12-01<", b"<ReqdColltnDt>2026-02-30<"),
        (b"<ReqdColltnDt>2026-12-01<", b"<ReqdColltnDt>20261201<"),
        (b"<ReqdColltnDt>2026-12-01<", b"<ReqdColltnDt>2026-12-01 <"),
        (b">123.45</InstdAmt>", b"> 123.45</InstdAmt>"),
        (b"<NbOfTxs>2<", b"<NbOfTxs>two<"),
        (b"<MsgId>2026-12-001</MsgId>", b""),
        (b"pain.008.001.08", b"pain.001.001.03"),
        (b"<Document", b"<!DOCTYPE Document []><Document"),
        (b"<InstdAmt Ccy", b"<InstdAmt xmlns='urn:other' Ccy"),
        (b'Ccy="EUR"', b'Ccy="USD"'),
        (b' Ccy="EUR"', b""),
        (b"<Dbtr>", b'<Dbtr kind="x">'),
        (b"pain.008.001.08", b"pain.008.001.09"),
        (b"<BICFI>", b"<Othr><Id>NOTPROVIDED</Id></Othr><BICFI>"),
        (b"<Othr><Id>NOTPROVIDED</Id></Othr>", b""),
        (b">NOTPROVIDED<", b">UNKNOWN<"),
        (b"<AmdmntInd>true</AmdmntInd>", b""),
        (b"<AmdmntInd>true<", b"<AmdmntInd>false<"),
        (b">SMNDA<", b">OTHER<"),
        (b"</OrgnlMndtId>", b"</OrgnlMndtId><OrgnlDbtr/>"),
        (b"<BtchBookg>true<", b"<BtchBookg>1<"),
        (b"<CreDtTm>2026-11-21T19:30:15<", b"<CreDtTm>2026-11-21T19:30:15Z<"),
        (b"<CreDtTm>2026-11-21T19:30:15<", b"<CreDtTm>2026-11-21T25:30:15<"),
        (b"<PmtMtd>DD<", b"<PmtMtd>TRA<"),
        (b"<ChrgBr>SLEV<", b"<ChrgBr>DEBT<"),
        (b"<SvcLvl><Cd>SEPA<", b"<SvcLvl><Cd>URGP<"),
        (
            b"<Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>",
            b"<Prtry>CORE</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>",
        ),
        (
            b"</IBAN></Id></CdtrAcct>",
            b"</IBAN></Id></CdtrAcct><CdtrAcct><Id><IBAN>FR76</IBAN></Id></CdtrAcct>",
        ),
        (b"<TwnNm>Monaco</TwnNm>", b""),
    ],
)
def test_a_file_that_does_not_say_what_it_must_is_refused(old, new):
    with pytest.raises(UnreadableBankFile):
        reread(rich_file("08").replace(old, new, 1))


@pytest.mark.parametrize("fault", BROKEN_XML, ids=lambda fault: fault.name)
def test_broken_xml_is_refused(fault):
    with pytest.raises(UnreadableBankFile):
        reread(fault.file("08"))


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<Document/>", b"\xff\xfe<\x00"])
def test_what_is_no_bank_file_is_refused(content):
    with pytest.raises(UnreadableBankFile):
        reread(content)


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        (b"<RmtInf>", b"<Purp><Cd>OTHR</Cd></Purp><RmtInf>", "Purp"),
        (b"<DbtrAgt>", b"<UltmtCdtr><Nm>Someone Else</Nm></UltmtCdtr><DbtrAgt>", "UltmtCdtr"),
        (b"<RmtInf>", b"<RmtInf><Strd/>", "Strd"),
        (b"<Nm>Martin Dupont</Nm>", b"<Nm>Martin <b>Dupont</b></Nm>", "b"),
        (b"</PmtInf>", b"<SplmtryData/></PmtInf>", "SplmtryData"),
    ],
)
def test_nothing_stands_in_a_file_unread(old, new, element):
    with pytest.raises(UnreadableBankFile, match=f"{element} y est inattendu"):
        reread(rich_file("08").replace(old, new, 1))


def test_the_bank_code_element_of_another_version_is_not_read():
    with pytest.raises(UnreadableBankFile):
        reread(rich_file("02").replace(b"BIC>", b"BICFI>"))


def test_the_same_name_and_number_are_not_printed():
    _, debits = reread(rich_file("08"))
    assert repr(debits[0]) == "ReadDebit(2026-12-001-000001)"
