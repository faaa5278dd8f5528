"""What changed in the records since the operator saw a row: in words, each with its before and after."""

from __future__ import annotations

from collections.abc import Iterator

from diapason.domain.anomalies import OF_THE_TABLE, AnomalyCode
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
    if customer is not None:
        changes += _of_account(row, customer)
        changes += _of_mandate(row, customer)
    if not changes and instalment.revision != row.revision:
        changes.append("l’échéance a été modifiée, sans effet sur ce qui se voit ici")
    return changes


def news_of(seen: DraftRow, examined: DraftRow) -> list[str]:
    """What a fresh examination of a row tells beside what the table shows, in French; empty where it tells
    nothing new. A change stays news until the operator takes it over."""
    news = []
    for anomaly in examined.anomalies:
        if anomaly.code is AnomalyCode.CHANGED:
            news.append(anomaly.detail)
        elif anomaly not in seen.anomalies:
            news.append(anomaly.words)
    for anomaly in seen.anomalies:
        is_of_the_row = anomaly.code not in OF_THE_TABLE and anomaly.code is not AnomalyCode.CHANGED
        if is_of_the_row and all(anomaly.code is not found.code for found in examined.anomalies):
            news.append(f"Réglé depuis : {anomaly.words}")
    if examined.month_cents != seen.month_cents:
        before, after = french_euros(seen.month_cents), french_euros(examined.month_cents)
        news.append(_moved("pris par d’autres remises dans le mois", before, after))
    return news


def _of_account(row: DraftRow, customer: Customer) -> Iterator[str]:
    account = customer.account(row.account_id)
    if account is not None and account.masked != row.account_masked:
        yield _moved("compte", row.account_masked, account.masked)
    elif account is None and row.account_id:
        yield f"compte {row.account_masked} retiré du client"


def _of_mandate(row: DraftRow, customer: Customer) -> Iterator[str]:
    mandate = customer.mandate(row.mandate_id)
    if mandate is None:
        if row.mandate_id:
            yield f"mandat {row.mandate_reference} retiré du client"
        return
    if mandate.reference != row.mandate_reference:
        yield _moved("mandat", row.mandate_reference, mandate.reference)
    if mandate.is_one_off != row.one_off:
        yield _moved("type du mandat", _kind(row.one_off), _kind(mandate.is_one_off))


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
