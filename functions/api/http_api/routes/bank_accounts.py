"""The accounts that remittances credit."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from diapason.access.decisions import Action
from http_api.asking import Asker
from http_api.fields import Id
from http_api.inputs.bank_accounts import BankAccountInput, BankAccountUpdate
from http_api.routing import Resource
from http_api.views.bank_accounts import (
    BankAccountsView,
    BankAccountView,
    bank_account_view,
    bank_accounts_view,
)

resource = Resource("Comptes à créditer")


@resource.get("/bank-accounts", Action.READ, "Les comptes à créditer")
def list_bank_accounts(asking: Asker) -> BankAccountsView:
    return bank_accounts_view(asking.store.registry.credited_accounts(), asking)


@resource.post("/bank-accounts", Action.EDIT_SETTINGS, "Ajouter un compte à créditer", HTTPStatus.CREATED)
def create_bank_account(asking: Asker, body: BankAccountInput) -> BankAccountView:
    registry = asking.store.registry
    account = body.credited_account(uuid.uuid4().hex, registry.organisation().value.siret)
    registry.put_credited_account(account, None, asking.member.username)
    return bank_account_view(registry.credited_account(account.id), asking)


@resource.get("/bank-accounts/{account_id}", Action.READ, "Un compte à créditer")
def get_bank_account(asking: Asker, account_id: Id) -> BankAccountView:
    return bank_account_view(asking.store.registry.credited_account(account_id), asking)


@resource.put("/bank-accounts/{account_id}", Action.EDIT_SETTINGS, "Modifier un compte à créditer")
def put_bank_account(asking: Asker, account_id: Id, body: BankAccountUpdate) -> BankAccountView:
    registry = asking.store.registry
    registry.credited_account(account_id)
    account = body.credited_account(account_id, registry.organisation().value.siret)
    registry.put_credited_account(account, body.revision, asking.member.username)
    return bank_account_view(registry.credited_account(account_id), asking)
