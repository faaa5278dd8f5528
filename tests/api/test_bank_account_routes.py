"""The accounts that remittances credit: every setting is kept, told in words, and checked."""

from __future__ import annotations

from typing import Any

import pytest

from diapason.domain.members import Role
from tests.api.asking_api import Api, paths_of
from tests.workflows.story import Story
from tests.world import SCHOOL_IBAN

OTHER_IBAN = "FR7630006000011234567890189"
SIRET = "73282932000074"
BODY = {"label": "Régie", "iban": SCHOOL_IBAN}
PUBLIC = {
    "service": "TGDFT027",
    "codique": "080012",
    "accounting_office": "SGC Amiens",
    "office_address": {"town": "Amiens"},
    "holder": "Régie du conservatoire",
    "iban": OTHER_IBAN,
}
EVERYTHING = {
    **BODY,
    "bic": "CCBPFRPPXXX",
    "version": "02",
    "scheme": "B2B",
    "lead_days": 2,
    "cut_off_hour": 16,
    "batch_booking": False,
    "bic_rule": "required",
    "address_rule": "hybrid",
    "sequence_rule": "first",
    "initiating_party_id": "12345678200010",
    "ultimate_creditor": "Commune d’Amiens",
    "names_ultimate_debtor": True,
    "ceilings": {"line_cents": 50_000, "customer_month_cents": 80_000, "batch_cents": 2_000_000},
    "public_account": None,
    "closed": True,
}


def test_every_setting_is_kept(api: Api) -> None:
    added = api.done("POST", "/bank-accounts", EVERYTHING)

    assert {name: added[name] for name in EVERYTHING} == EVERYTHING
    assert api.done("GET", f"/bank-accounts/{added['id']}") == added


def test_what_is_not_told_is_what_most_banks_ask_for(api: Api) -> None:
    added = api.done("POST", "/bank-accounts", BODY)

    assert added["meaning"] == [
        "pain.008.001.08",
        "prélèvements CORE",
        "une écriture par remise",
        "fichier à remettre la veille ouvrée avant 12 h",
        "le BIC du débiteur s’il est connu",
        "adresse du débiteur si sa banque est hors de l’Espace économique européen",
        "RCUR dès le premier prélèvement d’un mandat",
    ]


def test_what_is_told_is_told_in_words(api: Api) -> None:
    meaning = api.done("POST", "/bank-accounts", EVERYTHING)["meaning"]

    assert meaning == [
        "pain.008.001.02",
        "prélèvements interentreprises (B2B)",
        "une écriture par prélèvement",
        "fichier à remettre 2 jours ouvrés plus tôt, avant 16 h",
        "le BIC du débiteur est exigé",
        "adresse du débiteur, hybride",
        "FRST au premier prélèvement d’un mandat, puis RCUR",
        "émetteur des fichiers : 12345678200010",
        "encaissé pour le compte de Commune d’Amiens",
        "le client est nommé quand le compte débité est à une autre personne",
        "plafond de 500,00\u00a0€ par prélèvement",
        "plafond de 800,00\u00a0€ par client et par mois",
        "seconde confirmation au-dessus de 20\u202f000,00\u00a0€ par remise",
        "compte clos : il ne peut plus être crédité",
    ]


def test_the_end_of_the_day_is_midnight(api: Api) -> None:
    added = api.done("POST", "/bank-accounts", {**BODY, "cut_off_hour": 24})

    assert "fichier à remettre la veille ouvrée avant minuit" in added["meaning"]


def test_an_account_is_edited_over_the_revision_that_was_read(api: Api) -> None:
    added = api.done("POST", "/bank-accounts", {**BODY, "iban": "fr76 3000 1007 9412 3456 7890 185"})
    assert added["iban"] == SCHOOL_IBAN
    path = f"/bank-accounts/{added['id']}"

    edited = api.done("PUT", path, {**BODY, "revision": 1, "version": "02", "closed": True})

    assert (edited["revision"], edited["version"], edited["closed"]) == (2, "02", True)
    assert api.ask("PUT", path, {**BODY, "revision": 1}).status == 409
    assert {account["label"] for account in api.done("GET", "/bank-accounts")["bank_accounts"]} == {
        "Compte principal",
        "Régie",
    }


def test_account_numbers_are_whole_for_those_who_edit_them_alone(api: Api) -> None:
    shown = {role: api.done("GET", "/bank-accounts/main", role=role) for role in Role}

    assert shown[Role.ADMINISTRATOR]["iban"] == SCHOOL_IBAN
    assert shown[Role.OPERATOR]["iban"] == shown[Role.READER]["iban"] == "FR76••••0185"
    assert [shown[role]["editable"] for role in Role] == [False, False, True]
    listed = api.done("GET", "/bank-accounts")["bank_accounts"]
    assert [account["iban"] for account in listed] == ["FR76••••0185"]


def test_an_account_that_does_not_exist_is_not_made_by_writing_to_it(api: Api) -> None:
    assert api.ask("PUT", "/bank-accounts/other", {**BODY, "revision": 1}).status == 404
    assert len(api.done("GET", "/bank-accounts")["bank_accounts"]) == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"iban": "FR7630001007941234567890186"}, "iban"),
        ({"bic": "CCBP"}, "bic"),
        ({"initiating_party_id": "/123"}, "initiating_party_id"),
        ({"initiating_party_id": "É1"}, "initiating_party_id"),
        ({"initiating_party_id": "1" * 36}, "initiating_party_id"),
        ({"ultimate_creditor": "★"}, "ultimate_creditor"),
        ({"ceilings": {"line_cents": 0}}, "ceilings.line_cents"),
        ({"ceilings": {"batch_cents": 10.5}}, "ceilings.batch_cents"),
        ({"lead_days": 15}, "lead_days"),
        ({"cut_off_hour": 25}, "cut_off_hour"),
        ({"scheme": "COR1"}, "scheme"),
    ],
)
def test_a_setting_that_no_bank_takes_is_named(api: Api, change: dict[str, Any], path: str) -> None:
    answer = api.ask("POST", "/bank-accounts", {**BODY, **change})

    assert answer.status == 422
    assert paths_of(answer) == [path]


@pytest.fixture
def public(api: Api) -> Api:
    """A school with a SIRET, which the Treasury's profile wants."""
    api.done("PUT", "/organisation", {"revision": 1, "name": "Conservatoire", "siret": SIRET})
    return api


def test_an_account_at_the_treasury_has_its_profile_and_writes_every_address(public: Api) -> None:
    added = public.done("POST", "/bank-accounts", {**BODY, "public_account": PUBLIC})

    assert added["public_account"]["codique"] == "080012"
    assert added["public_account"]["iban"] == OTHER_IBAN
    assert added["address_rule"] == "structured"
    assert added["meaning"][-1] == (
        "compte au Trésor de Régie du conservatoire, encaissé par SGC Amiens (codique 080012, "
        "service TGDFT027)"
    )
    shown = public.done("GET", f"/bank-accounts/{added['id']}", role=Role.READER)
    assert shown["public_account"]["iban"] == "FR76••••0189"


def test_each_fault_of_the_treasurys_profile_is_named_at_its_field(public: Api) -> None:
    spoilt = {
        **PUBLIC,
        "service": "tgdft",
        "codique": "12",
        "accounting_office": "",
        "office_address": {},
        "holder": "",
    }

    answer = public.ask("POST", "/bank-accounts", {**BODY, "public_account": spoilt})

    assert answer.status == 422
    assert paths_of(answer) == [
        "public_account.service",
        "public_account.codique",
        "public_account.accounting_office",
        "public_account.office_address",
        "public_account.holder",
    ]
    messages = [error["message"] for error in answer.json["errors"]]
    assert messages[1] == "Le codique du poste comptable compte six chiffres."
    answer = public.ask("POST", "/bank-accounts", {**BODY, "public_account": {**PUBLIC, "iban": "FR7"}})
    assert paths_of(answer) == ["public_account.iban"]


def test_the_treasurys_profile_wants_the_organisations_siret(api: Api) -> None:
    answer = api.ask("POST", "/bank-accounts", {**BODY, "public_account": PUBLIC})

    assert paths_of(answer) == ["public_account"]
    assert "SIRET de l’organisation" in answer.json["errors"][0]["message"]


def test_pending_batches_that_a_new_iban_leaves_behind_are_named(api: Api) -> None:
    story = Story(api.world, api.store, api.store.members.get(f"membre-{Role.OPERATOR}").value)
    story.families(1)
    (batch,) = story.registered()
    change = {"revision": 1, "label": "Compte principal", "iban": OTHER_IBAN}

    (outdated,) = api.done("PUT", "/bank-accounts/main", change)["outdated_batches"]

    assert (outdated["batch_id"], outdated["number"]) == (batch.id, batch.number)
    assert "l’IBAN du compte a changé" in outdated["words"]
    assert api.done("GET", "/bank-accounts/main")["outdated_batches"] == [outdated]
    another = api.done("POST", "/bank-accounts", BODY)
    assert another["outdated_batches"] == []
