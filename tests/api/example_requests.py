"""One sound request for every route, over ids that the caller chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ICS = "FR72ZZZ123456"
IBAN = "FR7630001007941234567890185"
UNKNOWN = "0123456789abcdef"


@dataclass(frozen=True)
class Example:
    """``path`` holds the route's own placeholders."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)

    @property
    def operation(self) -> tuple[str, str]:
        return self.method, self.path

    def over(self, **ids: str) -> str:
        """The path with its placeholders filled."""
        return self.path.format(**ids)


ORGANISATION = {"revision": 1, "name": "Conservatoire", "creditor_id": ICS}
BANK_ACCOUNT = {"label": "Compte courant", "iban": IBAN}
CUSTOMER = {"kind": "person", "name": "Famille Dupont", "payment_method": "direct_debit"}
GENERAL = {"credited_account_id": "main"}
MEMBER = {"name": "Thérèse Sorel", "role": "operator", "permissions": []}
INVITATION = {**MEMBER, "email": "therese.sorel@ecole.example"}
OPTION = {"revision": 1, "active": False, "since": "2026-11-23", "reason": "Contrat résilié"}
ACCOUNTING_SETTINGS = {
    "revision": 0,
    "keeps_debits": True,
    "journal_code": "VE",
    "journal_label": "Ventes",
    "customers_account": {"number": "411000", "label": "Clients"},
    "revenue_account": {"number": "706000", "label": "Prestations de services"},
}
NOVEMBER = {"issued_from": "2026-11-01", "issued_to": "2026-11-30"}
ACCOUNTING_EXPORT = {
    **NOVEMBER,
    "request_key": "0123456789abcdef",
    "keeps_debits": True,
    "count": 1,
    "total_cents": 5000,
}
CANCEL = {"version": 1, "ground": "never_handed_out", "reason": "Fichier fait à la mauvaise date"}
ROWS = {"version": 1, "instalment_ids": [UNKNOWN]}

EXAMPLES = [
    Example("GET", "/me"),
    Example("GET", "/members"),
    Example("POST", "/members", INVITATION),
    Example("GET", "/members/{username}"),
    Example("PUT", "/members/{username}", {**MEMBER, "revision": 1}),
    Example("DELETE", "/members/{username}", query={"revision": "1"}),
    Example("POST", "/members/{username}/reopen", {"revision": 1}),
    Example("POST", "/members/{username}/invitation"),
    Example("GET", "/organisation"),
    Example("PUT", "/organisation", ORGANISATION),
    Example("GET", "/organisation/remittance-preview", query={"rule": "{facture}"}),
    Example("GET", "/bank-accounts"),
    Example("POST", "/bank-accounts", BANK_ACCOUNT),
    Example("GET", "/bank-accounts/{account_id}"),
    Example("PUT", "/bank-accounts/{account_id}", {**BANK_ACCOUNT, "revision": 1}),
    Example("GET", "/bank-accounts/{account_id}/calendar"),
    Example("GET", "/activities"),
    Example("POST", "/activities", {"code": "PIANO", "label": "Piano"}),
    Example("PUT", "/activities/{activity_id}", {"revision": 1, "label": "Piano", "closed": True}),
    Example("GET", "/customers"),
    Example("POST", "/customers", {**CUSTOMER, "reference": "C0001"}),
    Example("GET", "/customers/{customer_id}"),
    Example("PUT", "/customers/{customer_id}", {**CUSTOMER, "revision": 1}),
    Example("GET", "/invoices"),
    Example(
        "POST",
        "/invoices",
        {
            "number": "F0001",
            "customer_id": UNKNOWN,
            "issued_on": "2026-11-01",
            "label": "Piano",
            "instalments": [{"due_date": "2026-12-10", "amount_cents": 5000}],
        },
    ),
    Example("GET", "/invoices/{invoice_id}"),
    Example("POST", "/invoices/{invoice_id}/sending", {"event": "send", "revision": 1}),
    Example("POST", "/invoices/{invoice_id}/notice", {"notified_on": "2026-11-20", "revision": 1}),
    Example(
        "POST",
        "/invoices/{invoice_id}/cancel",
        {"credit_note_number": "A0001", "reason": "Désistement", "revision": 1},
    ),
    Example("GET", "/invoices/{invoice_id}/payments"),
    Example("GET", "/instalments"),
    Example(
        "POST",
        "/instalments/{instalment_id}/payments",
        {
            "request_key": "0123456789abcdef",
            "amount_cents": 100,
            "method": "cheque",
            "paid_on": "2026-11-20",
        },
    ),
    Example(
        "POST",
        "/instalments/{instalment_id}/payments/{payment_id}/withdraw",
        {"reason": "Chèque impayé"},
    ),
    Example("GET", "/imports"),
    Example("POST", "/imports", {"kind": "customers", "file_name": "clients.csv"}),
    Example("GET", "/imports/model", query={"kind": "customers"}),
    Example("GET", "/imports/{import_id}"),
    Example("GET", "/imports/{import_id}/problems"),
    Example("GET", "/imports/{import_id}/changes"),
    Example("POST", "/imports/{import_id}/confirm", {"choice": "whole"}),
    Example("POST", "/imports/{import_id}/discard"),
    Example("GET", "/drafts"),
    Example("POST", "/drafts", GENERAL),
    Example("GET", "/drafts/{draft_id}"),
    Example("PUT", "/drafts/{draft_id}/general", {**GENERAL, "version": 1}),
    Example(
        "PUT",
        "/drafts/{draft_id}/criteria",
        {"version": 1, "due_from": "2026-12-01", "due_to": "2026-12-31"},
    ),
    Example("GET", "/drafts/{draft_id}/rows"),
    Example("POST", "/drafts/{draft_id}/attach", ROWS),
    Example("POST", "/drafts/{draft_id}/detach", ROWS),
    Example("POST", "/drafts/{draft_id}/undo-detach", {"version": 1}),
    Example("POST", "/drafts/{draft_id}/dates", {**ROWS, "date": "2026-12-15"}),
    Example("PATCH", "/drafts/{draft_id}/rows/{instalment_id}", {"version": 1, "amount_cents": 100}),
    Example("POST", "/drafts/{draft_id}/rows/{instalment_id}/refresh", {"version": 1}),
    Example("POST", "/drafts/{draft_id}/customers/{customer_id}/refresh", {"version": 1}),
    Example("GET", "/drafts/{draft_id}/changes"),
    Example("POST", "/drafts/{draft_id}/export", {}),
    Example("POST", "/drafts/{draft_id}/refresh", {"version": 1}),
    Example("GET", "/drafts/{draft_id}/recap"),
    Example(
        "POST",
        "/drafts/{draft_id}/validate",
        {"version": 1, "request_key": "0123456789abcdef", "count": 1, "total_cents": 5000},
    ),
    Example("DELETE", "/drafts/{draft_id}", query={"version": "1"}),
    Example("GET", "/accounting-settings"),
    Example("PUT", "/accounting-settings", ACCOUNTING_SETTINGS),
    Example("POST", "/accounting-exports/preview", NOVEMBER),
    Example("POST", "/accounting-exports", ACCOUNTING_EXPORT),
    Example("GET", "/accounting-exports"),
    Example("GET", "/accounting-exports/{export_id}"),
    Example("POST", "/accounting-exports/{export_id}/download", {"file": "customers"}),
    Example("POST", "/accounting-exports/{export_id}/cancel", {"version": 1, "reason": "Saisie en double"}),
    Example("GET", "/batches"),
    Example("GET", "/batches/{batch_id}"),
    Example("GET", "/batches/{batch_id}/lines"),
    Example("POST", "/batches/{batch_id}/generate", {"version": 1}),
    Example("POST", "/batches/{batch_id}/download"),
    Example("DELETE", "/batches/{batch_id}", query={"version": "1"}),
    Example("GET", "/batches/{batch_id}/attachments"),
    Example("POST", "/batches/{batch_id}/deposit", {"version": 1}),
    Example("POST", "/batches/{batch_id}/cancel", CANCEL),
    Example("POST", "/batches/{batch_id}/cancel/attest", {"version": 1}),
    Example("POST", "/batches/{batch_id}/cancel/withdraw", {"version": 1}),
    Example("GET", "/batches/{batch_id}/journal"),
    Example("GET", "/drafts/{draft_id}/journal"),
    Example("GET", "/customers/{customer_id}/journal"),
    Example("GET", "/invoices/{invoice_id}/journal"),
    Example("GET", "/settings/journal"),
    Example("GET", "/journal", query={"from": "2026-11-01", "to": "2026-11-30"}),
    Example("GET", "/platform/me"),
    Example("GET", "/platform/schools"),
    Example("PUT", "/platform/schools/{school_id}/direct-debit", OPTION),
]

PLACEHOLDERS = (
    "export_id",
    "username",
    "school_id",
    "account_id",
    "activity_id",
    "customer_id",
    "invoice_id",
    "import_id",
    "draft_id",
    "instalment_id",
    "payment_id",
    "batch_id",
)
NOTHING_KNOWN = dict.fromkeys(PLACEHOLDERS, UNKNOWN)
