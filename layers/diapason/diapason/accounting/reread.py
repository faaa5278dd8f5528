"""Reading a written file again, apart from what wrote it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from diapason.accounting.fec import FIELDS
from diapason.domain.accounting import EntriesEncoding
from diapason.domain.money import parse_cents

LINES_OF_ENTRY = 2
_AMOUNT = re.compile(r"[0-9]{1,12},[0-9]{2}")


class UnsoundFile(Exception):
    """The file does not read as it must: it may not leave the house."""


class ReadEntry(NamedTuple):
    """An entry as the file tells it; ``amount_cents`` is what the customer owes, negative for a credit
    note."""

    number: int
    issued_on: date
    auxiliary: str
    piece: str
    revenue_account: str
    amount_cents: int


class ReadEntries(NamedTuple):
    """All entries of a file, and the sums of its two columns (cents)."""

    entries: list[ReadEntry]
    debit_cents: int
    credit_cents: int


class ReadSheet(NamedTuple):
    """A CSV file: its header line, and its rows."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]


def read_entries(data: bytes, encoding: EntriesEncoding) -> ReadEntries:
    """Raises UnsoundFile unless every entry has two lines that balance and numbers follow one another."""
    lines = _lines(data, encoding)
    if tuple(lines[:1]) != ("\t".join(FIELDS),):
        raise UnsoundFile("header")
    if len(lines) % LINES_OF_ENTRY != 1:
        raise UnsoundFile("a line without its counterpart")
    rows = [_fields(line) for line in lines[1:]]
    entries = [_entry(*rows[rank : rank + LINES_OF_ENTRY]) for rank in range(0, len(rows), LINES_OF_ENTRY)]
    for before, after in pairwise(entries):
        if after.number != before.number + 1:
            raise UnsoundFile(f"entry {after.number} after {before.number}")
    return ReadEntries(
        entries,
        sum(_cents(row["Debit"]) for row in rows),
        sum(_cents(row["Credit"]) for row in rows),
    )


def read_sheet(data: bytes) -> ReadSheet:
    """Raises UnsoundFile where rows are not as long as the header."""
    if not data.startswith(codecs.BOM_UTF8):
        raise UnsoundFile("byte order mark")
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    columns, *rows = csv.reader(text, delimiter=";", strict=True)
    if any(len(row) != len(columns) for row in rows):
        raise UnsoundFile("a row of another length")
    return ReadSheet(tuple(columns), [dict(zip(columns, row, strict=True)) for row in rows])


def read_cents(text: str) -> int:
    """Cents of an amount as the files write it; raises UnsoundFile."""
    return _cents(text)


def _lines(data: bytes, encoding: EntriesEncoding) -> list[str]:
    text = data.decode(encoding)
    if not text.endswith("\r\n"):
        raise UnsoundFile("the last line does not end")
    return text.removesuffix("\r\n").split("\r\n")


def _fields(line: str) -> dict[str, str]:
    values = line.split("\t")
    if len(values) != len(FIELDS):
        raise UnsoundFile(f"{len(values)} fields")
    return dict(zip(FIELDS, values, strict=True))


def _entry(customer: dict[str, str], revenue: dict[str, str]) -> ReadEntry:
    shared = ("EcritureNum", "EcritureDate", "PieceRef")
    if any(customer[field] != revenue[field] for field in shared):
        raise UnsoundFile(f"two entries in one: {customer['EcritureNum']}")
    owed = _cents(customer["Debit"]) - _cents(customer["Credit"])
    if owed != _cents(revenue["Credit"]) - _cents(revenue["Debit"]):
        raise UnsoundFile(f"entry {customer['EcritureNum']} does not balance")
    if 0 not in (_cents(customer["Debit"]), _cents(customer["Credit"])):
        raise UnsoundFile(f"entry {customer['EcritureNum']} has two sides in one line")
    return ReadEntry(
        int(customer["EcritureNum"]),
        datetime.strptime(customer["EcritureDate"], "%Y%m%d").date(),  # noqa: DTZ007 a date has no zone
        customer["CompAuxNum"],
        customer["PieceRef"],
        revenue["CompteNum"],
        owed,
    )


def _cents(text: str) -> int:
    if not _AMOUNT.fullmatch(text):
        raise UnsoundFile("amount")
    return parse_cents(text)
