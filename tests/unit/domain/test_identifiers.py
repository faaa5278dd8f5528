import json
import pickle
import random
from collections.abc import Callable

import pytest
import schwifty
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.identifiers import (
    Bic,
    CreditorIdentifier,
    Iban,
    InvalidBic,
    InvalidCreditorIdentifier,
    InvalidEstablishment,
    InvalidIban,
    InvalidIdentifier,
    InvalidMandateReference,
    MandateReference,
    Siren,
    Siret,
    bic_of,
    normalised_mandate_reference,
)

FRENCH = "FR7630006000011234567890189"
POSTAL = "FR1420041010050500013M02606"
MONACO = "MC5811222000010123456789030"
GERMAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    "typed",
    [
        FRENCH,
        "FR76 3000 6000 0112 3456 7890 189",
        " fr76 3000 6000 0112 3456 7890 189 ",
        "FR76\u00a03000\u202f6000 0112 3456 7890 189",
        "\u200eFR76 3000 6000 0112 3456 7890 189\ufeff",
    ],
)
def test_an_iban_is_read_as_people_write_it(typed):
    assert Iban.parse(typed).electronic == FRENCH


@pytest.mark.parametrize("number", [POSTAL, MONACO, GERMAN, "GB29NWBK60161331926819", "BE68539007547034"])
def test_ibans_of_other_banks_and_countries_are_read(number):
    assert Iban.parse(number).electronic == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "iban.characters"),
        ("F", "iban.characters"),
        ("30006000011234567890189", "iban.characters"),
        ("FR76-3000-6000", "iban.characters"),
        ("FR76 3000 6000 0112 3456 7890 18é", "iban.characters"),
        ("FR76 3000 6000 0112 3456 7890 18٩", "iban.characters"),
        ("XX7630006000011234567890189", "iban.country"),
        (FRENCH[:-1], "iban.length"),
        (FRENCH + "0", "iban.length"),
        (GERMAN + "0", "iban.length"),
        ("FR763000600001123456789O1X9", "iban.structure"),
        ("FRO630006000011234567890189", "iban.structure"),
        ("FR7630006000011234567890188", "iban.check_digits"),
        ("FR7630006000011234567809189", "iban.check_digits"),
        ("DE88370400440532013000", "iban.check_digits"),
    ],
)
def test_a_faulty_iban_is_refused_with_a_stable_code(typed, code):
    with pytest.raises(InvalidIban) as refusal:
        Iban.parse(typed)
    assert refusal.value.code == code


def iban_of(country: str, account: str) -> str:
    """The account with ISO check digits that fit, whatever its national key is worth."""
    return str(schwifty.IBAN.from_bban(country, account, allow_invalid=True))


@pytest.mark.parametrize("country", ["FR", "MC"])
def test_a_wrong_rib_key_is_refused_even_where_the_iban_check_digits_fit(country):
    with pytest.raises(InvalidIban) as refusal:
        Iban.parse(iban_of(country, "30006000011234567890188"))
    assert refusal.value.code == "iban.bank_key"
    assert "RIB" in refusal.value.message


@given(
    country=st.sampled_from(["FR", "MC"]),
    bank=st.from_regex(r"[0-9]{10}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Z]{11}", fullmatch=True),
    key=st.integers(0, 99),
)
def test_the_rib_key_agrees_with_schwifty(country, bank, account, key):
    number = iban_of(country, f"{bank}{account}{key:02d}")
    try:
        schwifty.IBAN(number, validate_bban=True)
    except schwifty.exceptions.SchwiftyException:
        with pytest.raises(InvalidIban):
            Iban.parse(number)
    else:
        assert Iban.parse(number).electronic == number


@given(
    seed=st.integers(0, 2**32),
    country=st.sampled_from(["FR", "DE", "ES", "IT", "BE", "NL", "GB", "MT", "NO"]),
)
def test_every_iban_that_schwifty_makes_is_read(seed, country):
    number = str(schwifty.IBAN.random(country_code=country, random=random.Random(seed)))
    iban = Iban.parse(number)
    known = schwifty.IBAN(number)
    assert (iban.country, iban.bank_code, iban.branch_code) == (country, known.bank_code, known.branch_code)


@given(position=st.integers(2, 26), digit=st.sampled_from("0123456789"))
def test_no_single_wrong_digit_passes(position, digit):
    slipped = FRENCH[:position] + digit + FRENCH[position + 1 :]
    if slipped != FRENCH:
        with pytest.raises(InvalidIban):
            Iban.parse(slipped)


@pytest.mark.parametrize("alias", ["00", "01", "99"])
def test_check_digits_that_are_never_issued_are_refused(alias):
    accounts = (f"300060000112345678901{n:02d}" for n in range(100))
    wanted = {"00": "97", "01": "98", "99": "02"}[alias]
    account = next(a for a in accounts if iban_of("FR", a)[2:4] == wanted)
    assert Iban(f"FR{wanted}{account}").country == "FR"
    with pytest.raises(InvalidIban):
        Iban(f"FR{alias}{account}")


def test_a_stored_iban_that_was_altered_is_refused():
    with pytest.raises(InvalidIban):
        Iban("FR7630006000011234567890180")
    with pytest.raises(InvalidIban):
        Iban("FR76 3000 6000 0112 3456 7890 189")


def test_an_iban_does_not_print_itself():
    iban = Iban.parse(FRENCH)
    shown = [str(iban), repr(iban), f"{iban}", f"{iban:>20}", repr([iban]), repr({iban: 1})]
    assert all("FR76••••0189" in text and "3000" not in text for text in shown)
    with pytest.raises(TypeError):
        json.dumps(iban)


@pytest.mark.parametrize(
    "typed", [FRENCH[:-1] + "0", FRENCH + "7", "FR76300060000112345678901x9", GERMAN + "1"]
)
def test_a_refusal_does_not_repeat_the_account_number(typed):
    with pytest.raises(InvalidIban) as refusal:
        Iban.parse(typed)
    assert typed[4:12] not in str(refusal.value)


def test_ibans_are_values():
    assert Iban.parse(FRENCH) == Iban(FRENCH)
    assert len({Iban(FRENCH), Iban.parse(FRENCH), Iban(POSTAL)}) == 2
    assert pickle.loads(pickle.dumps(Iban(FRENCH))) == Iban(FRENCH)


def test_refusals_survive_a_process_boundary():
    copy = pickle.loads(pickle.dumps(InvalidIban("iban.length", "trop court")))
    assert (type(copy), copy.code, str(copy)) == (InvalidIban, "iban.length", "trop court")


def test_the_bic_follows_from_the_iban():
    assert bic_of(Iban.parse(FRENCH)) == Bic("AGRIFRPPXXX")
    assert bic_of(Iban.parse(GERMAN)) == Bic("COBADEFFXXX")
    assert bic_of(Iban.parse("GB29NWBK60161331926819")) == Bic("NWBKGB2LXXX")


def test_an_unknown_bank_has_no_bic():
    assert bic_of(Iban(iban_of("FR", "99999000011234567890188"))) is None


@given(seed=st.integers(0, 2**32), country=st.sampled_from(["FR", "DE", "AT", "NL", "GB", "CH"]))
def test_the_bic_is_the_one_that_schwifty_names(seed, country):
    known = schwifty.IBAN.random(country_code=country, random=random.Random(seed))
    bic = bic_of(Iban.parse(str(known)))
    assert (bic and bic.code) == (known.bic and str(known.bic))


@pytest.mark.parametrize(("typed", "code"), [("agri fr pp", "AGRIFRPP"), ("PSSTFRPPXXX", "PSSTFRPPXXX")])
def test_a_bic_is_read_as_people_write_it(typed, code):
    assert Bic.parse(typed).code == code
    assert Bic.parse(typed).country == "FR"


@pytest.mark.parametrize(
    "typed", ["", "AGRIFRP", "AGRIFRPPX", "AGRIFRPPXXXX", "AGR1FRPP", "AGRIFRP0O", "ÀGRIFRPP"]
)
def test_a_faulty_bic_is_refused(typed):
    with pytest.raises(InvalidBic) as refusal:
        Bic.parse(typed)
    assert refusal.value.code == "bic.structure"


@pytest.mark.parametrize(
    "typed", ["FR72ZZZ123456", "fr78 zzz 424242", "FR46ZZZ001122", "FR46ABC001122", "DE98ZZZ09999999999"]
)
def test_a_creditor_identifier_is_read_whatever_its_business_code(typed):
    assert CreditorIdentifier.parse(typed).text == "".join(typed.split()).upper()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "creditor_identifier.structure"),
        ("FR72ZZZ12345", "creditor_identifier.structure"),
        ("FR72ZZZ1234567", "creditor_identifier.structure"),
        ("FR72-ZZZ-123456", "creditor_identifier.structure"),
        ("FR72ZZZ123457", "creditor_identifier.check_digits"),
        ("FR73ZZZ123456", "creditor_identifier.check_digits"),
    ],
)
def test_a_faulty_creditor_identifier_is_refused(typed, code):
    with pytest.raises(InvalidCreditorIdentifier) as refusal:
        CreditorIdentifier.parse(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize("typed", ["RUM-2026/0001", "A", "++", "Dupont 12 (bis)", "x" * 35])
def test_a_mandate_reference_keeps_its_spelling(typed):
    assert MandateReference.parse(f" {typed} ").text == typed


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("x" * 36, "length"),
        ("RUM_1", "characters"),
        ("RUMé", "characters"),
        ("<b>", "characters"),
        ("/RUM", "slash"),
        ("RUM/", "slash"),
        ("RUM//1", "slash"),
        ("RUM / / 1", "slash"),
    ],
)
def test_a_faulty_mandate_reference_is_refused(typed, fault):
    with pytest.raises(InvalidMandateReference) as refusal:
        MandateReference.parse(typed)
    assert refusal.value.code == f"mandate_reference.{fault}"


def test_mandate_references_compare_without_case_and_blanks():
    assert MandateReference.parse("rum 2026 001").normalised == normalised_mandate_reference("RUM2026 001")
    assert normalised_mandate_reference("RUM-1") != normalised_mandate_reference("RUM1")


def test_establishments_are_read_with_blanks():
    assert Siren.parse("404 833 048").digits == "404833048"
    assert Siret.parse("73282932000074").siren == Siren.parse("732 829 320")


def test_the_post_office_numbers_its_establishments_by_a_rule_of_its_own():
    assert Siret.parse("35600000049837").digits == "35600000049837"


@pytest.mark.parametrize(
    ("read", "typed", "code"),
    [
        (Siren.parse, "40483304", "siren.length"),
        (Siren.parse, "40483304A", "siren.length"),
        (Siren.parse, "404833047", "siren.check_digit"),
        (Siret.parse, "732829320", "siret.length"),
        (Siret.parse, "73282932000075", "siret.check_digit"),
    ],
)
def test_a_faulty_establishment_number_is_refused(read, typed, code):
    with pytest.raises(InvalidEstablishment) as refusal:
        read(typed)
    assert refusal.value.code == code


def refusal_of(read: Callable[[str], object], text: str) -> InvalidIdentifier | None:
    try:
        read(text)
    except InvalidIdentifier as refusal:
        return refusal
    return None


@given(st.text())
@pytest.mark.parametrize(
    "read",
    [Iban.parse, Bic.parse, CreditorIdentifier.parse, MandateReference.parse, Siren.parse, Siret.parse],
)
def test_any_text_is_read_or_refused_with_a_french_sentence(read, text):
    refusal = refusal_of(read, text)
    assert refusal is None or (refusal.code.count(".") == 1 and refusal.message.endswith((".", "+")))
