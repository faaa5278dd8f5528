"""What a file says of a mandate that changed since its last collection, from its history to the bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diapason.domain.presentations import History
from diapason.domain.sequences import CreditorAsWritten
from tests.workflows.batch_examples import (
    AT_HOME,
    FORMER_ICS,
    ICS,
    MANDATE,
    MONEGASQUE,
    OTHER_BANK,
    REGIE,
    SAME_BANK,
    SCHOOL,
    family_with,
    line_of,
    presented_before,
)
from tests.workflows.written_batches import sequences, written

RENAMED = CreditorAsWritten("Ecole de musique", ICS)
UNDER_ANOTHER_ICS = CreditorAsWritten("Conservatoire", FORMER_ICS)
BOTH = CreditorAsWritten("Ecole de musique", FORMER_ICS)
FORMER_SCHEME = (
    "<Id><PrvtId><Othr><Id>FR78ZZZ424242</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>"
)

CHANGES: dict[str, tuple[History, str]] = {
    "nothing": (presented_before(line_of()), ""),
    "the reference": (
        presented_before(line_of(mandate_reference="RUM-0")),
        "<OrgnlMndtId>RUM-0</OrgnlMndtId>",
    ),
    "the account, at the same bank": (
        presented_before(line_of(iban=SAME_BANK)),
        f"<OrgnlDbtrAcct><Id><IBAN>{SAME_BANK}</IBAN></Id></OrgnlDbtrAcct>",
    ),
    "the bank": (
        presented_before(line_of(iban=OTHER_BANK)),
        "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>",
    ),
    "the country of the bank": (
        presented_before(line_of(iban=MONEGASQUE)),
        "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>",
    ),
    "the creditor's name": (
        presented_before(line_of(), RENAMED),
        "<OrgnlCdtrSchmeId><Nm>Ecole de musique</Nm></OrgnlCdtrSchmeId>",
    ),
    "the creditor's identifier": (
        presented_before(line_of(), UNDER_ANOTHER_ICS),
        f"<OrgnlCdtrSchmeId>{FORMER_SCHEME}</OrgnlCdtrSchmeId>",
    ),
    "all at once": (
        presented_before(line_of(mandate_reference="RUM-0", iban=OTHER_BANK), BOTH),
        (
            f"<OrgnlMndtId>RUM-0</OrgnlMndtId><OrgnlCdtrSchmeId><Nm>Ecole de musique</Nm>{FORMER_SCHEME}"
            "</OrgnlCdtrSchmeId><OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>"
        ),
    ),
    "the spelling alone": (
        presented_before(
            line_of(mandate_reference="rum -1"), CreditorAsWritten("Conservatoire", "FR72ABC123456")
        ),
        "",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_collection_after_a_change_says_what_was_before(change: str) -> None:
    history, details = CHANGES[change]

    text = written(line_of(), customer=family_with(replace(MANDATE, history=history)))

    if details:
        assert (f"<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{details}</AmdmntInfDtls></MndtRltdInf>") in text
    else:
        assert "Amdmnt" not in text
    assert sequences(text) == ["RCUR 1"]


@pytest.mark.parametrize("change", [change for change, (_, details) in CHANGES.items() if details])
def test_the_second_collection_in_the_same_file_says_it_no_more(change: str) -> None:
    history, details = CHANGES[change]

    text = written(line_of(0), line_of(1), customer=family_with(replace(MANDATE, history=history)))

    assert text.count("<AmdmntInd>") == 1
    assert text.index(details) < text.index("000002</EndToEndId>")


def test_a_mandate_replaced_by_another_reference_names_it_once() -> None:
    old = replace(MANDATE, history=presented_before(line_of()))
    new = replace(MANDATE, id="m2", reference="RUM-2", replaces="m1")
    line = line_of(mandate_id="m2", mandate_reference="RUM-2")

    text = written(line, customer=family_with(old, new))

    assert "<AmdmntInfDtls><OrgnlMndtId>RUM-1</OrgnlMndtId></AmdmntInfDtls>" in text


def test_a_collection_that_became_the_treasurys_names_the_school_that_collected_before() -> None:
    mandate = replace(MANDATE, history=presented_before(line_of(), SCHOOL))

    text = written(line_of(address=AT_HOME), customer=family_with(mandate), creditor=REGIE)

    assert "<OrgnlCdtrSchmeId><Nm>Conservatoire</Nm></OrgnlCdtrSchmeId>" in text
