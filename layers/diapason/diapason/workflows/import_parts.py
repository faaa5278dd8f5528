"""A file checked, and its sound records cut into the chunks and parts in which they travel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from diapason.domain.imports import ImportCounts
from diapason.intake.problems import Problems, UnreadableFile
from diapason.store.transactions import MAX_ACTIONS
from diapason.workflows.imported_records import Checked, RecordKind

CHUNK_ACTIONS = MAX_ACTIONS - 1
"""Beside the records, a chunk's transaction holds the fence or the journal's row."""
PART_CHUNKS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What reading decided: the stored parts of records in their order, and the activities they name."""

    parts: tuple[str, ...]
    activities: tuple[str, ...]


def check(kind: RecordKind[Any], data: bytes) -> Checked[Any]:
    """The file compared with what stands; a file that is no table, or an empty one, has a problem too."""
    try:
        checked = kind.check(data)
    except UnreadableFile as fault:
        return unread(*fault.problem)
    if not checked.counts.rows:
        checked.problems.add(0, "", "file.no_rows", "Le fichier ne contient que la ligne de titres.")
    if checked.stray_rows:
        checked.problems.add(
            0,
            "",
            "row.stray",
            f"On ne sait pas à quel enregistrement appartiennent {checked.stray_rows} ligne(s), parce que "
            f"leur colonne « {kind.identity_column} » manque ou est fautive : il faut d’abord les corriger.",
        )
    return checked


def unread(line: int, column: str, code: str, message: str) -> Checked[Any]:
    """What is known of a file that cannot be read at all."""
    problems = Problems()
    problems.add(line, column, code, message)
    return Checked([], ImportCounts(), problems)


def can_be_taken(checked: Checked[Any]) -> bool:
    """Whether there is something to confirm: a file without a problem, or sound records beside the others.
    Where a row names no record, any record may lack that row, and none is sound for certain."""
    return not checked.problems.total or (bool(checked.records) and not checked.stray_rows)


def cut(records: Sequence[Any], kind: RecordKind[Any]) -> Iterator[list[list[Any]]]:
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
