"""A file checked, and its new records cut into the chunks and parts in which they travel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from diapason.domain.imports import ImportReport, RowProblem
from diapason.intake.problems import UnreadableFile
from diapason.store.transactions import MAX_ACTIONS
from diapason.workflows.imported_records import Checked, RecordKind

CHUNK_ACTIONS = MAX_ACTIONS - 1
"""Beside the records, a chunk's transaction holds the fence or the journal's row."""
PART_CHUNKS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What reading decided: the stored parts of new records in their order, and the activities they name."""

    parts: tuple[str, ...]
    activities: tuple[str, ...]


def check(kind: RecordKind[Any], data: bytes) -> Checked[Any]:
    """The file compared with what stands; a file that is no table, or an empty one, is a report too."""
    try:
        checked = kind.check(data)
    except UnreadableFile as fault:
        return Checked([], 0, 0, ImportReport((fault.problem,), 1))
    if checked.rows:
        return checked
    report = whole_file("file.no_rows", "Le fichier ne contient que la ligne de titres.")
    return Checked([], 0, 0, replace(report, unknown_columns=checked.report.unknown_columns))


def whole_file(code: str, message: str) -> ImportReport:
    """The report of a file that cannot be read at all."""
    return ImportReport((RowProblem(0, "", code, message),), 1)


def cut(records: list[Any], kind: RecordKind[Any]) -> Iterator[list[list[Any]]]:
    """Records in chunks of at most CHUNK_ACTIONS writes, and these in parts."""
    part: list[list[Any]] = [[]]
    room = CHUNK_ACTIONS
    for record in records:
        needed = kind.actions(record)
        assert needed <= CHUNK_ACTIONS
        if needed > room:
            if len(part) == PART_CHUNKS:
                yield part
                part = []
            part.append([])
            room = CHUNK_ACTIONS
        part[-1].append(record)
        room -= needed
    if part[-1]:
        yield part
