"""Activities as the page receives them."""

from __future__ import annotations

from diapason.store.registry import Activity, activity_id
from diapason.store.versioned import Versioned
from http_api.asking import Asking
from http_api.fields import View


class ActivityView(View):
    """Activité ; close, elle n’est plus proposée."""

    id: str
    revision: int
    code: str
    label: str
    closed: bool


class ActivitiesView(View):
    """Les activités."""

    activities: list[ActivityView]


def activity_view(found: Versioned[Activity], asking: Asking) -> ActivityView:
    activity = found.value
    return ActivityView(
        id=activity_id(asking.store.keys.school_id, activity.code),
        revision=found.revision,
        code=activity.code,
        label=activity.label,
        closed=activity.closed,
    )


def activities_view(activities: list[Versioned[Activity]], asking: Asking) -> ActivitiesView:
    return ActivitiesView(activities=[activity_view(activity, asking) for activity in activities])
