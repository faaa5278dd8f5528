"""What an import keeps in the work bucket: its parts, and the lists of problems and changes, page by page.

Every file stands under its own digest: whoever runs a phase again writes the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from diapason.domain.imports import Import, LeftOut, RecordChange, RowProblem
from diapason.store.documents import decode, encode
from diapason.store.files import FileMissing
from diapason.store.house import SchoolStore

T = TypeVar("T")

PAGE = 1_000
"""Entries of one file of a list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in files of PAGE entries."""

    keys: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file. Of very many problems the first are listed, in the order of lines; the import
    counts all. ``unknown_columns`` were left aside."""

    problems: Listed = Listed()
    changes: Listed = Listed()
    unknown_columns: tuple[str, ...] = ()


class ImportFiles:
    """The files of one import."""

    def __init__(self, store: SchoolStore, import_id: str) -> None:
        self._store = store
        self._import_id = import_id

    def keep(self, value: object) -> str:
        """Stores a value, and returns where."""
        data = encode(value)
        key = self._store.keys.import_part(self._import_id, sha256(data).hexdigest()[:32])
        self._store.work_files.put(key, data)
        return key

    def kept(self, key: str, kind: type[T]) -> T:
        return decode(self._store.work_files.get(key), kind)

    def keep_list(self, entries: Sequence[object]) -> Listed:
        keys = [self.keep(entries[start : start + PAGE]) for start in range(0, len(entries), PAGE)]
        return Listed(tuple(keys), len(entries))

    def entries(self, listed: Listed, kind: type[T], offset: int, limit: int) -> list[T]:
        """The entries of a list from a place on (from 0), at most so many."""
        pages = listed.keys[offset // PAGE : -(-(offset + limit) // PAGE)]
        found = [entry for key in pages for entry in self.kept(key, list[kind])]  # type: ignore[valid-type]
        start = offset % PAGE
        return found[start : start + limit]

    def left_out(self, record: Import) -> list[LeftOut]:
        """What staging could not take, as far as it has come."""
        return [entry for key in record.left_out for entry in self.kept(key, list[LeftOut])]


def report_of(store: SchoolStore, record: Import) -> Report:
    """What was found in the file; empty until it was read, and when the bucket keeps it no longer."""
    if record.report_key:
        with suppress(FileMissing):
            return ImportFiles(store, record.id).kept(record.report_key, Report)
    return Report()


def problems_of(store: SchoolStore, record: Import, offset: int, limit: int) -> list[RowProblem]:
    """Some of the problems, in the order of lines; none when the bucket keeps them no longer."""
    return _some(store, record, report_of(store, record).problems, RowProblem, offset, limit)


def changes_of(store: SchoolStore, record: Import, offset: int, limit: int) -> list[RecordChange]:
    """Some of the records that the file changes, in its order; none when the bucket keeps them no longer."""
    return _some(store, record, report_of(store, record).changes, RecordChange, offset, limit)


def _some(
    store: SchoolStore, record: Import, listed: Listed, kind: type[T], offset: int, limit: int
) -> list[T]:
    with suppress(FileMissing):
        return ImportFiles(store, record.id).entries(listed, kind, offset, limit)
    return []
