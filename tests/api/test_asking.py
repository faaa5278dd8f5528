"""Who is asking: one member of one school, or nobody."""

from __future__ import annotations

import pytest

from diapason.domain.members import Role
from tests.api.conftest import OTHER_SCHOOL, SCHOOL, Api, username_of
from tests.api.http_events import access_claims, http_event

MEMBER = username_of(Role.READER)


def test_me_names_member_school_and_permissions(api: Api) -> None:
    answer = api.ask("GET", "/me", role=Role.READER)

    assert answer.status == 200
    assert answer.json["member"]["role"] == "reader"
    assert answer.json["member"]["role_words"] == "lecture"
    assert answer.json["school"]["id"] == SCHOOL
    assert answer.json["permissions"] == ["read"]


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param(None, id="no claims at all"),
        pytest.param({**access_claims(MEMBER, SCHOOL), "token_use": "id"}, id="id token"),
        pytest.param(access_claims(MEMBER), id="no group"),
        pytest.param(access_claims(MEMBER, SCHOOL, OTHER_SCHOOL), id="two groups"),
        pytest.param(access_claims("stranger", SCHOOL), id="no member record"),
        pytest.param(access_claims("", SCHOOL), id="no name"),
        pytest.param(access_claims(MEMBER, "eu-west-3_Pool"), id="a group that is no school"),
        pytest.param(access_claims(MEMBER, "unknown-school"), id="a school that does not exist"),
    ],
)
def test_whoever_is_no_member_of_one_school_is_refused(api: Api, claims: dict[str, str] | None) -> None:
    answer = api.send(http_event("GET", "/me", claims))

    assert answer.status == 403
    assert answer.json["type"] == "urn:diapason:problem:not-allowed"


def test_the_school_comes_from_the_membership_alone(api: Api) -> None:
    claims = {**access_claims(MEMBER, SCHOOL), "custom:school": OTHER_SCHOOL, "school_id": OTHER_SCHOOL}
    event = http_event("GET", "/me", claims)
    event["headers"]["x-school"] = OTHER_SCHOOL

    assert api.send(event).json["school"]["id"] == SCHOOL
