"""Imports over HTTP: announced, uploaded apart, followed."""

from __future__ import annotations

import pytest

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
    assert record["state_words"] == "en cours de lecture"
    assert record["kind_words"] == "clients, comptes et mandats"
    assert record["finished"] is False
    assert (record["choices"], record["discardable"]) == ([], False)


def handed_in(api: Api, text: str, kind: str = "customers") -> str:
    """A file that was read, and waits for what the member decides."""
    created = api.done("POST", "/imports", {"kind": kind, "file_name": f"{kind}.csv"})
    api.store.uploads.put(created["upload"]["fields"]["key"], text.encode(), "text/csv")
    import_records(api.store, created["id"])
    return str(created["id"])


def test_a_preview_says_what_is_wrong_line_by_line(api: Api) -> None:
    identifier = handed_in(api, CUSTOMERS)

    record = api.done("GET", f"/imports/{identifier}")
    page = api.done("GET", f"/imports/{identifier}/problems", limit=2)
    rest = api.done("GET", f"/imports/{identifier}/problems", offset=1)

    assert (record["state_words"], record["finished"]) == ("à confirmer", False)
    assert (record["rows"], record["new"], record["faulty"]) == (2, 1, 1)
    assert (record["choices"], record["discardable"]) == (["good_rows"], True)
    assert record["expires_at"] == "2026-11-30T11:00:00Z"
    assert page["total"] == record["problems"] == 2
    assert [(fault["line"], fault["column"]) for fault in page["problems"]] == [(3, "Nom"), (3, "IBAN")]
    assert rest["problems"] == page["problems"][1:]
    assert all(fault["reason"].endswith(".") for fault in page["problems"])


def test_the_good_rows_alone_are_taken_when_somebody_asks_for_them(api: Api) -> None:
    identifier = handed_in(api, CUSTOMERS)

    whole = api.ask("POST", f"/imports/{identifier}/confirm", {"choice": "whole"})
    confirmed = api.done("POST", f"/imports/{identifier}/confirm", {"choice": "good_rows"})
    import_records(api.store, identifier)

    assert (whole.status, whole.json["type"]) == (409, "urn:diapason:problem:state-refused")
    assert (confirmed["state_words"], confirmed["decided_by"]) == ("en cours", "membre-administrator")
    record = api.done("GET", f"/imports/{identifier}")
    assert (record["state_words"], record["new"], record["faulty"]) == ("pris en compte", 1, 1)
    assert [found["name"] for found in api.done("GET", "/customers")["customers"]] == ["Famille Dupont"]


def test_a_preview_shows_what_changes(api: Api) -> None:
    first = handed_in(api, "Référence;Nom;Mode de paiement\nC1;Dupont;chèque\n")
    api.done("POST", f"/imports/{first}/confirm", {"choice": "whole"})
    import_records(api.store, first)

    identifier = handed_in(api, "Référence;Nom;Mode de paiement\nC1;Dupond;virement\n")

    page = api.done("GET", f"/imports/{identifier}/changes")
    assert page == {
        "changes": [
            {
                "line": 2,
                "reference": "C1",
                "name": "Dupont",
                "fields": [
                    {"field": "nom", "before": "Dupont", "after": "Dupond"},
                    {"field": "mode de paiement", "before": "chèque", "after": "virement"},
                ],
            }
        ],
        "total": 1,
    }


def test_a_discarded_import_is_over(api: Api) -> None:
    identifier = handed_in(api, CUSTOMERS)

    discarded = api.done("POST", f"/imports/{identifier}/discard")

    assert (discarded["state_words"], discarded["finished"]) == ("abandonné", True)
    assert (discarded["choices"], discarded["discardable"]) == ([], False)
    for action, body in (("discard", None), ("confirm", {"choice": "good_rows"})):
        assert api.ask("POST", f"/imports/{identifier}/{action}", body).status == 409


def test_a_reader_looks_and_decides_nothing(api: Api) -> None:
    identifier = handed_in(api, CUSTOMERS)

    record = api.done("GET", f"/imports/{identifier}", role=Role.READER)

    assert (record["choices"], record["discardable"]) == ([], False)
    answer = api.ask("POST", f"/imports/{identifier}/confirm", {"choice": "good_rows"}, role=Role.READER)
    assert answer.status == 403


@pytest.mark.parametrize("kind", ["customers", "invoices"])
def test_the_model_file_can_be_filled_in_and_imported(api: Api, kind: str) -> None:
    models = {name: api.done("GET", "/imports/model", kind=name) for name in ("customers", "invoices")}
    assert models["customers"]["content"].startswith("\ufeffRéférence;Type;Nom;")
    customers = handed_in(api, models["customers"]["content"])
    api.done("POST", f"/imports/{customers}/confirm", {"choice": "whole"})
    import_records(api.store, customers)

    record = api.done("GET", f"/imports/{handed_in(api, models[kind]['content'], kind)}")

    assert (record["problems"], record["unknown_columns"]) == (0, [])
    assert (record["new"], record["unchanged"]) == ((0, 1) if kind == "customers" else (1, 0))
    assert models[kind]["file_name"] == {"customers": "clients.csv", "invoices": "factures.csv"}[kind]


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
