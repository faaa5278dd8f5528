"""What the transactions of chunks have in common: a customer's mandates are moved in one action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from diapason.domain.batches import Line
from diapason.domain.mandates import MandateType


def mandates_by_customer(
    lines: Iterable[Line], wanted: Callable[[Line], bool] = lambda line: True
) -> dict[str, list[str]]:
    """Customer id → the mandates of these lines, each once, in a fixed order."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        if wanted(line):
            found[line.customer_id][line.mandate_id] = None
    return {customer: list(mandates) for customer, mandates in found.items()}


def is_one_off(line: Line) -> bool:
    return line.mandate_type is MandateType.ONE_OFF


def cents_by_invoice(lines: Iterable[Line]) -> dict[str, int]:
    """Invoice id → the cents that these lines debit of it."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.invoice_id] += line.amount_cents
    return dict(sums)
