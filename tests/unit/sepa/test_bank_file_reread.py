from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.sepa.faults import DeclaredTotalsError, UnreadableBankFile
from diapason.sepa.message import Totals
from diapason.sepa.reread import ReadDebit, ReadFile, reread_bank_file
from diapason.sepa.text import sepa_text
from tests.unit.sepa.bank_file_examples import VERSIONS, debit, rich_file, write_debits
from tests.unit.sepa.faulty_files import BROKEN_XML


def reread(content: bytes) -> tuple[ReadFile, list[ReadDebit]]:
    debits: list[ReadDebit] = []
    return reread_bank_file(BytesIO(content), debits.append), debits


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_says_what_was_written(version):
    file, debits = reread(rich_file(version))
    assert file == ReadFile(version, "2026-12-001", Totals(4, 100_000_012_347))
    assert debits[1] == ReadDebit(
        end_to_end_id="2026-12-001-000002",
        amount_cents=1,
        iban="MC5811222000010123456789030",
        mandate_reference="RUM-0001",
        signed_on=date(2024, 9, 1),
        debtor_name="Zoe D'Herouville + fils",
        collection_date=date(2026, 12, 1),
        sequence_type="RCUR",
    )
    assert [debit.sequence_type for debit in debits] == ["RCUR", "RCUR", "OOFF", "OOFF"]


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


def test_other_elements_of_the_same_name_are_not_taken_for_the_debtor():
    content = rich_file("08").replace(b"<RmtInf>", b"<UltmtDbtr><Nm>Someone Else</Nm></UltmtDbtr><RmtInf>", 1)
    _, debits = reread(content)
    assert debits[0].debtor_name == "Martin Dupont"


def test_the_same_name_and_number_are_not_printed():
    _, debits = reread(rich_file("08"))
    assert repr(debits[0]) == "ReadDebit(2026-12-001-000001)"
