"""Taking the numbers of a draft's batches, and the identifiers that follow from a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diapason.domain.creditor import CreditedAccount
from diapason.domain.drafts import Draft
from diapason.domain.numbering import (
    NumberingKind,
    NumberingRule,
    end_to_end_id,
    public_account_end_to_end_id,
    timestamp_number,
    yearly_number,
)
from diapason.store.house import SchoolStore
from diapason.store.transactions import Transaction

NUMBERING_ATTEMPTS = 20


class NumberingContended(Exception):
    """Other drafts took their numbers first, again and again: the message comes again."""


@dataclass(frozen=True, slots=True)
class TakenNumbers:
    """The numbers of one draft's batches, in the order of their dates; ``counter`` is empty where nothing is
    counted."""

    texts: list[str]
    counter: str = ""
    seen: int = 0

    def add_to(self, transaction: Transaction, store: SchoolStore) -> None:
        """Takes them in the transaction that stores them."""
        if self.counter:
            store.counters.add_take(transaction, self.counter, self.seen, len(self.texts))


def taken_numbers(store: SchoolStore, draft: Draft, rule: NumberingRule, count: int) -> TakenNumbers:
    """The next numbers by the school's rule."""
    assert draft.registration is not None
    stamp = draft.registration.stamp
    if rule.kind is NumberingKind.TIMESTAMP:
        return TakenNumbers([timestamp_number(rule, stamp, rank) for rank in range(1, count + 1)])
    year = int(stamp[:4])
    counter = f"BATCHES#{year}"
    seen = store.counters.value(counter)
    return TakenNumbers(
        [yearly_number(rule, year, seen + rank) for rank in range(1, count + 1)], counter, seen
    )


def end_to_end_rule(rule: NumberingRule, account: CreditedAccount) -> Callable[[str, int], str]:
    """How a line's EndToEndId follows from its batch's number and its position."""
    public = account.public_account
    if public is None:
        return end_to_end_id
    return lambda number, position: public_account_end_to_end_id(public.codique, number, rule, position)
