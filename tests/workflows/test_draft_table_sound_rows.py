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

from diapason.domain.batches import Collection
from diapason.domain.drafts import DraftRow
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import Address
from diapason.domain.presentations import NO_AMENDMENT
from diapason.sepa.profiles import PROFILES
from diapason.sepa.validation import write_validated_bank_file
from diapason.workflows.bank_message import direct_debits
from diapason.workflows.manifest import frozen_line
from tests.unit.domain.examined_scenes import (
    CALEDONIAN_IBAN,
    CUSTOMER,
    FRENCH_IBAN,
    INSTALMENT,
    MONEGASQUE_IBAN,
    SOUND,
    TURKISH_IBAN,
    UNKNOWN_BANK_IBAN,
    Scene,
    seen_anew,
)
from tests.unit.sepa.bank_file_examples import header, payment

T = TypeVar("T", bound=Any)

TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="aé/ -'\u00a0\u200b🎻œß#<&", max_size=40),
    st.sampled_from(
        ["", " ", "/", "//", "a//b", "A / / B", "a" * 36, "🎻", "Lefèvre & fils", "\u200b", "a\nb"]
    ),
)
IBANS = st.sampled_from(
    [FRENCH_IBAN, MONEGASQUE_IBAN, UNKNOWN_BANK_IBAN, CALEDONIAN_IBAN, TURKISH_IBAN, "FR14"]
)
DAYS = st.dates(date(2023, 11, 1), date(2028, 2, 1))


CELLS: dict[str, st.SearchStrategy[object]] = {
    "holder": TEXTS,
    "iban_text": IBANS,
    "bic_text": st.sampled_from(["", "AGRIFRPP", "agri frpp", "AGRI"]),
    "reference": TEXTS,
    "state": st.sampled_from(list(MandateState)),
    "signed_on": st.none() | DAYS,
    "scheme": st.sampled_from(list(Scheme)),
    "type": st.sampled_from(list(MandateType)),
    "street": TEXTS,
    "postal_code": TEXTS,
    "town": TEXTS,
    "country": st.sampled_from(["FR", "MC", ""]),
    "invoice_number": TEXTS,
    "invoice_label": TEXTS,
    "amount_cents": st.sampled_from([-1, 0, 1, 9_999, 99_999_999_999, 100_000_000_000]),
    "due_date": DAYS,
}


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Records of which up to three cells were filled in carelessly or with intent, and a row just read."""
    spoiled = draw(st.sets(st.sampled_from(sorted(CELLS)), max_size=3))
    cells = {name: draw(CELLS[name]) for name in sorted(spoiled)}

    def changed(record: T) -> T:
        own = {field.name for field in fields(record)}
        return replace(record, **{name: value for name, value in cells.items() if name in own})

    account, mandate = changed(CUSTOMER.accounts[0]), changed(CUSTOMER.mandates[0])
    address = changed(Address("1 rue Basse", "98000", "Monaco", "MC"))
    cells["remaining_cents"] = cells.get("amount_cents", INSTALMENT.amount_cents)
    scene = replace(
        SOUND,
        customer=replace(CUSTOMER, accounts=(account,), mandates=(mandate,), address=address),
        instalment=changed(INSTALMENT),
    )
    return seen_anew(scene)


def assert_writable(scene: Scene, row: DraftRow) -> None:
    assert scene.instalment is not None
    assert scene.customer is not None
    line = frozen_line(row, scene.instalment, scene.customer, scene.ground())
    line = line._replace(end_to_end_id="20261123-100000-001-000001")
    sequence = line.plain_sequence
    debits = list(direct_debits([Collection(line, sequence, NO_AMENDMENT)], sequence))
    assert [debit.amount_cents for debit in debits] == [row.amount_cents]
    assert debits[0].remittance_text
    for profile in PROFILES.values():
        groups = [(payment(debits, sequence_type=sequence), debits)]
        write_validated_bank_file(profile, header(groups), groups, lambda piece: None)


def with_reference(reference: str) -> Scene:
    mandate = replace(CUSTOMER.mandates[0], reference=reference)
    return seen_anew(replace(SOUND, customer=replace(CUSTOMER, mandates=(mandate,))))


@settings(max_examples=400, deadline=None)
@given(scenes())
@example(SOUND)
@example(with_reference("A / / B"))
@example(with_reference("A  B"))
@example(with_reference(" RUM-1"))
@example(with_reference("RUM\u200b-1"))
def test_a_row_without_a_blocking_anomaly_is_a_debit_that_every_version_of_the_file_takes(
    scene: Scene,
) -> None:
    row = scene.examined()
    if not row.is_blocked:
        assert_writable(scene, row)


def test_a_sound_row_is_not_blocked() -> None:
    row = SOUND.examined()

    assert not row.is_blocked
    assert_writable(SOUND, row)
