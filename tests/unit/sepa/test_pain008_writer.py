import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from diapason.domain.batches import SequenceType
from diapason.domain.mandates import Scheme
from diapason.domain.parties import Address
from diapason.domain.presentations import Amendment
from diapason.sepa.addresses import hybrid, structured
from diapason.sepa.faults import DeclaredTotalsError, MixedBatchError, UnwritableValueError
from diapason.sepa.message import OrganisationNumber, PostalAddress, Totals, UltimateCreditor
from diapason.sepa.pain008 import DEBITS_PER_PIECE, write_bank_file
from diapason.sepa.profiles import PROFILES
from tests.unit.sepa.bank_file_examples import (
    FORMER_ACCOUNT,
    VERSIONS,
    debit,
    header,
    payment,
    rich_file,
    rich_groups,
    write,
    write_debits,
)
from tests.unit.sepa.official_schemas import OFFICIAL, official_schema

DEBIT_08 = """\
<DrctDbtTxInf><PmtId><EndToEndId>2026-12-001-000001</EndToEndId></PmtId>\
<InstdAmt Ccy="EUR">123.45</InstdAmt>\
<DrctDbtTx><MndtRltdInf><MndtId>RUM-0001</MndtId><DtOfSgntr>2024-09-01</DtOfSgntr></MndtRltdInf></DrctDbtTx>\
<DbtrAgt><FinInstnId><BICFI>PSSTFRPPPAR</BICFI></FinInstnId></DbtrAgt>\
<Dbtr><Nm>Martin Dupont</Nm></Dbtr>\
<DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct>\
<RmtInf><Ustrd>Facture F-0001</Ustrd></RmtInf></DrctDbtTxInf>
"""
HEAD_08 = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
<CstmrDrctDbtInitn>
<GrpHdr><MsgId>2026-12-001</MsgId><CreDtTm>2026-11-21T19:30:15</CreDtTm><NbOfTxs>4</NbOfTxs>\
<CtrlSum>1000000123.47</CtrlSum><InitgPty><Nm>OGEC Sainte-Marie</Nm>\
<Id><OrgId><Othr><Id>73282932000074</Id><SchmeNm><Prtry>SIRET</Prtry></SchmeNm></Othr></OrgId></Id></InitgPty></GrpHdr>
<PmtInf><PmtInfId>2026-12-001-RCUR</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>true</BtchBookg>\
<NbOfTxs>2</NbOfTxs><CtrlSum>123.46</CtrlSum>\
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>\
<ReqdColltnDt>2026-12-01</ReqdColltnDt><Cdtr><Nm>OGEC Sainte-Marie</Nm></Cdtr>\
<CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>\
<CdtrAgt><FinInstnId><BICFI>AGRIFRPP</BICFI></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr>\
<CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>\
</PrvtId></Id></CdtrSchmeId>
"""


def test_a_file_reads_as_the_message_it_is():
    content = rich_file("08").decode()
    assert content.startswith(HEAD_08 + DEBIT_08)
    assert content.endswith("</DrctDbtTxInf>\n</PmtInf>\n</CstmrDrctDbtInitn>\n</Document>\n")


@pytest.mark.parametrize(("version", "source"), OFFICIAL)
def test_every_version_conforms_to_the_official_schema(version, source):
    official_schema(version, source).assertValid(etree.fromstring(rich_file(version)))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_versions_differ_in_namespace_and_bank_code_element_alone(version):
    as_08 = (
        rich_file(version)
        .replace(f"pain.008.001.{version}".encode(), b"pain.008.001.08")
        .replace(b"BIC>", b"BICFI>" if version == "02" else b"BIC>")
    )
    assert as_08 == rich_file("08")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_input_gives_the_same_bytes(version):
    assert rich_file(version) == rich_file(version)


def test_what_was_written_is_told():
    written = write("08", rich_groups())
    assert written.file.sha256 == hashlib.sha256(written.content).hexdigest()
    assert written.file.size == len(written.content)
    assert written.file.totals == Totals(4, 12_345 + 1 + 99_999_999_999 + 2)


@pytest.mark.parametrize(
    "created_at",
    [
        datetime(2026, 7, 1, 22, 5, 9, 999_999, tzinfo=UTC),
        datetime(2026, 7, 2, 0, 5, 9, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_creation_time_is_paris_time_in_whole_seconds_without_an_offset(created_at):
    groups = rich_groups()
    assert b"<CreDtTm>2026-07-02T00:05:09</CreDtTm>" in write("08", groups, created_at=created_at).content


def test_a_debtor_without_a_bic_has_a_bank_not_provided():
    assert (
        b"<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>"
        in write_debits("02", [debit()]).content
    )


def test_an_address_is_structured_and_leaves_out_what_it_lacks():
    town_only = structured(Address(street="🎉", postal_code="", town="Saint-Marin", country="SM"))
    content = write_debits("08", [debit(debtor_address=town_only)]).content
    assert b"</Nm><PstlAdr><TwnNm>Saint-Marin</TwnNm><Ctry>SM</Ctry></PstlAdr></Dbtr>" in content


def test_an_address_in_free_lines_keeps_town_and_country_apart():
    at_home = Address("Résidence du Parc\n12 allée des Tilleuls", "80000", "Amiens", "FR")
    content = write_debits("02", [debit(debtor_address=hybrid(at_home))]).content.decode()
    assert (
        "<PstlAdr><PstCd>80000</PstCd><TwnNm>Amiens</TwnNm><Ctry>FR</Ctry>"
        "<AdrLine>Residence du Parc 12 allee des Tilleuls</AdrLine></PstlAdr>"
    ) in content


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        ("", ()),
        ("🎉", ()),
        ("x" * 70, ("x" * 70,)),
        ("x" * 71, ("x" * 70, "x")),
        ("x" * 60 + " " + "y" * 60 + " " + "z" * 18, ("x" * 60, "y" * 60)),
        ("x" * 50 + " a-b " + "y" * 60, ("x" * 50 + " a-b", "y" * 60)),
    ],
)
def test_free_lines_are_two_at_most_and_broken_between_words(street, lines):
    assert hybrid(Address(street, "80000", "Amiens", "FR")).lines == lines


@given(st.text(max_size=300))
def test_any_street_gives_lines_that_banks_take(street):
    for version in VERSIONS:
        address = hybrid(Address(street, "80000", "Amiens", "FR"))
        content = write_debits(version, [debit(debtor_address=address)]).content
        found = etree.fromstring(content).findall(".//{*}AdrLine")
        assert [line.text for line in found] == list(address.lines)
        assert all(1 <= len(line.text) <= 70 for line in found)


CHANGES = {
    "another reference": (
        Amendment(original_reference="RUM-0000"),
        "<OrgnlMndtId>RUM-0000</OrgnlMndtId>",
    ),
    "another account at the same bank": (
        Amendment(original_iban=FORMER_ACCOUNT.electronic),
        "<OrgnlDbtrAcct><Id><IBAN>FR4920041010050500014M02773</IBAN></Id></OrgnlDbtrAcct>",
    ),
    "another bank": (
        Amendment(another_bank=True),
        "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>",
    ),
    "another name of the creditor": (
        Amendment(original_creditor_name="OGEC Saint-Joseph"),
        "<OrgnlCdtrSchmeId><Nm>OGEC Saint-Joseph</Nm></OrgnlCdtrSchmeId>",
    ),
    "another creditor identifier": (
        Amendment(original_creditor_id="FR78ZZZ424242"),
        (
            "<OrgnlCdtrSchmeId><Id><PrvtId><Othr><Id>FR78ZZZ424242</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm>"
            "</Othr></PrvtId></Id></OrgnlCdtrSchmeId>"
        ),
    ),
    "several at once": (
        Amendment("RUM-0000", "", True, "FR78ZZZ424242", "OGEC Saint-Joseph"),
        (
            "<OrgnlMndtId>RUM-0000</OrgnlMndtId><OrgnlCdtrSchmeId><Nm>OGEC Saint-Joseph</Nm><Id><PrvtId>"
            "<Othr><Id>FR78ZZZ424242</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>"
            "</OrgnlCdtrSchmeId><OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>"
        ),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_amendment_says_what_was_before_and_nothing_else(change):
    amendment, details = CHANGES[change]
    content = write_debits("08", [debit(amendment=amendment)]).content.decode()
    assert (
        "<DtOfSgntr>2024-09-01</DtOfSgntr><AmdmntInd>true</AmdmntInd>"
        f"<AmdmntInfDtls>{details}</AmdmntInfDtls></MndtRltdInf>"
    ) in content


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("version", "source"), OFFICIAL)
def test_every_amendment_conforms_to_the_official_schema(version, source, change):
    amendment, _ = CHANGES[change]
    content = write_debits(version, [debit(amendment=amendment)]).content
    official_schema(version, source).assertValid(etree.fromstring(content))


def test_an_amendment_of_nothing_is_none():
    assert write_debits("08", [debit(amendment=Amendment())]).content == write_debits("08", [debit()]).content


@pytest.mark.parametrize(
    ("element", "amendment"),
    [
        ("OrgnlMndtId", Amendment(original_reference="RUM-0001")),
        ("OrgnlMndtId", Amendment(original_reference="rum - 0001")),
        ("OrgnlMndtId", Amendment(original_reference="RUM//0000")),
        ("OrgnlDbtrAcct", Amendment(original_iban="FR1420041010050500013M02606")),
        ("OrgnlDbtrAcct", Amendment(original_iban="FR00")),
        ("OrgnlDbtrAcct", Amendment(original_iban=FORMER_ACCOUNT.electronic, another_bank=True)),
        ("OrgnlCdtrSchmeId/Nm", Amendment(original_creditor_name="OGEC Sainte-Marie")),
        ("OrgnlCdtrSchmeId/Nm", Amendment(original_creditor_name="🎉")),
        ("OrgnlCdtrSchmeId/Id", Amendment(original_creditor_id="FR72ZZZ123456")),
        ("OrgnlCdtrSchmeId/Id", Amendment(original_creditor_id="FR72ABC123456")),
        ("OrgnlCdtrSchmeId/Id", Amendment(original_creditor_id="FR73ZZZ123456")),
    ],
)
def test_an_original_that_is_the_present_value_or_none_at_all_is_refused(element, amendment):
    """Banks answer MD02."""
    with pytest.raises(UnwritableValueError) as refusal:
        write_debits("08", [debit(amendment=amendment)])
    assert (refusal.value.element, refusal.value.reference) == (element, "2026-12-001-000001")


def test_whose_debt_it_is_stands_after_the_account_that_pays():
    content = write_debits("07", [debit(ultimate_debtor="Léa")]).content
    assert b"</DbtrAcct><UltmtDbtr><Nm>Lea</Nm></UltmtDbtr><RmtInf>" in content


def test_a_creditor_that_collects_for_somebody_names_them_and_may_tell_a_number():
    named = UltimateCreditor("Régie")
    numbered = UltimateCreditor("Régie", OrganisationNumber("FR7610071800000000100042062"))
    plain = write_debits("08", [debit()], ultimate_creditor=named).content
    with_number = write_debits("08", [debit()], ultimate_creditor=numbered).content
    assert b"</CdtrAgt><UltmtCdtr><Nm>Regie</Nm></UltmtCdtr><ChrgBr>" in plain
    assert (
        b"<UltmtCdtr><Nm>Regie</Nm><Id><OrgId><Othr><Id>FR7610071800000000100042062</Id></Othr></OrgId></Id>"
        b"</UltmtCdtr><ChrgBr>"
    ) in with_number


def test_an_initiating_party_may_have_a_number_of_no_named_kind():
    content = write("08", rich_groups(), initiating_party_id=OrganisationNumber("FR72ZZZ123456")).content
    assert b"<Id><OrgId><Othr><Id>FR72ZZZ123456</Id></Othr></OrgId></Id></InitgPty>" in content


@pytest.mark.parametrize("remittance_text", ["", "  ", "🎉"])
def test_an_empty_remittance_text_leaves_no_element(remittance_text):
    assert b"RmtInf" not in write_debits("08", [debit(remittance_text=remittance_text)]).content


@pytest.mark.parametrize("account_setting", [True, False])
def test_batch_booking_follows_the_setting(account_setting):
    content = write_debits("08", [debit()], batch_booking=account_setting).content
    assert f"<BtchBookg>{str(account_setting).lower()}</BtchBookg>".encode() in content


def test_texts_are_reduced_and_cut():
    hostile = debit(debtor_name="</Nm><Nm>Œdipe & " + "x" * 100, remittance_text="é" * 200)
    content = write_debits("08", [hostile]).content
    assert b"<Nm>/Nm Nm OEdipe + " + b"x" * 54 + b"</Nm>" in content
    assert b"<Ustrd>" + b"e" * 140 + b"</Ustrd>" in content


def test_the_same_mandate_twice_makes_two_debits():
    twice = [debit(), debit(end_to_end_id="2026-12-001-000002")]
    assert write_debits("08", twice).content.count(b"<MndtId>RUM-0001</MndtId>") == 2


@pytest.mark.parametrize(
    ("cents", "written"), [(1, b"0.01"), (10, b"0.10"), (1_999, b"19.99"), (99_999_999_999, b"999999999.99")]
)
def test_amounts_have_two_decimals(cents, written):
    content = write_debits("08", [debit(amount_cents=cents)]).content
    assert b'<InstdAmt Ccy="EUR">' + written + b"</InstdAmt>" in content
    assert content.count(b"<CtrlSum>" + written + b"</CtrlSum>") == 2


@given(st.lists(st.integers(1, 99_999_999_999), min_size=1, max_size=40))
def test_control_sums_are_exact(amounts):
    debits = [debit(amount_cents=cents, end_to_end_id=f"E{rank}") for rank, cents in enumerate(amounts)]
    root = etree.fromstring(write_debits("08", debits).content)
    sums = [int(node.text.replace(".", "")) for node in root.iterfind(".//{*}CtrlSum")]
    assert sums == [sum(amounts)] * 2


@pytest.mark.parametrize(
    ("element", "changes"),
    [
        ("EndToEndId", {"end_to_end_id": "x" * 36}),
        ("EndToEndId", {"end_to_end_id": "a//b"}),
        ("EndToEndId", {"end_to_end_id": ""}),
        ("EndToEndId", {"end_to_end_id": "</EndToEndId>"}),
        ("MndtId", {"mandate_reference": "/RUM"}),
        ("MndtId", {"mandate_reference": "RUM é"}),
        ("MndtId", {"mandate_reference": "RUM\n"}),
        ("InstdAmt", {"amount_cents": 0}),
        ("InstdAmt", {"amount_cents": -1}),
        ("InstdAmt", {"amount_cents": 100_000_000_000}),
        ("Dbtr/Nm", {"debtor_name": " 🎉 "}),
        ("PstlAdr", {"debtor_address": PostalAddress(town="", country="MC")}),
        ("PstlAdr", {"debtor_address": PostalAddress(town="Monaco", country="")}),
        ("PstlAdr", {"debtor_address": PostalAddress("Monaco", "MC", lines=("a", "b", "c"))}),
        ("PstlAdr", {"debtor_address": PostalAddress("Monaco", "MC", street="a", lines=("b",))}),
        ("UltmtDbtr/Nm", {"ultimate_debtor": "🎉"}),
    ],
)
def test_a_value_that_cannot_be_mended_is_refused(element, changes):
    with pytest.raises(UnwritableValueError) as refusal:
        write_debits("08", [debit(**changes)])
    assert refusal.value.element == element


@pytest.mark.parametrize(
    ("element", "changes"),
    [
        ("Cdtr/Nm", {"creditor_name": "🎉"}),
        ("PstlAdr", {"creditor_address": PostalAddress("🎉", "FR")}),
        ("UltmtCdtr/Nm", {"ultimate_creditor": UltimateCreditor(" ")}),
        ("UltmtCdtr/Id", {"ultimate_creditor": UltimateCreditor("Régie", OrganisationNumber("//"))}),
        ("PmtInfId", {"payment_information_id": "x" * 36}),
    ],
)
def test_a_creditor_that_cannot_be_written_is_refused(element, changes):
    with pytest.raises(UnwritableValueError) as refusal:
        write_debits("08", [debit()], **changes)
    assert refusal.value.element == element
    assert "2026-12-001-RCUR" in refusal.value.message or element == "PmtInfId"


@pytest.mark.parametrize("declared", [Totals(2, 12_345), Totals(1, 12_346), Totals(0, 0)])
def test_a_group_that_announces_other_totals_is_never_finished(declared):
    pieces = []
    groups = [(payment([debit()], totals=declared), [debit()])]
    with pytest.raises(DeclaredTotalsError) as refusal:
        write_bank_file(PROFILES["08"], header(groups), groups, pieces.append)
    assert (refusal.value.declared, refusal.value.found) == (declared, Totals(1, 12_345))
    assert b"</Document>" not in b"".join(pieces)


def test_groups_whose_wrong_totals_make_up_for_each_other_are_refused():
    one, two = Totals(1, 12_345), Totals(2, 24_690)
    groups = [
        (payment([], totals=two), [debit()]),
        (payment([], totals=one, payment_information_id="other"), [debit(), debit(end_to_end_id="E2")]),
    ]
    with pytest.raises(DeclaredTotalsError) as refusal:
        write("08", groups)
    assert (refusal.value.declared, refusal.value.found) == (two, one)


def test_a_file_that_announces_other_totals_is_never_finished():
    pieces = []
    groups = rich_groups()
    with pytest.raises(DeclaredTotalsError):
        write_bank_file(PROFILES["08"], header(groups, totals=Totals(4, 1)), groups, pieces.append)
    assert b"</Document>" not in b"".join(pieces)


@pytest.mark.parametrize(
    "changes",
    [
        {"local_instrument": Scheme.B2B, "payment_information_id": "other"},
        {"collection_date": date(2026, 12, 2), "payment_information_id": "other"},
        {"sequence_type": SequenceType.ONE_OFF},
    ],
)
def test_groups_that_banks_do_not_take_together_are_refused(changes):
    groups = [(payment([debit()]), [debit()]), (payment([debit()], **changes), [debit()])]
    with pytest.raises(MixedBatchError):
        write("08", groups)


def test_debits_are_drawn_as_they_are_written():
    drawn = []

    def debits():
        for rank in range(DEBITS_PER_PIECE * 3):
            drawn.append(rank)
            yield debit(end_to_end_id=f"E{rank}")

    def sink(piece):
        received.append(len(drawn))

    received: list[int] = []
    totals = Totals(DEBITS_PER_PIECE * 3, DEBITS_PER_PIECE * 3 * 12_345)
    groups = [(payment([], totals=totals), debits())]
    write_bank_file(PROFILES["08"], header(groups), groups, sink)
    assert [count for count in received if count][:3] == [DEBITS_PER_PIECE * n for n in (1, 2, 3)]
