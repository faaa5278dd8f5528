"""Reads tokens: what every kind of expression shares, paths and operands.

Source: Amazon DynamoDB Developer Guide, "Referring to item attributes when using expressions", "Expression
attribute names (aliases)", "Expression attribute values".
"""

from collections.abc import Mapping

from infra.local.dynamodb import limits
from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.nodes import Operand, Path, Placeholder
from infra.local.dynamodb.expressions.reserved_words import RESERVED_WORDS
from infra.local.dynamodb.expressions.tokens import Kind, Token, syntax_error, tokenize


class Reader:
    """A position in the tokens of one expression, and what has been met so far."""

    def __init__(self, parameter: str, text: str, names: Mapping[str, str]) -> None:
        self.parameter = parameter
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self.attributes: set[str] = set()
        self._text = text
        self._names = names
        self._tokens = tokenize(parameter, text)
        self._position = 0
        self._operators = 0

    @property
    def position(self) -> int:
        """How many tokens have been read."""
        return self._position

    @property
    def current(self) -> Token:
        """The token to read next."""
        return self._tokens[self._position]

    @property
    def following(self) -> Token:
        """The token after the current one; at the end, the end again."""
        return self._tokens[min(self._position + 1, len(self._tokens) - 1)]

    def at_call(self) -> bool:
        """Tell whether a function's name and its opening parenthesis come next."""
        return self.current.kind is Kind.WORD and self.following.text == "("

    def take(self) -> Token:
        """Read one token, whatever it is."""
        token = self.current
        if token.kind is not Kind.END:
            self._position += 1
        return token

    def take_symbol(self, *symbols: str) -> str | None:
        """Read one of `symbols` if it comes next."""
        if self.current.kind is Kind.SYMBOL and self.current.text in symbols:
            return self.take().text
        return None

    def take_keyword(self, *keywords: str) -> str | None:
        """Read one of `keywords`, in any case, if it comes next; return it in capitals."""
        if self.current.kind is Kind.WORD and self.current.text.upper() in keywords:
            return self.take().text.upper()
        return None

    def expect(self, symbol: str) -> None:
        """Read `symbol`, or raise ValidationError."""
        if not self.take_symbol(symbol):
            raise self.unexpected()

    def expect_keyword(self, keyword: str) -> None:
        """Read `keyword`, or raise ValidationError."""
        if not self.take_keyword(keyword):
            raise self.unexpected()

    def expect_end(self) -> None:
        """Raise ValidationError unless everything has been read."""
        if self.current.kind is not Kind.END:
            raise self.unexpected()

    def unexpected(self) -> ValidationError:
        """Return the error for a current token that cannot stand where it does."""
        return syntax_error(self.parameter, self._text, self._tokens, self._position)

    def invalid(self, reason: str) -> ValidationError:
        """Return an error that names the request's parameter and gives a reason."""
        return ValidationError(f"Invalid {self.parameter}: {reason}")

    def count_operator(self) -> None:
        """Count an operator or function. Raises ValidationError beyond 300."""
        self._operators += 1
        if self._operators > limits.EXPRESSION_OPERATORS:
            raise self.invalid(
                "The expression contains more operators than allowed; "
                f"maximum number of operators: {limits.EXPRESSION_OPERATORS}"
            )

    def path(self) -> Path:
        """Read a document path such as `address.lines[0]`, replacing name placeholders."""
        elements: list[str | int] = [self._name()]
        while symbol := self.take_symbol(".", "["):
            if symbol == ".":
                elements.append(self._name())
                continue
            if self.current.kind is not Kind.NUMBER:
                raise self.unexpected()
            elements.append(int(self.take().text))
            self.expect("]")
        path = Path(tuple(elements))
        self.attributes.add(path.attribute)
        return path

    def placeholder(self) -> Placeholder:
        """Read a value placeholder such as `:amount`."""
        if self.current.kind is not Kind.VALUE_PLACEHOLDER:
            raise self.unexpected()
        name = self.take().text
        self.used_values.add(name)
        return Placeholder(name)

    def path_or_placeholder(self) -> Operand:
        """Read a document path or a value placeholder."""
        return self.placeholder() if self.current.kind is Kind.VALUE_PLACEHOLDER else self.path()

    def _name(self) -> str:
        token = self.current
        if token.kind is Kind.NAME_PLACEHOLDER:
            return self._named(self.take().text)
        if token.kind is not Kind.WORD:
            raise self.unexpected()
        if token.text.upper() in RESERVED_WORDS:
            raise self.invalid(f"Attribute name is a reserved keyword; reserved keyword: {token.text}")
        return self.take().text

    def _named(self, placeholder: str) -> str:
        if placeholder not in self._names:
            raise self.invalid(
                "An expression attribute name used in the document path is not defined; "
                f"attribute name: {placeholder}"
            )
        self.used_names.add(placeholder)
        return self._names[placeholder]
