"""The kinds of field that requests and answers are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Annotated, TypeVar

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from diapason.domain.identifiers import (
    Bic,
    CreditorIdentifier,
    Iban,
    InvalidIdentifier,
    MandateReference,
    Siret,
)
from diapason.domain.identifiers.spelling import single_spaced
from diapason.domain.members import normalised_email
from diapason.domain.money import MAX_CENTS
from http_api.french import SENTENCES
from http_api.limits import (
    FIRST_DAY,
    LAST_DAY,
    MAX_CODE,
    MAX_COMMENT,
    MAX_CURSOR,
    MAX_EMAIL,
    MAX_EXTERNAL_NUMBER,
    MAX_FILE_NAME,
    MAX_IDENTIFIER_TEXT,
    MAX_LABEL,
    MAX_NAME,
    MAX_OFFSET,
    MAX_PAGE,
    MAX_POSTAL_CODE,
    MAX_REVISION,
    MAX_SEARCH,
    MAX_SIGN_IN_EMAIL,
    MAX_STREET,
    MAX_TOWN,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
"""What a browser takes for an address (HTML Standard, 4.10.5.1.5), in a domain with a dot."""


class Input(BaseModel):
    """What a request carries: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class View(BaseModel):
    """What an answer carries."""

    model_config = ConfigDict(frozen=True, defer_build=True)


def _fault(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, SENTENCES[code])


def _one_line(value: object) -> object:
    """Text as it is pasted: blanks single, none at the ends, no-break ones and line ends too."""
    return _printable(single_spaced(value)) if isinstance(value, str) else value


def _some_lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    return "\n".join(_printable(single_spaced(line)) for line in value.splitlines()).strip()


def _printable(text: str) -> str:
    if not text.isprintable():
        raise _fault("control_characters")
    return text


def _iso_day(value: object) -> date:
    """Pydantic would also take instants and numbers for a date."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
            if not FIRST_DAY <= day <= LAST_DAY:
                raise _fault("date_range")
            return day
    raise _fault("date_iso")


_ONE_LINE = BeforeValidator(_one_line)
_SOME_LINES = BeforeValidator(_some_lines)


def _email(text: str) -> str:
    normalised = normalised_email(text)
    if not _EMAIL.fullmatch(normalised):
        raise _fault("email_address")
    return normalised


def _text(max_length: int) -> StringConstraints:
    return StringConstraints(max_length=max_length)


def _required(max_length: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=max_length)


Name = Annotated[str, _required(MAX_NAME), _ONE_LINE]
OptionalName = Annotated[str, _text(MAX_NAME), _ONE_LINE]
Label = Annotated[str, _required(MAX_LABEL), _ONE_LINE]
Code = Annotated[str, _required(MAX_CODE), _ONE_LINE]
OptionalCode = Annotated[str, _text(MAX_CODE), _ONE_LINE]
Email = Annotated[str, _text(MAX_EMAIL), _ONE_LINE]
SignInEmail = Annotated[str, _required(MAX_SIGN_IN_EMAIL), _ONE_LINE, AfterValidator(_email)]
"""An address that signs in, normalised."""

Street = Annotated[str, _text(MAX_STREET), _ONE_LINE]
PostalCode = Annotated[str, _text(MAX_POSTAL_CODE), _ONE_LINE]
Town = Annotated[str, _text(MAX_TOWN), _ONE_LINE]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

Comment = Annotated[str, _text(MAX_COMMENT), _SOME_LINES]
Reason = Annotated[str, _required(MAX_COMMENT), _SOME_LINES]
"""Why something was done, for whoever reads the journal."""

ExternalNumber = Annotated[str, _text(MAX_EXTERNAL_NUMBER), _ONE_LINE]
FileName = Annotated[str, _required(MAX_FILE_NAME), _ONE_LINE]
Search = Annotated[str, _text(MAX_SEARCH), _ONE_LINE]

Day = Annotated[date, BeforeValidator(_iso_day)]
"""A business date, Europe/Paris, as ``2027-01-05``."""

Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Ge(0), Le(MAX_REVISION)]
Revision = Annotated[int, Strict(), Ge(1), Le(MAX_REVISION)]
"""The revision that was read and that the request replaces."""

Version = Revision
"""The version of a draft or batch that was read."""

Cents = Annotated[int, Strict(), Ge(0), Le(MAX_CENTS)]
"""An amount in integer cents."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,64}$")]

RequestKey = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{16,64}$")]
"""Made by the page before it sends, and sent again with each retry: it stops a second command."""

QueryCents = Annotated[int, Ge(0), Le(MAX_CENTS)]
QueryRevision = Annotated[int, Ge(1), Le(MAX_REVISION)]
QueryVersion = QueryRevision
Limit = Annotated[int, Ge(1), Le(MAX_PAGE)]
Offset = Annotated[int, Ge(0), Le(MAX_OFFSET)]
Cursor = Annotated[str, MaxLen(MAX_CURSOR)]

T = TypeVar("T", Iban, Bic, CreditorIdentifier, MandateReference, Siret)


def _parsed(parse: Callable[[str], T], written: Callable[[T], str]) -> AfterValidator:
    """What an identifier's own rule accepts, in its electronic form; its French message otherwise."""

    def validate(text: str) -> str:
        if not text:
            return text
        try:
            return written(parse(text))
        except InvalidIdentifier as fault:
            raise PydanticCustomError(fault.code, fault.message) from None

    return AfterValidator(validate)


_Pasted = Annotated[str, MaxLen(MAX_IDENTIFIER_TEXT)]

IbanText = Annotated[_Pasted, MinLen(1), _parsed(Iban.parse, lambda iban: iban.electronic)]
BicText = Annotated[_Pasted, _parsed(Bic.parse, lambda bic: bic.code)]
"""Empty, or a BIC."""

CreditorIdentifierText = Annotated[_Pasted, _parsed(CreditorIdentifier.parse, lambda ics: ics.text)]
"""Empty, or an ICS."""

SiretText = Annotated[_Pasted, _parsed(Siret.parse, lambda siret: siret.digits)]
"""Empty, or a SIRET."""

OptionalMandateReference = Annotated[_Pasted, _parsed(MandateReference.parse, lambda rum: rum.text)]
"""Empty, or a RUM."""

MandateReferenceText = Annotated[OptionalMandateReference, MinLen(1)]
