"""Requests that write activities."""

from __future__ import annotations

from diapason.store.registry import Activity
from http_api.fields import Code, Flag, Input, Label, Revision


class ActivityInput(Input):
    """Activité."""

    code: Code
    label: Label

    def activity(self) -> Activity:
        return Activity(self.code, self.label)


class ActivityUpdate(Input):
    """Activité modifiée ; close, elle n’est plus proposée mais reste sur les factures qui la portent."""

    revision: Revision
    label: Label
    closed: Flag

    def activity(self, code: str) -> Activity:
        return Activity(code, self.label, self.closed)
