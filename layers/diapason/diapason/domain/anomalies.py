"""Anomalies: why an instalment, or a whole draft, cannot be debited as it stands, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class AnomalyCode(StrEnum):
    OPTION_INACTIVE = "option_inactive"
    ICS_MISSING = "ics_missing"
    ICS_WRONG = "ics_wrong"
    CREDITOR_NAME_MISSING = "creditor_name_missing"
    CREDITED_ACCOUNT_MISSING = "credited_account_missing"
    CREDITED_ACCOUNT_WRONG = "credited_account_wrong"
    CREDITED_ACCOUNT_CLOSED = "credited_account_closed"
    CREDITED_BIC_WRONG = "credited_bic_wrong"
    PUBLIC_ACCOUNT_WRONG = "public_account_wrong"
    INITIATING_PARTY_WRONG = "initiating_party_wrong"
    INSTALMENT_MISSING = "instalment_missing"
    CUSTOMER_MISSING = "customer_missing"
    METHOD_NOT_DEBIT = "method_not_debit"
    NOT_AN_INVOICE = "not_an_invoice"
    INVOICE_NOT_SENT = "invoice_not_sent"
    INVOICE_CANCELLED = "invoice_cancelled"
    FULLY_DEBITED = "fully_debited"
    PAID_OTHERWISE = "paid_otherwise"
    EXPORTED = "exported"
    KEPT_IN_ACCOUNTING = "kept_in_accounting"
    CLAIMED = "claimed"
    CHANGED = "changed"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    AMOUNT_ABOVE_REST = "amount_above_rest"
    AMOUNT_ABOVE_SCHEME = "amount_above_scheme"
    AMOUNT_ABOVE_CEILING = "amount_above_ceiling"
    MONTH_ABOVE_CEILING = "month_above_ceiling"
    AMOUNT_UNUSUAL = "amount_unusual"
    ACCOUNT_MISSING = "account_missing"
    ACCOUNT_CLOSED = "account_closed"
    IBAN_WRONG = "iban_wrong"
    BANK_KEY_WRONG = "bank_key_wrong"
    OUTSIDE_SEPA = "outside_sepa"
    BIC_WRONG = "bic_wrong"
    BIC_MISSING = "bic_missing"
    HOLDER_MISSING = "holder_missing"
    ADDRESS_MISSING = "address_missing"
    MANDATE_MISSING = "mandate_missing"
    RUM_WRONG = "rum_wrong"
    MANDATE_NOT_SIGNED = "mandate_not_signed"
    SIGNATURE_LATE = "signature_late"
    MANDATE_SUSPENDED = "mandate_suspended"
    MANDATE_REVOKED = "mandate_revoked"
    MANDATE_LAPSED = "mandate_lapsed"
    MANDATE_OTHER_ACCOUNT = "mandate_other_account"
    MANDATE_OTHER_CREDITOR = "mandate_other_creditor"
    MANDATE_CONSUMED = "mandate_consumed"
    MANDATE_TWICE = "mandate_twice"
    MANDATE_REPLACED = "mandate_replaced"
    SCHEME_MISMATCH = "scheme_mismatch"
    CONSUMER_IN_B2B = "consumer_in_b2b"
    DATE_PAST = "date_past"
    DATE_TOO_SOON = "date_too_soon"
    DATE_NOT_TARGET = "date_not_target"
    DATE_FAR = "date_far"
    TEXT_EMPTY = "text_empty"
    NOTICE_MISSING = "notice_missing"
    SAME_CUSTOMER_TWICE = "same_customer_twice"


OF_THE_TABLE = frozenset(
    {AnomalyCode.SAME_CUSTOMER_TWICE, AnomalyCode.MANDATE_TWICE, AnomalyCode.MONTH_ABOVE_CEILING}
)
"""What only the whole table shows: no row has them by itself."""


class Field(StrEnum):
    """Where the fix is: a part of the row, or the place that holds the record."""

    SCHOOL = "school"
    ORGANISATION = "organisation"
    CREDITED_ACCOUNT = "credited_account"
    CUSTOMER = "customer"
    INVOICE = "invoice"
    INSTALMENT = "instalment"
    AMOUNT = "amount"
    ACCOUNT = "account"
    MANDATE = "mandate"
    DATE = "date"


class Fix(StrEnum):
    """What mends it: the page turns each into a link or an edit."""

    CALL_SALES = "call_sales"
    EDIT_ORGANISATION = "edit_organisation"
    EDIT_CREDITED_ACCOUNT = "edit_credited_account"
    CHOOSE_CREDITED_ACCOUNT = "choose_credited_account"
    EDIT_CUSTOMER = "edit_customer"
    EDIT_INVOICE = "edit_invoice"
    EDIT_ROW = "edit_row"
    REFRESH = "refresh"
    DETACH = "detach"


@dataclass(frozen=True, slots=True)
class AnomalyKind:
    words: str
    field: Field
    fix: Fix
    is_blocking: bool = True


class Anomaly(NamedTuple):
    """One finding. ``detail`` completes the words of its kind: a date, a state, a number. ``proposed_date``
    is the day that would mend a wrong one (Europe/Paris)."""

    code: AnomalyCode
    detail: str = ""
    proposed_date: date | None = None

    @property
    def kind(self) -> AnomalyKind:
        return ANOMALIES[self.code]

    @property
    def is_blocking(self) -> bool:
        return self.kind.is_blocking

    @property
    def words(self) -> str:
        return self.kind.words.format(detail=self.detail)


_C, _F, _X = AnomalyCode, Field, Fix

ANOMALIES: dict[AnomalyCode, AnomalyKind] = {
    _C.OPTION_INACTIVE: AnomalyKind(
        "L’option « prélèvement » n’est pas active pour l’établissement.", _F.SCHOOL, _X.CALL_SALES
    ),
    _C.ICS_MISSING: AnomalyKind(
        "L’identifiant créancier SEPA (ICS) de l’organisation manque : saisissez-le dans l’organisation.",
        _F.ORGANISATION,
        _X.EDIT_ORGANISATION,
    ),
    _C.ICS_WRONG: AnomalyKind(
        "L’identifiant créancier SEPA (ICS) de l’organisation est faux : {detail}",
        _F.ORGANISATION,
        _X.EDIT_ORGANISATION,
    ),
    _C.CREDITOR_NAME_MISSING: AnomalyKind(
        "Le nom de l’organisation est vide une fois réduit aux caractères bancaires : saisissez-le.",
        _F.ORGANISATION,
        _X.EDIT_ORGANISATION,
    ),
    _C.CREDITED_BIC_WRONG: AnomalyKind(
        "Le BIC du compte à créditer est faux : corrigez-le ou effacez-le.",
        _F.CREDITED_ACCOUNT,
        _X.EDIT_CREDITED_ACCOUNT,
    ),
    _C.PUBLIC_ACCOUNT_WRONG: AnomalyKind(
        "Le profil « compte au Trésor » du compte à créditer est incomplet : {detail}",
        _F.CREDITED_ACCOUNT,
        _X.EDIT_CREDITED_ACCOUNT,
    ),
    _C.INITIATING_PARTY_WRONG: AnomalyKind(
        "L’identifiant d’émetteur du compte à créditer n’est pas valable : 35 caractères bancaires au plus, "
        "sans barre oblique au début, à la fin ou doublée.",
        _F.CREDITED_ACCOUNT,
        _X.EDIT_CREDITED_ACCOUNT,
    ),
    _C.INSTALMENT_MISSING: AnomalyKind(
        "L’échéance n’existe plus : détachez la ligne.", _F.INSTALMENT, _X.DETACH
    ),
    _C.CREDITED_ACCOUNT_MISSING: AnomalyKind(
        "Choisissez le compte à créditer.", _F.CREDITED_ACCOUNT, _X.CHOOSE_CREDITED_ACCOUNT
    ),
    _C.CREDITED_ACCOUNT_WRONG: AnomalyKind(
        "L’IBAN du compte à créditer est faux : {detail}", _F.CREDITED_ACCOUNT, _X.EDIT_CREDITED_ACCOUNT
    ),
    _C.CREDITED_ACCOUNT_CLOSED: AnomalyKind(
        "Le compte à créditer est clos : choisissez-en un autre.",
        _F.CREDITED_ACCOUNT,
        _X.CHOOSE_CREDITED_ACCOUNT,
    ),
    _C.CUSTOMER_MISSING: AnomalyKind(
        "Le client de la facture n’existe plus : détachez la ligne.", _F.CUSTOMER, _X.DETACH
    ),
    _C.METHOD_NOT_DEBIT: AnomalyKind(
        "Le client ne paie pas par prélèvement : changez son mode de paiement ou détachez la ligne.",
        _F.CUSTOMER,
        _X.EDIT_CUSTOMER,
    ),
    _C.NOT_AN_INVOICE: AnomalyKind(
        "C’est un avoir : il ne se prélève pas. Détachez la ligne.", _F.INVOICE, _X.DETACH
    ),
    _C.INVOICE_NOT_SENT: AnomalyKind(
        "La facture est « {detail} » : envoyez-la au destinataire ou détachez la ligne.",
        _F.INVOICE,
        _X.EDIT_INVOICE,
    ),
    _C.INVOICE_CANCELLED: AnomalyKind("La facture est annulée : détachez la ligne.", _F.INVOICE, _X.DETACH),
    _C.FULLY_DEBITED: AnomalyKind(
        "L’échéance est déjà prélevée en totalité : détachez la ligne.", _F.INSTALMENT, _X.DETACH
    ),
    _C.PAID_OTHERWISE: AnomalyKind(
        "L’échéance a été réglée autrement : détachez la ligne.", _F.INSTALMENT, _X.DETACH
    ),
    _C.EXPORTED: AnomalyKind(
        "L’échéance est exportée en PES ASAP (export {detail}) : la collectivité la recouvre. Détachez la "
        "ligne.",
        _F.INSTALMENT,
        _X.DETACH,
    ),
    _C.KEPT_IN_ACCOUNTING: AnomalyKind(
        "L’échéance est prélevée par la comptabilité (export {detail}) : détachez la ligne.",
        _F.INSTALMENT,
        _X.DETACH,
    ),
    _C.CLAIMED: AnomalyKind(
        "L’échéance est retenue par la remise {detail} : détachez la ligne. Ce qu’il en reste se prélèvera "
        "quand le fichier de cette remise sera généré.",
        _F.INSTALMENT,
        _X.DETACH,
    ),
    _C.CHANGED: AnomalyKind(
        "A changé depuis que vous l’avez vu : {detail}. Actualisez pour reprendre les nouvelles valeurs.",
        _F.INSTALMENT,
        _X.REFRESH,
    ),
    _C.AMOUNT_NOT_POSITIVE: AnomalyKind(
        "Le montant à prélever doit être supérieur à zéro.", _F.AMOUNT, _X.EDIT_ROW
    ),
    _C.AMOUNT_ABOVE_REST: AnomalyKind(
        "Le montant dépasse ce qui reste à prélever ({detail}).", _F.AMOUNT, _X.EDIT_ROW
    ),
    _C.AMOUNT_ABOVE_SCHEME: AnomalyKind(
        "Le montant dépasse le maximum d’un prélèvement SEPA (999 999 999,99 €).", _F.AMOUNT, _X.EDIT_ROW
    ),
    _C.AMOUNT_ABOVE_CEILING: AnomalyKind(
        "Le montant dépasse le plafond d’un prélèvement sur ce compte ({detail}) : réduisez-le ou relevez le "
        "plafond.",
        _F.AMOUNT,
        _X.EDIT_ROW,
    ),
    _C.MONTH_ABOVE_CEILING: AnomalyKind(
        "Le client serait prélevé de {detail} dans le mois, plus que le plafond mensuel : réduisez un "
        "montant ou changez une date.",
        _F.AMOUNT,
        _X.EDIT_ROW,
    ),
    _C.AMOUNT_UNUSUAL: AnomalyKind(
        "Le montant est très supérieur à ce que ce client paie d’habitude ({detail}) : vérifiez-le.",
        _F.AMOUNT,
        _X.EDIT_ROW,
        is_blocking=False,
    ),
    _C.ACCOUNT_MISSING: AnomalyKind(
        "Le client n’a pas de compte à débiter : ajoutez-lui un IBAN.", _F.ACCOUNT, _X.EDIT_CUSTOMER
    ),
    _C.ACCOUNT_CLOSED: AnomalyKind(
        "Le compte du client est clos : choisissez-en un autre.", _F.ACCOUNT, _X.EDIT_ROW
    ),
    _C.IBAN_WRONG: AnomalyKind("L’IBAN du client est faux : {detail}", _F.ACCOUNT, _X.EDIT_CUSTOMER),
    _C.BANK_KEY_WRONG: AnomalyKind(
        "La clé RIB du compte du client est fausse : {detail}", _F.ACCOUNT, _X.EDIT_CUSTOMER
    ),
    _C.OUTSIDE_SEPA: AnomalyKind(
        "Le compte du client est hors de la zone SEPA ({detail}) : il ne peut pas être prélevé.",
        _F.ACCOUNT,
        _X.EDIT_CUSTOMER,
    ),
    _C.BIC_WRONG: AnomalyKind(
        "Le BIC du compte du client est faux : corrigez-le ou effacez-le.", _F.ACCOUNT, _X.EDIT_CUSTOMER
    ),
    _C.BIC_MISSING: AnomalyKind(
        "Votre banque exige le BIC, et il ne se déduit pas de cet IBAN : saisissez-le.",
        _F.ACCOUNT,
        _X.EDIT_CUSTOMER,
    ),
    _C.HOLDER_MISSING: AnomalyKind(
        "Le titulaire du compte manque : saisissez-le.", _F.ACCOUNT, _X.EDIT_CUSTOMER
    ),
    _C.ADDRESS_MISSING: AnomalyKind(
        "L’adresse du client (ville et pays) est obligatoire : {detail}.",
        _F.CUSTOMER,
        _X.EDIT_CUSTOMER,
    ),
    _C.MANDATE_MISSING: AnomalyKind(
        "Le client n’a pas de mandat : ajoutez-en un, signé.", _F.MANDATE, _X.EDIT_CUSTOMER
    ),
    _C.RUM_WRONG: AnomalyKind(
        "La référence du mandat (RUM) n’est pas valable : {detail}", _F.MANDATE, _X.EDIT_CUSTOMER
    ),
    _C.MANDATE_NOT_SIGNED: AnomalyKind(
        "Le mandat n’est pas signé : saisissez sa date de signature.", _F.MANDATE, _X.EDIT_CUSTOMER
    ),
    _C.SIGNATURE_LATE: AnomalyKind(
        "La signature du mandat ({detail}) est postérieure à aujourd’hui ou à la date du prélèvement.",
        _F.MANDATE,
        _X.EDIT_CUSTOMER,
    ),
    _C.MANDATE_SUSPENDED: AnomalyKind(
        "Le mandat est suspendu : choisissez-en un autre ou détachez la ligne.", _F.MANDATE, _X.EDIT_ROW
    ),
    _C.MANDATE_REVOKED: AnomalyKind(
        "Le mandat est révoqué : choisissez-en un autre ou détachez la ligne.", _F.MANDATE, _X.EDIT_ROW
    ),
    _C.MANDATE_LAPSED: AnomalyKind(
        "Le mandat est caduc (36 mois sans prélèvement) : faites-en signer un nouveau.",
        _F.MANDATE,
        _X.EDIT_CUSTOMER,
    ),
    _C.MANDATE_OTHER_ACCOUNT: AnomalyKind(
        "Le mandat autorise un autre compte : choisissez le compte du mandat ou un autre mandat.",
        _F.MANDATE,
        _X.EDIT_ROW,
    ),
    _C.MANDATE_OTHER_CREDITOR: AnomalyKind(
        "Le mandat a été signé pour un autre créancier (ICS {detail}).", _F.MANDATE, _X.EDIT_CUSTOMER
    ),
    _C.MANDATE_CONSUMED: AnomalyKind(
        "Ce mandat a servi pour la dernière fois : faites-en signer un nouveau.", _F.MANDATE, _X.EDIT_CUSTOMER
    ),
    _C.MANDATE_REPLACED: AnomalyKind(
        "Ce mandat est remplacé par {detail} : choisissez celui-ci.", _F.MANDATE, _X.EDIT_ROW
    ),
    _C.MANDATE_TWICE: AnomalyKind(
        "Une autre ligne sert déjà ce mandat pour la dernière fois : choisissez-en un autre, ou détachez "
        "l’une des lignes.",
        _F.MANDATE,
        _X.EDIT_ROW,
    ),
    _C.SCHEME_MISMATCH: AnomalyKind(
        "Le mandat et le compte crédité ne vont pas ensemble : {detail}. Choisissez un autre mandat ou un "
        "autre compte à créditer.",
        _F.MANDATE,
        _X.EDIT_ROW,
    ),
    _C.CONSUMER_IN_B2B: AnomalyKind(
        "Un prélèvement interentreprises (B2B) ne peut pas débiter un particulier : choisissez un compte à "
        "créditer CORE.",
        _F.CUSTOMER,
        _X.CHOOSE_CREDITED_ACCOUNT,
    ),
    _C.DATE_PAST: AnomalyKind(
        "La date du prélèvement est passée : choisissez le {detail} ou plus tard.", _F.DATE, _X.EDIT_ROW
    ),
    _C.DATE_TOO_SOON: AnomalyKind(
        "La banque ne peut plus prélever à cette date : choisissez le {detail} ou plus tard.",
        _F.DATE,
        _X.EDIT_ROW,
    ),
    _C.DATE_NOT_TARGET: AnomalyKind(
        "Les banques sont fermées à cette date : choisissez le {detail}.", _F.DATE, _X.EDIT_ROW
    ),
    _C.DATE_FAR: AnomalyKind(
        "La date du prélèvement est à plus d’un an : vérifiez-la.", _F.DATE, _X.EDIT_ROW, is_blocking=False
    ),
    _C.TEXT_EMPTY: AnomalyKind(
        "Le libellé du prélèvement est vide une fois réduit aux caractères bancaires.",
        _F.INVOICE,
        _X.EDIT_INVOICE,
    ),
    _C.NOTICE_MISSING: AnomalyKind(
        "La famille n’est pas prévenue à temps de ce prélèvement ({detail}) : annoncez-le ou choisissez une "
        "date plus éloignée.",
        _F.INVOICE,
        _X.EDIT_INVOICE,
        is_blocking=False,
    ),
    _C.SAME_CUSTOMER_TWICE: AnomalyKind(
        "Ce client a plusieurs lignes à cette date.", _F.CUSTOMER, _X.EDIT_ROW, is_blocking=False
    ),
}
