"""The store put together: clients once for a process, and one school's repositories at a time.

A function loads what it uses: repositories that only some need are imported where they are first asked for,
and clients are botocore's own, without what boto3 adds to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session, get_session

from diapason.domain.clock import Clock, SystemClock
from diapason.store.batches import Batches
from diapason.store.counters import Counters
from diapason.store.customers import Customers
from diapason.store.drafts import Drafts
from diapason.store.environment import Environment
from diapason.store.files import Bucket
from diapason.store.instalments import Instalments
from diapason.store.invoices import Invoices
from diapason.store.journal import Journal
from diapason.store.keys import SchoolKeys
from diapason.store.plain_answers import take_plain_answers
from diapason.store.queue import Queue
from diapason.store.registry import Registry
from diapason.store.repository import Tools
from diapason.store.tables import bind
from diapason.store.transactions import Transactions

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

    from diapason.store.accounting_exports import AccountingExports
    from diapason.store.accounts import Accounts
    from diapason.store.imports import Imports
    from diapason.store.invoice_moves import InvoiceMoves
    from diapason.store.journal_pages import JournalPages
    from diapason.store.members import Members
    from diapason.store.payments import Payments

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    tcp_keepalive=True,
)


class House:
    """What a process keeps between events: clients, names and the clock, and no school's data."""

    def __init__(self, environment: Environment, clock: Clock) -> None:
        bind(environment)
        self.environment = environment
        self.clock = clock

    @classmethod
    def from_environment(cls) -> House:
        """Raises MissingSetting."""
        return cls(Environment.read(), SystemClock())

    @cached_property
    def _session(self) -> Session:
        return get_session()

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        config = _CONFIG.merge(Config(parameter_validation=False))
        client = cast("DynamoDBClient", self._session.create_client("dynamodb", config=config))
        take_plain_answers(client)
        return client

    @cached_property
    def s3(self) -> S3Client:
        return cast("S3Client", self._session.create_client("s3", config=_CONFIG))

    @cached_property
    def sqs(self) -> SQSClient:
        return cast("SQSClient", self._session.create_client("sqs", config=_CONFIG))

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        return cast(
            "CognitoIdentityProviderClient", self._session.create_client("cognito-idp", config=_CONFIG)
        )

    @cached_property
    def transactions(self) -> Transactions:
        return Transactions(self.dynamodb)

    def school(self, school_id: str) -> SchoolStore:
        """The repositories of one school; ``school_id`` comes from a verified membership or a queue."""
        return SchoolStore(self, SchoolKeys(school_id))


@dataclass
class SchoolStore:
    """One school's records, files and queues, for the time of one event."""

    house: House
    keys: SchoolKeys

    @property
    def clock(self) -> Clock:
        return self.house.clock

    @property
    def transactions(self) -> Transactions:
        return self.house.transactions

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.house.environment.journal_table, self.keys, self.clock)

    @cached_property
    def journal_pages(self) -> JournalPages:
        from diapason.store.journal_pages import JournalPages

        return JournalPages(self.house.environment.journal_table, self._tools)

    @cached_property
    def registry(self) -> Registry:
        return Registry(self.house.environment.registry_table, self._tools)

    @cached_property
    def members(self) -> Members:
        from diapason.store.members import Members

        return Members(self.house.environment.registry_table, self._tools)

    @cached_property
    def accounts(self) -> Accounts:
        from diapason.store.accounts import Accounts

        return Accounts(self.house.cognito, self.house.environment.user_pool_id, self.keys)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self.house.environment.registry_table, self._tools)

    @cached_property
    def instalments(self) -> Instalments:
        return Instalments(self.house.environment.billing_table, self._tools)

    @cached_property
    def invoices(self) -> Invoices:
        return Invoices(self.house.environment.billing_table, self._tools, self.instalments)

    @cached_property
    def invoice_moves(self) -> InvoiceMoves:
        from diapason.store.invoice_moves import InvoiceMoves

        return InvoiceMoves(self.house.environment.billing_table, self._tools, self.invoices)

    @cached_property
    def payments(self) -> Payments:
        from diapason.store.payments import Payments

        return Payments(self.house.environment.billing_table, self._tools)

    @cached_property
    def imports(self) -> Imports:
        from diapason.store.imports import Imports

        return Imports(self.house.environment.registry_table, self._tools)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.house.environment.collection_table, self._tools)

    @cached_property
    def batches(self) -> Batches:
        return Batches(self.house.environment.collection_table, self._tools)

    @cached_property
    def accounting_exports(self) -> AccountingExports:
        from diapason.store.accounting_exports import AccountingExports

        return AccountingExports(self.house.environment.collection_table, self._tools, self.counters)

    @cached_property
    def counters(self) -> Counters:
        return Counters(self.house.environment.collection_table, self._tools)

    @cached_property
    def _tools(self) -> Tools:
        return Tools(self.house.dynamodb, self.keys, self.transactions, self.journal, self.clock)

    @cached_property
    def outputs(self) -> Bucket:
        return Bucket(self.house.s3, self.house.environment.outputs_bucket)

    @cached_property
    def work_files(self) -> Bucket:
        return Bucket(self.house.s3, self.house.environment.work_bucket)

    @cached_property
    def uploads(self) -> Bucket:
        return Bucket(self.house.s3, self.house.environment.uploads_bucket)

    @cached_property
    def create_batches_queue(self) -> Queue:
        return Queue(self.house.sqs, self.house.environment.create_batches_queue_url)

    @cached_property
    def generate_bank_file_queue(self) -> Queue:
        return Queue(self.house.sqs, self.house.environment.generate_bank_file_queue_url)

    @cached_property
    def release_batch_queue(self) -> Queue:
        return Queue(self.house.sqs, self.house.environment.release_batch_queue_url)

    @cached_property
    def import_records_queue(self) -> Queue:
        return Queue(self.house.sqs, self.house.environment.import_records_queue_url)

    @cached_property
    def export_accounting_queue(self) -> Queue:
        return Queue(self.house.sqs, self.house.environment.export_accounting_queue_url)
