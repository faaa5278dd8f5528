"""An account as it may be shown: never the whole number."""

from __future__ import annotations

_SHOWN = 4


def masked(iban_text: str) -> str:
    """``FR76••••0189``, also of a text that is no IBAN."""
    compact = "".join(iban_text.split()).upper()
    if len(compact) <= 2 * _SHOWN:
        return "••••"
    return f"{compact[:_SHOWN]}••••{compact[-_SHOWN:]}"
