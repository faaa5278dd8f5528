"""An invited member signs in on the embedded stack, and is out at once when withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local import demo, demo_data
from infra.local.http_api import Api, Refused
from infra.local.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.ministack]

SCHOOL, NEIGHBOUR = demo.SCHOOLS
EMAIL = "nina.vitee@mail.example"
INVITATION = {"email": EMAIL, "name": "Nina Vitée", "role": "operator", "permissions": []}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("people")) as stack:
        demo_data.found_schools(stack)
        yield stack


def signed_in(stack: Stack, email: str) -> Api:
    return Api(stack.url, lambda: stack.token(email))


def choose_password(stack: Stack, email: str) -> None:
    """What the person does with the first password that the mail brings."""
    cognito = stack.client("cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=1)["UserPools"]
    cognito.admin_set_user_password(
        UserPoolId=pool["Id"], Username=email, Password=demo.PASSWORD, Permanent=True
    )


def test_an_invited_member_signs_in_and_a_withdrawn_one_is_out(stack: Stack) -> None:
    administrator = signed_in(stack, f"administrateur@{SCHOOL.domain}")
    invited = administrator.post("/members", **INVITATION)
    choose_password(stack, EMAIL)
    nina = signed_in(stack, EMAIL)
    assert nina.get("/me")["school"]["id"] == SCHOOL.school_id
    path = f"/members/{invited['username']}"

    administrator.delete(path, revision=1)
    with pytest.raises(Refused, match=r"403 .*est fermé"):
        nina.get("/me")
    with pytest.raises(Refused, match="aucun établissement"):
        signed_in(stack, EMAIL).get("/me")

    administrator.post(f"{path}/reopen", revision=2)
    assert signed_in(stack, EMAIL).get("/me")["member"]["name"] == "Nina Vitée"
    administrator.post(f"{path}/invitation")
    with pytest.raises(Refused, match=r"422 .*ne peut pas être invitée"):
        signed_in(stack, f"administrateur@{NEIGHBOUR.domain}").post("/members", **INVITATION)


def test_two_of_the_demo_school_hold_the_permission(stack: Stack) -> None:
    may_cancel = {
        person.name: "cancel_batch"
        in signed_in(stack, f"{person.name}@{SCHOOL.domain}").get("/me")["actions"]
        for person in demo.PEOPLE
    }

    assert may_cancel == {"administrateur": True, "operateur": False, "lecture": False, "tresorier": True}


def test_the_platform_switches_an_option_and_reaches_no_school(stack: Stack) -> None:
    platform = signed_in(stack, demo.PLATFORM_EMAIL)
    (school,) = [
        one for one in platform.get("/platform/schools")["schools"] if one["id"] == NEIGHBOUR.school_id
    ]

    switched = platform.put(
        f"/platform/schools/{school['id']}/direct-debit",
        revision=school["revision"],
        active=False,
        since="2026-01-01",
        reason="Contrat résilié",
    )

    assert switched["direct_debit"] == {"active": False, "since": "2026-01-01"}
    me = signed_in(stack, f"lecture@{NEIGHBOUR.domain}").get("/me")
    assert me["school"]["direct_debit"] is False
    with pytest.raises(Refused, match="403"):
        platform.get("/customers")
