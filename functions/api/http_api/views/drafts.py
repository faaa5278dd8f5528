"""Drafts of the wizard as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from datetime import date, datetime

from diapason.access.decisions import Action
from diapason.domain.anomalies import Anomaly, AnomalyCode, Field, Fix
from diapason.domain.batches import DRAFT, DraftEvent, DraftState
from diapason.domain.ceilings import Confirmation, ConfirmationReason
from diapason.domain.collection_days import submission_words, submit_before
from diapason.domain.creditor import CreditedAccount
from diapason.domain.drafts import Criteria, Draft, DraftRow, PlannedBatch, Registration
from diapason.workflows.draft_view import DateTotal, TablePage
from http_api.asking import Asking
from http_api.fields import View
from http_api.words import words_of

_ACTIONS = {
    DraftEvent.EDIT: Action.PREPARE_BATCHES,
    DraftEvent.VALIDATE: Action.REGISTER_BATCHES,
    DraftEvent.ABANDON: Action.PREPARE_BATCHES,
}
"""What a member may ask of a draft; its other events are the worker's."""


class AnomalyView(View):
    """Anomalie : ce qui ne va pas, où, et ce qui y remédie ; proposed_date est la date qui conviendrait."""

    code: AnomalyCode
    words: str
    field: Field
    fix: Fix
    blocking: bool
    proposed_date: date | None


class CriteriaView(View):
    """Critères de sélection."""

    due_from: date
    due_to: date
    min_cents: int | None
    max_cents: int | None
    activity: str


class PlannedBatchView(View):
    """Remise enregistrée, ou qui va l’être."""

    id: str
    number: str
    collection_date: date
    count: int
    total_cents: int


class ProgressView(View):
    """Avancement de l’enregistrement, en lignes."""

    done: int
    total: int


class DraftSummary(View):
    """Remise en préparation, dans une liste ; undo_rows lignes reviendraient si le dernier détachement était
    annulé."""

    id: str
    version: int
    state: DraftState
    state_words: str
    created_at: datetime
    created_by: str
    credited_account_id: str
    external_number: str
    comment: str
    criteria: CriteriaView | None
    count: int
    total_cents: int
    blocked: int
    warned: int
    left_out: int
    undo_rows: int
    notice: str
    allowed: list[DraftEvent]


class DraftView(DraftSummary):
    """Remise en préparation ; anomalies sont celles de l’établissement et du compte crédité, batches les
    remises que la validation a demandées."""

    anomalies: list[AnomalyView]
    progress: ProgressView
    batches: list[PlannedBatchView]


class DraftsView(View):
    """Les remises en préparation."""

    drafts: list[DraftSummary]


class RowView(View):
    """Ligne du tableau : une échéance, ce qui en sera prélevé, quand, de quel compte et sous quel mandat ;
    is_final en fait le dernier prélèvement du mandat, one_off dit que le mandat est ponctuel."""

    instalment_id: str
    invoice_number: str
    customer_id: str
    customer_name: str
    activity: str
    due_date: date
    instalment_cents: int
    remaining_cents: int
    collection_date: date
    amount_cents: int
    account_id: str
    account: str
    mandate_id: str
    mandate_reference: str
    one_off: bool
    is_final: bool
    anomalies: list[AnomalyView]
    blocked: bool


class RowsView(View):
    """Une page du tableau ; les totaux sont ceux de toutes les lignes du filtre."""

    version: int
    rows: list[RowView]
    count: int
    total_cents: int
    blocked: int


class RowEdited(View):
    """La ligne modifiée, et la remise avec ses nouveaux totaux."""

    draft: DraftView
    row: RowView


class DateTotalView(View):
    """Ce que contiendra la remise d’une date, et l’instant avant lequel la banque doit avoir son fichier."""

    collection_date: date
    count: int
    total_cents: int
    blocked: int
    submit_before: datetime | None
    submission_words: str


class ConfirmationView(View):
    """Remise dont la somme est à confirmer une seconde fois : au-dessus d’un plafond, ou de l’habitude."""

    collection_date: date
    total_cents: int
    reason: ConfirmationReason
    compared_cents: int
    words: str


class RecapView(View):
    """Récapitulatif avant validation ; confirmations sont les remises à confirmer en validant."""

    draft: DraftView
    dates: list[DateTotalView]
    confirmations: list[ConfirmationView]


def draft_view(draft: Draft, creditor: list[Anomaly], claimed_lines: int, asking: Asking) -> DraftView:
    """``creditor`` are the anomalies that block the whole draft."""
    registration = draft.registration
    return DraftView(
        **dict(draft_summary(draft, asking)),
        anomalies=[anomaly_view(anomaly) for anomaly in creditor],
        progress=_progress_view(draft, claimed_lines),
        batches=[_planned_view(planned) for planned in registration.batches] if registration else [],
    )


def drafts_view(drafts: list[Draft], asking: Asking) -> DraftsView:
    return DraftsView(drafts=[draft_summary(draft, asking) for draft in drafts])


def draft_summary(draft: Draft, asking: Asking) -> DraftSummary:
    return DraftSummary(
        id=draft.id,
        version=draft.version,
        state=draft.state,
        state_words=words_of(draft.state),
        created_at=draft.created_at,
        created_by=draft.created_by,
        credited_account_id=draft.general.credited_account_id,
        external_number=draft.general.external_number,
        comment=draft.general.comment,
        criteria=_criteria_view(draft.criteria),
        count=draft.count,
        total_cents=draft.total_cents,
        blocked=draft.blocked,
        warned=draft.warned,
        left_out=draft.left_out,
        undo_rows=draft.undo_rows,
        notice=draft.notice,
        allowed=[
            event
            for event, action in _ACTIONS.items()
            if DRAFT.allows(draft.state, event) and asking.may(action)
        ],
    )


def anomaly_view(anomaly: Anomaly) -> AnomalyView:
    kind = anomaly.kind
    return AnomalyView(
        code=anomaly.code,
        words=anomaly.words,
        field=kind.field,
        fix=kind.fix,
        blocking=kind.is_blocking,
        proposed_date=anomaly.proposed_date,
    )


def row_view(row: DraftRow) -> RowView:
    return RowView(
        instalment_id=row.instalment_id,
        invoice_number=row.invoice_number,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        activity=row.activity,
        due_date=row.due_date,
        instalment_cents=row.total_cents,
        remaining_cents=row.remaining_cents,
        collection_date=row.collection_date,
        amount_cents=row.amount_cents,
        account_id=row.account_id,
        account=row.account_masked,
        mandate_id=row.mandate_id,
        mandate_reference=row.mandate_reference,
        one_off=row.one_off,
        is_final=row.is_final,
        anomalies=[anomaly_view(anomaly) for anomaly in row.anomalies],
        blocked=row.is_blocked,
    )


def rows_view(draft: Draft, page: TablePage) -> RowsView:
    return RowsView(
        version=draft.version,
        rows=[row_view(row) for row in page.rows],
        count=page.count,
        total_cents=page.total_cents,
        blocked=page.blocked,
    )


def recap_view(
    draft: DraftView,
    totals: list[DateTotal],
    account: CreditedAccount | None,
    to_confirm: list[Confirmation],
) -> RecapView:
    """``account`` is the credited one, None where it is missing."""
    return RecapView(
        draft=draft,
        dates=[_date_total_view(total, account) for total in totals],
        confirmations=[ConfirmationView(**one._asdict(), words=one.words) for one in to_confirm],
    )


def _date_total_view(total: DateTotal, account: CreditedAccount | None) -> DateTotalView:
    moment = submit_before(account, total.collection_date) if account else None
    return DateTotalView(
        collection_date=total.collection_date,
        count=total.count,
        total_cents=total.total_cents,
        blocked=total.blocked,
        submit_before=moment,
        submission_words=submission_words(moment) if moment else "",
    )


def _criteria_view(criteria: Criteria | None) -> CriteriaView | None:
    if criteria is None:
        return None
    return CriteriaView(
        due_from=criteria.due_from,
        due_to=criteria.due_to,
        min_cents=criteria.min_cents,
        max_cents=criteria.max_cents,
        activity=criteria.activity,
    )


def _planned_view(planned: PlannedBatch) -> PlannedBatchView:
    return PlannedBatchView(
        id=planned.batch_id,
        number=planned.number,
        collection_date=planned.collection_date,
        count=planned.count,
        total_cents=planned.total_cents,
    )


def _progress_view(draft: Draft, claimed_lines: int) -> ProgressView:
    registration: Registration | None = draft.registration
    total = registration.expected_count if registration else 0
    done = total if draft.state is DraftState.REGISTERED else min(claimed_lines, total)
    return ProgressView(done=done, total=total)
