"""What stops a worker until a person has looked."""

from __future__ import annotations


class Inconsistent(Exception):
    """Records, lines and file contradict each other: nothing goes on before a person has looked."""
