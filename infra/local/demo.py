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
    """`role` as the product names it; `sub` is Cognito's id of the account, which tokens carry."""

    email: str
    school_id: str
    role: str
    display_name: str
    sub: str


SCHOOLS = (
    DemoSchool("ecole-demo", "ecole-demo.example"),
    DemoSchool("ecole-voisine", "ecole-voisine.example"),
)
ROLES = (
    ("administrateur", "Alice Martin"),
    ("operateur", "Olivier Bernard"),
    ("lecture", "Léa Petit"),
)


def create_members(cognito: Any, pool_id: str) -> list[DemoMember]:
    """Make the accounts that are missing; return all of them, each with the `sub` that it keeps."""
    return [
        DemoMember(
            email=f"{role}@{school.domain}",
            school_id=school.school_id,
            role=role,
            display_name=display_name,
            sub=_account(cognito, pool_id, f"{role}@{school.domain}", school.school_id),
        )
        for school in SCHOOLS
        for role, display_name in ROLES
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
