"""Checking a bank file against the schema of its version while it is written. Offline; memory flat.

With a schema and a target, lxml's parser never raises on a schema fault: it only logs it. So the log is read
after every piece and at the end, and the first entry refuses the file.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from lxml import etree

from diapason.sepa.faults import InvalidBankFile
from diapason.sepa.message import GroupHeader, PaymentGroups
from diapason.sepa.pain008 import Sink, WrittenFile, write_bank_file
from diapason.sepa.profiles import Profile

_FAULTY_ELEMENT: Final = re.compile(r"Element '(?:\{[^}]*\})?(\w+)'")


@cache
def _schema(profile: Profile) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(profile.schema_path))


class _DoctypeFound(Exception):
    """The file declares a document type."""


class _NothingIsBuilt:
    """Parser target that asks for no event: only the schema looks at the file, and no tree grows."""

    def doctype(self, _name: str, _public_id: str | None, _system: str | None) -> None:
        """Called where a document type is declared, which no bank file does."""
        raise _DoctypeFound

    def close(self) -> None:
        """Called at the end of the document."""


class SchemaCheck:
    """Takes a file piece by piece and refuses it at its first fault."""

    def __init__(self, profile: Profile) -> None:
        self._parser = etree.XMLParser(
            schema=_schema(profile),
            target=_NothingIsBuilt(),  # type: ignore[arg-type]  # the stubs know no partial target
            resolve_entities=False,
            load_dtd=False,
            dtd_validation=False,
            no_network=True,
            huge_tree=True,  # a million debits are more than libxml2's default ceiling
        )
        self._first_line = self._last_line = 1

    def feed(self, piece: bytes) -> None:
        """Check one more piece; raises InvalidBankFile."""
        self._first_line, self._last_line = self._last_line, self._last_line + piece.count(b"\n")
        try:
            self._parser.feed(piece)
        except (etree.XMLSyntaxError, _DoctypeFound) as error:
            raise self._refusal() from error
        if len(self._parser.feed_error_log):
            raise self._refusal()

    def close(self) -> None:
        """Check that the file is complete and valid; raises InvalidBankFile."""
        self._first_line = self._last_line
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            raise self._refusal() from error
        if len(self._parser.feed_error_log):
            raise self._refusal()

    def _refusal(self) -> InvalidBankFile:
        lines = (self._first_line, self._last_line)
        first = next(iter(self._parser.feed_error_log), None)
        if first is None:
            return InvalidBankFile(lines, "", "document")
        element = _FAULTY_ELEMENT.match(first.message)
        return InvalidBankFile(lines, element[1] if element else "", first.type_name)


def write_validated_bank_file(
    profile: Profile, header: GroupHeader, groups: PaymentGroups, sink: Sink
) -> WrittenFile:
    """Write one file to the sink as :func:`write_bank_file` does, each piece checked before the sink has it.

    The file is whole and valid when this function returns, and not before: complete an upload only then, and
    abort it on any exception.

    Raises:
        InvalidBankFile: the file does not conform to its schema.
        BankFileError: as :func:`write_bank_file`.
    """
    check = SchemaCheck(profile)

    def checked(piece: bytes) -> None:
        check.feed(piece)
        sink(piece)

    written = write_bank_file(profile, header, groups, checked)
    check.close()
    return written
