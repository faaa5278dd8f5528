"""One instalment on the table of a draft, with all that its examination looks at: sound until a test
spoils it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from diapason.domain.anomalies import Anomaly, AnomalyCode
from diapason.domain.clock import in_paris
from diapason.domain.creditor import CreditedAccount, Organisation, School
from diapason.domain.drafts import DraftRow, brought_up_to_date, row_of, with_account, with_mandate
from diapason.domain.examination import Ground, examine_row, examine_together
from diapason.domain.invoices import Claim, Instalment, InvoiceKind, Sending
from diapason.domain.mandates import Mandate, MandateState
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.domain.presentations import History, Presentation, SequenceType
from diapason.workflows.texts import bank_texts, creditor_texts

TEN_IN_THE_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday; 10:00 in Paris, before the cut-off at noon."""

DUE = date(2026, 12, 7)
"""A Monday, an open day."""

ICS = "FR72ZZZ123456"
OTHER_ICS = "FR19ZZZ654321"
FRENCH_IBAN = "FR1420041010050500013M02606"
SECOND_IBAN = "FR7630006000011234567890189"
UNKNOWN_BANK_IBAN = "FR7699999000011234567890152"
WRONG_BANK_KEY_IBAN = "FR8420041010050500013M02607"
CALEDONIAN_IBAN = "FR7617499000011234567890140"
MONEGASQUE_IBAN = "MC5811222000011234567890170"
TURKISH_IBAN = "TR330006100519786457841326"

SCHOOL = School("ecole-demo", "École", direct_debit=True)
ORGANISATION = Organisation("Conservatoire", ICS)
CREDITED = CreditedAccount("main", "Compte", "FR7630001007941234567890185")
INSTALMENT = Instalment(
    id="i-001",
    invoice_id="i",
    invoice_number="F-17",
    invoice_kind=InvoiceKind.INVOICE,
    invoice_label="Cours de piano",
    invoice_sending=Sending.SENT,
    customer_id="c",
    customer_name="Famille Lefèvre",
    activity="PIANO",
    due_date=DUE,
    amount_cents=10_000,
    debited_cents=0,
    in_flight_cents=0,
    remaining_cents=10_000,
    cancelled=False,
    revision=1,
    pupil="Jeanne",
    notified_on=date(2026, 11, 1),
)
CLAIM = Claim("b", "20261123-100000-001", "20261123-100000-001-000001", 10_000, DUE)
MANDATES = (
    Mandate("m1", "RUM-1", "a1", MandateState.SIGNED, date(2026, 9, 1)),
    Mandate("m2", "RUM-2", "a2", MandateState.SIGNED, date(2026, 3, 1)),
    Mandate("m3", "RUM-3", "a1", MandateState.SIGNED, date(2026, 1, 1)),
)
"""The first is proposed, for it was signed last; the second authorises the other account."""

CUSTOMER = Customer(
    id="c",
    reference="C1",
    kind=CustomerKind.PERSON,
    name="Famille Lefèvre",
    payment_method=PaymentMethod.DIRECT_DEBIT,
    accounts=(
        DebtorAccount("a1", "Anne Lefèvre", FRENCH_IBAN),
        DebtorAccount("a2", "Luc Lefèvre", SECOND_IBAN),
    ),
    mandates=MANDATES,
)


def dated(code: AnomalyCode, detail: str) -> Anomaly:
    """The anomaly; where it is about a date, the day that its words propose stands in it as a date too."""
    is_about_a_date = code in {AnomalyCode.DATE_PAST, AnomalyCode.DATE_TOO_SOON, AnomalyCode.DATE_NOT_TARGET}
    proposed = datetime.strptime(detail, "%d/%m/%Y").date() if is_about_a_date else None  # noqa: DTZ007
    return Anomaly(code, detail, proposed)


@dataclass(frozen=True)
class Scene:
    """``seen`` is the row as the operator has it; the records may have changed since."""

    school: School = SCHOOL
    organisation: Organisation = ORGANISATION
    credited: CreditedAccount | None = CREDITED
    instalment: Instalment | None = INSTALMENT
    customer: Customer | None = CUSTOMER
    now: datetime = TEN_IN_THE_MORNING
    seen: DraftRow = field(default_factory=lambda: row_of(INSTALMENT, CUSTOMER))
    others: tuple[DraftRow, ...] = ()

    def ground(self) -> Ground:
        texts = creditor_texts(self.organisation, self.credited)
        return Ground(self.school, self.organisation, self.credited, texts, in_paris(self.now))

    def examined(self) -> DraftRow:
        ground = self.ground()
        rule = self.organisation.remittance_rule
        texts = bank_texts(rule, self.seen, self.instalment, self.customer)
        row = examine_row(self.seen, self.instalment, self.customer, texts, ground)
        return examine_together([row, *self.others], ground.ceilings)[0]

    def anomalies(self) -> list[Anomaly]:
        """Those of the creditor and those of the row."""
        return [*self.ground().anomalies_of_creditor(), *self.examined().anomalies]

    def codes(self) -> list[AnomalyCode]:
        return [anomaly.code for anomaly in self.anomalies()]


SOUND = Scene()
Step = Callable[[Scene], Scene]


def school(**changes: object) -> Step:
    return lambda scene: replace(scene, school=replace(scene.school, **changes))  # type: ignore[arg-type]


def organisation(**changes: object) -> Step:
    return lambda scene: replace(
        scene,
        organisation=replace(scene.organisation, **changes),  # type: ignore[arg-type]
    )


def credited(**changes: object) -> Step:
    def step(scene: Scene) -> Scene:
        assert scene.credited is not None
        return replace(scene, credited=replace(scene.credited, **changes))  # type: ignore[arg-type]

    return step


def instalment(**changes: object) -> Step:
    """What remains follows from the other amounts, as it does in the records."""

    def step(scene: Scene) -> Scene:
        assert scene.instalment is not None
        parts = ("amount_cents", "debited_cents", "in_flight_cents", "paid_cents")
        fields: dict[str, object] = {name: getattr(scene.instalment, name) for name in parts}
        fields |= changes
        owed, *gone = (int(str(fields[name])) for name in parts)
        fields["remaining_cents"] = owed - sum(gone)
        return replace(scene, instalment=replace(scene.instalment, **fields))  # type: ignore[arg-type]

    return step


def customer(**changes: object) -> Step:
    def step(scene: Scene) -> Scene:
        assert scene.customer is not None
        return replace(scene, customer=replace(scene.customer, **changes))  # type: ignore[arg-type]

    return step


def account(**changes: object) -> Step:
    """Changes the first account."""
    first, *others = CUSTOMER.accounts
    return customer(accounts=(replace(first, **changes), *others))  # type: ignore[arg-type]


def presented(*cents: int, **facts: object) -> Step:
    """Collections under the first mandate, of so many cents."""
    recent = tuple(
        Presentation(
            batch_id=f"b{rank}",
            end_to_end_id=f"e{rank}",
            collected_on=date(2026, 5 + rank, 5),
            amount_cents=amount,
            sequence=SequenceType.RECURRENT,
            iban=FRENCH_IBAN,
            reference="RUM-1",
            creditor_id=ICS,
            creditor_name="Conservatoire",
        )
        for rank, amount in enumerate(cents)
    )
    return mandate(history=History(recent), **facts)


def mandate(**changes: object) -> Step:
    """Changes the first mandate."""
    first, *others = MANDATES
    return customer(mandates=(replace(first, **changes), *others))  # type: ignore[arg-type]


def with_new_mandate(**spoiled: object) -> Step:
    """The first mandate as it was spoiled, and one that was signed in its place."""
    first, *others = MANDATES
    fresh = replace(first, id="m9", reference="RUM-9", signed_on=date(2026, 11, 20))
    return customer(mandates=(replace(first, **spoiled), *others, fresh))  # type: ignore[arg-type]


def at(now: datetime) -> Step:
    return lambda scene: replace(scene, now=now)


def row(**cells: object) -> Step:
    return lambda scene: replace(scene, seen=scene.seen._replace(**cells))  # type: ignore[arg-type]


def choosing(account_id: str, mandate_id: str) -> Step:
    """The operator chooses from where and under which mandate."""

    def step(scene: Scene) -> Scene:
        assert scene.customer is not None
        chosen = with_account(scene.seen, scene.customer, account_id)
        return replace(scene, seen=with_mandate(chosen, scene.customer, mandate_id))

    return step


def seen_anew(scene: Scene) -> Scene:
    """The table is built from the records as they are now."""
    assert scene.instalment is not None
    return replace(scene, seen=row_of(scene.instalment, scene.customer))


def refreshed(scene: Scene) -> Scene:
    """The operator asks for what changed."""
    assert scene.instalment is not None
    return replace(scene, seen=brought_up_to_date(scene.seen, scene.instalment, scene.customer))


def beside(**cells: object) -> Step:
    """Another row of the same customer stands in the table."""
    return lambda scene: replace(
        scene,
        others=(scene.seen._replace(instalment_id="i-002", **cells),),  # type: ignore[arg-type]
    )


def steps(*each: Step) -> Step:
    def step(scene: Scene) -> Scene:
        for one in each:
            scene = one(scene)
        return scene

    return step


RECORDS: Mapping[str, str] = {
    "edit_organisation": "organisation",
    "edit_credited_account": "credited",
    "choose_credited_account": "credited",
    "edit_customer": "customer",
    "edit_invoice": "instalment",
    "call_sales": "school",
}
"""Which record of a scene each fix may change."""
