"""Finding instalments: every combination against the slow way, in pages that join, and never by a scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count, product
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from diapason.domain.drafts import GeneralInformation
from diapason.domain.errors import InvalidInput, NotFound
from diapason.domain.instalment_search import InstalmentSearch
from diapason.domain.invoices import Instalment, InstalmentState, Sending
from diapason.domain.parties import Customer
from diapason.store.instalments import instalment_from_wire
from diapason.workflows import finding
from diapason.workflows.drafting import create_draft
from diapason.workflows.finding import attach_found, find
from tests.local.dynamodb_in_process import DYNAMODB_HOST
from tests.workflows.story import DECEMBER, JANUARY, Story, a_story
from tests.world import World, opened_world

S = InstalmentSearch
GENERAL = GeneralInformation("main")
ALL = 500
NUMBERS = {"number": {"invoice_number": "f-1"}, "other number": {"invoice_number": "F-20"}}
CUSTOMERS = {
    "reference": {"customer_reference": "c2"},
    "name": {"customer_name": "famille é"},
    "wide name": {"customer_name": "FAM"},
}
REST: dict[str, dict[str, Any]] = {
    "all": {},
    "dates": {"due_from": DECEMBER, "due_to": DECEMBER},
    "amounts": {"min_cents": 1_500, "max_cents": 3_000},
    "activity": {"activity": "DANSE"},
    "pupil": {"pupil": "ze"},
}


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """One school for the tests that read only: three customers, seven invoices, one of them held."""
    with opened_world() as world:
        yield filled(world)


def filled(world: World, school_id: str = "ecole-demo") -> Story:
    made = a_story(world, school_id)
    names = ["Famille Éloi", "Famille Abbé", "Mairie"]
    customers = [world.customer(made.store, f"C{rank}", name=name) for rank, name in enumerate(names, 1)]
    held = invoiced(made, customers[0], "F-09", (DECEMBER, 900))
    made.registered()
    assert made.instalment(held[0]).claim is not None
    for rank in range(6):
        invoiced(
            made,
            customers[rank % 3],
            f"F-{rank + 10 if rank < 4 else rank + 16}",
            (DECEMBER, 1_000 + 300 * rank),
            (JANUARY, 2_000 + 300 * rank),
            activity="DANSE" if rank % 2 else "PIANO",
            sending=Sending.SENT if rank else Sending.WAITING,
            pupil="Zélie" if rank % 3 == 0 else "Paul",
        )
    return made


def invoiced(story: Story, customer: Customer, number: str, *shares: Any, **fields: Any) -> list[Instalment]:
    return story.world.invoice(story.store, customer, *shares, number=number, **fields)


def everything(story: Story) -> list[Instalment]:
    pages = story.store.house.dynamodb.get_paginator("scan").paginate(
        TableName=story.world.house.environment.billing_table
    )
    items = [item for page in pages for item in page["Items"]]
    school = f"{story.store.keys.school_id}#"
    return [
        instalment_from_wire(item)
        for item in items
        if item["PK"]["S"].startswith(school) and item["SK"]["S"].startswith("INSTALMENT#")
    ]


def found_in_pages(story: Story, search: S, limit: int) -> list[str]:
    place, found, pages = "", [], 0
    while True:
        page = find(story.store, search, limit, place)
        found += [one.id for one in page.instalments]
        pages += 1
        assert pages < 100
        if not page.next:
            return found
        place = page.next


def matches(search: S, one: Instalment) -> bool:
    """The slow way, written apart."""
    return all(
        (
            one.state is search.state
            if search.state
            else one.claim is None and one.remaining_cents > 0 and not one.cancelled,
            one.invoice_number.upper().startswith(search.invoice_number.upper()),
            not search.customer_reference or one.customer_name == "Famille Abbé",
            "é" not in search.customer_name or one.customer_name == "Famille Éloi",
            not search.customer_name or one.customer_name.startswith("Fam"),
            (search.due_from or date.min) <= one.due_date <= (search.due_to or date.max),
            (search.min_cents or 0) <= one.remaining_cents <= (search.max_cents or 10**9),
            search.activity in {"", one.activity},
            not search.pupil or one.pupil == "Zélie",
        )
    )


@pytest.mark.parametrize("limit", [1, 3, ALL])
@pytest.mark.parametrize("rest", REST.values(), ids=REST.keys())
@pytest.mark.parametrize("number", [{}, *NUMBERS.values()], ids=["any", *NUMBERS])
@pytest.mark.parametrize("customer", [{}, *CUSTOMERS.values()], ids=["anyone", *CUSTOMERS])
def test_any_combination_finds_what_matches_page_after_page(
    story: Story, customer: dict[str, Any], number: dict[str, Any], rest: dict[str, Any], limit: int
) -> None:
    search = S(**customer, **number, **rest)
    expected = {one.id for one in everything(story) if matches(search, one)}

    found = found_in_pages(story, search, limit)

    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.parametrize("state", InstalmentState)
def test_a_state_is_looked_for_within_a_number_or_a_customer(story: Story, state: InstalmentState) -> None:
    search = S(invoice_number="F-", state=state)
    expected = {one.id for one in everything(story) if one.state is state}

    assert set(found_in_pages(story, search, 4)) == expected


def test_what_a_batch_holds_is_found_by_its_state_alone(story: Story) -> None:
    assert find(story.store, S(invoice_number="F-09"), ALL, "").instalments == []
    (held,) = find(
        story.store, S(invoice_number="F-09", state=InstalmentState.NOT_DEBITED), ALL, ""
    ).instalments
    assert held.claim is not None


@pytest.mark.parametrize(
    ("search", "path", "code"),
    [
        (S(due_from=JANUARY, due_to=DECEMBER), "due_to", "before-start"),
        (S(min_cents=2, max_cents=1), "max_cents", "below-minimum"),
        (S(state=InstalmentState.DEBITED), "state", "too-wide"),
        (S(customer_name="a", customer_reference="b"), "customer_name", "one-of"),
        (S(customer_reference="unknown"), "customer_reference", "unknown"),
    ],
)
def test_criteria_that_cannot_be_met_are_named(story: Story, search: S, path: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        find(story.store, search, ALL, "")

    assert [(error.path, error.code) for error in refusal.value.errors] == [(path, code)]


@pytest.mark.parametrize(
    "search", [S(), S(invoice_number="F"), S(customer_reference="C1"), S(customer_name="F")]
)
def test_a_place_of_another_search_is_refused(story: Story, search: S) -> None:
    with pytest.raises(InvalidInput):
        find(story.store, search, ALL, "\x1f".join("abcd"))


@pytest.mark.parametrize("search", [S(pupil="nobody"), S(invoice_number="F", pupil="nobody")])
def test_a_page_looks_at_so_many_and_goes_on(
    story: Story, search: S, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    first = find(story.store, search, ALL, "")

    assert (first.instalments, bool(first.next)) == ([], True)
    assert found_in_pages(story, search, ALL) == []
    everyone = replace(search, pupil="")
    assert len(found_in_pages(story, everyone, ALL)) == 12


@pytest.mark.parametrize(
    "search", [S(), S(due_from=DECEMBER), S(invoice_number="F"), S(customer_name="F", activity="DANSE")]
)
def test_a_search_reads_indexes_and_keys_and_never_scans(story: Story, search: S) -> None:
    handler = story.world.routes.handler_of(f"http://{DYNAMODB_HOST}")
    assert handler is not None
    asked = []

    def handle(request: AWSPreparedRequest) -> AWSResponse:
        asked.append(str(request.headers["X-Amz-Target"]).rpartition(".")[2])
        return handler(request)

    story.world.routes.route(DYNAMODB_HOST, handle)
    try:
        find(story.store, search, 5, "")
    finally:
        story.world.routes.route(DYNAMODB_HOST, handler)

    assert asked
    assert "Scan" not in " ".join(asked)


def test_the_instalments_of_many_invoices_are_read_together_in_the_order_of_ranks(story: Story) -> None:
    every = everything(story)
    identifiers = sorted({one.invoice_id for one in every})

    found = story.store.instalments.of_invoices([*identifiers, "unknown"])

    assert found.pop("unknown") == []
    assert found == {
        identifier: sorted((one for one in every if one.invoice_id == identifier), key=lambda one: one.id)
        for identifier in identifiers
    }


# Attaching all that is found


RANKS = count(1)


@pytest.fixture
def own(story: Story) -> Story:
    return filled(story.world, f"ecole-{next(RANKS)}")


def test_all_that_a_search_finds_is_attached(own: Story) -> None:
    draft = create_draft(own.store, own.member, GENERAL)

    draft = attach_found(own.store, own.member, draft.id, draft.version, S(invoice_number="F-1"))

    assert draft.count == 8


def test_more_than_a_page_can_wait_for_is_refused(own: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = create_draft(own.store, own.member, GENERAL)
    for name in ("AT_ONCE_ROWS", "LOOKED_AT_TO_ATTACH"):
        with monkeypatch.context() as patch:
            patch.setattr(finding, name, 7)
            with pytest.raises(InvalidInput, match="Certaines") as refusal:
                attach_found(own.store, own.member, draft.id, draft.version, S())
        assert [error.code for error in refusal.value.errors] == ["too-wide"]
    assert own.store.drafts.get(draft.id) == draft


def test_another_school_finds_nothing_of_this_one(own: Story) -> None:
    neighbour = a_story(own.world, "ecole-voisine")

    for criteria in product([{}, NUMBERS["number"]], [{}, CUSTOMERS["name"]]):
        search = S(**{key: value for each in criteria for key, value in each.items()})
        assert find(neighbour.store, search, ALL, "").instalments == []
    place = find(own.store, S(), 1, "").next
    assert find(neighbour.store, S(), ALL, place).instalments == []
    with pytest.raises(InvalidInput):
        find(neighbour.store, S(customer_reference="C1"), ALL, "")
    draft = create_draft(neighbour.store, neighbour.member, GENERAL)
    with pytest.raises(NotFound):
        attach_found(own.store, own.member, draft.id, draft.version, S())
