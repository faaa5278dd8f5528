"""What the platform's people see: schools and their options, and no bank or family data."""

from __future__ import annotations

from datetime import date

from diapason.access.decisions import Action, platform_may
from diapason.domain.creditor import School
from diapason.store.versioned import Versioned
from http_api.fields import View


class PlatformMeView(View):
    """La personne connectée, de la plateforme, et ce qu’elle peut faire."""

    username: str
    role_words: str
    actions: list[Action]


class OptionView(View):
    """Une option d’un établissement ; la date est absente tant que personne ne l’a changée."""

    active: bool
    since: date | None


class PlatformSchoolView(View):
    """Un établissement et ses options."""

    id: str
    name: str
    revision: int
    direct_debit: OptionView


class PlatformSchoolsView(View):
    """Les établissements."""

    schools: list[PlatformSchoolView]


def platform_me_view(username: str) -> PlatformMeView:
    return PlatformMeView(
        username=username,
        role_words="plateforme",
        actions=[action for action in Action if platform_may(action)],
    )


def platform_school_view(found: Versioned[School]) -> PlatformSchoolView:
    school = found.value
    return PlatformSchoolView(
        id=school.id,
        name=school.name,
        revision=found.revision,
        direct_debit=OptionView(active=school.direct_debit, since=school.direct_debit_since),
    )


def platform_schools_view(found: list[Versioned[School]]) -> PlatformSchoolsView:
    return PlatformSchoolsView(schools=[platform_school_view(school) for school in found])
