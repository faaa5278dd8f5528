"""A customer's mandates over HTTP: what may happen to them, what they replace, what comes next under them."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.mandates import MandateState
from diapason.domain.members import Role
from infra.local.demo_school.accounts import french_iban
from tests.api.asking_api import Api
from tests.api.customer_requests import IBAN, OTHER_IBAN, family, update_of
from tests.workflows.story import DECEMBER, Story
from tests.world import ICS, SCHOOL_IBAN

SAME_BANK_IBAN = french_iban("20041", 42)
FIRST = {"label": "Compte principal", "iban": SCHOOL_IBAN, "sequence_rule": "first"}
OTHER_ICS = "FR19ZZZ654321"


def put(api: Api, customer: dict[str, Any], **of_first_mandate: Any) -> Any:
    """The answer to writing a customer back with a change on its first mandate."""
    update = update_of(customer)
    update["mandates"][0].update(of_first_mandate)
    return api.ask("PUT", f"/customers/{customer['id']}", update)


def faults(answer: Any) -> dict[str, str]:
    assert answer.status == 422, answer.text
    return {error["path"]: error["message"] for error in answer.json["errors"]}


def in_state(api: Api, state: MandateState) -> dict[str, Any]:
    found: dict[str, Any] = api.done("POST", "/customers", family(mandates=[signed("RUM-1", state=state)]))
    return found


def signed(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "account_rank": 0,
        "state": "signed",
        "signed_on": "2026-09-01",
        **changes,
    }


def a_collected_customer(api: Api) -> dict[str, Any]:
    """A customer of whom one instalment was debited by a generated file."""
    customer: dict[str, Any] = api.done("POST", "/customers", family())
    story = Story(api.world, api.store, api.store.members.get(f"membre-{Role.OPERATOR}").value)
    api.world.invoice(api.store, api.store.customers.get(customer["id"]).value, (DECEMBER, 5_000))
    (batch,) = story.registered()
    story.generated(batch)
    found: dict[str, Any] = api.done("GET", f"/customers/{customer['id']}")
    return found


def upcoming(customer: dict[str, Any], rank: int = 0) -> list[str]:
    return [collection["words"] for collection in customer["mandates"][rank]["next_collections"]]


MOVES = {
    MandateState.DRAFT: {"sign": "signed", "revoke": "revoked"},
    MandateState.SIGNED: {"suspend": "suspended", "revoke": "revoked", "lapse": "lapsed"},
    MandateState.SUSPENDED: {"resume": "signed", "revoke": "revoked", "lapse": "lapsed"},
    MandateState.REVOKED: {},
    MandateState.LAPSED: {},
}


@pytest.mark.parametrize("wanted", MandateState)
@pytest.mark.parametrize("state", MandateState)
def test_a_mandate_moves_as_it_says_and_in_no_other_way(
    api: Api, state: MandateState, wanted: MandateState
) -> None:
    customer = in_state(api, state)
    allowed = customer["mandates"][0]["allowed"]
    assert {move["event"]: move["state"] for move in allowed} == MOVES[state]
    assert all(move["words"] for move in allowed)

    answer = put(api, customer, state=wanted)

    if wanted is state or wanted in MOVES[state].values():
        assert answer.status == 200, answer.text
        assert answer.json["mandates"][0]["state"] == wanted
    else:
        assert list(faults(answer)) == ["mandates.0.state"]


def test_a_move_that_is_refused_says_which_are_permitted(api: Api) -> None:
    words = faults(put(api, in_state(api, MandateState.SIGNED), state="draft"))["mandates.0.state"]
    assert words == (
        "Le mandat RUM-1 est signé : il ne peut pas devenir brouillon. "
        "Ce qui est permis : suspendre, révoquer, déclarer caduc."
    )


def test_a_mandate_that_has_ended_is_followed_by_a_new_one(api: Api) -> None:
    words = faults(put(api, in_state(api, MandateState.REVOKED), state="signed"))["mandates.0.state"]
    assert words.endswith("Faites-en signer un nouveau.")


def test_a_new_mandate_is_collected_as_the_banks_rule_says(api: Api) -> None:
    first = {"label": "Ancien compte", "iban": OTHER_IBAN, "sequence_rule": "first"}
    other = api.done("POST", "/bank-accounts", first)

    mandate = api.done("POST", "/customers", family())["mandates"][0]

    by_account = {
        identifier: collection["words"]
        for collection in mandate["next_collections"]
        for identifier in collection["credited_account_ids"]
    }
    assert by_account == {
        "main": "au prochain prélèvement : RCUR",
        other["id"]: "au prochain prélèvement : FRST",
    }


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        ({"type": "one_off"}, ["OOFF"]),
        ({"used_before_on": "2026-05-05"}, ["RCUR"]),
        ({"scheme": "B2B"}, []),
        ({"state": "suspended"}, []),
        ({"type": "one_off", "used_before_on": "2026-05-05"}, []),
    ],
)
def test_what_comes_next_follows_from_the_mandate(
    api: Api, change: dict[str, str], sequence: list[str]
) -> None:
    customer = put(api, api.done("POST", "/customers", family()), **change).json

    found = customer["mandates"][0]["next_collections"]

    assert [collection["sequence"] for collection in found] == sequence


def test_a_mandate_used_before_says_so_and_is_no_first(api: Api) -> None:
    api.done("PUT", "/bank-accounts/main", {**FIRST, "revision": 1})
    used = put(api, api.done("POST", "/customers", family()), used_before_on="2026-05-05").json

    assert used["mandates"][0]["last_used_on"] == "2026-05-05"
    assert upcoming(used) == ["au prochain prélèvement : RCUR"]


@pytest.mark.parametrize(
    ("iban", "words"),
    [
        (IBAN, "au prochain prélèvement : RCUR"),
        (OTHER_IBAN, "au prochain prélèvement : RCUR, changement de compte, dans une autre banque (SMNDA)"),
        (SAME_BANK_IBAN, "au prochain prélèvement : RCUR, changement de compte, dans la même banque"),
    ],
)
def test_a_change_of_account_is_told_before_it_is_collected(api: Api, iban: str, words: str) -> None:
    customer = a_collected_customer(api)
    assert upcoming(customer) == ["au prochain prélèvement : RCUR"]
    assert customer["mandates"][0]["last_used_on"] == DECEMBER.isoformat()
    update = update_of(customer)
    update["accounts"].append({"holder": "Anne Dupont", "iban": iban})
    update["mandates"][0]["account_rank"] = 1

    after = api.done("PUT", f"/customers/{customer['id']}", update)

    assert upcoming(after) == [words]


def test_a_change_of_creditor_is_told_before_it_is_collected(api: Api) -> None:
    customer = a_collected_customer(api)
    body = {"revision": 1, "name": "École de Lille", "creditor_id": OTHER_ICS}
    api.done("PUT", "/organisation", body)

    (words,) = upcoming(api.done("GET", f"/customers/{customer['id']}"))
    assert words == (
        f"au prochain prélèvement : RCUR, changement d’ICS (auparavant {ICS}), "
        "changement de nom du créancier (auparavant Conservatoire de Sainte-Cecile)"
    )


def test_a_mandate_continues_another_under_a_new_reference(api: Api) -> None:
    customer = a_collected_customer(api)
    update = update_of(customer)
    successor = {**update["mandates"][0], "reference": "RUM-NEW", "replaces": " rum-c0001"}
    update["mandates"].append(successor)

    after = api.done("PUT", f"/customers/{customer['id']}", update)

    assert [mandate["replaced_by"] for mandate in after["mandates"]] == ["RUM-NEW", ""]
    assert [mandate["replaces"] for mandate in after["mandates"]] == ["", "RUM-C0001"]
    assert upcoming(after, 0) == []
    assert upcoming(after, 1) == ["au prochain prélèvement : RCUR, changement de RUM (auparavant RUM-C0001)"]
    assert api.done("PUT", f"/customers/{customer['id']}", update_of(after))["mandates"] == after["mandates"]


@pytest.mark.parametrize(
    ("replaces", "fault"),
    [
        (["", "RUM-0"], {}),
        (["RUM-0", ""], {0: "lui-même"}),
        (["RUM-1", "RUM-0"], {0: "lui-même", 1: "lui-même"}),
        (["RUM-9", ""], {0: "vérifiez la RUM"}),
        (["", "RUM-0", "RUM-0"], {1: "déjà remplacé", 2: "déjà remplacé"}),
    ],
)
def test_what_a_mandate_replaces_is_another_of_the_customers_once(
    api: Api, replaces: list[str], fault: dict[int, str]
) -> None:
    api.done("POST", "/customers", family("C9", mandates=[signed("RUM-9")]))
    mandates = [signed(f"RUM-{rank}", replaces=one) for rank, one in enumerate(replaces)]

    answer = api.ask("POST", "/customers", family(mandates=mandates))

    if not fault:
        assert answer.status == 201
        return
    found = faults(answer)
    assert list(found) == [f"mandates.{rank}.replaces" for rank in fault]
    assert all(words in found[f"mandates.{rank}.replaces"] for rank, words in fault.items())


@pytest.mark.parametrize(("part", "value"), [("scheme", "B2B"), ("type", "one_off")])
def test_scheme_and_type_stand_once_something_was_presented(api: Api, part: str, value: str) -> None:
    fresh = api.done("POST", "/customers", family("C0002"))
    assert fresh["mandates"][0]["fixed"] is False
    assert put(api, fresh, **{part: value}).status == 200

    customer = a_collected_customer(api)

    assert customer["mandates"][0]["fixed"] is True
    found = faults(put(api, customer, **{part: value}))
    assert list(found) == [f"mandates.0.{part}"]
    assert "a déjà servi" in found[f"mandates.0.{part}"]


def test_a_one_off_mandate_that_served_is_spent(api: Api) -> None:
    customer = put(api, a_collected_customer(api)).json
    assert customer["mandates"][0]["spent"] is False

    spent = api.done(
        "POST",
        "/customers",
        family("C0002", mandates=[signed("RUM-2", type="one_off", used_before_on="2026-05-05")]),
    )

    assert spent["mandates"][0]["spent"] is True


def test_what_batches_moved_stays_when_a_customer_is_written(api: Api) -> None:
    customer = a_collected_customer(api)

    after = put(api, customer, creditor_id=ICS).json

    assert after["mandates"][0]["last_used_on"] == DECEMBER.isoformat()
    assert after["mandates"][0]["fixed"] is True
