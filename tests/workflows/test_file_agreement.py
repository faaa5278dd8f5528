"""A file that differs from its batch in one thing is never handed out, whatever the thing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diapason.domain.batches import Batch, BatchPhase, Collection, LineState
from diapason.domain.mandates import MandateType, Scheme
from diapason.sepa.faults import BankFileError
from diapason.sepa.message import Totals
from diapason.store.batches import ChunkTotals
from diapason.workflows.file_agreement import FourTotals, debited_total, manifest_total, require_agreement
from diapason.workflows.generating import Generating, request_generation
from diapason.workflows.inconsistent import Inconsistent
from tests.workflows.batch_examples import (
    AT_HOME,
    FORMER_ICS,
    MANDATE,
    OTHER_BANK,
    REGIE,
    TREASURY_IBAN,
    family_with,
    line_of,
    presented_before,
)
from tests.workflows.story import Story, a_story
from tests.workflows.written_batches import file_of, made, totals_of
from tests.world import World

LINES = [
    line_of(0, address=AT_HOME, bic="PSSTFRPPPAR", ultimate_debtor="Zoe Lefevre"),
    line_of(1, address=AT_HOME, mandate_type=MandateType.ONE_OFF, holder="Luc Lefevre"),
]
TOTALS = Totals(2, 20_001)
Rendered = tuple[Batch, list[Collection], str]


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    """A file in which everything stands: the Treasury's, with an amendment and two groups."""
    before = presented_before(line_of(mandate_reference="RUM-0", iban=OTHER_BANK))
    mandate = replace(MANDATE, history=before)
    batch, collections = made(LINES, family_with(mandate), REGIE, "TGDFT027-DFT-SDD-26327-001")
    return batch, collections, file_of(batch, collections).decode()


def test_a_file_that_says_what_its_batch_says_agrees(rendered: Rendered) -> None:
    batch, collections, text = rendered

    assert totals_of(text.encode(), batch, collections) == (TOTALS, TOTALS)


FLIPS: dict[str, tuple[str, str]] = {
    "version": ("pain.008.001.08", "pain.008.001.07"),
    "message_id": ("<MsgId>TGDFT027-DFT-SDD-26327-001<", "<MsgId>TGDFT027-DFT-SDD-26327-002<"),
    "created_at": ("<CreDtTm>2026-11-23T12:30:15<", "<CreDtTm>2026-11-23T12:30:16<"),
    "initiating_party_name": ("<InitgPty><Nm>Ville d'Amiens<", "<InitgPty><Nm>Ville de Nice<"),
    "initiating_party_number": ("<Id>73282932000074<", "<Id>73282932000082<"),
    "initiating_party_scheme": ("<Prtry>SIRET<", "<Prtry>SIREN<"),
    "the id of a group": ("<PmtInfId>20261123-100000-001-RCUR<", "<PmtInfId>20261123-100000-001-FRST<"),
    "batch booking": ("<BtchBookg>true<", "<BtchBookg>false<"),
    "local instrument": ("<Cd>CORE<", "<Cd>B2B<"),
    "sequence type": ("<SeqTp>RCUR<", "<SeqTp>FRST<"),
    "collection date": ("<ReqdColltnDt>2026-12-07<", "<ReqdColltnDt>2026-12-08<"),
    "creditor's name": ("<Cdtr><Nm>Tresorerie d'Amiens", "<Cdtr><Nm>Tresorerie de Nice"),
    "creditor's address": ("<TwnNm>Amiens<", "<TwnNm>Nice<"),
    "credited account": ("<IBAN>FR7630001007941234567890185<", f"<IBAN>{OTHER_BANK}<"),
    "creditor's bank": ("<BICFI>BDFEFRPPCCT<", "<BICFI>AGRIFRPP<"),
    "creditor's bank left out": (
        "<BICFI>BDFEFRPPCCT</BICFI>",
        "<Othr><Id>NOTPROVIDED</Id></Othr>",
    ),
    "ultimate creditor": ("<UltmtCdtr><Nm>Regie du conservatoire<", "<UltmtCdtr><Nm>Regie du theatre<"),
    "account at the Treasury": (f"<Id>{TREASURY_IBAN}<", f"<Id>{OTHER_BANK}<"),
    "creditor identifier": (
        "<CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456<",
        f"<CdtrSchmeId><Id><PrvtId><Othr><Id>{FORMER_ICS}<",
    ),
    "end_to_end_id": ("<EndToEndId>20261123-100000-001-000001<", "<EndToEndId>20261123-100000-001-000009<"),
    "mandate_reference": ("<MndtId>RUM-1<", "<MndtId>RUM-9<"),
    "signed_on": ("<DtOfSgntr>2026-09-01<", "<DtOfSgntr>2026-09-02<"),
    "amendment: former reference": ("<OrgnlMndtId>RUM-0<", "<OrgnlMndtId>RUM-8<"),
    "amendment: former creditor": (
        "<OrgnlCdtrSchmeId><Nm>Conservatoire<",
        "<OrgnlCdtrSchmeId><Nm>Ecole<",
    ),
    "amendment: former account": (
        "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>",
        f"<OrgnlDbtrAcct><Id><IBAN>{OTHER_BANK}</IBAN></Id></OrgnlDbtrAcct>",
    ),
    "bic": ("<BICFI>PSSTFRPPPAR<", "<BICFI>AGRIFRPP<"),
    "bic left out": ("<BICFI>PSSTFRPPPAR</BICFI>", "<Othr><Id>NOTPROVIDED</Id></Othr>"),
    "bic made up": (
        "<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr>",
        "<DbtrAgt><FinInstnId><BICFI>PSSTFRPPPAR</BICFI>",
    ),
    "debtor_name": ("<Dbtr><Nm>Anne Lefevre<", "<Dbtr><Nm>Luc Lefevre<"),
    "address": ("<StrtNm>Residence du Parc", "<StrtNm>Residence du Bois"),
    "iban": ("<DbtrAcct><Id><IBAN>FR1420041010050500013M02606<", f"<DbtrAcct><Id><IBAN>{OTHER_BANK}<"),
    "ultimate_debtor": ("<UltmtDbtr><Nm>Zoe Lefevre<", "<UltmtDbtr><Nm>Lea Lefevre<"),
    "remittance_text": ("<Ustrd>Facture F-17<", "<Ustrd>Facture F-18<"),
}
"""What a bank debits or believes; the first place where it stands is changed, and the rest left alone."""

LEFT_OUT = {
    "initiating party's number": (
        "<Id><OrgId><Othr><Id>73282932000074</Id><SchmeNm><Prtry>SIRET</Prtry></SchmeNm></Othr></OrgId></Id>"
    ),
    "creditor's address": (
        "<PstlAdr><StrtNm>2 place de l'Hotel de Ville</StrtNm><PstCd>80000</PstCd><TwnNm>Amiens</TwnNm>"
        "<Ctry>FR</Ctry></PstlAdr>"
    ),
    "ultimate creditor": (
        f"<UltmtCdtr><Nm>Regie du conservatoire</Nm><Id><OrgId><Othr><Id>{TREASURY_IBAN}</Id></Othr></OrgId>"
        "</Id></UltmtCdtr>"
    ),
    "amendment": (
        "<AmdmntInd>true</AmdmntInd><AmdmntInfDtls><OrgnlMndtId>RUM-0</OrgnlMndtId><OrgnlCdtrSchmeId>"
        "<Nm>Conservatoire</Nm></OrgnlCdtrSchmeId><OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id>"
        "</OrgnlDbtrAcct></AmdmntInfDtls>"
    ),
    "ultimate_debtor": "<UltmtDbtr><Nm>Zoe Lefevre</Nm></UltmtDbtr>",
    "remittance_text": "<RmtInf><Ustrd>Facture F-17</Ustrd></RmtInf>",
}


def refused(rendered: Rendered, old: str, new: str) -> BaseException:
    batch, collections, text = rendered
    assert old in text
    with pytest.raises((Inconsistent, BankFileError)) as refusal:
        totals_of(text.replace(old, new, 1).encode(), batch, collections)
    return refusal.value


@pytest.mark.parametrize("what", FLIPS)
def test_one_value_that_differs_is_found(rendered: Rendered, what: str) -> None:
    old, new = FLIPS[what]

    refused(rendered, old, new)


@pytest.mark.parametrize("what", LEFT_OUT)
def test_one_value_that_was_left_out_is_found(rendered: Rendered, what: str) -> None:
    refused(rendered, LEFT_OUT[what], "")


def test_an_amount_moved_between_two_debits_is_found(
    rendered: Rendered,
) -> None:
    """Every total still holds."""
    batch, collections, text = rendered
    moved = text.replace(">100.00<", ">?<").replace(">100.01<", ">100.00<").replace(">?<", ">100.01<")

    with pytest.raises(Inconsistent, match="amount_cents"):
        totals_of(moved.encode(), batch, collections)


def test_one_amount_that_differs_is_found(rendered: Rendered) -> None:
    found = refused(rendered, ">100.00</InstdAmt>", ">100.02</InstdAmt>")

    assert isinstance(found, Inconsistent)


def test_two_debits_that_changed_places_are_found(rendered: Rendered) -> None:
    batch, collections, _ = rendered
    turned = [collections[0], collections[1]._replace(sequence=collections[0].sequence)]
    regrouped = replace(batch, groups=(replace(batch.groups[0], count=2, total_cents=batch.total_cents),))
    content = file_of(regrouped, list(reversed(turned)))

    with pytest.raises(Inconsistent, match="end_to_end_id"):
        totals_of(content, regrouped, turned)


def test_a_line_that_is_not_in_the_file_is_found(rendered: Rendered) -> None:
    batch, collections, text = rendered

    with pytest.raises(Inconsistent):
        totals_of(text.encode(), batch, [*collections, collections[1]])


def test_a_debit_that_is_no_line_is_found(rendered: Rendered) -> None:
    batch, collections, text = rendered

    with pytest.raises(Inconsistent, match="is no line"):
        totals_of(text.encode(), batch, collections[:1])


def test_a_line_of_the_other_scheme_is_found(rendered: Rendered) -> None:
    batch, collections, text = rendered
    business = collections[0]._replace(line=collections[0].line._replace(scheme=Scheme.B2B))

    with pytest.raises(Inconsistent, match="B2B"):
        totals_of(text.encode(), batch, [business, *collections[1:]])


def test_what_differs_is_named_without_its_value(rendered: Rendered) -> None:
    old, new = FLIPS["iban"]

    message = str(refused(rendered, old, new))

    assert "iban" in message
    assert "FR14" not in message
    assert OTHER_BANK not in message


# --- The four totals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["manifest", "lines", "file", "debited"])
@pytest.mark.parametrize("other", [Totals(1, 20_001), Totals(2, 20_000)])
def test_one_total_of_the_four_that_differs_stops_the_batch(
    rendered: Rendered, which: str, other: Totals
) -> None:
    agreed = FourTotals(TOTALS, TOTALS, TOTALS, TOTALS)
    require_agreement(rendered[0], agreed)

    with pytest.raises(Inconsistent):
        require_agreement(rendered[0], replace(agreed, **{which: other}))


def test_four_totals_that_differ_from_the_header_together_stop_it_too(
    rendered: Rendered,
) -> None:
    other = Totals(2, 20_000)

    with pytest.raises(Inconsistent):
        require_agreement(rendered[0], FourTotals(other, other, other, other))


def test_only_what_left_the_instalments_is_debited() -> None:
    chunks = [ChunkTotals(LineState.DEBITED, 2, 20_001), ChunkTotals(LineState.HELD, 1, 5)]

    assert debited_total(chunks) == TOTALS


@pytest.fixture
def story(world: World) -> Story:
    return a_story(world)


def test_a_batch_that_its_draft_never_planned_is_not_verified(story: Story) -> None:
    story.families(1)
    (batch,) = story.registered()
    draft = story.store.drafts.get(batch.draft_id)

    assert manifest_total(draft, batch) == Totals(batch.count, batch.total_cents)
    with pytest.raises(Inconsistent):
        manifest_total(draft, replace(batch, id="another"))
    with pytest.raises(Inconsistent):
        manifest_total(replace(draft, registration=None), batch)


def at_verify(story: Story) -> tuple[Generating, Batch]:
    story.families(2)
    (batch,) = story.registered()
    request_generation(story.store, story.member, batch.id, batch.version)
    worker = Generating(story.store, batch.id)
    while (now := story.store.batches.get(batch.id)).phase is not BatchPhase.VERIFY:
        worker.phases.step()
    return worker, now


def test_a_batch_whose_file_agrees_can_be_downloaded(story: Story) -> None:
    worker, batch = at_verify(story)

    worker.verify(batch)

    assert story.store.batches.get(batch.id).can_be_downloaded


def test_a_batch_whose_file_differs_is_never_offered(story: Story) -> None:
    """As would be after a fault of the writer: the bytes are those registered, and say another thing."""
    worker, batch = at_verify(story)
    assert batch.file is not None
    data = story.store.outputs.get(batch.file.key)
    forged = f"{batch.file.key}-forged"
    story.store.outputs.put(forged, data.replace(b"<BtchBookg>true<", b"<BtchBookg>false<"))
    version_id = story.store.outputs.describe(forged).version_id
    told = replace(batch, file=replace(batch.file, key=forged, version_id=version_id))

    with pytest.raises(Inconsistent, match="groups"):
        worker.verify(story.store.batches.write(batch, told, "test", "forged"))

    assert not story.store.batches.get(batch.id).can_be_downloaded
