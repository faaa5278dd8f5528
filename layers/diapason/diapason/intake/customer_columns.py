"""The columns of ``clients.csv``, and the words that stand in those of a choice."""

from __future__ import annotations

from enum import StrEnum

from diapason.domain.mandates import MandateState, MandateType, Scheme
from diapason.domain.parties import CustomerKind, PaymentMethod
from diapason.intake.cells import Choice
from diapason.intake.columns import Column, Layout


class AccountState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


CUSTOMER_COLUMNS = Layout(
    [
        Column(
            "reference",
            "Référence",
            ("Référence client", "Code client", "Code"),
            is_mandatory=True,
            example="C0001",
        ),
        Column("kind", "Type", ("Type de client",), example="particulier"),
        Column(
            "name", "Nom", ("Nom du client", "Raison sociale"), is_mandatory=True, example="Famille Exemple"
        ),
        Column(
            "email", "Courriel", ("E-mail", "Email", "Mail", "Adresse e-mail"), example="famille@example.org"
        ),
        Column("street", "Adresse", ("Rue",), example="1 rue de l’Exemple"),
        Column("postal_code", "Code postal", ("CP",), example="80000"),
        Column("town", "Ville", ("Commune",), example="Amiens"),
        Column("country", "Pays", example="FR"),
        Column(
            "payment_method",
            "Mode de paiement",
            ("Mode de règlement",),
            is_mandatory=True,
            example="prélèvement",
        ),
        Column("holder", "Titulaire", ("Titulaire du compte",), example="Anne Exemple"),
        Column("iban", "IBAN", example="FR7630001007941234567890185"),
        Column("bic", "BIC"),
        Column("account_state", "État du compte", example="ouvert"),
        Column("mandate_reference", "RUM", ("Référence du mandat",), example="RUM-0001"),
        Column("signed_on", "Date de signature", ("Signé le",), example="01/09/2026"),
        Column("mandate_state", "État du mandat", example="signé"),
        Column("mandate_type", "Type de mandat", example="récurrent"),
        Column("scheme", "Schéma", example="CORE"),
        Column("creditor_identifier", "ICS du mandat", ("ICS",)),
        Column("used_before_on", "Dernier prélèvement", ("Date du dernier prélèvement",)),
        Column("replaces", "Remplace la RUM", ("Ancienne RUM",)),
    ]
)

kind = Choice(
    {
        "particulier": CustomerKind.PERSON,
        "famille": CustomerKind.PERSON,
        "entreprise": CustomerKind.COMPANY,
        "société": CustomerKind.COMPANY,
        "association": CustomerKind.ASSOCIATION,
        "organisme public": CustomerKind.PUBLIC_BODY,
        "collectivité": CustomerKind.PUBLIC_BODY,
    }
)
payment_method = Choice(
    {
        "prélèvement": PaymentMethod.DIRECT_DEBIT,
        "prélèvement automatique": PaymentMethod.DIRECT_DEBIT,
        "prélèvement SEPA": PaymentMethod.DIRECT_DEBIT,
        "chèque": PaymentMethod.CHEQUE,
        "espèces": PaymentMethod.CASH,
        "carte": PaymentMethod.CARD,
        "carte bancaire": PaymentMethod.CARD,
        "virement": PaymentMethod.TRANSFER,
    }
)
mandate_state = Choice(
    {
        "brouillon": MandateState.DRAFT,
        "signé": MandateState.SIGNED,
        "actif": MandateState.SIGNED,
        "suspendu": MandateState.SUSPENDED,
        "révoqué": MandateState.REVOKED,
        "caduc": MandateState.LAPSED,
    }
)
mandate_type = Choice(
    {
        "récurrent": MandateType.RECURRENT,
        "RCUR": MandateType.RECURRENT,
        "ponctuel": MandateType.ONE_OFF,
        "OOFF": MandateType.ONE_OFF,
    }
)
scheme = Choice({"CORE": Scheme.CORE, "SDD CORE": Scheme.CORE, "B2B": Scheme.B2B})
account_state = Choice(
    {"ouvert": AccountState.OPEN, "clos": AccountState.CLOSED, "fermé": AccountState.CLOSED}
)
