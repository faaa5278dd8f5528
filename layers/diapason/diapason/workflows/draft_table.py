"""The table of a draft: rows in stored slices that are never rewritten, only replaced.

A slice is an immutable object named by its content; the draft's record lists the slices that make up its
table. An edit writes the slices that it changes and then, under the draft's version, the new list: that
one write is the edit. What an edit replaced stays as it was, and a draft being registered reads the very
rows that the operator saw.
"""

from __future__ import annotations

import gc
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice

from diapason.domain.clock import in_paris
from diapason.domain.creditor import Ceilings
from diapason.domain.drafts import Draft, DraftRow, Segment, TakenRow
from diapason.domain.errors import NotFound, StateRefused
from diapason.domain.examination import Ground, examine_together
from diapason.store.documents import decode, encode
from diapason.store.files import Bucket, FileMissing
from diapason.store.house import SchoolStore
from diapason.workflows.texts import creditor_texts

SEGMENT_ROWS = 5_000
"""Rows of a slice: about a megabyte, written and read in one request."""

READERS = 2
"""Slices read at once; more threads only wait for each other."""


def ground_of(store: SchoolStore, draft: Draft) -> Ground:
    """What all rows of the draft share, as it stands now."""
    return creditor_ground(store, draft.general.credited_account_id)


def creditor_ground(store: SchoolStore, credited_account_id: str) -> Ground:
    """What all debits into one account share, as it stands now."""
    try:
        account = store.registry.credited_account(credited_account_id).value
    except NotFound:
        account = None
    organisation = store.registry.organisation().value
    return Ground(
        school=store.registry.school(),
        organisation=organisation,
        account=account,
        texts=creditor_texts(organisation, account),
        now=in_paris(store.clock.now()),
    )


def ceilings_of(store: SchoolStore, draft: Draft) -> Ceilings:
    """Those of the account that the draft credits."""
    try:
        return store.registry.credited_account(draft.general.credited_account_id).value.ceilings
    except NotFound:
        return Ceilings()


def read_slice(store: SchoolStore, segment: Segment) -> list[DraftRow]:
    """The rows of a slice; raises StateRefused when it has expired."""
    return decode(_bytes_of(store.work_files, segment), list[DraftRow])


def read_slices(store: SchoolStore, segments: Sequence[Segment]) -> list[list[DraftRow]]:
    """The rows of the slices, slice by slice."""
    if len(segments) < 2:
        return [read_slice(store, segment) for segment in segments]
    bucket = store.work_files  # before the threads: making a client is not safe in several
    with ThreadPoolExecutor(READERS) as readers, collector_paused():
        texts = readers.map(lambda segment: _bytes_of(bucket, segment), segments)
        return [decode(text, list[DraftRow]) for text in texts]


@contextmanager
def collector_paused() -> Iterator[None]:
    """While rows are made by the hundred thousand, Python's collector walks through all of them again and
    again, for three quarters of the time, and finds nothing: rows hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _bytes_of(bucket: Bucket, segment: Segment) -> bytes:
    try:
        return bucket.get(segment.key)
    except FileMissing:
        raise StateRefused(
            "Le tableau de cette remise en préparation a expiré : reprenez à l’étape 2, « Critères de "
            "sélection »."
        ) from None


def read_rows(store: SchoolStore, draft: Draft) -> list[DraftRow]:
    """All rows of the table."""
    return list(chain.from_iterable(read_slices(store, draft.segments)))


class TableEdit:
    """The table of a draft opened for one edit. Slices that the edit leaves alone are not written again."""

    def __init__(self, store: SchoolStore, draft: Draft) -> None:
        self._store = store
        self._draft = draft
        self._before = read_slices(store, draft.segments)
        self._slices = [list(rows) for rows in self._before]

    def rows(self) -> Iterator[DraftRow]:
        return chain.from_iterable(self._slices)

    def change(self, changed: Iterable[DraftRow]) -> None:
        """Puts rows in the place of those of the same instalments."""
        by_id = {row.instalment_id: row for row in changed}
        for rows in self._slices:
            for rank, row in enumerate(rows):
                if row.instalment_id in by_id:
                    rows[rank] = by_id[row.instalment_id]

    def remove(self, instalment_ids: frozenset[str]) -> list[TakenRow]:
        """Takes rows out; returns them with the places that they had."""
        taken = [
            TakenRow(place, row)
            for place, row in enumerate(self.rows())
            if row.instalment_id in instalment_ids
        ]
        self._slices = [
            [row for row in rows if row.instalment_id not in instalment_ids] for rows in self._slices
        ]
        return taken

    def put_back(self, taken: Iterable[TakenRow]) -> list[DraftRow]:
        """Puts rows back to their places, in the order of these, but for those that are in the table again;
        returns those put back. Each stands after as many rows as before, less those left out."""
        present = {row.instalment_id for row in self.rows()}
        waiting: deque[TakenRow] = deque()
        left_out = 0
        for place, row in taken:
            if row.instalment_id in present:
                left_out += 1
            else:
                waiting.append(TakenRow(place - left_out, row))
        returned = [row for _, row in waiting]
        slices: list[list[DraftRow]] = []
        place = 0
        for rows in self._slices:
            merged: list[DraftRow] = []
            for row in rows:
                while waiting and waiting[0].place <= place + len(merged):
                    merged.append(waiting.popleft().row)
                merged.append(row)
            place += len(merged)
            slices += [merged[start : start + SEGMENT_ROWS] for start in range(0, len(merged), SEGMENT_ROWS)]
        self._slices = slices
        self.add([row for _, row in waiting])
        return returned

    def add(self, rows: Sequence[DraftRow]) -> None:
        """Adds rows at the end of the table."""
        remaining = iter(rows)
        if self._slices and len(self._slices[-1]) < SEGMENT_ROWS:
            self._slices[-1].extend(islice(remaining, SEGMENT_ROWS - len(self._slices[-1])))
        while part := list(islice(remaining, SEGMENT_ROWS)):
            self._slices.append(part)

    def save(self) -> tuple[Segment, ...]:
        """Examines what only the whole table shows, writes the changed slices, and lists them all."""
        together = iter(examine_together(list(self.rows()), ceilings_of(self._store, self._draft)))
        after = [list(islice(together, len(rows))) for rows in self._slices]
        stored = zip(self._before, self._draft.segments, strict=True)
        known = {id(rows[0]): (rows, segment) for rows, segment in stored}
        segments = []
        for rows in filter(None, after):
            before, segment = known.get(id(rows[0]), ((), None))
            is_same = len(before) == len(rows) and all(map(_is, before, rows))
            segments.append(
                segment if segment and is_same else write_slice(self._store, self._draft.id, rows)
            )
        return tuple(segments)


def _is(one: object, other: object) -> bool:
    return one is other


def write_slice(store: SchoolStore, draft_id: str, rows: Sequence[DraftRow]) -> Segment:
    """Writes one slice under the name of its content, and sums it up."""
    data = encode(rows)
    key = store.keys.draft_segment(draft_id, hashlib.sha256(data).hexdigest())
    store.work_files.put(key, data)
    return Segment(
        key=key,
        count=len(rows),
        total_cents=sum(row.amount_cents for row in rows),
        blocked=sum(row.is_blocked for row in rows),
        warned=sum(bool(row.anomalies) and not row.is_blocked for row in rows),
    )


def write_table(store: SchoolStore, draft: Draft, rows: Sequence[DraftRow]) -> tuple[Segment, ...]:
    """Writes a whole new table."""
    examined = iter(examine_together(rows, ceilings_of(store, draft)))
    parts: Callable[[], list[DraftRow]] = lambda: list(islice(examined, SEGMENT_ROWS))  # noqa: E731
    return tuple(write_slice(store, draft.id, part) for part in iter(parts, []))
