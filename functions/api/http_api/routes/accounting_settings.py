"""How the school's sales go into its accounting system."""

from __future__ import annotations

from diapason.access.decisions import Action
from diapason.domain.accounting import AccountingSettings, check_settings
from diapason.domain.errors import NotFound
from http_api.asking import Asker
from http_api.inputs.accounting import AccountingSettingsInput
from http_api.routing import Resource
from http_api.views.accounting import AccountingSettingsView, settings_view

resource = Resource("Paramètres comptables")


@resource.get("/accounting-settings", Action.READ, "Les paramètres comptables, ou ceux qui sont proposés")
def get_accounting_settings(asking: Asker) -> AccountingSettingsView:
    try:
        found = asking.store.registry.accounting_settings()
    except NotFound:
        return settings_view(AccountingSettings(), 0, asking)
    return settings_view(found.value, found.revision, asking)


@resource.put("/accounting-settings", Action.EDIT_SETTINGS, "Enregistrer les paramètres comptables")
def put_accounting_settings(asking: Asker, body: AccountingSettingsInput) -> AccountingSettingsView:
    registry, settings = asking.store.registry, body.settings()
    check_settings(settings, {activity.code for activity in registry.activities()})
    registry.put_accounting_settings(settings, body.revision or None, asking.member.username)
    found = registry.accounting_settings()
    return settings_view(found.value, found.revision, asking)
