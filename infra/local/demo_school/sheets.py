"""Families and invoices as the files that a school hands in: semicolons, UTF-8, decimal comma."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from infra.local.demo_school.billing import DemoInvoice
from infra.local.demo_school.families import Family

CUSTOMER_HEADER = (
    "Référence", "Type", "Nom", "Courriel", "Adresse", "Code postal", "Ville", "Pays", "Mode de paiement",
    "Titulaire", "IBAN", "BIC", "État du compte", "RUM", "Date de signature", "État du mandat",
    "Type de mandat", "Schéma", "ICS du mandat", "Dernier prélèvement", "Remplace la RUM",
)  # fmt: skip
INVOICE_HEADER = (
    "Numéro", "Type", "Référence client", "Date de facture", "Libellé", "Activité", "Élève", "État d’envoi",
    "Date d’envoi", "Échéance", "Montant",
)  # fmt: skip


def customers_csv(families: Iterable[Family]) -> bytes:
    """One row for each account or mandate."""
    return _sheet(
        CUSTOMER_HEADER,
        (
            (
                family.reference, family.kind, family.name, family.email, family.street, family.postal_code,
                family.town, family.country, family.payment_method, account.holder, account.iban, account.bic,
                account.state, account.rum, french_date(account.signed_on), account.mandate_state,
                account.mandate_type, account.scheme, account.creditor,
                french_date(account.used_before_on), account.replaces,
            )
            for family in families
            for account in family.accounts
        ),
    )  # fmt: skip


def invoices_csv(invoices: Iterable[DemoInvoice]) -> bytes:
    """One row for each instalment."""
    return _sheet(
        INVOICE_HEADER,
        (
            (
                invoice.number, invoice.kind, invoice.family.reference, french_date(invoice.issued_on),
                invoice.label, invoice.activity, invoice.pupil, invoice.sending,
                french_date(invoice.sent_on), french_date(due_date), french_amount(cents),
            )
            for invoice in invoices
            for due_date, cents in invoice.instalments
        ),
    )  # fmt: skip


def french_date(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def french_amount(cents: int) -> str:
    """Like ``-1 234,50``."""
    euros = f"{abs(cents) // 100:,}".replace(",", " ")
    return f"{'-' if cents < 0 else ''}{euros},{abs(cents) % 100:02d}"


def _sheet(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
