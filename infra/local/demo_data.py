"""The demo schools, brought in through the product itself: settings by its store, records by its imports."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from diapason.domain.clock import paris_date
from diapason.domain.creditor import CreditedAccount, MessageVersion, Organisation, School
from diapason.domain.errors import NotFound
from diapason.domain.members import Member, Role
from diapason.domain.parties import Address
from diapason.store.house import House, SchoolStore
from diapason.workflows.import_records import import_records, unfinished
from infra.local import demo, demo_school
from infra.local.demo_school.accounts import french_iban
from infra.local.import_api import ImportApi
from infra.local.stack import Stack

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
        bic_required=True,
    ),
)
FILES = {"ecole-demo": demo_school.files, "ecole-voisine": demo_school.neighbour_files}


def load(stack: Stack) -> None:
    """Brings in what is missing; what is there stays as it is, so that it may be called at every start.

    Raises Refused when a file is not taken.
    """
    with aws_settings(stack.environment):
        house = House.from_environment()
        for school in demo.SCHOOLS:
            store = house.school(school.school_id)
            found_school(store, [member for member in stack.members if member.school_id == school.school_id])
            api = ImportApi(stack.url, lambda school=school: stack.token(f"operateur@{school.domain}"))  # type: ignore[misc]
            bring_records(store, api, paris_date(house.clock.now()))


def found_school(store: SchoolStore, members: list[demo.DemoMember]) -> None:
    """Writes the school, its organisation, credited accounts and members where they are missing."""
    school_id = store.keys.school_id
    registry = store.registry
    try:
        registry.school()
    except NotFound:
        registry.put_school(SCHOOLS[school_id], WHO)
    try:
        registry.organisation()
    except NotFound:
        registry.put_organisation(ORGANISATIONS[school_id], None, WHO)
    standing = {account.value.id for account in registry.credited_accounts()}
    for account in CREDITED_ACCOUNTS:
        if account.id not in standing:
            registry.put_credited_account(account, None, WHO)
    known = {member.username for member in registry.members()}
    for member in members:
        if member.username not in known:
            person = Member(member.username, school_id, member.display_name, Role(member.role))
            registry.put_member(person, None, WHO)


def bring_records(store: SchoolStore, api: ImportApi, today: date) -> None:
    """Imports the school's files where it has no records yet."""
    for import_id in unfinished(store):
        import_records(store, import_id)
    files = FILES[store.keys.school_id](today)
    if not store.customers.named("", 1).customers:
        api.take("customers", "clients.csv", files["clients.csv"])
    if not store.invoices.numbered("", 1).invoices:
        api.take("invoices", "factures.csv", files["factures.csv"])


@contextmanager
def aws_settings(variables: Mapping[str, str]) -> Iterator[None]:
    """The functions' environment in this process, for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
