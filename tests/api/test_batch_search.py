"""Finding batches by every field that is known of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diapason.domain.drafts import GeneralInformation
from diapason.domain.members import Role
from diapason.workflows.drafting import attach, create_draft
from diapason.workflows.registering import Registering, validate
from tests.api.asking_api import Api, paths_of

DECEMBER, LATER = date(2026, 12, 10), date(2026, 12, 17)


def a_batch(api: Api, day: date, cents: int, general: GeneralInformation, role: Role = Role.OPERATOR) -> str:
    store = api.store
    member = store.members.get(f"membre-{role}").value
    (owed,) = api.world.invoice(store, api.world.customer(store), (day, cents))
    draft = create_draft(store, member, general)
    draft = attach(store, member, draft.id, draft.version, [owed.id])
    validate(store, member, draft.id, draft.version, f"key-{owed.id}", 1, cents)
    registration = Registering(store, draft.id).phases.run().registration
    assert registration is not None
    api.world.clock.instant += timedelta(seconds=5)
    return registration.batches[0].batch_id


@pytest.fixture
def school(api: Api) -> dict[str, str]:
    """Two batches that differ in everything, by name."""
    piano = a_batch(api, DECEMBER, 1_000, GeneralInformation("main", "EXT-1", "Piano, décembre"))
    api.world.clock.instant += timedelta(days=1)
    danse = a_batch(api, LATER, 2_000, GeneralInformation("main", "EXT-2", "Danse"), role=Role.ADMINISTRATOR)
    return {piano: "piano", danse: "danse"}


def names(api: Api, school: dict[str, str], **query: object) -> list[str]:
    return [school[batch["id"]] for batch in api.done("GET", "/batches", **query)["batches"]]


@pytest.mark.parametrize(
    "query",
    [
        {"due_to": "2026-12-10"},
        {"due_from": "2026-12-01", "due_to": "2026-12-16"},
        {"created_to": "2026-11-23"},
        {"created_from": "2026-11-23", "created_to": "2026-11-23"},
        {"number": "20261123"},
        {"external_number": "ext-1"},
        {"comment": "DÉCEMBRE"},
        {"amount": 1_000},
        {"amount_max": 1_999},
        {"amount_min": 500, "amount_max": 1_500},
        {"created_by": "membre-operator"},
        {"created_by": "membre-operator", "amount_min": 1_000, "comment": "piano", "state": "pending"},
        {"account_id": "main", "due_to": "2026-12-10"},
    ],
)
def test_each_field_and_any_combination_finds(
    api: Api, school: dict[str, str], query: dict[str, object]
) -> None:
    assert names(api, school, **query) == ["piano"]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "generated"},
        {"amount": 999},
        {"account_id": "other"},
        {"message_id": "2026"},
        {"comment": "piano", "amount": 2_000},
        {"due_from": "2026-12-18"},
        {"created_from": "2026-11-25"},
    ],
)
def test_what_no_batch_is_finds_none(api: Api, school: dict[str, str], query: dict[str, object]) -> None:
    assert names(api, school, **query) == []


@pytest.mark.parametrize("sort", ["collection_date", "created_at", "number", "external_number", "total"])
def test_batches_are_sorted_both_ways(api: Api, school: dict[str, str], sort: str) -> None:
    assert names(api, school, sort=sort, descending="false") == ["piano", "danse"]
    assert names(api, school, sort=sort) == ["danse", "piano"]


def test_several_states_are_asked_for_at_once(api: Api, school: dict[str, str]) -> None:
    assert names(api, school, state="generated,pending") == ["danse", "piano"]


def test_a_page_tells_how_many_there_are_and_what_they_come_to(api: Api, school: dict[str, str]) -> None:
    page = api.done("GET", "/batches", limit=1, offset=1)

    assert [school[batch["id"]] for batch in page["batches"]] == ["piano"]
    assert (page["count"], page["total_cents"], page["more"]) == (2, 3_000, False)


def test_an_exact_amount_goes_with_no_bound(api: Api) -> None:
    answer = api.ask("GET", "/batches", amount=5, amount_max=10)

    assert (answer.status, paths_of(answer)) == (422, ["amount"])


def test_an_unknown_state_or_sort_is_refused(api: Api) -> None:
    assert api.ask("GET", "/batches", state="lost").status == 422
    assert api.ask("GET", "/batches", sort="colour").status == 422
