"""What examination lets through, the bank file can say: nothing is found out only when it is too late.

A draft is validated on the word of its anomalies. If a row without a blocking one could not be written, its
batch would be registered, hold its instalments, and never become a file.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from diapason.domain.batches import Creditor
from diapason.domain.creditor import (
    AddressRule,
    BicRule,
    CreditedAccount,
    MessageVersion,
    Organisation,
    PublicAccount,
)
from diapason.domain.drafts import DraftRow
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.numbering import end_to_end_id, public_account_end_to_end_id
from diapason.domain.parties import Address, CustomerKind
from diapason.domain.presentations import History, Presentation, SequenceRule, SequenceType
from diapason.sepa.message import Totals
from diapason.sepa.text import sepa_text
from diapason.workflows.manifest import frozen_line
from tests.unit.domain.examined_scenes import (
    CALEDONIAN_IBAN,
    CREDITED,
    CUSTOMER,
    FRENCH_IBAN,
    ICS,
    INSTALMENT,
    MONEGASQUE_IBAN,
    ORGANISATION,
    OTHER_ICS,
    SECOND_IBAN,
    SOUND,
    TURKISH_IBAN,
    UNKNOWN_BANK_IBAN,
    Scene,
    seen_anew,
)
from tests.unit.sepa.official_schemas import official_schemas_at_hand
from tests.workflows.batch_examples import NUMBER
from tests.workflows.written_batches import batch_of, file_of, grouped, sequenced_lines, totals_of

T = TypeVar("T", bound=Any)

TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="aé/ -'\u00a0\u200b🎻œß#<&", max_size=40),
    st.sampled_from(
        ["", " ", "/", "//", "a//b", "A / / B", "a" * 36, "🎻", "Lefèvre & fils", "\u200b", "a\nb"]
    ),
)
WRITABLE = TEXTS.filter(lambda text: not text or sepa_text(text, 70))
IBANS = st.sampled_from(
    [FRENCH_IBAN, MONEGASQUE_IBAN, UNKNOWN_BANK_IBAN, CALEDONIAN_IBAN, TURKISH_IBAN, "FR14"]
)
BICS = st.sampled_from(["", "AGRIFRPP", "agri frpp", "AGRI"])
DAYS = st.dates(date(2023, 11, 1), date(2028, 2, 1))
ADDRESSES = st.builds(
    Address, street=TEXTS, postal_code=TEXTS, town=TEXTS, country=st.sampled_from(["FR", "MC", ""])
)
PUBLIC_ACCOUNTS = st.builds(
    PublicAccount,
    service=st.sampled_from(["TGDFT027", "tgdft", ""]),
    codique=st.sampled_from(["080012", "8012"]),
    accounting_office=TEXTS,
    office_address=ADDRESSES,
    holder=TEXTS,
    iban_text=st.sampled_from([SECOND_IBAN, "FR14"]),
)
TREASURY = PublicAccount(
    "TGDFT027", "080012", "Trésorerie d’Amiens", Address("", "80000", "Amiens"), "Régie du Sud", SECOND_IBAN
)

OF_RECORDS: dict[str, st.SearchStrategy[object]] = {
    "holder": TEXTS,
    "iban_text": IBANS,
    "bic_text": BICS,
    "reference": TEXTS,
    "state": st.sampled_from(list(MandateState)),
    "signed_on": st.none() | DAYS,
    "scheme": st.sampled_from(list(Scheme)),
    "type": st.sampled_from(list(MandateType)),
    "name": TEXTS,
    "address": ADDRESSES,
    "invoice_number": TEXTS,
    "invoice_label": TEXTS,
    "amount_cents": st.sampled_from([-1, 0, 1, 9_999, 99_999_999_999, 100_000_000_000]),
    "due_date": DAYS,
    "used_before_on": st.none() | DAYS,
    "creditor_id": st.sampled_from(["", ICS, OTHER_ICS, "fr19 zzz 654321"]),
}
OF_THE_ACCOUNT: dict[str, st.SearchStrategy[object]] = {
    "iban_text": IBANS,
    "bic_text": BICS,
    "initiating_party_id": TEXTS,
    "ultimate_creditor": WRITABLE,
    "public_account": PUBLIC_ACCOUNTS,
}
SETTINGS = st.builds(
    CreditedAccount,
    id=st.just("main"),
    label=st.just("Compte"),
    iban_text=st.just(CREDITED.iban_text),
    bic_text=st.sampled_from(["", "AGRIFRPP"]),
    version=st.sampled_from(MessageVersion),
    scheme=st.sampled_from(Scheme),
    batch_booking=st.booleans(),
    bic_rule=st.sampled_from(BicRule),
    address_rule=st.sampled_from(AddressRule),
    sequence_rule=st.sampled_from(SequenceRule),
    initiating_party_id=st.sampled_from(["", "99999001300016"]),
    ultimate_creditor=st.sampled_from(["", "Régie du Nord"]),
    names_ultimate_debtor=st.booleans(),
    public_account=st.sampled_from([None, TREASURY]),
)
ORGANISATIONS = st.builds(
    Organisation,
    name=st.just(ORGANISATION.name) | TEXTS,
    creditor_id=st.just(ICS),
    siret=st.sampled_from(["73282932000074", "732 829 320 00074", "732"]),
    remittance_rule=st.sampled_from(
        ["Facture {facture} {libelle}", "{eleve}/{activite}", "{echeance} {client}"]
    ),
    former_creditor_ids=st.sampled_from([(), (OTHER_ICS,)]),
)
LAST_PRESENTATIONS = st.builds(
    Presentation,
    batch_id=st.just("b0"),
    end_to_end_id=st.just("e0"),
    collected_on=st.just(date(2026, 11, 5)),
    amount_cents=st.just(10_000),
    sequence=st.sampled_from(SequenceType),
    iban=st.sampled_from([FRENCH_IBAN, SECOND_IBAN, MONEGASQUE_IBAN]),
    reference=st.sampled_from(["RUM-1", "rum-1", "RUM-0"]),
    creditor_id=st.sampled_from([ICS, OTHER_ICS]),
    creditor_name=st.sampled_from(["Conservatoire", "Ecole"]),
)
HISTORIES = st.builds(History, st.lists(LAST_PRESENTATIONS, max_size=1).map(tuple))


def _changed(record: T, cells: dict[str, object]) -> T:
    own = {field.name for field in fields(record)}
    return replace(record, **{name: value for name, value in cells.items() if name in own})


@st.composite
def spoiled(draw: st.DrawFn, cells: dict[str, st.SearchStrategy[object]], most: int) -> dict[str, object]:
    """Up to so many cells, filled in carelessly or with intent."""
    names = draw(st.sets(st.sampled_from(sorted(cells)), max_size=most))
    return {name: draw(cells[name]) for name in sorted(names)}


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Any settings, records of which a few cells are spoiled, and a row just read."""
    credited = _changed(draw(SETTINGS), draw(spoiled(OF_THE_ACCOUNT, 1)))
    cells: dict[str, object] = {"scheme": credited.scheme, **draw(spoiled(OF_RECORDS, 3))}
    cells["remaining_cents"] = cells.get("amount_cents", INSTALMENT.amount_cents)
    mandate = replace(_changed(CUSTOMER.mandates[0], cells), history=draw(HISTORIES))
    account = _changed(CUSTOMER.accounts[0], cells)
    kind = CustomerKind.COMPANY if credited.scheme is Scheme.B2B else CustomerKind.PERSON
    customer = replace(
        CUSTOMER,
        kind=kind,
        accounts=(account,),
        mandates=(mandate,),
        address=Address("1 rue Basse", "98000", "Monaco", "MC"),
    )
    scene = replace(
        SOUND,
        organisation=draw(ORGANISATIONS),
        credited=credited,
        customer=_changed(customer, cells),
        instalment=replace(_changed(INSTALMENT, cells), pupil="Zoé", activity="PIANO"),
    )
    return seen_anew(scene)


def assert_writable(scene: Scene, row: DraftRow) -> None:
    """In the version of the account, valid there for ISO too, and read again as it was meant."""
    assert scene.instalment is not None
    assert scene.customer is not None
    assert scene.credited is not None
    organisation, account = scene.organisation, scene.credited
    public = account.public_account
    line = frozen_line(row, scene.instalment, scene.customer, scene.ground())._replace(
        end_to_end_id=(
            public_account_end_to_end_id(public.codique, NUMBER, organisation.numbering, 0)
            if public
            else end_to_end_id(NUMBER, 0)
        )
    )
    creditor = Creditor(organisation.name, organisation.creditor_id, account, organisation.siret)
    batch = batch_of(creditor, [line], f"{public.service}-DFT-SDD-26327-001" if public else "")
    collections = sequenced_lines(batch, [line], scene.customer)
    batch = grouped(batch, collections)

    content = file_of(batch, collections)

    for schema in official_schemas_at_hand(account.version):
        schema.assertValid(etree.fromstring(content))
    assert totals_of(content, batch, collections) == (Totals(1, row.amount_cents),) * 2
    assert line.remittance_text


def with_reference(reference: str) -> Scene:
    mandate = replace(CUSTOMER.mandates[0], reference=reference)
    return seen_anew(replace(SOUND, customer=replace(CUSTOMER, mandates=(mandate,))))


@settings(max_examples=500, deadline=None)
@given(scenes())
@example(SOUND)
@example(with_reference("A / / B"))
@example(with_reference("A  B"))
@example(with_reference(" RUM-1"))
@example(with_reference("RUM\u200b-1"))
def test_a_row_without_a_blocking_anomaly_is_a_debit_that_the_file_says(scene: Scene) -> None:
    row = scene.examined()
    if not row.is_blocked and not scene.ground().anomalies_of_creditor():
        assert_writable(scene, row)


def test_a_sound_row_is_not_blocked() -> None:
    row = SOUND.examined()

    assert not row.is_blocked
    assert_writable(SOUND, row)
