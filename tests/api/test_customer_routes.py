"""Customers: written whole or not at all, found by name or reference."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.members import Role
from tests.api.asking_api import Api, paths_of
from tests.api.customer_requests import IBAN, OTHER_IBAN, family, update_of


def test_a_customer_is_added_with_account_and_mandate(api: Api) -> None:
    answer = api.ask("POST", "/customers", family(), role=Role.OPERATOR)

    assert answer.status == 201
    customer = answer.json
    assert customer["revision"] == 1
    assert customer["payment_method_words"] == "prélèvement"
    assert customer["accounts"][0]["iban"] == IBAN
    assert customer["mandates"][0]["account_id"] == customer["accounts"][0]["id"]
    assert customer["mandates"][0]["state_words"] == "signé"
    assert api.done("GET", f"/customers/{customer['id']}") == customer


def test_a_reader_sees_account_numbers_masked(api: Api) -> None:
    customer = api.done("POST", "/customers", family())

    answer = api.ask("GET", f"/customers/{customer['id']}", role=Role.READER)

    assert answer.json["accounts"][0]["iban"] == "FR14••••2606"
    assert answer.json["editable"] is False
    assert IBAN not in answer.text


def test_lists_mask_account_numbers_for_all(api: Api) -> None:
    api.done("POST", "/customers", family())

    answer = api.ask("GET", "/customers")

    assert answer.json["customers"][0]["account"] == "FR14••••2606"
    assert IBAN not in answer.text


def test_a_customer_written_back_as_read_stays_the_same(api: Api) -> None:
    customer = api.done("POST", "/customers", family())

    after = api.done("PUT", f"/customers/{customer['id']}", update_of(customer))

    assert after == {**customer, "revision": 2}


def test_an_account_and_its_mandate_are_added_together(api: Api) -> None:
    customer = api.done("POST", "/customers", family())
    update = update_of(customer)
    update["accounts"].append({"holder": "Paul Dupont", "iban": OTHER_IBAN})
    update["mandates"].append({"reference": "RUM-2", "account_rank": 1, "state": "draft"})

    after = api.done("PUT", f"/customers/{customer['id']}", update)

    assert after["accounts"][0] == customer["accounts"][0]
    assert after["mandates"][1]["account_id"] == after["accounts"][1]["id"]


def test_an_older_revision_is_a_conflict(api: Api) -> None:
    customer = api.done("POST", "/customers", family())
    path = f"/customers/{customer['id']}"
    api.done("PUT", path, update_of(customer, name="Famille Martin"))

    answer = api.ask("PUT", path, update_of(customer, name="Famille Durand"))

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:version-conflict"
    assert api.done("GET", path)["name"] == "Famille Martin"


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (family("c0001 ", mandates=[]), "référence client"),
        (family("C0002", mandates=family("C0001")["mandates"]), "RUM"),
    ],
)
def test_a_reference_and_a_mandate_belong_to_one_customer(
    api: Api, second: dict[str, Any], words: str
) -> None:
    api.done("POST", "/customers", family())

    answer = api.ask("POST", "/customers", second)

    assert answer.status == 409
    assert answer.json["type"] == "urn:diapason:problem:already-exists"
    assert words in answer.json["detail"]


def test_parts_that_do_not_fit_together_are_all_named(api: Api) -> None:
    customer = api.done("POST", "/customers", family())
    update = update_of(customer)
    update["accounts"][0] = {"id": "another", "holder": "X", "iban": IBAN}
    update["mandates"] = [
        {"reference": "RUM-2", "account_rank": 0, "state": "signed"},
        {"reference": "rum-2", "account_rank": 1, "state": "draft"},
    ]

    answer = api.ask("PUT", f"/customers/{customer['id']}", update)

    assert answer.status == 422
    assert paths_of(answer) == [
        "accounts.0.id",
        "mandates.0.signed_on",
        "mandates.1.reference",
        "mandates.1.account_rank",
        "mandates",
    ]


def test_customers_are_found_by_the_beginning_of_their_name(api: Api) -> None:
    for rank, name in enumerate(["Élodie Étienne", "Elias", "Martin"]):
        api.done("POST", "/customers", family(f"C{rank}", name=name))

    found = api.done("GET", "/customers", name="el")

    assert [customer["name"] for customer in found["customers"]] == ["Elias", "Élodie Étienne"]
    assert found["next"] is None


def test_a_customer_is_found_by_its_exact_reference(api: Api) -> None:
    api.done("POST", "/customers", family("C0001"))

    assert len(api.done("GET", "/customers", reference=" c0001")["customers"]) == 1
    assert api.done("GET", "/customers", reference="C000")["customers"] == []


def test_a_customer_is_found_by_a_mandate_reference_as_it_was_signed(api: Api, other: Api) -> None:
    found = api.done("POST", "/customers", family("C0001"))
    api.done("POST", "/customers", family("C0002"))
    other.done("POST", "/customers", family("C0003"))

    def ids(reference: str) -> list[str]:
        page = api.done("GET", "/customers", mandate_reference=reference)
        return [customer["id"] for customer in page["customers"]]

    assert ids("RUM-C0001") == ids(" rum-c0001 ") == [found["id"]]
    assert ids("RUM-C0003") == ids("RUM-C000") == ids("RUM") == []


def test_a_customer_is_not_found_by_account_number(api: Api) -> None:
    api.done("POST", "/customers", family())

    assert api.done("GET", "/customers", name=IBAN)["customers"] == []
    assert api.done("GET", "/customers", reference=IBAN)["customers"] == []
    assert api.ask("GET", "/customers", iban=IBAN).status == 422


def test_the_list_goes_on_where_it_stopped(api: Api) -> None:
    names = [f"Famille {rank}" for rank in range(5)]
    for name in names:
        api.done("POST", "/customers", family(name, name=name))

    seen: list[str] = []
    query: dict[str, object] = {"limit": 2}
    while True:
        page = api.done("GET", "/customers", **query)
        seen += [customer["name"] for customer in page["customers"]]
        if page["next"] is None:
            break
        assert "Famille" not in page["next"]
        query["next"] = page["next"]

    assert seen == names


@pytest.mark.parametrize("text", ["é", "=", "____", "Y"])
def test_a_continuation_that_was_not_given_is_refused(api: Api, text: str) -> None:
    answer = api.ask("GET", "/customers", next=text)

    assert answer.status == 422
    assert paths_of(answer) == ["next"]


def test_a_continuation_belongs_to_its_criteria(api: Api) -> None:
    for rank in range(3):
        api.done("POST", "/customers", family(f"C{rank}", name=f"Famille {rank}"))
    page = api.done("GET", "/customers", name="famille", limit=1)

    assert api.ask("GET", "/customers", name="famille", next=page["next"]).status == 200
    assert paths_of(api.ask("GET", "/customers", name="m", next=page["next"])) == ["next"]


def test_another_schools_continuation_opens_nothing(api: Api, other: Api) -> None:
    for rank in range(3):
        other.done("POST", "/customers", family(f"C{rank}", name=f"Voisin {rank}"))
        api.done("POST", "/customers", family(f"C{rank}", name=f"Famille {rank}"))
    page = other.done("GET", "/customers", limit=1)

    found = api.done("GET", "/customers", next=page["next"])

    assert all(customer["name"].startswith("Famille") for customer in found["customers"])
