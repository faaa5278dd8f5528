"""Inviting, withdrawing, reopening: record and account agree at the end, wherever a request was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from diapason.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    StateRefused,
    VersionConflict,
)
from diapason.domain.members import PLATFORM, Member, MemberState, Permission, Role
from diapason.store.house import SchoolStore
from diapason.workflows.memberships import (
    ADDRESS_REFUSED,
    Invitation,
    change,
    invite,
    reopen,
    send_invitation_again,
    withdraw,
)
from tests.world import World, opened_world

SCHOOLS = count(1)
PERMISSIONS = frozenset({Permission.DIRECT_DEBIT_ADMINISTRATOR})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a school of its own."""
    with opened_world() as opened:
        opened.open_group(PLATFORM)
        yield opened


class School:
    """A school with one administrator, and whom it invites."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store: SchoolStore = world.founded(f"ecole-{next(SCHOOLS)}")
        world.open_group(self.store.keys.school_id)
        self.admin: Member = world.member(self.store, Role.ADMINISTRATOR, "alice", *PERMISSIONS)
        self.invitation = Invitation(
            f"therese@{self.store.keys.school_id}.example", "Thérèse Sorel", Role.OPERATOR, PERMISSIONS
        )

    def invited(self) -> str:
        return invite(self.store, self.admin, self.invitation).value.username

    def groups(self, username: str) -> set[str]:
        return groups_of(self.world, username)

    def outcome(self) -> object:
        """What must be the same however often a request was cut off and made again; names and ids aside."""
        (found,) = [one for one in self.store.members.listed() if one.value.username != "alice"]
        member = found.value
        groups = {
            group.replace(self.store.keys.school_id, "SCHOOL") for group in self.groups(member.username)
        }
        events = [row.event for row in self.store.journal.of(f"member-{member.username}")]
        invited = [row.event for row in self.store.journal.of("members")]
        return (
            member.name,
            member.role,
            member.permissions,
            member.state,
            found.revision,
            groups,
            Counter(events + invited),
        )


@pytest.fixture
def school(world: World) -> School:
    return School(world)


@pytest.fixture
def neighbour(world: World) -> School:
    return School(world)


def groups_of(world: World, username: str) -> set[str]:
    pool = world.house.environment.user_pool_id
    found = world.house.cognito.admin_list_groups_for_user(UserPoolId=pool, Username=username)
    return {group["GroupName"] for group in found["Groups"]}


def inviting(school: School) -> Callable[[], object]:
    return lambda: invite(school.store, school.admin, school.invitation)


def withdrawing(school: School) -> Callable[[], object]:
    username = school.invited()
    return lambda: withdraw(school.store, school.admin, username, 1)


def reopening(school: School) -> Callable[[], object]:
    username = school.invited()
    withdraw(school.store, school.admin, username, 1)
    return lambda: reopen(school.store, school.admin, username, 2)


class Died(BaseException):
    """The process is no more: no `except Exception` of the product may see it."""


@contextmanager
def dying_at(call: int, *, applied: bool) -> Iterator[list[str]]:
    """Lets the process die at one of its calls to AWS, before or after the call took effect."""
    make, made = BaseClient._make_api_call, []  # type: ignore[attr-defined]

    def make_or_die(client: BaseClient, operation: str, arguments: dict[str, Any]) -> object:
        made.append(operation)
        if len(made) == call and not applied:
            raise Died
        answer = make(client, operation, arguments)
        if len(made) == call:
            raise Died
        return answer

    with patch.object(BaseClient, "_make_api_call", make_or_die), suppress(Died):
        yield made


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("workflow", [inviting, withdrawing, reopening])
def test_a_request_cut_off_at_any_call_and_made_again_ends_where_it_would_have(
    world: World, workflow: Callable[[School], Callable[[], object]], applied: bool
) -> None:
    smooth = School(world)
    request = workflow(smooth)
    with dying_at(0, applied=applied) as calls:
        request()
    assert "TransactWriteItems" in calls
    expected = smooth.outcome()

    for call in range(1, len(calls) + 1):
        school = School(world)
        request = workflow(school)
        with dying_at(call, applied=applied) as seen:
            request()
        assert len(seen) == call, "the request went on after its death"
        request()
        request()
        assert school.outcome() == expected, f"cut off at call {call}, {calls[call - 1]}"


def test_at_every_moment_of_an_invitation_the_group_comes_after_the_record(world: World) -> None:
    school = School(world)
    with dying_at(0, applied=True) as calls:
        school.invited()

    for call in range(1, len(calls) + 1):
        school = School(world)
        with dying_at(call, applied=True):
            school.invited()
        accounts = school.world.house.cognito.list_users(UserPoolId=world.house.environment.user_pool_id)
        usernames = {
            user["Username"]
            for user in accounts["Users"]
            if {"Name": "email", "Value": school.invitation.email} in user["Attributes"]
        }
        recorded = {one.value.username for one in school.store.members.listed()}
        assert {name for name in usernames if school.groups(name)} <= recorded


def test_an_invitation_makes_account_record_and_membership(school: School) -> None:
    found = invite(school.store, school.admin, school.invitation)

    member = found.value
    assert (member.name, member.role, member.permissions) == ("Thérèse Sorel", Role.OPERATOR, PERMISSIONS)
    assert member.email == school.invitation.email
    assert member.state is MemberState.ACTIVE
    assert member.since == school.world.clock.now()
    assert school.groups(member.username) == {school.store.keys.school_id}


def test_an_address_of_another_school_is_refused_in_words_that_tell_nothing(
    school: School, neighbour: School
) -> None:
    username = school.invited()
    theirs = Invitation(school.invitation.email, "Thérèse Sorel", Role.READER, frozenset())

    with pytest.raises(InvalidInput) as refusal:
        invite(neighbour.store, neighbour.admin, theirs)

    (error,) = refusal.value.errors
    assert (error.path, error.message) == ("email", ADDRESS_REFUSED)
    assert school.store.keys.school_id not in error.message
    assert [one.value.username for one in neighbour.store.members.listed()] == ["alice"]
    assert school.groups(username) == {school.store.keys.school_id}


@pytest.mark.parametrize("group", [PLATFORM, "another school"])
def test_an_account_that_is_in_another_group_is_refused_though_nobody_reserved_its_address(
    school: School, neighbour: School, group: str
) -> None:
    cognito, pool = school.world.house.cognito, school.world.house.environment.user_pool_id
    group = neighbour.store.keys.school_id if group != PLATFORM else PLATFORM
    email = school.invitation.email
    username = cognito.admin_create_user(UserPoolId=pool, Username=email)["User"]["Username"]
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)

    with pytest.raises(InvalidInput) as refusal:
        invite(school.store, school.admin, school.invitation)

    assert refusal.value.errors[0].message == ADDRESS_REFUSED
    assert school.groups(username) == {group}
    with pytest.raises(NotFound):
        school.store.members.get(username)


def test_whoever_left_may_be_invited_elsewhere_and_keeps_one_account(
    school: School, neighbour: School
) -> None:
    username = school.invited()
    withdraw(school.store, school.admin, username, 1)

    moved = invite(neighbour.store, neighbour.admin, school.invitation).value

    assert moved.username == username
    assert school.groups(username) == {neighbour.store.keys.school_id}
    with pytest.raises(StateRefused, match="autre adresse"):
        reopen(school.store, school.admin, username, 2)
    withdraw(school.store, school.admin, username, 1)
    assert school.groups(username) == {neighbour.store.keys.school_id}


def test_withdrawing_again_does_not_sign_out_whoever_is_at_home_elsewhere(
    school: School, neighbour: School
) -> None:
    username = school.invited()
    withdraw(school.store, school.admin, username, 1)
    invite(neighbour.store, neighbour.admin, school.invitation)

    with dying_at(0, applied=True) as calls:
        withdraw(school.store, school.admin, username, 1)

    assert "AdminRemoveUserFromGroup" in calls
    assert "AdminUserGlobalSignOut" not in calls


def test_a_member_who_is_otherwise_than_invited_is_edited_instead(school: School) -> None:
    username = school.invited()
    other = Invitation(school.invitation.email, "Thérèse Sorel", Role.ADMINISTRATOR, frozenset())

    with pytest.raises(AlreadyExists, match="modifiez sa fiche"):
        invite(school.store, school.admin, other)

    assert school.store.members.get(username).value.role is Role.OPERATOR


def test_a_closed_member_is_reopened_instead_and_the_address_stays_free(
    school: School, neighbour: School
) -> None:
    username = school.invited()
    withdraw(school.store, school.admin, username, 1)

    with pytest.raises(StateRefused, match="rouvrez son accès"):
        invite(school.store, school.admin, school.invitation)

    assert invite(neighbour.store, neighbour.admin, school.invitation).value.username == username


def test_a_withdrawn_member_is_out_of_the_group_and_signed_out(school: School) -> None:
    username = school.invited()

    with dying_at(0, applied=True) as calls:
        found = withdraw(school.store, school.admin, username, 1)

    assert found.value.state is MemberState.CLOSED
    assert found.value.name == "Thérèse Sorel"
    assert school.groups(username) == set()
    assert "AdminUserGlobalSignOut" in calls
    assert calls.index("TransactWriteItems") < calls.index("AdminRemoveUserFromGroup")


def test_whose_account_is_gone_can_still_be_withdrawn(school: School) -> None:
    username = school.invited()
    pool = school.world.house.environment.user_pool_id
    school.world.house.cognito.admin_delete_user(UserPoolId=pool, Username=username)

    assert withdraw(school.store, school.admin, username, 1).value.state is MemberState.CLOSED


def test_nobody_withdraws_themselves(school: School) -> None:
    school.invited()

    with pytest.raises(StateRefused, match="autre administrateur"):
        withdraw(school.store, school.admin, school.admin.username, 1)

    assert school.store.members.get(school.admin.username).value.state is MemberState.ACTIVE


def test_a_stale_revision_withdraws_and_reopens_nobody(school: School) -> None:
    username = school.invited()
    with pytest.raises(VersionConflict):
        withdraw(school.store, school.admin, username, 2)
    withdraw(school.store, school.admin, username, 1)
    with pytest.raises(VersionConflict):
        reopen(school.store, school.admin, username, 1)

    assert school.store.members.get(username).value.state is MemberState.CLOSED


def test_a_closed_access_cannot_be_changed(school: School) -> None:
    username = school.invited()
    closed = withdraw(school.store, school.admin, username, 1)

    with pytest.raises(StateRefused, match="fermé"):
        change(school.store, school.admin, closed, "Autre", Role.ADMINISTRATOR, frozenset())


def test_a_reader_with_the_permission_is_not_invited(school: School) -> None:
    reader = Invitation(school.invitation.email, "Thérèse Sorel", Role.READER, PERMISSIONS)

    with pytest.raises(InvalidInput):
        invite(school.store, school.admin, reader)

    assert list(school.store.journal.of("members")) == []


def test_of_two_who_withdraw_and_reopen_at_once_the_group_follows_the_record(school: School) -> None:
    """The one who withdraws is between closing the record and leaving the group when another reopens."""
    username = school.invited()
    leave = type(school.store.accounts).leave
    reopened = []

    def reopen_meanwhile(accounts: object, name: str) -> None:
        if not reopened:
            reopened.append(reopen(school.store, school.admin, name, 2))
        leave(accounts, name)  # type: ignore[arg-type]

    with patch.object(type(school.store.accounts), "leave", reopen_meanwhile):
        found = withdraw(school.store, school.admin, username, 1)

    assert found.value.state is MemberState.ACTIVE
    assert school.groups(username) == {school.store.keys.school_id}


def test_the_same_invitation_twice_at_once_is_one_member(school: School) -> None:
    """The second comes whole while the first stands between the account and the record."""
    opened = type(school.store.accounts).opened
    ahead: list[str] = []

    def opened_meanwhile(accounts: object, email: str) -> str:
        username = opened(accounts, email)  # type: ignore[arg-type]
        if not ahead:
            ahead.append(username)
            assert school.invited() == username
        return username

    with patch.object(type(school.store.accounts), "opened", opened_meanwhile):
        found = invite(school.store, school.admin, school.invitation)

    assert [found.value.username] == ahead
    assert len(school.store.members.listed()) == 2
    events = [row.event for row in school.store.journal.of(f"member-{ahead[0]}")]
    assert events == ["member-admitted"]


def test_an_invitation_is_sent_again_and_journalled(school: School) -> None:
    username = school.invited()

    send_invitation_again(school.store, school.admin, username)

    events = [row.event for row in school.store.journal.of(f"member-{username}")]
    assert sorted(events) == ["invitation-sent", "member-admitted"]


def test_whoever_has_signed_in_needs_no_invitation(school: School) -> None:
    username = school.invited()
    refused = school.world.house.cognito.exceptions.UnsupportedUserStateException(
        {"Error": {"Code": "UnsupportedUserStateException"}}, "AdminCreateUser"
    )

    with (
        patch.object(school.store.accounts._client, "admin_create_user", side_effect=refused),
        pytest.raises(StateRefused, match="nouveau mot de passe"),
    ):
        send_invitation_again(school.store, school.admin, username)


def test_an_address_that_the_pool_does_not_accept_is_refused_in_the_same_words(school: School) -> None:
    refused = school.world.house.cognito.exceptions.InvalidParameterException(
        {"Error": {"Code": "InvalidParameterException"}}, "AdminCreateUser"
    )

    with (
        patch.object(school.store.accounts._client, "admin_create_user", side_effect=refused),
        pytest.raises(InvalidInput) as refusal,
    ):
        school.invited()

    assert refusal.value.errors[0].message == ADDRESS_REFUSED
