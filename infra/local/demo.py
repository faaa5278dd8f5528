"""The members of the demo schools: accounts in the user pool, in the group of their school.

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
class DemoMember:
    """`role` is a value of the product's own roles; `sub` is Cognito's id of the account."""

    email: str
    school_id: str
    role: str
    display_name: str
    sub: str

    @property
    def username(self) -> str:
        """What tokens carry as `username`: signing in by e-mail, accounts are named by their `sub`."""
        return self.sub


SCHOOLS = (
    DemoSchool("ecole-demo", "ecole-demo.example"),
    DemoSchool("ecole-voisine", "ecole-voisine.example"),
)
# The part before the @, the role, the name that is shown.
PEOPLE = (
    ("administrateur", "administrator", "Alice Martin"),
    ("operateur", "operator", "Olivier Bernard"),
    ("lecture", "reader", "Léa Petit"),
)


def create_members(cognito: Any, pool_id: str) -> list[DemoMember]:
    """Make the accounts that are missing; return all of them, each with the `sub` that it keeps."""
    return [
        DemoMember(
            email=f"{name}@{school.domain}",
            school_id=school.school_id,
            role=role,
            display_name=display_name,
            sub=_account(cognito, pool_id, f"{name}@{school.domain}", school.school_id),
        )
        for school in SCHOOLS
        for name, role, display_name in PEOPLE
    ]


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
