"""From verified claims to one school, or to nothing."""

from __future__ import annotations

import pytest

from diapason.access.claims import Identity, PlatformIdentity, identity_of
from diapason.domain.errors import NotAllowed

CLAIMS: dict[str, object] = {
    "token_use": "access",
    "username": "odile",
    "cognito:groups": "[ecole-demo]",
    "sub": "5f2c",
}


def claims(**changes: object) -> dict[str, object]:
    """The usual claims, changed; None takes one away."""
    changed = {**CLAIMS, **{name.replace("__", ":"): value for name, value in changes.items()}}
    return {name: value for name, value in changed.items() if value is not None}


def test_an_access_token_of_one_school_tells_who_and_where() -> None:
    assert identity_of(claims()) == Identity("odile", "ecole-demo")


@pytest.mark.parametrize("token_use", [None, "", "id", "ACCESS", "refresh", True])
def test_any_other_token_than_an_access_token_is_refused(token_use: object) -> None:
    with pytest.raises(NotAllowed) as refusal:
        identity_of(claims(token_use=token_use))
    assert "reconnectez-vous" in refusal.value.message


@pytest.mark.parametrize("username", [None, ""])
def test_a_token_without_a_name_is_refused(username: object) -> None:
    with pytest.raises(NotAllowed):
        identity_of(claims(username=username))


@pytest.mark.parametrize(
    "groups",
    [
        None,
        "",
        "[]",
        "[ ]",
        "[ecole-demo ecole-voisine]",
        "[ecole-demo, ecole-voisine]",
        "ecole-demo,ecole-voisine",
        "[ecole-demo ecole-demo]",
        ["ecole-demo"],
        {"ecole-demo": True},
        1,
    ],
)
def test_none_or_several_schools_are_refused(groups: object) -> None:
    with pytest.raises(NotAllowed) as refusal:
        identity_of(claims(cognito__groups=groups))
    assert "aucun établissement" in refusal.value.message


def test_a_school_that_the_person_names_elsewhere_does_not_count() -> None:
    hostile = claims(school="ecole-voisine", school_id="ecole-voisine", **{"custom:school": "ecole-voisine"})

    assert identity_of(hostile) == Identity("odile", "ecole-demo")


def test_the_platforms_group_is_told_from_schools() -> None:
    assert identity_of(claims(cognito__groups="[platform]")) == PlatformIdentity("odile")


@pytest.mark.parametrize("groups", ["[platform ecole-demo]", "[ecole-demo platform]", "[platform platform]"])
def test_the_platform_and_a_school_together_are_refused(groups: str) -> None:
    with pytest.raises(NotAllowed):
        identity_of(claims(cognito__groups=groups))


def test_the_name_alone_gives_no_school() -> None:
    with pytest.raises(NotAllowed):
        identity_of({"token_use": "access", "username": "ecole-demo"})
