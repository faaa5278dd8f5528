"""The members of the demo schools and the platform's one person: accounts in the user pool, in their group.

The passwords are known to everybody who reads this; the accounts exist in the embedded stack only.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PASSWORD = "Demonstration-2026"  # noqa: S105 - see above


@dataclass(frozen=True)
class DemoSchool:
    school_id: str
    domain: str


@dataclass(frozen=True)
class DemoPerson:
    """Who a school's member is: the part before the @, values of the product's own roles and permissions."""

    name: str
    role: str
    display_name: str
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoMember:
    """`role` is a value of the product's own roles; `sub` is Cognito's id of the account."""

    email: str
    school_id: str
    role: str
    display_name: str
    permissions: tuple[str, ...]
    sub: str

    @property
    def username(self) -> str:
        """What tokens carry as `username`: signing in by e-mail, accounts are named by their `sub`."""
        return self.sub


SCHOOLS = (
    DemoSchool("ecole-demo", "ecole-demo.example"),
    DemoSchool("ecole-voisine", "ecole-voisine.example"),
)
# Each shows one thing that blocks a school as a whole; one person each.
SPOILT_SCHOOLS = (
    DemoSchool("ecole-sans-option", "ecole-sans-option.example"),
    DemoSchool("ecole-sans-ics", "ecole-sans-ics.example"),
    DemoSchool("ecole-ics-faux", "ecole-ics-faux.example"),
)
DIRECT_DEBIT = ("direct_debit_administrator",)
# Two hold the permission: cancelling a generated batch takes one who asks and another who attests.
PEOPLE = (
    DemoPerson("administrateur", "administrator", "Alice Martin", DIRECT_DEBIT),
    DemoPerson("operateur", "operator", "Olivier Bernard"),
    DemoPerson("lecture", "reader", "Léa Petit"),
    DemoPerson("tresorier", "operator", "Thérèse Sorel", DIRECT_DEBIT),
)
PLATFORM_EMAIL = "plateforme@diapason.example"
PLATFORM_GROUP = "platform"


def create_members(cognito: Any, pool_id: str) -> list[DemoMember]:
    """Make the accounts that are missing; return all of them, each with the `sub` that it keeps."""
    people = [(school, person) for school in SCHOOLS for person in PEOPLE]
    people += [(school, PEOPLE[0]) for school in SPOILT_SCHOOLS]
    return [
        DemoMember(
            email=f"{person.name}@{school.domain}",
            school_id=school.school_id,
            role=person.role,
            display_name=person.display_name,
            permissions=person.permissions,
            sub=_account(cognito, pool_id, f"{person.name}@{school.domain}", school.school_id),
        )
        for school, person in people
    ]


def create_platform_person(cognito: Any, pool_id: str) -> None:
    """Make the account that lists schools and switches their options; it has no record in any of them."""
    _account(cognito, pool_id, PLATFORM_EMAIL, PLATFORM_GROUP)


def _account(cognito: Any, pool_id: str, email: str, group: str) -> str:
    try:
        user = cognito.admin_get_user(UserPoolId=pool_id, Username=email)
    except cognito.exceptions.UserNotFoundException:
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
        user = cognito.admin_get_user(UserPoolId=pool_id, Username=email)
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=PASSWORD, Permanent=True)
    with suppress(cognito.exceptions.GroupExistsException):
        cognito.create_group(UserPoolId=pool_id, GroupName=group)
    cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=email, GroupName=group)
    (sub,) = (attribute["Value"] for attribute in user["UserAttributes"] if attribute["Name"] == "sub")
    return str(sub)
