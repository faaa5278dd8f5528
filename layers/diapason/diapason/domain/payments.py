"""What a family paid in another way than by direct debit, and what a school saw of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from diapason.domain.errors import FieldError, InvalidInput, StateRefused
from diapason.domain.invoices import CHANNEL_WORDS, Instalment, InvoiceKind
from diapason.domain.money import french_euros
from diapason.domain.parties import PaymentMethod
from diapason.domain.states import StateTable


class PaymentState(StrEnum):
    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"


class PaymentEvent(StrEnum):
    WITHDRAW = "withdraw"


PAYMENT = StateTable(
    "Règlement",
    {PaymentState.RECORDED: "enregistré", PaymentState.WITHDRAWN: "retiré"},
    {(PaymentState.RECORDED, PaymentEvent.WITHDRAW): PaymentState.WITHDRAWN},
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the operator saw: so many cents of one instalment, on a day in Paris."""

    amount_cents: int
    method: PaymentMethod
    paid_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a payment no longer counts: a cheque that bounced, a slip of the hand."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A receipt on record. Its id is a function of its instalment and of the page's request key, so that the
    same one sent twice counts once."""

    id: str
    instalment_id: str
    receipt: Receipt
    recorded_by: str
    recorded_at: datetime
    withdrawal: Withdrawal | None = None

    @property
    def state(self) -> PaymentState:
        return PaymentState.WITHDRAWN if self.withdrawal else PaymentState.RECORDED


def check_receipt(receipt: Receipt, instalment: Instalment, today: date) -> None:
    """Raises InvalidInput and StateRefused, with words, unless the instalment can be paid so."""
    _check_free(instalment)
    if instalment.invoice_kind is not InvoiceKind.INVOICE:
        raise StateRefused("C’est un avoir : aucun règlement ne s’y enregistre.")
    if instalment.cancelled:
        raise StateRefused("La facture est annulée : aucun règlement ne s’y enregistre.")
    errors = []
    if receipt.method is PaymentMethod.DIRECT_DEBIT:
        words = "Un prélèvement se fait par une remise : choisissez un autre mode de règlement."
        errors.append(FieldError("method", "direct-debit", words))
    if receipt.paid_on > today:
        words = "Le règlement ne peut pas être daté du futur : corrigez la date."
        errors.append(FieldError("paid_on", "future", words))
    if receipt.amount_cents <= 0:
        errors.append(FieldError("amount_cents", "not-positive", "Le montant doit être supérieur à zéro."))
    elif receipt.amount_cents > instalment.remaining_cents:
        rest = french_euros(instalment.remaining_cents)
        words = f"Il reste {rest} à payer sur cette échéance : réduisez le montant."
        errors.append(FieldError("amount_cents", "above-rest", words))
    if errors:
        raise InvalidInput(errors)


def check_withdrawal(instalment: Instalment) -> None:
    """Raises StateRefused unless what a payment took can be owed again now."""
    _check_free(instalment)
    if instalment.cancelled:
        raise StateRefused("La facture est annulée : le règlement ne se retire plus.")


def _check_free(instalment: Instalment) -> None:
    if instalment.claim is not None:
        raise StateRefused(
            f"L’échéance est retenue par la remise {instalment.claim.batch_number} : supprimez cette remise, "
            "ou attendez que son fichier soit généré."
        )
    if instalment.channel is not None:
        where = CHANNEL_WORDS[instalment.channel]
        raise StateRefused(
            f"L’échéance est {where} ({instalment.channel_reference}) : annulez d’abord cet export."
        )
