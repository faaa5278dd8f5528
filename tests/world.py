"""A school in the test's own process: the product's real store over the embedded DynamoDB, with moto for S3,
SQS and the user pool (small here), and a clock that tests set.

    def test_something(world): ...      # the fixture is in tests/conftest.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from botocore.loaders import JSONFileLoader
from moto import mock_aws

from diapason.domain.clock import FixedClock
from diapason.domain.creditor import CreditedAccount, MessageVersion, Organisation, School
from diapason.domain.invoices import Instalment, Invoice, InvoiceKind, Sending
from diapason.domain.mandates import Mandate, MandateState, MandateType
from diapason.domain.members import Member, Permission, Role
from diapason.domain.parties import Address, Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.store.customers import customer_id, mandate_id
from diapason.store.environment import Environment
from diapason.store.house import House, SchoolStore
from diapason.store.invoices import invoice_id
from infra.local.dynamodb import Endpoint
from infra.local.resources.naming import names_of
from infra.local.resources.tables import create_tables
from infra.local.template import Template, read_template
from tests.local.dynamodb_in_process import (
    DYNAMODB_HOST,
    DYNAMODB_URL,
    Routes,
    dynamodb_handler,
    intercepted_requests,
)

ROOT = Path(__file__).parents[1]
NOON_IN_PARIS = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""A Monday."""

SCHOOL_IBAN = "FR7630001007941234567890185"
FAMILY_IBANS = (
    "FR1420041010050500013M02606",
    "FR7630006000011234567890189",
    "FR7610107001011234567890129",
)
ICS = "FR72ZZZ123456"

TABLES = {
    "RegistryTable": "registry_table",
    "BillingTable": "billing_table",
    "CollectionTable": "collection_table",
    "JournalTable": "journal_table",
}
BUCKETS = ("outputs_bucket", "work_bucket", "uploads_bucket")
QUEUES = (
    "create_batches_queue_url",
    "generate_bank_file_queue_url",
    "release_batch_queue_url",
    "import_records_queue_url",
    "export_accounting_queue_url",
)
NO_POOL = "eu-west-3_NotMade"
VARIABLES = {
    "AWS_REGION": "eu-west-3",
    "AWS_DEFAULT_REGION": "eu-west-3",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_ENDPOINT_URL_DYNAMODB": DYNAMODB_URL,
}


@dataclass
class World:
    """One process's view of the product: the house, its clock, and what is needed to fill a school."""

    house: House
    clock: FixedClock
    endpoint: Endpoint
    routes: Routes
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def school(self, school_id: str = "ecole-demo") -> SchoolStore:
        return self.house.school(school_id)

    def founded(
        self, school_id: str = "ecole-demo", version: MessageVersion = MessageVersion.V08
    ) -> SchoolStore:
        """A school that may collect: option, ICS, one credited account named ``main``."""
        store = self.school(school_id)
        store.registry.put_school(School(school_id, f"École {school_id}", direct_debit=True), None, "test")
        organisation = Organisation(
            name="Conservatoire de Sainte-Cécile",
            creditor_id=ICS,
            siret="",
            address=Address("1 rue de l’Orgue", "80000", "Amiens", "FR"),
        )
        store.registry.put_organisation(organisation, None, "test")
        account = CreditedAccount(id="main", label="Compte principal", iban_text=SCHOOL_IBAN, version=version)
        store.registry.put_credited_account(account, None, "test")
        return store

    def open_group(self, school_id: str) -> None:
        """The school's group in the user pool, which the platform makes: needed where people are invited.
        The pool is made with its first group: it takes as long as all the rest of a world."""
        house, cognito = self.house, self.house.cognito
        if house.environment.user_pool_id == NO_POOL:
            pool = cognito.create_user_pool(PoolName="members", UsernameAttributes=["email"])["UserPool"]
            house.environment = replace(house.environment, user_pool_id=pool["Id"])
        cognito.create_group(UserPoolId=house.environment.user_pool_id, GroupName=school_id)

    def member(
        self,
        store: SchoolStore,
        role: Role = Role.OPERATOR,
        username: str = "operateur",
        *permissions: Permission,
    ) -> Member:
        school_id = store.keys.school_id
        member = Member(
            username=username,
            school_id=school_id,
            name="Odile Pérateur",
            role=role,
            permissions=frozenset(permissions),
            email=f"{username}@{school_id}.example",
            since=self.clock.now(),
        )
        store.members.admit(member, "test")
        return member

    def customer(self, store: SchoolStore, reference: str = "", **changes: object) -> Customer:
        """A family that pays by direct debit from an account with a signed mandate, unless told otherwise."""
        customer = family(store.keys.school_id, reference or f"C{next(self._numbers):05d}", **changes)
        store.customers.create(customer, "test")
        return customer

    def invoice(
        self,
        store: SchoolStore,
        customer: Customer,
        *instalments: tuple[date, int],
        number: str = "",
        sending: Sending = Sending.SENT,
        kind: InvoiceKind = InvoiceKind.INVOICE,
        activity: str = "PIANO",
        label: str = "Cours de piano",
        pupil: str = "",
    ) -> list[Instalment]:
        """An invoice that was sent, and announces its debits, with these due dates and amounts in cents."""
        number = number or f"F{next(self._numbers):05d}"
        identifier = invoice_id(store.keys.school_id, number)
        issued_on = date(2026, 11, 1)
        notified_on = issued_on if sending is Sending.SENT else None
        invoice = Invoice(
            id=identifier,
            number=number,
            kind=kind,
            customer_id=customer.id,
            customer_name=customer.name,
            issued_on=issued_on,
            label=label,
            activity=activity,
            amount_cents=sum(cents for _, cents in instalments),
            sending=sending,
            pupil=pupil,
            notified_on=notified_on,
        )
        made = [
            Instalment(
                id=f"{identifier}-{rank:03d}",
                invoice_id=identifier,
                invoice_number=number,
                invoice_kind=kind,
                invoice_label=label,
                invoice_sending=sending,
                customer_id=customer.id,
                customer_name=customer.name,
                activity=activity,
                due_date=due_date,
                amount_cents=cents,
                debited_cents=0,
                in_flight_cents=0,
                remaining_cents=cents,
                cancelled=False,
                revision=1,
                pupil=pupil,
                notified_on=notified_on,
            )
            for rank, (due_date, cents) in enumerate(instalments, 1)
        ]
        store.invoices.create(invoice, made, "test")
        return made


def family(school_id: str, reference: str, **changes: object) -> Customer:
    """A customer of the usual kind; ``changes`` replace fields of Customer, or of its account and mandate by
    ``iban_text``, ``holder``, ``mandate_state``, ``signed_on``, ``mandate_type``, ``closed``."""
    rank = int("".join(filter(str.isdigit, reference)) or "0")
    account = DebtorAccount(
        id="a1",
        holder=str(changes.pop("holder", f"Famille {reference}")),
        iban_text=str(changes.pop("iban_text", FAMILY_IBANS[rank % len(FAMILY_IBANS)])),
        closed=bool(changes.pop("closed", False)),
    )
    rum = f"RUM-{reference}"
    mandate = Mandate(
        id=mandate_id(school_id, rum),
        reference=rum,
        account_id=account.id,
        state=changes.pop("mandate_state", MandateState.SIGNED),  # type: ignore[arg-type]
        signed_on=changes.pop("signed_on", date(2026, 9, 1)),  # type: ignore[arg-type]
        type=changes.pop("mandate_type", MandateType.RECURRENT),  # type: ignore[arg-type]
    )
    fields = {
        "kind": CustomerKind.PERSON,
        "name": f"Famille {reference}",
        "payment_method": PaymentMethod.DIRECT_DEBIT,
        "accounts": (account,),
        "mandates": (mandate,),
        **changes,
    }
    return Customer(id=customer_id(school_id, reference), reference=reference, **fields)  # type: ignore[arg-type]


JSONFileLoader.load_file = cache(JSONFileLoader.load_file)  # type: ignore[method-assign]
"""botocore reads its models of the services from JSON for every session, and a world has a session of its
own: once for a process will do."""


@cache
def setup_client(service: str) -> Any:
    """A client for what stands in a world before the test begins."""
    return boto3.Session().client(service)  # type: ignore[call-overload]


@cache
def declared() -> Template:
    """The template, read once: it takes as long as all the rest of a world."""
    return read_template(ROOT / "template.yaml")


@contextmanager
def opened_world() -> Iterator[World]:
    """A fresh world: empty tables, buckets and queues."""
    endpoint = Endpoint(":memory:", NOON_IN_PARIS.timestamp)
    with patch.dict(os.environ, VARIABLES), mock_aws(), intercepted_requests() as routes:
        routes.route(DYNAMODB_HOST, dynamodb_handler(endpoint))
        template = declared()
        names = names_of(template, {})
        create_tables(template, names, setup_client("dynamodb"))
        settings = {setting: names.refs[table] for table, setting in TABLES.items()}
        s3, sqs = setup_client("s3"), setup_client("sqs")
        for bucket in BUCKETS:
            settings[bucket] = bucket.replace("_", "-")
            s3.create_bucket(
                Bucket=settings[bucket], CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
            )
            s3.put_bucket_versioning(Bucket=settings[bucket], VersioningConfiguration={"Status": "Enabled"})
        for queue in QUEUES:
            settings[queue] = sqs.create_queue(QueueName=queue.removesuffix("_queue_url"))["QueueUrl"]
        settings["user_pool_id"] = NO_POOL
        clock = FixedClock(NOON_IN_PARIS)
        with patch.dict(os.environ, {name.upper(): value for name, value in settings.items()}):
            yield World(House(Environment(**settings), clock), clock, endpoint, routes)
    endpoint.close()
