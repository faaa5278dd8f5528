import pytest

from diapason.sepa.faults import DeclaredTotalsError, InvalidBankFile
from diapason.sepa.message import PostalAddress, Totals
from diapason.sepa.pain008 import DEBITS_PER_PIECE
from diapason.sepa.profiles import PROFILES
from diapason.sepa.validation import SchemaCheck, write_validated_bank_file
from tests.unit.sepa.bank_file_examples import (
    VERSIONS,
    debit,
    header,
    payment,
    rich_file,
    rich_groups,
    write,
)
from tests.unit.sepa.faulty_files import ALLOWED_BY_ISO, BROKEN_XML, REFUSED_BY_ISO

ENTITIES = b"""<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>\n<Document"""
EXTERNAL = b"""<!DOCTYPE Document SYSTEM "file:///etc/hostname">\n<Document"""


def check(version: str, content: bytes, piece_size: int = 1 << 17) -> None:
    checking = SchemaCheck(PROFILES[version])
    for start in range(0, len(content), piece_size):
        checking.feed(content[start : start + piece_size])
    checking.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("piece_size", [1, 100, 1 << 17])
def test_a_valid_file_passes_however_it_is_cut(version, piece_size):
    check(version, rich_file(version), piece_size)


@pytest.mark.parametrize("piece_size", [7, 1 << 17])
@pytest.mark.parametrize(
    ("fault", "version"),
    [
        pytest.param(fault, version, id=f"{fault.name} in {version}")
        for fault in ALLOWED_BY_ISO + REFUSED_BY_ISO + BROKEN_XML
        for version in fault.versions
    ],
)
def test_each_kind_of_fault_stops_the_stream(fault, version, piece_size):
    with pytest.raises(InvalidBankFile):
        check(version, fault.file(version), piece_size)


def test_a_fault_stops_the_stream_at_its_piece():
    content = rich_file("08").replace(b">123.45<", b">123.456<")
    place = content.index(b"123.456")
    checking = SchemaCheck(PROFILES["08"])
    checking.feed(content[: place - 50])
    with pytest.raises(InvalidBankFile):
        checking.feed(content[place - 50 :])


@pytest.mark.parametrize("cut", [0, 1, 300, 1_500, -2, -15])
def test_a_file_that_stops_early_is_refused(cut):
    with pytest.raises(InvalidBankFile):
        check("08", rich_file("08")[:cut])


def test_a_fault_that_shows_at_the_end_alone_is_refused():
    """A document shorter than the parser's first look is read when it is closed."""
    checking = SchemaCheck(PROFILES["08"])
    checking.feed(b"<x/>")
    with pytest.raises(InvalidBankFile) as refusal:
        checking.close()
    assert refusal.value.element == "x"


def test_nothing_at_all_is_refused():
    with pytest.raises(InvalidBankFile):
        SchemaCheck(PROFILES["08"]).close()


@pytest.mark.parametrize("declaration", [ENTITIES, EXTERNAL])
def test_a_document_type_is_refused(declaration):
    content = rich_file("08").replace(b"<Document", declaration, 1)
    with pytest.raises(InvalidBankFile):
        check("08", content)
    with pytest.raises(InvalidBankFile):
        check("08", content.replace(b"Martin Dupont", b"&b;", 1))


def test_an_encoding_other_than_utf_8_is_refused():
    latin = rich_file("08").replace(b"UTF-8", b"ISO-8859-1").replace(b"Martin", b"Mart\xedn")
    with pytest.raises(InvalidBankFile):
        check("08", latin)


def test_the_refusal_names_lines_element_and_rule_but_no_value():
    content = rich_file("08").replace(b"FR1420041010050500013M02606", b"FR1420041010050500013m02606")
    with pytest.raises(InvalidBankFile) as refusal:
        check("08", content)
    assert (refusal.value.lines, refusal.value.element) == ((1, content.count(b"\n") + 1), "IBAN")
    assert "PATTERN" in refusal.value.rule
    assert "2004101" not in str(refusal.value)
    assert "IBAN" in refusal.value.message


@pytest.mark.parametrize("version", VERSIONS)
def test_writing_with_the_check_gives_the_same_file(version):
    pieces = []
    groups = rich_groups()
    told = write_validated_bank_file(PROFILES[version], header(groups), groups, pieces.append)
    plain = write(version, rich_groups())
    assert (b"".join(pieces), told) == (plain.content, plain.file)


def test_what_the_writer_lets_pass_the_schema_stops_before_the_sink_has_it():
    """Three letters for a country: no rule of the writer looks at it."""
    faulty = debit(debtor_address=PostalAddress(town="Monaco", country="MCO"))
    debits = [debit(end_to_end_id=f"E{rank}") for rank in range(DEBITS_PER_PIECE)] + [faulty]
    groups = [(payment(debits), debits)]
    pieces = []
    with pytest.raises(InvalidBankFile) as refusal:
        write_validated_bank_file(PROFILES["08"], header(groups), groups, pieces.append)
    assert refusal.value.element == "Ctry"
    assert refusal.value.lines == (6 + DEBITS_PER_PIECE, 7 + DEBITS_PER_PIECE)
    assert b"MCO" not in b"".join(pieces)


def test_a_file_is_not_finished_before_its_end_was_checked(monkeypatch):
    def refuse(_check):
        raise InvalidBankFile((1, 1), "Document", "end")

    monkeypatch.setattr(SchemaCheck, "close", refuse)
    groups = rich_groups()
    with pytest.raises(InvalidBankFile):
        write_validated_bank_file(PROFILES["08"], header(groups), groups, lambda _piece: None)


def test_totals_are_refused_under_the_check_too():
    groups = [(payment([debit()], totals=Totals(2, 12_345)), [debit()])]
    with pytest.raises(DeclaredTotalsError):
        write_validated_bank_file(PROFILES["08"], header(groups), groups, lambda _piece: None)


def test_an_empty_group_is_refused():
    groups = [(payment([]), [])]
    with pytest.raises(InvalidBankFile):
        write_validated_bank_file(PROFILES["08"], header(groups), groups, lambda _piece: None)
