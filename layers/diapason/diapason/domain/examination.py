"""The examination of a draft: every anomaly of its rows and of its creditor, from the records as they are.

Pure: it is handed the instalment, the customer and the moment, and reads nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from diapason.domain.anomalies import OF_THE_TABLE, Anomaly, AnomalyCode
from diapason.domain.calendar import earliest_collection_date, is_target_day, months_after, next_target_day
from diapason.domain.ceilings import faults_of_month, is_unusual, month_of
from diapason.domain.countries import has_reachable_currency, is_in_sepa, needs_address
from diapason.domain.creditor import Ceilings, CreditedAccount, Organisation, PublicAccount, School
from diapason.domain.drafts import DraftRow
from diapason.domain.identifiers import (
    Bic,
    CreditorIdentifier,
    Iban,
    InvalidIban,
    InvalidIdentifier,
    MandateReference,
    bic_of,
)
from diapason.domain.invoices import SENDING, Channel, Instalment, InvoiceKind, Sending
from diapason.domain.mandates import Mandate, MandateState, Scheme
from diapason.domain.money import MAX_CENTS, french_euros
from diapason.domain.outdated import what_changed
from diapason.domain.parties import Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.domain.public_accounts import faults_of_public_account

_C = AnomalyCode
FAR_MONTHS = 12
_NOT_AS_IT_STANDS = "des espaces ou des barres obliques y sont de trop."
_NOTHING_TO_DEBIT = frozenset(
    {
        _C.NOT_AN_INVOICE,
        _C.INVOICE_CANCELLED,
        _C.CLAIMED,
        _C.FULLY_DEBITED,
        _C.PAID_OTHERWISE,
        _C.EXPORTED,
        _C.KEPT_IN_ACCOUNTING,
    }
)
"""Where the amount is beside the point: no amount would do."""

_CHANNELS = {Channel.PES: _C.EXPORTED, Channel.ACCOUNTING: _C.KEPT_IN_ACCOUNTING}
_MANDATE_STATES = {
    MandateState.DRAFT: _C.MANDATE_NOT_SIGNED,
    MandateState.SUSPENDED: _C.MANDATE_SUSPENDED,
    MandateState.REVOKED: _C.MANDATE_REVOKED,
    MandateState.LAPSED: _C.MANDATE_LAPSED,
}


class CreditorTexts(NamedTuple):
    """What is left of the creditor's texts in the bank's characters; empty where nothing can be written.
    ``initiating_party_id`` is written as it was entered, or not at all."""

    name: str
    initiating_party_id: str
    public_account: PublicAccount | None


@dataclass(slots=True)
class Ground:
    """What all rows of a draft share: who collects, into which account, and when it is now in Paris."""

    school: School
    organisation: Organisation
    account: CreditedAccount | None
    texts: CreditorTexts
    now: datetime
    _dates: dict[date, tuple[Anomaly, ...]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.date()

    def anomalies_of_creditor(self) -> list[Anomaly]:
        """What blocks the whole draft."""
        found = []
        if not self.school.direct_debit:
            found.append(Anomaly(_C.OPTION_INACTIVE))
        if not self.organisation.creditor_id:
            found.append(Anomaly(_C.ICS_MISSING))
        else:
            try:
                CreditorIdentifier.parse(self.organisation.creditor_id)
            except InvalidIdentifier as error:
                found.append(Anomaly(_C.ICS_WRONG, str(error)))
        if not self.texts.name:
            found.append(Anomaly(_C.CREDITOR_NAME_MISSING))
        found.extend(self._anomalies_of_credited_account())
        return found

    def _anomalies_of_credited_account(self) -> Iterator[Anomaly]:
        if self.account is None:
            yield Anomaly(_C.CREDITED_ACCOUNT_MISSING)
            return
        if self.account.closed:
            yield Anomaly(_C.CREDITED_ACCOUNT_CLOSED)
        try:
            Iban.parse(self.account.iban_text)
        except InvalidIban as error:
            yield Anomaly(_C.CREDITED_ACCOUNT_WRONG, str(error))
        try:
            if self.account.bic_text:
                Bic.parse(self.account.bic_text)
        except InvalidIdentifier:
            yield Anomaly(_C.CREDITED_BIC_WRONG)
        if self.account.initiating_party_id and not self.texts.initiating_party_id:
            yield Anomaly(_C.INITIATING_PARTY_WRONG)
        if self.texts.public_account is not None:
            for fault in faults_of_public_account(self.texts.public_account, self.organisation.siret):
                yield Anomaly(_C.PUBLIC_ACCOUNT_WRONG, fault.words)

    def anomalies_of_date(self, day: date) -> tuple[Anomaly, ...]:
        """What is wrong with collecting on a day; remembered, since rows share few days."""
        if day not in self._dates:
            self._dates[day] = tuple(self._examine_date(day))
        return self._dates[day]

    def date_proposed(self, day: date) -> date | None:
        """The day that would mend this one; None where nothing is wrong with it."""
        return next(
            (found.proposed_date for found in self.anomalies_of_date(day) if found.proposed_date), None
        )

    @property
    def scheme(self) -> Scheme:
        return self.account.scheme if self.account else Scheme.CORE

    @property
    def ceilings(self) -> Ceilings:
        return self.account.ceilings if self.account else Ceilings()

    def earliest_date(self) -> date:
        """The first day for which the bank still takes a file."""
        lead_days, cut_off_hour = (
            (self.account.lead_days, self.account.cut_off_hour) if self.account else (1, 24)
        )
        return earliest_collection_date(self.now, lead_days, cut_off_hour)

    def _examine_date(self, day: date) -> Iterator[Anomaly]:
        earliest = self.earliest_date()
        if day < self.today:
            yield _of_date(_C.DATE_PAST, earliest)
        elif day < earliest:
            yield _of_date(_C.DATE_TOO_SOON, earliest)
        elif not is_target_day(day):
            yield _of_date(_C.DATE_NOT_TARGET, next_target_day(day))
        if day > months_after(self.today, FAR_MONTHS):
            yield Anomaly(_C.DATE_FAR)


def _of_date(code: AnomalyCode, proposed: date) -> Anomaly:
    return Anomaly(code, _french(proposed), proposed)


def _french(day: date) -> str:
    return day.strftime("%d/%m/%Y")


class BankTexts(NamedTuple):
    """What is left of a row's texts in the bank's characters; empty where nothing can be written. The
    reference of a mandate is written as it was signed, or not at all."""

    remittance: str
    holder: str
    town: str
    mandate_reference: str


def examine_row(
    row: DraftRow,
    instalment: Instalment | None,
    customer: Customer | None,
    texts: BankTexts,
    ground: Ground,
) -> DraftRow:
    """The row with the anomalies that the records raise now."""
    if instalment is None:
        return row._replace(anomalies=(Anomaly(_C.INSTALMENT_MISSING),))
    found = list(_of_instalment(instalment))
    if not any(anomaly.code in _NOTHING_TO_DEBIT for anomaly in found):
        changes = what_changed(row, instalment, customer)
        if changes:
            found.append(Anomaly(_C.CHANGED, " ; ".join(changes)))
        found.extend(_of_amount(row, instalment, customer, ground))
    if customer is None:
        found.append(Anomaly(_C.CUSTOMER_MISSING))
    else:
        found.extend(_of_customer(row, customer, texts, ground))
    found.extend(ground.anomalies_of_date(row.collection_date))
    if not texts.remittance:
        found.append(Anomaly(_C.TEXT_EMPTY))
    found.extend(_of_notice(row, instalment, ground))
    month_cents = 0
    if ground.ceilings.customer_month_cents is not None and customer is not None:
        month_cents = customer.months.get(month_of(row.collection_date), 0)
    return row._replace(anomalies=tuple(dict.fromkeys(found)), month_cents=month_cents)


def _of_notice(row: DraftRow, instalment: Instalment, ground: Ground) -> Iterator[Anomaly]:
    """The pre-notification; an invoice that announces its due dates and amounts is one."""
    notified_on = instalment.notified_on
    if notified_on is None:
        yield Anomaly(_C.NOTICE_MISSING, "aucune annonce")
    elif row.collection_date < notified_on + timedelta(days=ground.organisation.notice_days):
        words = f"annonce du {_french(notified_on)}, moins de {ground.organisation.notice_days} jours avant"
        yield Anomaly(_C.NOTICE_MISSING, words)


def _of_instalment(instalment: Instalment) -> Iterator[Anomaly]:
    if instalment.invoice_kind is not InvoiceKind.INVOICE:
        yield Anomaly(_C.NOT_AN_INVOICE)
        return
    if instalment.cancelled:
        yield Anomaly(_C.INVOICE_CANCELLED)
        return
    if instalment.invoice_sending is not Sending.SENT:
        yield Anomaly(_C.INVOICE_NOT_SENT, SENDING.words[instalment.invoice_sending])
    if instalment.claim is not None:
        yield Anomaly(_C.CLAIMED, instalment.claim.batch_number)
    elif instalment.channel is not None:
        yield Anomaly(_CHANNELS[instalment.channel], instalment.channel_reference)
    elif instalment.remaining_cents <= 0 and instalment.paid_cents > 0:
        yield Anomaly(_C.PAID_OTHERWISE)
    elif instalment.debited_cents >= instalment.amount_cents > 0:
        yield Anomaly(_C.FULLY_DEBITED)


def _of_amount(
    row: DraftRow, instalment: Instalment, customer: Customer | None, ground: Ground
) -> Iterator[Anomaly]:
    if row.amount_cents <= 0:
        yield Anomaly(_C.AMOUNT_NOT_POSITIVE)
    elif row.amount_cents > MAX_CENTS:
        yield Anomaly(_C.AMOUNT_ABOVE_SCHEME)
    elif row.amount_cents > instalment.remaining_cents:
        yield Anomaly(_C.AMOUNT_ABOVE_REST, french_euros(instalment.remaining_cents))
    else:
        ceiling = ground.ceilings.line_cents
        if ceiling is not None and row.amount_cents > ceiling:
            yield Anomaly(_C.AMOUNT_ABOVE_CEILING, french_euros(ceiling))
        usual = customer.usual_cents() if customer else None
        if usual is not None and is_unusual(row.amount_cents, usual):
            yield Anomaly(_C.AMOUNT_UNUSUAL, french_euros(usual))


def _of_customer(row: DraftRow, customer: Customer, texts: BankTexts, ground: Ground) -> Iterator[Anomaly]:
    if customer.payment_method is not PaymentMethod.DIRECT_DEBIT:
        yield Anomaly(_C.METHOD_NOT_DEBIT)
    account = customer.account(row.account_id)
    if account is None:
        yield Anomaly(_C.ACCOUNT_MISSING)
    else:
        yield from _of_account(account, customer, texts, ground)
    mandate = customer.mandate(row.mandate_id)
    if mandate is None:
        yield Anomaly(_C.MANDATE_MISSING)
    else:
        yield from _of_mandate(row, mandate, customer, texts, ground)
    if ground.scheme is Scheme.B2B and customer.kind is CustomerKind.PERSON:
        yield Anomaly(_C.CONSUMER_IN_B2B)


def _of_account(
    account: DebtorAccount, customer: Customer, texts: BankTexts, ground: Ground
) -> Iterator[Anomaly]:
    if account.closed:
        yield Anomaly(_C.ACCOUNT_CLOSED)
    if not texts.holder:
        yield Anomaly(_C.HOLDER_MISSING)
    try:
        iban = account.iban()
    except InvalidIban as error:
        is_bank_key = error.code == "iban.bank_key"
        yield Anomaly(_C.BANK_KEY_WRONG if is_bank_key else _C.IBAN_WRONG, str(error))
        return
    if not is_in_sepa(iban.country):
        yield Anomaly(_C.OUTSIDE_SEPA, iban.country)
    elif not has_reachable_currency(iban):
        yield Anomaly(_C.OUTSIDE_SEPA, "francs CFP")
    elif not (texts.town and customer.address.country):
        if needs_address(iban.country):
            yield Anomaly(_C.ADDRESS_MISSING, "sa banque est hors de l’Espace économique européen")
        elif ground.account is not None and ground.account.demands_address:
            yield Anomaly(_C.ADDRESS_MISSING, "le Trésor la demande pour chaque débiteur")
    yield from _of_bic(account, iban, ground)


def _of_bic(account: DebtorAccount, iban: Iban, ground: Ground) -> Iterator[Anomaly]:
    try:
        bic = account.bic()
    except InvalidIdentifier:
        yield Anomaly(_C.BIC_WRONG)
        return
    if bic is None and ground.account is not None and ground.account.demands_bic and bic_of(iban) is None:
        yield Anomaly(_C.BIC_MISSING)


def _of_mandate(
    row: DraftRow, mandate: Mandate, customer: Customer, texts: BankTexts, ground: Ground
) -> Iterator[Anomaly]:
    yield from _of_reference(mandate, texts)
    yield from _of_signature(row, mandate, ground)
    if mandate.is_spent:
        yield Anomaly(_C.MANDATE_CONSUMED)
    if row.account_id and mandate.account_id != row.account_id:
        yield Anomaly(_C.MANDATE_OTHER_ACCOUNT)
    if mandate.creditor_id and not ground.organisation.was_creditor(mandate.creditor_id):
        yield Anomaly(_C.MANDATE_OTHER_CREDITOR, mandate.creditor_id)
    successor = customer.successor(mandate)
    if successor is not None:
        yield Anomaly(_C.MANDATE_REPLACED, successor.reference)
    if mandate.scheme is not ground.scheme:
        yield Anomaly(_C.SCHEME_MISMATCH, f"le mandat est {mandate.scheme}, le compte {ground.scheme}")


def _of_reference(mandate: Mandate, texts: BankTexts) -> Iterator[Anomaly]:
    try:
        MandateReference.parse(mandate.reference)
    except InvalidIdentifier as error:
        yield Anomaly(_C.RUM_WRONG, str(error))
        return
    if not texts.mandate_reference:
        yield Anomaly(_C.RUM_WRONG, _NOT_AS_IT_STANDS)


def _of_signature(row: DraftRow, mandate: Mandate, ground: Ground) -> Iterator[Anomaly]:
    if mandate.state is not MandateState.SIGNED:
        yield Anomaly(_MANDATE_STATES[mandate.state])
    elif mandate.signed_on is None:
        yield Anomaly(_C.MANDATE_NOT_SIGNED)
    elif mandate.signed_on > min(ground.today, row.collection_date):
        yield Anomaly(_C.SIGNATURE_LATE, _french(mandate.signed_on))
    elif mandate.has_lapsed(row.collection_date):
        yield Anomaly(_C.MANDATE_LAPSED)


def examine_together(rows: Sequence[DraftRow], ceilings: Ceilings) -> list[DraftRow]:
    """Adds what only the whole table shows: a mandate that ends on one of its rows, a customer twice at a
    date, or above the ceiling of a month.

    A row that keeps its anomalies is the same object as before.
    """
    customers = Counter((row.customer_id, row.collection_date) for row in rows)
    ended = Counter(row.mandate_id for row in rows if row.one_off or row.is_final)
    ending = Counter(row.mandate_id for row in rows if row.mandate_id in ended)
    above = faults_of_month(rows, ceilings.customer_month_cents)
    examined = []
    for row in rows:
        anomalies = tuple(anomaly for anomaly in row.anomalies if anomaly.code not in OF_THE_TABLE)
        if customers[row.customer_id, row.collection_date] > 1:
            anomalies += (Anomaly(_C.SAME_CUSTOMER_TWICE),)
        if row.mandate_id and ending[row.mandate_id] > 1:
            anomalies += (Anomaly(_C.MANDATE_TWICE),)
        if above and (month := (row.customer_id, month_of(row.collection_date))) in above:
            anomalies += (Anomaly(_C.MONTH_ABOVE_CEILING, french_euros(above[month])),)
        examined.append(row if anomalies == row.anomalies else row._replace(anomalies=anomalies))
    return examined
