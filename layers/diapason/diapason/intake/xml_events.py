"""XML from outside, event by event: no tree is built, and no document type let in.

Names come without their prefix: the two namespaces of ISO/IEC 29500, strict and transitional, read alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers.expat import ExpatError, ParserCreate

from diapason.intake.package import damaged
from diapason.intake.problems import UnreadableFile

MAX_DEPTH = 40
MAX_TOKEN_BYTES = 1024 * 1024
"""One tag with its attributes."""

MAX_NAMES = 10_000
"""Different names of tags in one part."""

Attributes = dict[str, str]


class Events:
    """What a reader of one part hears; each kind of part overrides what it needs."""

    def start(self, name: str, attributes: Attributes) -> None:
        return

    def end(self, name: str) -> None:
        return

    def text(self, text: str) -> None:
        return


class _LocalNames(dict[str, str]):
    """Names without their prefix, by the whole name: a sheet has a dozen, a million times each."""

    def __missing__(self, name: str) -> str:
        if len(self) == MAX_NAMES:
            raise damaged()
        self[name] = local = name.rpartition(":")[2]
        return local


class XmlPart:
    """One part, fed piece by piece to its reader."""

    def __init__(self, events: Events) -> None:
        self._begun = events.start
        self._ended = events.end
        self._names = _LocalNames()
        self._depth = 0
        self._fed = 0
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = events.text
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, piece: bytes) -> None:
        """Raises UnreadableFile."""
        self._parse(piece, is_last=False)
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES:
            raise damaged()

    def close(self) -> None:
        """Raises UnreadableFile where the part ends too early."""
        self._parse(b"", is_last=True)

    def _parse(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except UnreadableFile:
            raise
        except (ExpatError, ValueError, LookupError):  # the latter for an encoding that nobody knows
            raise damaged() from None

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise damaged()
        self._begun(self._names[name], attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._ended(self._names[name])


def read_part(pieces: Iterable[bytes], events: Events) -> None:
    """Reads a whole part; raises UnreadableFile."""
    part = XmlPart(events)
    for piece in pieces:
        part.feed(piece)
    part.close()


def _refuse_doctype(*_: object) -> None:
    """A document type is where entities are declared: a workbook has none (ECMA-376 part 2, §9.1.1)."""
    raise damaged()
