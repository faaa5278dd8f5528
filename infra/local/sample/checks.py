"""What must hold in the sample: the first thing that does not ends it."""

from __future__ import annotations


class Mismatch(Exception):
    """Two things that must be equal are not: the sample has failed."""


def require(holds: bool, otherwise: str) -> None:
    """Raises Mismatch with these words unless it holds."""
    if not holds:
        raise Mismatch(otherwise)
