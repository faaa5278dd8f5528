"""What the Treasury's profile needs before a file can be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diapason.domain.creditor import PublicAccount
from diapason.domain.parties import Address
from diapason.domain.public_accounts import faults_of_public_account

SIRET = "99999001300016"
WHOLE = PublicAccount(
    service="TGDFT027",
    codique="080012",
    accounting_office="SGC Amiens",
    office_address=Address(town="Amiens"),
    holder="Régie du conservatoire",
    iban_text="FR7630001007941234567890185",
)


def test_a_whole_profile_has_no_fault() -> None:
    assert list(faults_of_public_account(WHOLE, SIRET)) == []


@pytest.mark.parametrize(
    ("fault", "part", "says"),
    [
        ({"service": "tgdft"}, "service", "service"),
        ({"codique": "8001"}, "codique", "codique"),
        ({"codique": "08001A"}, "codique", "codique"),
        ({"accounting_office": " "}, "accounting_office", "poste comptable manque"),
        ({"office_address": Address()}, "office_address", "ville"),
        ({"holder": ""}, "holder", "titulaire"),
        ({"iban_text": "FR7630001007941234567890186"}, "iban", "IBAN"),
    ],
)
def test_each_missing_part_is_told(fault: dict[str, object], part: str, says: str) -> None:
    (found,) = faults_of_public_account(replace(WHOLE, **fault), SIRET)  # type: ignore[arg-type]

    assert found.part == part
    assert says in found.words


@pytest.mark.parametrize("siret", ["", "99999001300017"])
def test_without_the_organisations_siret_the_file_has_no_sender(siret: str) -> None:
    (found,) = faults_of_public_account(WHOLE, siret)

    assert found.part == "siret"
    assert "SIRET" in found.words
