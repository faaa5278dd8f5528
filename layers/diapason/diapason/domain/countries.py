"""Which accounts the SEPA direct-debit schemes reach, and which need the address of their holder.

Source: EPC409-09, list of SEPA scheme countries. A country is the ISO 3166 code at the head of an IBAN.
"""

from __future__ import annotations

from typing import Final

from diapason.domain.identifiers import Iban

# fmt: off
EUROPEAN_UNION: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
EUROPEAN_ECONOMIC_AREA: Final = EUROPEAN_UNION | {"IS", "LI", "NO"}

# The debtor's address is mandatory here. Jersey, Guernsey and the Isle of Man issue GB IBANs.
OUTSIDE_EEA_BUT_IN_SEPA: Final = frozenset(
    {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}
)

# 41 countries and one more prefix: Gibraltar, within the United Kingdom's, issues its own IBANs.
SEPA_IBAN_PREFIXES: Final = EUROPEAN_ECONOMIC_AREA | OUTSIDE_EEA_BUT_IN_SEPA

# Banks whose BIC is of New Caledonia, French Polynesia or Wallis and Futuna: French IBANs, but accounts in
# CFP francs (XPF), which no SEPA scheme reaches.
FRENCH_PACIFIC_BANK_CODES: Final = frozenset(
    {
        "12149",  # Banque de Polynésie
        "12239",  # Banque de Tahiti
        "14158",  # Centre financier de Nouméa (OPT)
        "14168",  # Office des postes et télécommunications de Polynésie française
        "17469",  # Banque Socredo
        "17499",  # Banque calédonienne d'investissement
        "18319",  # Société générale calédonienne de banque
    }
)


def is_in_sepa(country: str) -> bool:
    """Whether banks of that country take part in the SEPA schemes."""
    return country in SEPA_IBAN_PREFIXES


def needs_address(country: str) -> bool:
    """Whether a collection from that country must carry the debtor's address (EU regulation 2015/847)."""
    return country in OUTSIDE_EEA_BUT_IN_SEPA


def has_reachable_currency(iban: Iban) -> bool:
    """Whether the account can be in euros: the French banks of the Pacific keep theirs in CFP francs."""
    return iban.country != "FR" or iban.bank_code not in FRENCH_PACIFIC_BANK_CODES
