"""How batches are numbered, and what follows from a number: the identifiers that the bank hears (MsgId,
PmtInfId, EndToEndId) are a function of it, so that the bank's own control of duplicates can work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

PREFIX_LIMIT = 8
"""With it the longest EndToEndId is still one of 35 characters."""

_PREFIX = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*-?|")


class NumberingKind(StrEnum):
    """By the moment of validation, which needs no counter and can never come twice; or counted by year."""

    TIMESTAMP = "timestamp"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class NumberingRule:
    """The rule of one school."""

    kind: NumberingKind = NumberingKind.TIMESTAMP
    prefix: str = ""


class InvalidPrefix(ValueError):
    """The prefix cannot stand at the head of a number; the message is French."""


def checked_prefix(prefix: str) -> str:
    """Raises InvalidPrefix."""
    if len(prefix) > PREFIX_LIMIT or not _PREFIX.fullmatch(prefix):
        raise InvalidPrefix(
            f"Un préfixe compte {PREFIX_LIMIT} caractères au plus : lettres majuscules sans accent, chiffres "
            "et traits d’union isolés, par exemple PRLV-."
        )
    return prefix


def stamp_of(moment_in_paris: datetime) -> str:
    """``20261123-100000``: one validation of one school, to the second."""
    return moment_in_paris.strftime("%Y%m%d-%H%M%S")


def timestamp_number(rule: NumberingRule, stamp: str, rank: int) -> str:
    """``PRLV-20261123-100000-001``; ranks count the batches of one validation from 1."""
    return f"{rule.prefix}{stamp}-{rank:03d}"


def yearly_number(rule: NumberingRule, year: int, count: int) -> str:
    """``PRLV-2026-00042``; the count never restarts within a year."""
    return f"{rule.prefix}{year}-{count:05d}"


def end_to_end_id(batch_number: str, position: int) -> str:
    """EndToEndId of a line: unique for every attempt, and it says where the line stands."""
    return f"{batch_number}-{position + 1:06d}"


def public_account_end_to_end_id(codique: str, batch_number: str, rule: NumberingRule, position: int) -> str:
    """``1D{codique}0{reference}``: the Treasury's form; the reference is the number without its prefix and
    signs, which leaves it as unique."""
    reference = batch_number.removeprefix(rule.prefix).replace("-", "")
    return f"1D{codique}0{reference}{position + 1:06d}"


def public_account_message_id(service: str, day: date, rank: int) -> str:
    """``TGDFT027-DFT-SDD-26325-001``: service, year, day of the year, rank of the day from 1."""
    return f"{service}-DFT-SDD-{day:%y%j}-{rank:03d}"
