"""Splits the text of an expression into tokens."""

import enum
import re
from dataclasses import dataclass

from infra.local.dynamodb import limits
from infra.local.dynamodb.errors import ValidationError


class Kind(enum.Enum):
    """What a token is."""

    NAME_PLACEHOLDER = "name placeholder"
    VALUE_PLACEHOLDER = "value placeholder"
    WORD = "word"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its place in the text."""

    kind: Kind
    text: str
    start: int


_CONTEXT_CHARACTERS = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<NAME_PLACEHOLDER>#[A-Za-z0-9_]+)"
    r"|(?P<VALUE_PLACEHOLDER>:[A-Za-z0-9_]+)"
    r"|(?P<WORD>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<NUMBER>[0-9]+)"
    r"|(?P<SYMBOL><>|<=|>=|[=<>(),.\[\]+-]))"
)


def tokenize(parameter: str, text: str) -> list[Token]:
    """Return the tokens of an expression, the last of kind END.

    Raises ValidationError, naming the request's `parameter`, where the text is empty, too long, or holds a
    character that the language does not know.
    """
    if not text.strip():
        raise ValidationError(f"Invalid {parameter}: The expression can not be empty;")
    size = len(text.encode())
    if size > limits.EXPRESSION_BYTES:
        raise ValidationError(
            f"Invalid {parameter}: Expression size has exceeded the maximum allowed size; "
            f"expression size: {size}"
        )
    tokens = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unknown_character(parameter, text, position)
        assert match.lastgroup is not None, "the pattern matches through one of its groups"
        tokens.append(Token(Kind[match.lastgroup], match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    tokens.append(Token(Kind.END, "<EOF>", end))
    return tokens


def syntax_error(parameter: str, text: str, tokens: list[Token], position: int) -> ValidationError:
    """Return the error for a token that cannot stand at its place, quoting it with its neighbours."""
    token = tokens[position]
    first = tokens[max(0, position - 1)]
    last = tokens[min(position + 1, len(tokens) - 1)]
    end = last.start if last.kind is Kind.END else last.start + len(last.text)
    near = text[first.start : end].strip()
    return ValidationError(f'Invalid {parameter}: Syntax error; token: "{token.text}", near: "{near}"')


def _unknown_character(parameter: str, text: str, position: int) -> ValidationError:
    near = text[position:].lstrip()[:_CONTEXT_CHARACTERS]
    return ValidationError(f'Invalid {parameter}: Syntax error; token: "{near[0]}", near: "{near}"')
