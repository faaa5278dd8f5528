"""The demo schools on a whole stack: files uploaded over HTTP, notices, queue, worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local import demo_data, seed
from infra.local.http_api import Api, Refused
from infra.local.import_api import take
from infra.local.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.ministack]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("demo")) as stack:
        demo_data.load(stack)
        yield stack


def api_of(stack: Stack, school_id: str = "ecole-demo") -> Api:
    return Api(stack.url, lambda: stack.token(f"operateur@{school_id}.example"))


@pytest.mark.parametrize("school_id", ["ecole-demo", "ecole-voisine"])
def test_every_school_has_its_records_and_loading_again_adds_none(stack: Stack, school_id: str) -> None:
    before = api_of(stack, school_id).get("/imports")["imports"]
    demo_data.load(stack)

    assert api_of(stack, school_id).get("/imports")["imports"] == before
    demo = [found for found in before if found["file_name"] in demo_data.FILE_NAMES.values()]
    assert [(found["kind"], found["state"]) for found in demo] == [
        ("invoices", "taken"),
        ("customers", "taken"),
    ]
    assert all(found["new"] > 0 and found["parts_done"] == found["parts"] for found in demo)


def test_a_refused_file_says_why_in_french(stack: Stack) -> None:
    with pytest.raises(Refused, match="ligne 2 : Cette information manque"):
        take(
            api_of(stack), "customers", "refused.csv", "Référence;Nom;Mode de paiement\nX1;;chèque\n".encode()
        )


def test_a_seed_brings_its_rows_once(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    seed.seed(api_of(stack), 25)
    first = capsys.readouterr().out
    seed.seed(api_of(stack), 25)
    again = capsys.readouterr().out

    assert "clients-1.csv : 3 nouveaux, 0 inchangés" in first
    assert "factures-1.csv : 5 nouveaux, 0 inchangés" in first
    assert "factures-1.csv : 0 nouveaux, 5 inchangés" in again
    assert "25 échéances en " in again
