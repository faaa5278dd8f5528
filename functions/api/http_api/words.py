"""Every enumeration in French: for answers, and for the choices that the page offers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from diapason.domain.accounting import ENTRIES_ENCODING_WORDS, EntriesEncoding
from diapason.domain.accounting_exports import (
    ACCOUNTING_EXPORT,
    ACCOUNTING_FILE_WORDS,
    AccountingExportState,
    AccountingFileKind,
)
from diapason.domain.batches import BATCH, DRAFT, LINE_STATE_WORDS, BatchState, DraftState, LineState
from diapason.domain.cancellations import CANCELLATION_GROUND_WORDS, CancellationGround
from diapason.domain.creditor import AddressRule, BicRule, MessageVersion
from diapason.domain.imports import (
    IMPORT,
    IMPORT_CHOICE_WORDS,
    IMPORT_KIND_WORDS,
    ImportChoice,
    ImportKind,
    ImportState,
)
from diapason.domain.invoices import (
    CHANNEL_WORDS,
    INSTALMENT_STATE_WORDS,
    RECEPTION_WORDS,
    SENDING,
    Channel,
    InstalmentState,
    InvoiceKind,
    Reception,
    Sending,
    SendingEvent,
)
from diapason.domain.mandates import (
    MANDATE_EVENT_WORDS,
    MANDATE_STATE_WORDS,
    MandateEvent,
    MandateState,
    MandateType,
    Scheme,
)
from diapason.domain.members import MEMBER, PERMISSION_WORDS, ROLE_WORDS, MemberState, Permission, Role
from diapason.domain.numbering import NumberingKind
from diapason.domain.parties import (
    CUSTOMER_KIND_WORDS,
    PAYMENT_METHOD_WORDS,
    CustomerKind,
    PaymentMethod,
)
from diapason.domain.payments import PAYMENT, PaymentState
from diapason.domain.presentations import SEQUENCE_WORDS, SequenceRule, SequenceType

WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    BatchState: BATCH.words,
    DraftState: DRAFT.words,
    LineState: LINE_STATE_WORDS,
    CancellationGround: CANCELLATION_GROUND_WORDS,
    SequenceType: SEQUENCE_WORDS,
    ImportState: IMPORT.words,
    ImportKind: IMPORT_KIND_WORDS,
    ImportChoice: IMPORT_CHOICE_WORDS,
    InstalmentState: INSTALMENT_STATE_WORDS,
    Channel: CHANNEL_WORDS,
    PaymentState: PAYMENT.words,
    Reception: RECEPTION_WORDS,
    Sending: SENDING.words,
    SendingEvent: {
        SendingEvent.PREPARE: "préparer l’envoi",
        SendingEvent.SEND: "envoyer au destinataire",
        SendingEvent.KEEP: "conserver en interne",
    },
    InvoiceKind: {InvoiceKind.INVOICE: "facture", InvoiceKind.CREDIT_NOTE: "avoir"},
    MandateState: MANDATE_STATE_WORDS,
    MandateEvent: MANDATE_EVENT_WORDS,
    MandateType: {MandateType.RECURRENT: "récurrent", MandateType.ONE_OFF: "ponctuel"},
    Scheme: {Scheme.CORE: "particuliers et entreprises (CORE)", Scheme.B2B: "interentreprises (B2B)"},
    Role: ROLE_WORDS,
    Permission: PERMISSION_WORDS,
    MemberState: MEMBER.words,
    CustomerKind: CUSTOMER_KIND_WORDS,
    PaymentMethod: PAYMENT_METHOD_WORDS,
    EntriesEncoding: ENTRIES_ENCODING_WORDS,
    AccountingExportState: ACCOUNTING_EXPORT.words,
    AccountingFileKind: ACCOUNTING_FILE_WORDS,
    NumberingKind: {
        NumberingKind.TIMESTAMP: "date et heure de la validation",
        NumberingKind.YEARLY: "numéro d’ordre dans l’année",
    },
    BicRule: {
        BicRule.NOT_PROVIDED: "sans le BIC du débiteur",
        BicRule.AS_GIVEN: "le BIC du débiteur s’il est connu",
        BicRule.REQUIRED: "le BIC du débiteur est exigé",
    },
    AddressRule: {
        AddressRule.NONE: "adresse du débiteur si sa banque est hors de l’Espace économique européen",
        AddressRule.STRUCTURED: "adresse du débiteur, structurée",
        AddressRule.HYBRID: "adresse du débiteur, hybride",
    },
    SequenceRule: {
        SequenceRule.RECURRENT: "RCUR dès le premier prélèvement d’un mandat",
        SequenceRule.FIRST: "FRST au premier prélèvement d’un mandat, puis RCUR",
    },
    MessageVersion: {version: f"pain.008.001.{version}" for version in MessageVersion},
}
"""Enumerations that people read. The others are for the page alone."""


def words_of(value: StrEnum) -> str:
    return WORDS[type(value)][value]
