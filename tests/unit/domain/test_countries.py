import schwifty
from schwifty import registry

from diapason.domain.countries import (
    EUROPEAN_ECONOMIC_AREA,
    FRENCH_PACIFIC_BANK_CODES,
    SEPA_IBAN_PREFIXES,
    has_reachable_currency,
    is_in_sepa,
    needs_address,
)
from diapason.domain.identifiers import Iban

PACIFIC = ("NC", "PF", "WF")


def test_forty_one_countries_take_part_and_gibraltar_writes_its_own_ibans():
    assert len(SEPA_IBAN_PREFIXES - {"GI"}) == 41
    assert len(EUROPEAN_ECONOMIC_AREA) == 30


def test_every_prefix_is_one_of_the_iban_registry():
    assert all(registry.get_iban_spec(country).country == country for country in SEPA_IBAN_PREFIXES)


def test_the_countries_that_schwifty_leaves_out_take_part():
    assert all(is_in_sepa(country) for country in ("SM", "VA", "GI", "AL", "MD", "ME", "MK", "RS"))
    assert not any(is_in_sepa(country) for country in ("US", "TR", "UA", "XK", "NC", "PF", ""))


def test_an_address_is_needed_outside_the_european_economic_area():
    assert all(needs_address(country) for country in ("MC", "CH", "GB", "AD", "SM", "VA", "RS"))
    assert not any(needs_address(country) for country in ("FR", "DE", "NO", "IS", "LI"))


def test_banks_of_the_pacific_are_those_whose_bic_says_so():
    banks = registry.get_banks_by_country("FR")
    assert {bank.bank_code for bank in banks if bank.bic[4:6] in PACIFIC} == FRENCH_PACIFIC_BANK_CODES


def test_accounts_in_pacific_francs_are_not_reachable():
    tahiti = schwifty.IBAN.from_bban("FR", "12149000011234567890100", allow_invalid=True)
    assert not has_reachable_currency(Iban(str(tahiti)))
    assert has_reachable_currency(Iban("FR7630006000011234567890189"))
    assert has_reachable_currency(Iban("DE89370400440532013000"))
