"""Who is asking: one member of one school, or nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diapason.domain.members import Role
from tests.api.asking_api import Api
from tests.api.http_events import access_claims, http_event

READER = f"membre-{Role.READER}"


def test_me_names_member_school_and_permissions(api: Api) -> None:
    answer = api.done("GET", "/me", role=Role.READER)

    assert answer["member"]["role"] == "reader"
    assert answer["member"]["role_words"] == "lecture"
    assert answer["school"] == {
        "id": api.school_id,
        "name": f"École {api.school_id}",
        "direct_debit": True,
    }
    assert answer["actions"] == ["read"]


@pytest.mark.parametrize(
    "claims_in",
    [
        pytest.param(lambda school: None, id="no claims at all"),
        pytest.param(lambda school: {**access_claims(READER, school), "token_use": "id"}, id="id token"),
        pytest.param(lambda school: access_claims(READER), id="no group"),
        pytest.param(lambda school: access_claims(READER, school, "ecole-x"), id="two groups"),
        pytest.param(lambda school: access_claims("stranger", school), id="no member record"),
        pytest.param(lambda school: access_claims("", school), id="no name"),
        pytest.param(lambda school: access_claims(READER, "eu-west-3_Pool"), id="a group that is no school"),
        pytest.param(lambda school: access_claims(READER, "ecole-inconnue"), id="an unknown school"),
    ],
)
def test_whoever_is_no_member_of_one_school_is_refused(
    api: Api, claims_in: Callable[[str], dict[str, str] | None]
) -> None:
    answer = api.send(http_event("GET", "/me", claims_in(api.school_id)))

    assert answer.status == 403
    assert answer.json["type"] == "urn:diapason:problem:not-allowed"
    assert answer.json["title"] == "Action non permise"


def test_the_school_comes_from_the_membership_alone(api: Api, other: Api) -> None:
    claims = {**api.claims(), "custom:school": other.school_id, "school_id": other.school_id}
    event = http_event("GET", "/me", claims)
    event["headers"]["x-school"] = other.school_id

    assert api.send(event).json["school"]["id"] == api.school_id


def test_one_process_answers_two_schools_in_turn(api: Api, other: Api) -> None:
    seen = [api.send(http_event("GET", "/me", asked.claims())) for asked in (api, other, api, other)]

    assert [answer.json["school"]["id"] for answer in seen] == [api.school_id, other.school_id] * 2
