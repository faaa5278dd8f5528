"""The school as creditor, as the page receives it."""

from __future__ import annotations

from datetime import datetime

from diapason.access.decisions import Action
from diapason.domain.clock import in_paris
from diapason.domain.creditor import Organisation
from diapason.domain.numbering import NumberingKind, NumberingRule, stamp_of, timestamp_number, yearly_number
from diapason.store.versioned import Versioned
from diapason.workflows.texts import REMITTANCE_LENGTH, example_text
from http_api.asking import Asking
from http_api.fields import View
from http_api.views.addresses import AddressView, address_view
from http_api.views.outdated_batches import OutdatedBatchView, outdated_batches
from http_api.words import words_of


class NumberingView(View):
    """Numérotation des remises ; example est un numéro qui la suit."""

    kind: NumberingKind
    kind_words: str
    prefix: str
    example: str


class RemittanceTextView(View):
    """Le libellé d’un exemple de facture, tel que la banque l’imprime, et sa longueur."""

    text: str
    length: int
    limit: int


class OrganisationView(View):
    """L’établissement comme créancier ; former_creditor_ids sont les ICS qu’il a quittés."""

    revision: int
    name: str
    creditor_id: str
    former_creditor_ids: list[str]
    siret: str
    address: AddressView
    numbering: NumberingView
    remittance_rule: str
    remittance_preview: RemittanceTextView
    notice_days: int
    outdated_batches: list[OutdatedBatchView]
    editable: bool


def organisation_view(found: Versioned[Organisation], asking: Asking) -> OrganisationView:
    organisation = found.value
    return OrganisationView(
        revision=found.revision,
        name=organisation.name,
        creditor_id=organisation.creditor_id,
        former_creditor_ids=list(organisation.former_creditor_ids),
        siret=organisation.siret,
        address=address_view(organisation.address),
        numbering=NumberingView(
            kind=organisation.numbering.kind,
            kind_words=words_of(organisation.numbering.kind),
            prefix=organisation.numbering.prefix,
            example=_example_number(organisation.numbering, in_paris(asking.store.clock.now())),
        ),
        remittance_rule=organisation.remittance_rule,
        remittance_preview=remittance_text_view(organisation.remittance_rule),
        notice_days=organisation.notice_days,
        outdated_batches=outdated_batches(
            asking,
            lambda batch: batch.creditor.creditor_id != organisation.creditor_id,
            "l’ICS de l’organisation",
        ),
        editable=asking.may(Action.EDIT_SETTINGS),
    )


def _example_number(rule: NumberingRule, now: datetime) -> str:
    if rule.kind is NumberingKind.TIMESTAMP:
        return timestamp_number(rule, stamp_of(now), 1)
    return yearly_number(rule, now.year, 1)


def remittance_text_view(rule: str) -> RemittanceTextView:
    text = example_text(rule)
    return RemittanceTextView(text=text, length=len(text), limit=REMITTANCE_LENGTH)
