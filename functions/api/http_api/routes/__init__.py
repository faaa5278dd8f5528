"""One file per resource: each function is parse, act, show."""

from http_api.routes import (
    accounting_exports,
    accounting_settings,
    activities,
    bank_accounts,
    batches,
    calendar,
    customers,
    draft_rows,
    drafts,
    imports,
    instalments,
    invoices,
    journal,
    me,
    members,
    organisation,
    payments,
    platform,
)
from http_api.routing import Resource

RESOURCES: tuple[Resource, ...] = (
    me.resource,
    organisation.resource,
    bank_accounts.resource,
    calendar.resource,
    activities.resource,
    members.resource,
    customers.resource,
    invoices.resource,
    instalments.resource,
    payments.resource,
    imports.resource,
    drafts.resource,
    draft_rows.resource,
    batches.resource,
    journal.resource,
    accounting_settings.resource,
    accounting_exports.resource,
    platform.resource,
)
