"""The demo schools' settings, written by the product's own store.

python -m infra.local.founding    reads the members from its input, writes what records lack to its output

A process of its own, with the functions' environment: the store reads the AWS settings of its process.
"""

import json
import sys
from dataclasses import replace

from diapason.domain.creditor import BicRule, CreditedAccount, MessageVersion, Organisation, School
from diapason.domain.errors import NotFound
from diapason.domain.imports import PREVIEW_LIFE, ImportKind
from diapason.domain.members import Member
from diapason.domain.parties import Address
from diapason.store.documents import decode
from diapason.store.house import House, SchoolStore
from diapason.workflows.import_records import import_records
from infra.local.demo_school.accounts import french_iban

WHO = "demonstration"
CREDITOR_ID = "FR72ZZZ123456"

SCHOOLS = {
    "ecole-demo": School("ecole-demo", "École de musique Nadia-Boulanger", direct_debit=True),
    "ecole-voisine": School("ecole-voisine", "Conservatoire du Val-de-Noye", direct_debit=True),
}
ORGANISATIONS = {
    "ecole-demo": Organisation(
        name="École de musique Nadia-Boulanger",
        creditor_id=CREDITOR_ID,
        siret="99999001300016",
        address=Address("3 place de l’Orgue", "80000", "Amiens", "FR"),
    ),
    "ecole-voisine": Organisation(
        name="Conservatoire du Val-de-Noye",
        creditor_id="FR19ZZZ654321",
        siret="99999002100019",
        address=Address("12 rue du Chœur", "80250", "Ailly-sur-Noye", "FR"),
    ),
}
CREDITED_ACCOUNTS = (
    CreditedAccount("principal", "Compte principal", french_iban("30004", 1_001), version=MessageVersion.V08),
    CreditedAccount(
        "activites", "Compte des activités", french_iban("30003", 1_002), version=MessageVersion.V07
    ),
    CreditedAccount(
        "ancien",
        "Ancien compte (la banque exige le BIC)",
        french_iban("20041", 1_003),
        version=MessageVersion.V02,
        lead_days=2,
        bic_rule=BicRule.REQUIRED,
    ),
)


def main() -> None:
    """Founds every school, finishes what imports an earlier stop left, and tells which records lack."""
    house = House.from_environment()
    members = decode(sys.stdin.read(), list[Member])
    lacking = {}
    for school_id in SCHOOLS:
        store = house.school(school_id)
        found_school(store, [member for member in members if member.school_id == school_id])
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
    for account in CREDITED_ACCOUNTS:
        if account.id not in standing:
            registry.put_credited_account(account, None, WHO)
    known = {found.value.username for found in store.members.listed()}
    for member in members:
        if member.username not in known:
            store.members.admit(replace(member, since=store.clock.now()), WHO)


def lacking_records(store: SchoolStore) -> list[str]:
    """The kinds of files that are still to be imported."""
    now = store.clock.now()
    for import_id in store.imports.unfinished(now, now - PREVIEW_LIFE):
        import_records(store, import_id)
    lacking = []
    if not store.customers.named("", 1).customers:
        lacking.append(ImportKind.CUSTOMERS.value)
    if not store.invoices.numbered("", 1).invoices:
        lacking.append(ImportKind.INVOICES.value)
    return lacking


if __name__ == "__main__":
    main()
