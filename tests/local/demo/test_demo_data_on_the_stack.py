"""The demo schools on a whole stack: files uploaded over HTTP, notices, queue, worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diapason.domain.anomalies import AnomalyCode
from diapason.domain.clock import paris_date
from infra.local import demo, demo_data, demo_school, seed
from infra.local.customer_api import customer_of
from infra.local.demo_story import COMMENT, FIRST, LAST
from infra.local.http_api import Api, Refused
from infra.local.import_api import take
from infra.local.stack import Stack
from infra.local.wizard_api import DraftApi

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
    api = api_of(stack, school_id)
    before = api.get("/imports")["imports"]
    drafts, batches = api.get("/drafts"), api.get("/batches")
    demo_data.load(stack)

    assert api.get("/imports")["imports"] == before
    assert (api.get("/drafts"), api.get("/batches")) == (drafts, batches)
    demo = [found for found in before if found["file_name"] in demo_data.FILE_NAMES.values()]
    assert [(found["kind"], found["state"]) for found in demo] == [
        ("invoices", "taken"),
        ("customers", "taken"),
    ]
    assert all(found["new"] > 0 and found["parts_done"] == found["parts"] for found in demo)


NOT_BY_THE_PRODUCT = {
    AnomalyCode.INSTALMENT_MISSING,  # nothing is deleted: instalments, customers and credited accounts stay
    AnomalyCode.CUSTOMER_MISSING,
    AnomalyCode.CREDITED_ACCOUNT_MISSING,
    AnomalyCode.AMOUNT_ABOVE_SCHEME,  # no invoice and no row takes such an amount
    AnomalyCode.EXPORTED,  # PES ASAP exports are not there yet
}
BY_NATURE_MORE_OFTEN = {
    AnomalyCode.MANDATE_MISSING: 2,
    AnomalyCode.MANDATE_TWICE: 2,
    AnomalyCode.NOTICE_MISSING: 2,
    AnomalyCode.SAME_CUSTOMER_TWICE: 2,
}


def open_draft(api: Api) -> dict[str, Any]:
    (found,) = [draft for draft in api.get("/drafts")["drafts"] if draft["comment"] == COMMENT]
    draft: dict[str, Any] = api.get(f"/drafts/{found['id']}")
    return draft


def codes_of_rows(api: Api, draft: dict[str, Any]) -> Counter[str]:
    rows = DraftApi(api, draft).rows()
    return Counter(anomaly["code"] for row in rows for anomaly in row["anomalies"])


def codes_met_by_a_visitor(api: Api, account: dict[str, Any]) -> set[str]:
    """Those of a new draft into this account over everything that falls due in the coming year."""
    draft = DraftApi.begun(api, account["id"], "visite")
    today = paris_date(datetime.now(UTC))
    draft.select(today, today + timedelta(days=90))
    codes = {anomaly["code"] for anomaly in draft.draft["anomalies"]} | set(codes_of_rows(api, draft.draft))
    api.delete(draft.path, version=draft.draft["version"])
    return codes


def test_the_open_draft_has_one_row_for_each_anomaly_of_a_row(stack: Stack) -> None:
    api = api_of(stack)
    draft = open_draft(api)

    found = codes_of_rows(api, draft)

    assert draft["anomalies"] == []
    assert {code: count for code, count in found.items() if count > 1} == BY_NATURE_MORE_OFTEN


def test_every_anomaly_that_the_product_can_have_is_met_in_the_demo_schools(stack: Stack) -> None:
    api = api_of(stack)
    met = set(codes_of_rows(api, open_draft(api)))
    for account in api.get("/bank-accounts")["bank_accounts"]:
        met |= codes_met_by_a_visitor(api, account)
    for school in demo.SPOILT_SCHOOLS:
        administrator = Api(stack.url, lambda school=school: stack.token(f"administrateur@{school.domain}"))  # type: ignore[misc]
        (account,) = administrator.get("/bank-accounts")["bank_accounts"]
        met |= codes_met_by_a_visitor(administrator, account)

    assert met == {code.value for code in set(AnomalyCode) - NOT_BY_THE_PRODUCT}


def test_what_happened_since_shows_on_mandates(stack: Stack) -> None:
    api = api_of(stack)
    cases = demo_school.specials(paris_date(datetime.now(UTC)))

    def upcoming(what: str) -> str:
        mandates = customer_of(api, cases[what].family.reference)["mandates"]
        return next(
            words["words"]
            for words in mandates[-1]["next_collections"]
            if "principal" in words["credited_account_ids"]
        )

    assert upcoming("moved to another bank").endswith("changement de compte, dans une autre banque (SMNDA)")
    assert upcoming("moved within its bank").endswith("changement de compte, dans la même banque")
    assert upcoming("debited") == "au prochain prélèvement : RCUR"


def test_one_batch_is_generated_and_one_waits(stack: Stack) -> None:
    batches = api_of(stack).get("/batches")["batches"]

    assert {batch["external_number"]: batch["state"] for batch in batches} == {
        FIRST: "generated",
        LAST: "pending",
    }


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
