"""The demo schools' settings, written by the product's own store.

python -m infra.local.founding    reads the members from its input, writes what records lack to its output

A process of its own, with the functions' environment: the store reads the AWS settings of its process.
"""

import json
import sys
from contextlib import suppress
from dataclasses import replace

from diapason.domain.clock import paris_date
from diapason.domain.errors import AlreadyExists, NotFound
from diapason.domain.imports import PREVIEW_LIFE, ImportKind
from diapason.domain.members import Member
from diapason.store.customers import customer_id
from diapason.store.documents import decode
from diapason.store.house import House, SchoolStore
from diapason.workflows.import_records import import_records
from infra.local.demo_school.creditors import CREDITED_ACCOUNTS, ORGANISATIONS, SCHOOLS
from infra.local.demo_school.legacy import legacy_customers

WHO = "demonstration"
DEMO_SCHOOL = "ecole-demo"
WITH_RECORDS = (DEMO_SCHOOL, "ecole-voisine")
FIRST_REFERENCE = "C0001"
"""Of the customers that are imported."""


def main() -> None:
    """Founds every school, finishes what imports an earlier stop left, and tells which records lack."""
    house = House.from_environment()
    members = decode(sys.stdin.read(), list[Member])
    lacking = {}
    for school_id in SCHOOLS:
        store = house.school(school_id)
        found_school(store, [member for member in members if member.school_id == school_id])
        if school_id in WITH_RECORDS:
            lacking[school_id] = lacking_records(store)
    json.dump(lacking, sys.stdout)


def found_school(store: SchoolStore, members: list[Member]) -> None:
    """Writes the school, its organisation, credited accounts and members where they are missing."""
    school_id = store.keys.school_id
    registry = store.registry
    try:
        registry.school()
    except NotFound:
        registry.put_school(SCHOOLS[school_id], None, WHO)
    try:
        registry.organisation()
    except NotFound:
        registry.put_organisation(ORGANISATIONS[school_id], None, WHO)
    standing = {account.value.id for account in registry.credited_accounts()}
    for account in CREDITED_ACCOUNTS[school_id]:
        if account.id not in standing:
            registry.put_credited_account(account, None, WHO)
    if school_id == DEMO_SCHOOL:
        leave_legacy_customers(store)
    known = {found.value.username for found in store.members.listed()}
    for member in members:
        if member.username not in known:
            store.members.admit(replace(member, since=store.clock.now()), WHO)


def leave_legacy_customers(store: SchoolStore) -> None:
    """Writes those that are missing."""
    for customer in legacy_customers(store.keys.school_id, paris_date(store.clock.now())):
        with suppress(AlreadyExists):
            store.customers.create(customer, WHO)


def lacking_records(store: SchoolStore) -> list[str]:
    """The kinds of files that are still to be imported."""
    now = store.clock.now()
    for import_id in store.imports.unfinished(now, now - PREVIEW_LIFE):
        import_records(store, import_id)
    lacking = []
    first = customer_id(store.keys.school_id, FIRST_REFERENCE)
    if not store.customers.many([first]):
        lacking.append(ImportKind.CUSTOMERS.value)
    if not store.invoices.numbered("", 1).invoices:
        lacking.append(ImportKind.INVOICES.value)
    return lacking


if __name__ == "__main__":
    main()
