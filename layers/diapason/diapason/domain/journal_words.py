"""The journal in French: what every event of every kind of record is called.

A row names its record by ``kind-id`` (``batch-5f0c…``), or by the kind alone where a school has one
(``organisation``). Steps are what a worker records for itself; the others are what somebody did.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class SubjectKind(StrEnum):
    """What a row is about; the values are how subjects begin."""

    BATCH = "batch"
    DRAFT = "draft"
    CUSTOMER = "customer"
    INVOICE = "invoice"
    IMPORT = "import"
    ACCOUNTING_EXPORT = "accounting-export"
    SCHOOL = "school"
    ORGANISATION = "organisation"
    ACCOUNTING_SETTINGS = "accounting-settings"
    CREDITED_ACCOUNT = "credited-account"
    ACTIVITY = "activity"
    MEMBERS = "members"
    MEMBER = "member"


_K = SubjectKind

SUBJECT_WORDS: Mapping[SubjectKind, str] = {
    _K.BATCH: "remise",
    _K.DRAFT: "remise en préparation",
    _K.CUSTOMER: "client",
    _K.INVOICE: "facture",
    _K.IMPORT: "import",
    _K.ACCOUNTING_EXPORT: "export comptable",
    _K.SCHOOL: "établissement",
    _K.ORGANISATION: "organisation",
    _K.ACCOUNTING_SETTINGS: "paramètres comptables",
    _K.CREDITED_ACCOUNT: "compte crédité",
    _K.ACTIVITY: "activité",
    _K.MEMBERS: "membres",
    _K.MEMBER: "membre",
}

SETTINGS = (_K.SCHOOL, _K.ORGANISATION, _K.ACCOUNTING_SETTINGS, _K.CREDITED_ACCOUNT, _K.ACTIVITY)
"""What the settings of a school are about; its people besides."""


class Subject(NamedTuple):
    """What a row is about; ``id`` is empty where a school has one of the kind."""

    kind: SubjectKind | None
    id: str


def subject_of(text: str) -> Subject:
    """The subject of a row; of no kind that is known, its text alone."""
    for kind in sorted(SubjectKind, key=len, reverse=True):
        if text == kind:
            return Subject(kind, "")
        if text.startswith(f"{kind}-"):
            return Subject(kind, text.removeprefix(f"{kind}-"))
    return Subject(None, text)


ACTS: Mapping[SubjectKind, Mapping[str, str]] = {
    _K.BATCH: {
        "registered": "Remise enregistrée, en attente",
        "discarded": "Remise abandonnée avant d’être enregistrée",
        "generation-requested": "Génération du fichier demandée",
        "generation-refused": "Génération refusée : des lignes ont changé depuis la validation",
        "generated": "Fichier bancaire enregistré",
        "verified": "Fichier relu et trouvé conforme aux lignes",
        "handed-out": "Lien de téléchargement du fichier délivré",
        "deposited": "Dépôt du fichier à la banque enregistré",
        "deletion-requested": "Suppression demandée",
        "deleted": "Remise supprimée, échéances libérées",
        "cancellation-requested": "Annulation demandée, à attester par une autre personne",
        "cancellation-attested": "Annulation attestée : la banque n’a pas exécuté le fichier",
        "cancellation-withdrawn": "Demande d’annulation retirée",
        "cancelling": "Annulation décidée",
        "cancelled": "Remise annulée, échéances dues de nouveau",
    },
    _K.DRAFT: {
        "created": "Remise en préparation ouverte",
        "general-set": "Informations générales modifiées",
        "selected": "Échéances sélectionnées",
        "attached": "Échéances attachées",
        "detached": "Échéances détachées",
        "detachment-undone": "Détachement annulé",
        "date-set": "Dates modifiées en masse",
        "row-edited": "Ligne modifiée",
        "rows-refreshed": "Lignes actualisées",
        "refreshed": "Tableau actualisé",
        "prepared": "Tableau calculé",
        "validated": "Remise validée",
        "claim-refused": "Validation refusée : une échéance n’est plus disponible",
        "refused": "Validation refusée : des lignes sont en anomalie",
        "reopened": "Remise en préparation rouverte",
        "registered": "Remises enregistrées",
        "abandoned": "Remise en préparation abandonnée",
    },
    _K.CUSTOMER: {
        "created": "Client ajouté",
        "edited": "Client modifié",
    },
    _K.INVOICE: {
        "created": "Facture ou avoir ajouté",
        "prepare": "Facture prête à l’envoi",
        "send": "Facture envoyée au destinataire",
        "keep": "Facture conservée en interne",
        "announced": "Prélèvements annoncés à la famille",
        "cancelled": "Facture annulée par un avoir",
        "payment-recorded": "Règlement enregistré",
        "payment-withdrawn": "Règlement retiré",
    },
    _K.IMPORT: {
        "created": "Import commencé",
        "read": "Fichier lu",
        "confirmed": "Import confirmé",
        "discarded": "Import abandonné",
        "expired": "Import expiré sans confirmation",
        "refused": "Fichier refusé",
        "taken": "Enregistrements repris du fichier",
        "revealed": "Import terminé",
        "undone": "Import défait",
    },
    _K.ACCOUNTING_EXPORT: {
        "requested": "Export demandé",
        "planned": "Écritures préparées",
        "generated": "Fichiers enregistrés",
        "verified": "Fichiers relus et trouvés conformes",
        "registered": "Export enregistré",
        "handed-out": "Lien de téléchargement délivré",
        "cancellation-requested": "Annulation demandée",
        "refused": "Export refusé",
        "returned": "Export annulé, factures exportables de nouveau",
    },
    _K.SCHOOL: {
        "school-written": "Établissement enregistré",
        "direct-debit-switched-on": "Option Prélèvement activée",
        "direct-debit-switched-off": "Option Prélèvement désactivée",
    },
    _K.ORGANISATION: {"written": "Organisation modifiée"},
    _K.ACCOUNTING_SETTINGS: {"written": "Paramètres comptables modifiés"},
    _K.CREDITED_ACCOUNT: {"written": "Compte crédité enregistré"},
    _K.ACTIVITY: {"written": "Activité enregistrée"},
    _K.MEMBERS: {"member-invited": "Invitation préparée"},
    _K.MEMBER: {
        "member-admitted": "Membre ajouté",
        "member-changed": "Rôle ou permissions modifiés",
        "member-withdrawn": "Accès fermé",
        "member-reopened": "Accès rouvert",
        "invitation-sent": "Invitation envoyée",
    },
}
"""What somebody did, or what came of it."""

STEPS: Mapping[SubjectKind, Mapping[str, str]] = {
    _K.BATCH: {
        "creating": "Création commencée",
        "chunk-claimed": "Échéances d’un lot retenues",
        "chunk-released": "Échéances d’un lot libérées",
        "checked": "Lignes comparées aux fiches actuelles",
        "chunk-sequenced": "Séquences et modifications d’un lot figées",
        "sequenced": "Séquences figées",
        "grouped": "Groupes du fichier fixés",
        "chunk-debited": "Échéances d’un lot prélevées",
        "debited": "Échéances prélevées",
        "chunk-cancelled": "Échéances d’un lot dues de nouveau",
    },
    _K.DRAFT: {
        "frozen": "Lignes figées",
        "batches-opened": "Remises ouvertes",
        "claimed": "Échéances retenues",
        "disagreement": "Désaccord avec le manifeste : enregistrement défait",
        "fenced": "Remises fermées",
        "released": "Échéances libérées",
        "published": "Remises mises en attente",
    },
    _K.IMPORT: {"chunk-revealed": "Enregistrements d’un lot visibles"},
    _K.ACCOUNTING_EXPORT: {
        "marked": "Factures marquées",
        "chunk-marked": "Factures d’un lot marquées",
        "chunk-returned": "Factures d’un lot rendues",
    },
}
"""What a worker records on its way: recovery points, and chunks of lines."""


def is_step(kind: SubjectKind | None, event: str) -> bool:
    """Whether the row is a worker's own, of which a large batch has thousands."""
    return kind is not None and event in STEPS.get(kind, {})


def words_of_event(kind: SubjectKind | None, event: str) -> str:
    """The event in French; a row of a kind or event that is no longer recorded keeps its own name."""
    if kind is None:
        return f"« {event} »"
    return ACTS[kind].get(event) or STEPS.get(kind, {}).get(event) or f"« {event} »"
