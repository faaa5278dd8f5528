"""Batches with their lines, the files that are made of them, and what reading these again finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

from lxml import etree

from diapason.domain.batches import (
    Batch,
    BatchPhase,
    BatchState,
    Chunk,
    Collection,
    Creditor,
    Line,
    LineState,
    SequenceGroup,
)
from diapason.domain.creditor import MessageVersion
from diapason.domain.parties import Customer
from diapason.domain.presentations import SequenceType
from diapason.sepa.message import Totals
from diapason.sepa.profiles import PROFILES
from diapason.sepa.validation import write_validated_bank_file
from diapason.workflows.bank_message import direct_debits, group_header, payment_information
from diapason.workflows.file_agreement import compare_with_lines
from diapason.workflows.sequencing import sequenced
from tests.unit.sepa.official_schemas import official_schemas_at_hand
from tests.workflows.batch_examples import FAMILY, NUMBER, SCHOOL

DAY = date(2026, 12, 7)


def batch_of(creditor: Creditor, lines: Sequence[Line], message_id: str = "") -> Batch:
    """A batch whose file is asked for, before its groups are fixed."""
    return Batch(
        id="b1",
        number=NUMBER,
        version=1,
        state=BatchState.GENERATING,
        phase=BatchPhase.CHECK,
        draft_id="d1",
        collection_date=DAY,
        count=len(lines),
        total_cents=sum(line.amount_cents for line in lines),
        chunks=1,
        creditor=creditor,
        external_number="",
        comment="",
        created_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        created_by="operateur",
        file_created_at=datetime(2026, 11, 23, 11, 30, 15, 999_999, tzinfo=UTC),
        file_created_by="operateur",
        message_id=message_id,
    )


def sequenced_lines(batch: Batch, lines: Sequence[Line], *customers: Customer) -> list[Collection]:
    """The lines as generation freezes them, from the histories of their mandates."""
    cents = sum(line.amount_cents for line in lines)
    chunk = Chunk(batch.id, 0, LineState.HELD, len(lines), cents, tuple(lines))
    found = sequenced(batch, chunk, {customer.id: customer for customer in customers})
    return list(replace(chunk, markings=found.markings).collections())


def grouped(batch: Batch, collections: Sequence[Collection]) -> Batch:
    """The batch with its groups, in the order of a file."""
    cents: dict[SequenceType, list[int]] = defaultdict(list)
    for collection in collections:
        cents[collection.sequence].append(collection.line.amount_cents)
    groups = [SequenceGroup(one, len(cents[one]), sum(cents[one])) for one in SequenceType if one in cents]
    return replace(batch, groups=tuple(groups))


def file_of(batch: Batch, collections: Sequence[Collection]) -> bytes:
    """The bytes for the bank, checked against the profile schema while they are written."""
    pieces: list[bytes] = []
    groups = [
        (payment_information(batch, group), direct_debits(batch, collections, group.sequence))
        for group in batch.groups
    ]
    profile = PROFILES[batch.creditor.account.version]
    write_validated_bank_file(profile, group_header(batch), groups, pieces.append)
    return b"".join(pieces)


def totals_of(content: bytes, batch: Batch, collections: Sequence[Collection]) -> tuple[Totals, Totals]:
    """Those of the lines and of the file, which is read again; raises Inconsistent where they differ."""
    return compare_with_lines(BytesIO(content), batch, lambda: collections)


def made(
    lines: Sequence[Line], customer: Customer = FAMILY, creditor: Creditor = SCHOOL, message_id: str = ""
) -> tuple[Batch, list[Collection]]:
    """The batch as generation renders it."""
    batch = batch_of(creditor, lines, message_id)
    collections = sequenced_lines(batch, lines, customer)
    return grouped(batch, collections), collections


def written(
    *lines: Line, customer: Customer = FAMILY, creditor: Creditor = SCHOOL, message_id: str = ""
) -> str:
    """The file, after it was found valid and read again as it was meant, in every version."""
    for version in reversed(MessageVersion):
        account = replace(creditor.account, version=version)
        batch, collections = made(lines, customer, replace(creditor, account=account), message_id)
        content = file_of(batch, collections)
        for schema in official_schemas_at_hand(version):
            schema.assertValid(etree.fromstring(content))
        expected = Totals(len(lines), sum(line.amount_cents for line in lines))
        assert totals_of(content, batch, collections) == (expected, expected)
    return content.decode()


def sequences(text: str) -> list[str]:
    """In the order of the file, each with its number of debits."""
    groups = etree.fromstring(text.encode()).findall(".//{*}PmtInf")
    return [f"{group.findtext('.//{*}SeqTp')} {group.findtext('{*}NbOfTxs')}" for group in groups]
