"""Integer cents, from what a person typed to what a person reads. No float comes near an amount."""

from __future__ import annotations

import re

MAX_CENTS = 99_999_999_999
"""999 999 999,99 EUR: the largest amount of a SEPA direct debit (EPC130-08, AT-06)."""

_AMOUNT = re.compile(
    r"(?P<sign>-?)(?P<euros>[0-9]{1,3}(?: [0-9]{3}){1,4}|[0-9]{1,15})(?:[.,](?P<cents>[0-9]{1,2}))?"
)
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})


class InvalidAmount(ValueError):
    """The text is not an amount in euros with at most two decimals."""


def parse_cents(text: str) -> int:
    """Cents from ``1 234,56``, ``1234.56`` or ``12``; a euro sign may follow.

    Raises InvalidAmount, also for a thousands comma (``1,234.56``) and for a third decimal: an amount
    that could be read in two ways is refused rather than guessed.
    """
    plain = text if text.isascii() else text.translate(_BLANKS).replace("€", "")
    match = _AMOUNT.fullmatch(plain.strip())
    if match is None:
        raise InvalidAmount(f"« {text} » n’est pas un montant : écrivez par exemple 1 234,56.")
    cents = int(match["euros"].replace(" ", "")) * 100 + int((match["cents"] or "0").ljust(2, "0"))
    return -cents if match["sign"] else cents


def decimal_text(cents: int) -> str:
    """``-1234.50`` from -123450: the form of ISO 20022 amounts, always two decimals."""
    if cents < 0:
        return f"-{decimal_text(-cents)}"
    digits = str(cents).rjust(3, "0")
    return f"{digits[:-2]}.{digits[-2:]}"


def french_euros(cents: int) -> str:
    """``1 234,50 €`` from 123450, with narrow no-break spaces, as French readers expect."""
    sign = "-" if cents < 0 else ""
    euros = f"{abs(cents) // 100:,}".replace(",", "\u202f")
    return f"{sign}{euros},{abs(cents) % 100:02d}\u00a0€"


def split_cents(total: int, parts: int) -> list[int]:
    """Split a total into equal parts by largest remainder: the first parts carry the spare cents.

    The sum is exact, and no two parts differ by more than one cent.
    """
    assert parts > 0
    share, spare = divmod(total, parts)
    return [share + (1 if rank < spare else 0) for rank in range(parts)]
