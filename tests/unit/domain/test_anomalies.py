"""One example for each anomaly: the fault that raises it, alone, and the fix that clears it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date

import pytest

from diapason.domain.anomalies import ANOMALIES, Anomaly, AnomalyCode, Field, Fix
from diapason.domain.creditor import BicRule, Ceilings, PublicAccount
from diapason.domain.invoices import Channel, InvoiceKind, Sending
from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.money import MAX_CENTS
from diapason.domain.parties import Address, PaymentMethod
from tests.unit.domain.examined_scenes import (
    CALEDONIAN_IBAN,
    CLAIM,
    CUSTOMER,
    MONEGASQUE_IBAN,
    OTHER_ICS,
    RECORDS,
    SOUND,
    TURKISH_IBAN,
    UNKNOWN_BANK_IBAN,
    WRONG_BANK_KEY_IBAN,
    Scene,
    Step,
    account,
    beside,
    choosing,
    credited,
    customer,
    dated,
    instalment,
    mandate,
    organisation,
    presented,
    refreshed,
    row,
    school,
    seen_anew,
    steps,
    with_new_mandate,
)

C, F, X = AnomalyCode, Field, Fix


@dataclass(frozen=True)
class Example:
    """``fault`` spoils a sound scene; ``mend`` does what the fix says, None where the row is detached."""

    fault: Step
    field: Field
    fix: Fix
    mend: Step | None
    detail: str = ""
    is_blocking: bool = True


def without_credited_account(scene: Scene) -> Scene:
    return Scene(school=scene.school, credited=None)


def without_instalment(scene: Scene) -> Scene:
    return Scene(school=scene.school, instalment=None)


def without_customer(scene: Scene) -> Scene:
    return Scene(school=scene.school, customer=None)


def with_credited_account(scene: Scene) -> Scene:
    return SOUND


TREASURY = PublicAccount(
    service="TGDFT027",
    codique="080012",
    accounting_office="SGC Amiens",
    office_address=Address(town="Amiens"),
    holder="Régie du conservatoire",
    iban_text="FR7630001007941234567890185",
)


def at_the_treasury(**faults: object) -> Step:
    """A school of a commune whose account the Treasury keeps."""
    return steps(
        organisation(siret="99999001300016"),
        customer(address=Address(town="Amiens")),
        credited(public_account=replace(TREASURY, **faults)),  # type: ignore[arg-type]
    )


def with_new_mandate_replacing_the_first(scene: Scene) -> Scene:
    first, *others = CUSTOMER.mandates
    fresh = replace(first, id="m9", reference="RUM-9", replaces=first.id)
    return customer(mandates=(first, *others, fresh))(scene)


ONE_OFF = steps(mandate(type=MandateType.ONE_OFF), seen_anew)
CHOOSE_THIRD_MANDATE = choosing("a1", "m3")
CHOOSE_NEW_MANDATE = choosing("a1", "m9")

EXAMPLES = {
    C.OPTION_INACTIVE: Example(school(direct_debit=False), F.SCHOOL, X.CALL_SALES, school(direct_debit=True)),
    C.ICS_MISSING: Example(
        organisation(creditor_id=""),
        F.ORGANISATION,
        X.EDIT_ORGANISATION,
        organisation(creditor_id="FR72ZZZ123456"),
    ),
    C.ICS_WRONG: Example(
        organisation(creditor_id="FR71ZZZ123456"),
        F.ORGANISATION,
        X.EDIT_ORGANISATION,
        organisation(creditor_id="FR72ZZZ123456"),
        detail="La clé de contrôle de l'ICS ne correspond pas. Recopiez-le depuis le courrier de la banque.",
    ),
    C.CREDITED_ACCOUNT_MISSING: Example(
        without_credited_account, F.CREDITED_ACCOUNT, X.CHOOSE_CREDITED_ACCOUNT, with_credited_account
    ),
    C.CREDITED_ACCOUNT_WRONG: Example(
        credited(iban_text="FR7630001007941234567890186"),
        F.CREDITED_ACCOUNT,
        X.EDIT_CREDITED_ACCOUNT,
        credited(iban_text="FR7630001007941234567890185"),
        detail="La clé de contrôle de l'IBAN ne correspond pas : un caractère est faux ou interverti."
        " Recopiez l'IBAN depuis le RIB.",
    ),
    C.CREDITED_ACCOUNT_CLOSED: Example(
        credited(closed=True), F.CREDITED_ACCOUNT, X.CHOOSE_CREDITED_ACCOUNT, credited(closed=False)
    ),
    C.CREDITOR_NAME_MISSING: Example(
        organisation(name="🎻"), F.ORGANISATION, X.EDIT_ORGANISATION, organisation(name="Conservatoire")
    ),
    C.CREDITED_BIC_WRONG: Example(
        credited(bic_text="BANQUE"),
        F.CREDITED_ACCOUNT,
        X.EDIT_CREDITED_ACCOUNT,
        credited(bic_text="BDFEFRPP"),
    ),
    C.PUBLIC_ACCOUNT_WRONG: Example(
        at_the_treasury(codique="80"),
        F.CREDITED_ACCOUNT,
        X.EDIT_CREDITED_ACCOUNT,
        credited(public_account=TREASURY),
        detail="le codique du poste comptable compte six chiffres.",
    ),
    C.INITIATING_PARTY_WRONG: Example(
        credited(initiating_party_id="//SIRET"),
        F.CREDITED_ACCOUNT,
        X.EDIT_CREDITED_ACCOUNT,
        credited(initiating_party_id="99999001300016"),
    ),
    C.INSTALMENT_MISSING: Example(without_instalment, F.INSTALMENT, X.DETACH, None),
    C.CUSTOMER_MISSING: Example(without_customer, F.CUSTOMER, X.DETACH, None),
    C.METHOD_NOT_DEBIT: Example(
        customer(payment_method=PaymentMethod.CHEQUE),
        F.CUSTOMER,
        X.EDIT_CUSTOMER,
        customer(payment_method=PaymentMethod.DIRECT_DEBIT),
    ),
    C.NOT_AN_INVOICE: Example(
        steps(instalment(invoice_kind=InvoiceKind.CREDIT_NOTE, amount_cents=-500), seen_anew),
        F.INVOICE,
        X.DETACH,
        None,
    ),
    C.INVOICE_NOT_SENT: Example(
        steps(instalment(invoice_sending=Sending.READY), seen_anew),
        F.INVOICE,
        X.EDIT_INVOICE,
        steps(instalment(invoice_sending=Sending.SENT, revision=2), refreshed),
        detail="prête",
    ),
    C.INVOICE_CANCELLED: Example(instalment(cancelled=True), F.INVOICE, X.DETACH, None),
    C.FULLY_DEBITED: Example(instalment(debited_cents=10_000, revision=3), F.INSTALMENT, X.DETACH, None),
    C.CLAIMED: Example(
        instalment(in_flight_cents=10_000, claim=CLAIM, revision=2),
        F.INSTALMENT,
        X.DETACH,
        None,
        detail=CLAIM.batch_number,
    ),
    C.PAID_OTHERWISE: Example(instalment(paid_cents=10_000, revision=2), F.INSTALMENT, X.DETACH, None),
    C.EXPORTED: Example(
        instalment(channel=Channel.PES, channel_reference="PES-2026-00003", revision=2),
        F.INSTALMENT,
        X.DETACH,
        None,
        detail="PES-2026-00003",
    ),
    C.KEPT_IN_ACCOUNTING: Example(
        instalment(channel=Channel.ACCOUNTING, channel_reference="VE-2026-00001", revision=2),
        F.INSTALMENT,
        X.DETACH,
        None,
        detail="VE-2026-00001",
    ),
    C.CHANGED: Example(
        instalment(due_date=date(2026, 12, 8), revision=2),
        F.INSTALMENT,
        X.REFRESH,
        refreshed,
        detail="échéance 07/12/2026 → 08/12/2026",
    ),
    C.AMOUNT_NOT_POSITIVE: Example(row(amount_cents=0), F.AMOUNT, X.EDIT_ROW, row(amount_cents=1)),
    C.AMOUNT_ABOVE_REST: Example(
        row(amount_cents=10_001),
        F.AMOUNT,
        X.EDIT_ROW,
        row(amount_cents=10_000),
        detail="100,00\u00a0€",
    ),
    C.AMOUNT_ABOVE_SCHEME: Example(
        steps(instalment(amount_cents=MAX_CENTS + 1), seen_anew),
        F.AMOUNT,
        X.EDIT_ROW,
        row(amount_cents=MAX_CENTS),
    ),
    C.AMOUNT_ABOVE_CEILING: Example(
        credited(ceilings=Ceilings(line_cents=9_999)),
        F.AMOUNT,
        X.EDIT_ROW,
        row(amount_cents=9_999),
        detail="99,99\u00a0€",
    ),
    C.MONTH_ABOVE_CEILING: Example(
        steps(credited(ceilings=Ceilings(customer_month_cents=14_999)), customer(months={"202612": 5_000})),
        F.AMOUNT,
        X.EDIT_ROW,
        row(amount_cents=9_999),
        detail="150,00\u00a0€",
    ),
    C.AMOUNT_UNUSUAL: Example(
        presented(2_000, 2_000, 2_000),
        F.AMOUNT,
        X.EDIT_ROW,
        row(amount_cents=6_000),
        detail="20,00\u00a0€",
        is_blocking=False,
    ),
    C.ACCOUNT_MISSING: Example(
        steps(customer(accounts=()), seen_anew),
        F.ACCOUNT,
        X.EDIT_CUSTOMER,
        steps(customer(accounts=CUSTOMER.accounts), refreshed),
    ),
    C.ACCOUNT_CLOSED: Example(account(closed=True), F.ACCOUNT, X.EDIT_ROW, choosing("a2", "m2")),
    C.IBAN_WRONG: Example(
        steps(account(iban_text="FR1420041010050500013M02607"), seen_anew),
        F.ACCOUNT,
        X.EDIT_CUSTOMER,
        steps(customer(accounts=CUSTOMER.accounts), refreshed),
        detail="La clé de contrôle de l'IBAN ne correspond pas : un caractère est faux ou interverti."
        " Recopiez l'IBAN depuis le RIB.",
    ),
    C.BANK_KEY_WRONG: Example(
        steps(account(iban_text=WRONG_BANK_KEY_IBAN), seen_anew),
        F.ACCOUNT,
        X.EDIT_CUSTOMER,
        steps(customer(accounts=CUSTOMER.accounts), refreshed),
        detail="La clé RIB ne correspond pas au compte : un chiffre du code banque, du code guichet ou"
        " du numéro de compte est faux. Demandez un nouveau RIB.",
    ),
    C.OUTSIDE_SEPA: Example(
        steps(account(iban_text=TURKISH_IBAN), seen_anew),
        F.ACCOUNT,
        X.EDIT_CUSTOMER,
        steps(customer(accounts=CUSTOMER.accounts), refreshed),
        detail="TR",
    ),
    C.BIC_WRONG: Example(account(bic_text="AGRI"), F.ACCOUNT, X.EDIT_CUSTOMER, account(bic_text="")),
    C.BIC_MISSING: Example(
        steps(credited(bic_rule=BicRule.REQUIRED), account(iban_text=UNKNOWN_BANK_IBAN), seen_anew),
        F.ACCOUNT,
        X.EDIT_CUSTOMER,
        account(iban_text=UNKNOWN_BANK_IBAN, bic_text="AGRIFRPP"),
    ),
    C.HOLDER_MISSING: Example(
        account(holder="  "), F.ACCOUNT, X.EDIT_CUSTOMER, account(holder="Anne Lefèvre")
    ),
    C.ADDRESS_MISSING: Example(
        steps(account(iban_text=MONEGASQUE_IBAN), seen_anew),
        F.CUSTOMER,
        X.EDIT_CUSTOMER,
        customer(address=Address(town="Monaco", country="MC")),
        detail="sa banque est hors de l’Espace économique européen",
    ),
    C.MANDATE_MISSING: Example(
        steps(customer(mandates=()), seen_anew),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        steps(customer(mandates=CUSTOMER.mandates), refreshed),
    ),
    C.RUM_WRONG: Example(
        steps(mandate(reference="/RUM"), seen_anew),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        steps(with_new_mandate(reference="/RUM"), CHOOSE_NEW_MANDATE),
        detail="La référence du mandat (RUM) ne commence ni ne finit par « / » et ne contient pas « // ».",
    ),
    C.MANDATE_NOT_SIGNED: Example(
        mandate(state=MandateState.DRAFT, signed_on=None),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        mandate(state=MandateState.SIGNED, signed_on=date(2026, 11, 22)),
    ),
    C.SIGNATURE_LATE: Example(
        mandate(signed_on=date(2026, 11, 24)),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        mandate(signed_on=date(2026, 11, 23)),
        detail="24/11/2026",
    ),
    C.MANDATE_SUSPENDED: Example(
        mandate(state=MandateState.SUSPENDED), F.MANDATE, X.EDIT_ROW, CHOOSE_THIRD_MANDATE
    ),
    C.MANDATE_REVOKED: Example(
        mandate(state=MandateState.REVOKED), F.MANDATE, X.EDIT_ROW, CHOOSE_THIRD_MANDATE
    ),
    C.MANDATE_LAPSED: Example(
        mandate(signed_on=date(2023, 12, 6)),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        steps(with_new_mandate(signed_on=date(2023, 12, 6)), CHOOSE_NEW_MANDATE),
    ),
    C.MANDATE_OTHER_ACCOUNT: Example(choosing("a1", "m2"), F.MANDATE, X.EDIT_ROW, choosing("a2", "m2")),
    C.MANDATE_OTHER_CREDITOR: Example(
        mandate(creditor_id=OTHER_ICS),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        steps(with_new_mandate(creditor_id=OTHER_ICS), CHOOSE_NEW_MANDATE),
        detail=OTHER_ICS,
    ),
    C.MANDATE_CONSUMED: Example(
        steps(ONE_OFF, mandate(type=MandateType.ONE_OFF, consumed_by="batch")),
        F.MANDATE,
        X.EDIT_CUSTOMER,
        steps(with_new_mandate(type=MandateType.ONE_OFF, consumed_by="batch"), CHOOSE_NEW_MANDATE),
    ),
    C.MANDATE_TWICE: Example(
        steps(ONE_OFF, beside(collection_date=date(2026, 12, 8))),
        F.MANDATE,
        X.EDIT_ROW,
        CHOOSE_THIRD_MANDATE,
    ),
    C.MANDATE_REPLACED: Example(
        with_new_mandate_replacing_the_first,
        F.MANDATE,
        X.EDIT_ROW,
        CHOOSE_NEW_MANDATE,
        detail="RUM-9",
    ),
    C.SCHEME_MISMATCH: Example(
        mandate(scheme=Scheme.B2B),
        F.MANDATE,
        X.EDIT_ROW,
        CHOOSE_THIRD_MANDATE,
        detail="le mandat est B2B, le compte CORE",
    ),
    C.CONSUMER_IN_B2B: Example(
        steps(credited(scheme=Scheme.B2B), mandate(scheme=Scheme.B2B)),
        F.CUSTOMER,
        X.CHOOSE_CREDITED_ACCOUNT,
        steps(credited(scheme=Scheme.CORE), CHOOSE_THIRD_MANDATE),
    ),
    C.DATE_PAST: Example(
        row(collection_date=date(2026, 11, 20)),
        F.DATE,
        X.EDIT_ROW,
        row(collection_date=date(2026, 11, 24)),
        detail="24/11/2026",
    ),
    C.DATE_TOO_SOON: Example(
        row(collection_date=date(2026, 11, 23)),
        F.DATE,
        X.EDIT_ROW,
        row(collection_date=date(2026, 11, 24)),
        detail="24/11/2026",
    ),
    C.DATE_NOT_TARGET: Example(
        row(collection_date=date(2026, 12, 5)),
        F.DATE,
        X.EDIT_ROW,
        row(collection_date=date(2026, 12, 7)),
        detail="07/12/2026",
    ),
    C.DATE_FAR: Example(
        row(collection_date=date(2027, 11, 24)),
        F.DATE,
        X.EDIT_ROW,
        row(collection_date=date(2027, 11, 23)),
        is_blocking=False,
    ),
    C.TEXT_EMPTY: Example(
        instalment(invoice_number="🎵", invoice_label="🎹"),
        F.INVOICE,
        X.EDIT_INVOICE,
        instalment(invoice_number="F-17"),
    ),
    C.NOTICE_MISSING: Example(
        instalment(notified_on=None),
        F.INVOICE,
        X.EDIT_INVOICE,
        instalment(notified_on=date(2026, 11, 23)),
        detail="aucune annonce",
        is_blocking=False,
    ),
    C.SAME_CUSTOMER_TWICE: Example(
        beside(), F.CUSTOMER, X.EDIT_ROW, row(collection_date=date(2026, 12, 8)), is_blocking=False
    ),
}

codes = pytest.mark.parametrize("code", list(AnomalyCode))


def test_a_sound_row_has_no_anomaly() -> None:
    assert SOUND.anomalies() == []


def test_every_anomaly_has_its_words_and_an_example() -> None:
    assert set(ANOMALIES) == set(AnomalyCode)
    assert set(EXAMPLES) == set(AnomalyCode)


@codes
def test_an_anomaly_is_raised_by_its_fault_and_by_nothing_beside(code: AnomalyCode) -> None:
    assert EXAMPLES[code].fault(SOUND).anomalies() == [dated(code, EXAMPLES[code].detail)]


@codes
def test_an_anomaly_tells_where_it_is_what_mends_it_and_whether_it_blocks(code: AnomalyCode) -> None:
    (anomaly,) = EXAMPLES[code].fault(SOUND).anomalies()

    expected = (EXAMPLES[code].field, EXAMPLES[code].fix, EXAMPLES[code].is_blocking)
    assert (anomaly.kind.field, anomaly.kind.fix, anomaly.is_blocking) == expected


@codes
def test_the_words_of_an_anomaly_are_french_and_complete(code: AnomalyCode) -> None:
    (anomaly,) = EXAMPLES[code].fault(SOUND).anomalies()

    assert "{" not in anomaly.words
    assert ("{detail}" in anomaly.kind.words) == bool(anomaly.detail)
    assert anomaly.detail in anomaly.words
    assert anomaly.words[0].isupper()
    assert anomaly.words.endswith(".")
    assert re.search(r"\b(le|la|les|du|de|un|une|est|ce|à)\b", anomaly.words, re.IGNORECASE)
    assert not re.search(r"\b(the|is|not|must|account|mandate|date is|none)\b", anomaly.words, re.IGNORECASE)


@pytest.mark.parametrize("code", [code for code in AnomalyCode if EXAMPLES[code].mend])
def test_an_anomaly_is_cleared_by_its_fix_alone(code: AnomalyCode) -> None:
    faulty = EXAMPLES[code].fault(SOUND)
    mend = EXAMPLES[code].mend
    assert mend is not None

    mended = mend(faulty)

    assert mended.anomalies() == []
    changed = {
        each.name for each in fields(Scene) if getattr(faulty, each.name) != getattr(mended, each.name)
    }
    assert changed <= {"seen", RECORDS.get(EXAMPLES[code].fix, "seen")}


@pytest.mark.parametrize("code", [code for code in AnomalyCode if not EXAMPLES[code].mend])
def test_an_anomaly_that_nothing_mends_says_to_detach_the_row(code: AnomalyCode) -> None:
    assert EXAMPLES[code].fix is Fix.DETACH
    assert "étachez la ligne" in ANOMALIES[code].words


def test_an_account_in_cfp_francs_is_said_to_be_one() -> None:
    (anomaly,) = steps(account(iban_text=CALEDONIAN_IBAN), seen_anew)(SOUND).anomalies()

    assert anomaly == Anomaly(C.OUTSIDE_SEPA, "francs CFP")
