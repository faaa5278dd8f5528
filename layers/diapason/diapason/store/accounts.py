"""The accounts that people sign in with: a Cognito user pool, where a school is a group.

Every call may be made again: it finds done what is done. The group is always that of the school whose keys
these are; no caller names another.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from diapason.store.keys import SchoolKeys

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


class AddressNotAccepted(Exception):
    """The user pool makes no account of this address."""


class AlreadySignedIn(Exception):
    """The person has chosen a password: the invitation has done its part."""


class Accounts:
    """The accounts of one school's people."""

    def __init__(self, client: CognitoIdentityProviderClient, pool_id: str, keys: SchoolKeys) -> None:
        self._client = client
        self._pool_id = pool_id
        self._group = keys.school_id

    def opened(self, email: str) -> str:
        """The username of the address's account, which is made where there is none: Cognito then sends its
        holder a first password. Raises AddressNotAccepted."""
        errors = self._client.exceptions
        try:
            made = self._client.admin_create_user(
                UserPoolId=self._pool_id,
                Username=email,
                # The first password goes to this address: whoever signs in with it holds the address.
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
            )
        except errors.UsernameExistsException:
            found = self._client.admin_get_user(UserPoolId=self._pool_id, Username=email)
            return found["Username"]
        except errors.InvalidParameterException:
            raise AddressNotAccepted from None
        return made["User"]["Username"]

    def invite_again(self, email: str) -> None:
        """Sends a new first password; raises AlreadySignedIn."""
        try:
            self._client.admin_create_user(
                UserPoolId=self._pool_id,
                Username=email,
                MessageAction="RESEND",
                DesiredDeliveryMediums=["EMAIL"],
            )
        except self._client.exceptions.UnsupportedUserStateException:
            raise AlreadySignedIn from None

    def belongs_elsewhere(self, username: str) -> bool:
        """Whether the account is in another group than this school's."""
        return bool(self._groups(username) - {self._group})

    def join(self, username: str) -> None:
        """Puts the account into the school's group."""
        self._client.admin_add_user_to_group(
            UserPoolId=self._pool_id, Username=username, GroupName=self._group
        )

    def leave(self, username: str) -> None:
        """Takes the account out of the school's group and ends its sessions, unless it is at home elsewhere
        by now. An account that is gone is out."""
        with suppress(self._client.exceptions.UserNotFoundException):
            self._client.admin_remove_user_from_group(
                UserPoolId=self._pool_id, Username=username, GroupName=self._group
            )
            if not self._groups(username):
                self._client.admin_user_global_sign_out(UserPoolId=self._pool_id, Username=username)

    def _groups(self, username: str) -> set[str]:
        """One page is enough: an account is in one group, or in two by a mistake."""
        found = self._client.admin_list_groups_for_user(UserPoolId=self._pool_id, Username=username)
        return {group["GroupName"] for group in found["Groups"]}
