"""The options of a school, which the platform switches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from diapason.domain.clock import paris_date
from diapason.domain.creditor import School
from diapason.domain.errors import FieldError, InvalidInput
from diapason.store.platform import Platform
from diapason.store.versioned import Versioned


def switch_direct_debit(
    platform: Platform, who: str, school_id: str, revision: int, *, active: bool, since: date, reason: str
) -> Versioned[School]:
    """Switches the option on or off, at once; ``since`` is the day (Paris) from which that is agreed.

    Raises NotFound, VersionConflict, and InvalidInput for a day that has not come yet.
    """
    today = paris_date(platform.clock.now())
    if since > today:
        message = (
            f"L’option change dès l’enregistrement : indiquez au plus tard le {today:%d/%m/%Y}, "
            "ou revenez le jour voulu."
        )
        raise InvalidInput([FieldError("since", "future_day", message)])
    school = platform.school(school_id).value
    changed = replace(school, direct_debit=active, direct_debit_since=since)
    event = "direct-debit-switched-on" if active else "direct-debit-switched-off"
    return platform.put_school(changed, revision, who, event, since=since, reason=reason)
