"""What the repositories of one school have in common: a table, the school's keys, and the way to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diapason.domain.clock import Clock
from diapason.store.journal import Journal
from diapason.store.keys import SchoolKeys
from diapason.store.transactions import Transactions

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Tools:
    """What reading and writing one school's records takes."""

    client: DynamoDBClient
    keys: SchoolKeys
    transactions: Transactions
    journal: Journal
    clock: Clock


class Repository:
    """Records of one kind in one table."""

    def __init__(self, table: str, tools: Tools) -> None:
        self.table = table
        self._client = tools.client
        self._keys = tools.keys
        self._transactions = tools.transactions
        self._journal = tools.journal
        self._clock = tools.clock
