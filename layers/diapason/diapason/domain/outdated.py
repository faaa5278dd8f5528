"""What changed in the records since the operator saw a row: in words, each with its before and after."""

from __future__ import annotations

from diapason.domain.drafts import DraftRow
from diapason.domain.invoices import Instalment
from diapason.domain.money import french_euros
from diapason.domain.parties import Customer


def what_changed(row: DraftRow, instalment: Instalment, customer: Customer | None) -> list[str]:
    """French phrases without a full stop; empty where the row is as it was seen."""
    changes = []
    if instalment.amount_cents != row.total_cents:
        changes.append(
            _moved("montant", french_euros(row.total_cents), french_euros(instalment.amount_cents))
        )
    if instalment.remaining_cents != row.remaining_cents:
        rest = _moved(
            "reste à prélever", french_euros(row.remaining_cents), french_euros(instalment.remaining_cents)
        )
        changes.append(f"{rest}{_why(instalment)}")
    if instalment.due_date != row.due_date:
        changes.append(_moved("échéance", f"{row.due_date:%d/%m/%Y}", f"{instalment.due_date:%d/%m/%Y}"))
    account = customer.account(row.account_id) if customer else None
    if account is not None and account.masked != row.account_masked:
        changes.append(_moved("compte", row.account_masked, account.masked))
    mandate = customer.mandate(row.mandate_id) if customer else None
    if mandate is not None and mandate.reference != row.mandate_reference:
        changes.append(_moved("mandat", row.mandate_reference, mandate.reference))
    if mandate is not None and mandate.is_one_off != row.one_off:
        changes.append(_moved("type du mandat", _kind(row.one_off), _kind(mandate.is_one_off)))
    if not changes and instalment.revision != row.revision:
        changes.append("l’échéance a été modifiée, sans effet sur ce qui se voit ici")
    return changes


def _moved(what: str, before: str, after: str) -> str:
    return f"{what} {before} → {after}"


def _why(instalment: Instalment) -> str:
    """By whom the rest was reduced, as far as the instalment tells."""
    if instalment.paid_cents > 0:
        return f" ({french_euros(instalment.paid_cents)} réglés autrement)"
    if instalment.last_debit is not None:
        return f" (remise {instalment.last_debit.batch_number})"
    return ""


def _kind(one_off: bool) -> str:
    return "ponctuel" if one_off else "récurrent"
