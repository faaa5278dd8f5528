"""Requests of the platform's people."""

from __future__ import annotations

from http_api.fields import Day, Flag, Input, Reason, Revision


class OptionInput(Input):
    """Option d’un établissement : active ou non, depuis quel jour, et pourquoi."""

    revision: Revision
    active: Flag
    since: Day
    reason: Reason
