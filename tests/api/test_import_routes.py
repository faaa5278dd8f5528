"""Imports over HTTP: announced, uploaded apart, followed."""

from __future__ import annotations

from diapason.domain.members import Role
from diapason.workflows.import_records import import_records
from tests.api.asking_api import Api, paths_of

CUSTOMERS = "Référence;Nom;Mode de paiement;IBAN\nC1;Famille Dupont;chèque;\nC2;;prélèvement;FR76\n"


def test_an_announced_import_says_where_to_send_its_file(api: Api) -> None:
    answer = api.ask(
        "POST", "/imports", {"kind": "customers", "file_name": "clients.csv"}, role=Role.OPERATOR
    )

    assert answer.status == 201
    key = answer.json["upload"]["fields"]["key"]
    assert key == f"{api.school_id}/imports/{answer.json['id']}"
    assert answer.json["upload"]["url"].startswith("https://")
    record = api.done("GET", f"/imports/{answer.json['id']}")
    assert record["state_words"] == "en cours"
    assert record["kind_words"] == "clients, comptes et mandats"
    assert record["finished"] is False
    assert record["errors"] == []


def test_a_refused_file_says_why_line_by_line(api: Api) -> None:
    created = api.done("POST", "/imports", {"kind": "customers", "file_name": "clients.csv"})
    api.store.uploads.put(created["upload"]["fields"]["key"], CUSTOMERS.encode(), "text/csv")
    import_records(api.store, created["id"])

    record = api.done("GET", f"/imports/{created['id']}")

    assert record["state_words"] == "refusé"
    assert record["finished"] is True
    assert record["problems"] == len(record["errors"]) > 0
    assert {error["line"] for error in record["errors"]} == {3}
    assert {"Nom", "IBAN"} <= {error["column"] for error in record["errors"]}
    assert all(error["reason"].endswith((".", "»")) for error in record["errors"])


def test_imports_are_listed_the_latest_first_and_in_parts(api: Api) -> None:
    for rank in range(3):
        api.done("POST", "/imports", {"kind": "invoices", "file_name": f"{rank}.csv"})

    first = api.done("GET", "/imports", limit=2)
    rest = api.done("GET", "/imports", limit=2, next=first["next"])

    names = [record["file_name"] for page in (first, rest) for record in page["imports"]]
    assert sorted(names) == ["0.csv", "1.csv", "2.csv"]
    assert [record["id"] for record in first["imports"]] == sorted(
        (record["id"] for record in first["imports"]), reverse=True
    )
    assert rest["next"] is None


def test_a_file_needs_a_name_and_a_known_kind(api: Api) -> None:
    answer = api.ask("POST", "/imports", {"kind": "mandates", "file_name": " "})

    assert answer.status == 422
    assert paths_of(answer) == ["kind", "file_name"]
