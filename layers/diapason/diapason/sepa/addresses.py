"""The two forms of a postal address that banks take since 15 November 2026 (EPC implementation guidelines).

Structured and hybrid are both valid in PostalAddress6 (.02, .07) and PostalAddress24 (.08).
"""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from diapason.domain.parties import Address
from diapason.sepa.message import PostalAddress
from diapason.sepa.text import sepa_text

STREET_LIMIT: Final = 70
POST_CODE_LIMIT: Final = 16
TOWN_LIMIT: Final = 35
LINE_LIMIT: Final = 70
MOST_LINES: Final = 2


def structured(address: Address) -> PostalAddress:
    """Street, post code, town and country, each in its element."""
    return _in_town(address)._replace(street=sepa_text(address.street, STREET_LIMIT))


def hybrid(address: Address) -> PostalAddress:
    """Post code, town and country in their elements, the rest in free lines, broken between words."""
    rest = sepa_text(address.street, MOST_LINES * LINE_LIMIT)
    return _in_town(address)._replace(
        lines=tuple(wrap(rest, LINE_LIMIT, break_on_hyphens=False)[:MOST_LINES])
    )


def _in_town(address: Address) -> PostalAddress:
    return PostalAddress(
        town=sepa_text(address.town, TOWN_LIMIT),
        country=address.country,
        post_code=sepa_text(address.postal_code, POST_CODE_LIMIT),
    )
