"""Requests about what goes into the school's accounting."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from pydantic import Strict, StringConstraints

from diapason.domain.accounting import (
    AccountingSettings,
    ActivityAccount,
    EntriesEncoding,
    LedgerAccount,
)
from diapason.domain.accounting_exports import AccountingFileKind, Selection
from diapason.workflows.exporting_accounts import ExportOrder
from http_api.fields import (
    Code,
    Count,
    Day,
    Flag,
    Input,
    Label,
    OptionalCode,
    Reason,
    RequestKey,
    Version,
)
from http_api.limits import MAX_REVENUE_ACCOUNTS, MAX_REVISION

AccountNumber = Annotated[str, StringConstraints(min_length=1, max_length=20)]
NetCents = Annotated[int, Strict(), Ge(-MAX_REVISION), Le(MAX_REVISION)]
"""A sum in cents from which credit notes are taken off."""


class LedgerAccountInput(Input):
    """Compte général."""

    number: AccountNumber
    label: Label

    def account(self) -> LedgerAccount:
        return LedgerAccount(self.number, self.label)


class ActivityAccountInput(Input):
    """Compte de produit d’une activité."""

    activity: Code
    account: LedgerAccountInput


class AccountingSettingsInput(Input):
    """Paramètres comptables ; la révision est 0 tant que rien n’est enregistré."""

    revision: Count
    keeps_debits: Flag
    journal_code: Code
    journal_label: Label
    customers_account: LedgerAccountInput
    revenue_account: LedgerAccountInput
    revenue_by_activity: Annotated[tuple[ActivityAccountInput, ...], MaxLen(MAX_REVENUE_ACCOUNTS)] = ()
    auxiliary_prefix: OptionalCode = ""
    encoding: EntriesEncoding = EntriesEncoding.UTF_8

    def settings(self) -> AccountingSettings:
        return AccountingSettings(
            keeps_debits=self.keeps_debits,
            journal_code=self.journal_code,
            journal_label=self.journal_label,
            customers_account=self.customers_account.account(),
            revenue_account=self.revenue_account.account(),
            revenue_by_activity=tuple(
                ActivityAccount(own.activity, own.account.account()) for own in self.revenue_by_activity
            ),
            auxiliary_prefix=self.auxiliary_prefix,
            encoding=self.encoding,
        )


class AccountingSelectionInput(Input):
    """Factures à exporter : dates de facture comprises, activité (toutes si elle est vide)."""

    issued_from: Day
    issued_to: Day
    activity: OptionalCode = ""

    def selection(self) -> Selection:
        return Selection(self.issued_from, self.issued_to, self.activity)


class AccountingExportInput(AccountingSelectionInput):
    """Export demandé : le nombre, la somme (en centimes) et le choix que l’aperçu annonçait."""

    request_key: RequestKey
    leaves_refused_out: Flag = False
    keeps_debits: Flag
    count: Count
    total_cents: NetCents

    def order(self) -> ExportOrder:
        return ExportOrder(
            self.request_key,
            self.selection(),
            self.leaves_refused_out,
            self.keeps_debits,
            self.count,
            self.total_cents,
        )


class AccountingDownloadInput(Input):
    """Le fichier voulu."""

    file: AccountingFileKind


class AccountingCancellationInput(Input):
    """Annulation d’un export, et pourquoi ; l’attestation est demandée quand ses échéances ont été remises à
    la comptabilité."""

    version: Version
    reason: Reason
    attests_not_debited: Flag = False
