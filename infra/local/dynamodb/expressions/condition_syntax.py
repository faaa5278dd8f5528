"""Reads conditions: the grammar that condition, filter and key condition expressions share.

Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions".
"""

from infra.local.dynamodb import limits
from infra.local.dynamodb.expressions.nodes import (
    Between,
    Call,
    Combination,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Path,
    Placeholder,
)
from infra.local.dynamodb.expressions.syntax import Reader

COMPARATORS = ("=", "<>", "<=", ">=", "<", ">")

# Conditions by the number of arguments that they take.
CONDITION_FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
_VALUE_FUNCTIONS = {"size": 1}


def read_condition(reader: Reader) -> Condition:
    """Read a whole condition expression. Raises ValidationError where it does not follow the grammar."""
    condition = _ConditionReader(reader).disjunction()
    reader.expect_end()
    return condition


class _ConditionReader:
    """Recursive descent, one method per level of precedence, loosest first."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last_group = (-1, -1)

    def disjunction(self) -> Condition:
        left = self._conjunction()
        while self._reader.take_keyword("OR"):
            self._reader.count_operator()
            left = Combination("OR", left, self._conjunction())
        return left

    def _conjunction(self) -> Condition:
        left = self._negation()
        while self._reader.take_keyword("AND"):
            self._reader.count_operator()
            left = Combination("AND", left, self._negation())
        return left

    def _negation(self) -> Condition:
        if self._reader.take_keyword("NOT"):
            self._reader.count_operator()
            return Not(self._negation())
        if self._reader.current.text == "(":
            return self._group()
        return self._test()

    def _group(self) -> Condition:
        """Read a condition in parentheses; a second pair around the same condition is refused."""
        start = self._reader.position
        self._reader.expect("(")
        condition = self.disjunction()
        end = self._reader.position
        self._reader.expect(")")
        if self._last_group == (start + 1, end):
            raise self._reader.invalid("The expression has redundant parentheses;")
        self._last_group = (start, end + 1)
        return condition

    def _test(self) -> Condition:
        if self._reader.at_call() and self._reader.current.text not in _VALUE_FUNCTIONS:
            return self._call(CONDITION_FUNCTIONS)
        left = self._operand()
        self._reader.count_operator()
        if comparator := self._reader.take_symbol(*COMPARATORS):
            return self._distinct(Comparison(comparator, left, self._operand()))
        match self._reader.take_keyword("BETWEEN", "IN"):
            case "BETWEEN":
                low = self._operand()
                self._reader.expect_keyword("AND")
                return Between(left, low, self._operand())
            case "IN":
                return In(left, self._candidates())
            case _:
                raise self._reader.unexpected()

    def _distinct(self, comparison: Comparison) -> Comparison:
        if isinstance(comparison.left, Path) and comparison.left == comparison.right:
            raise self._reader.invalid(
                "The first operand must be distinct from the remaining operands for this operator or "
                f"function; operator: {comparison.operator}, first operand: {comparison.left}"
            )
        return comparison

    def _candidates(self) -> tuple[Operand, ...]:
        self._reader.expect("(")
        candidates = [self._operand()]
        while self._reader.take_symbol(","):
            candidates.append(self._operand())
        self._reader.expect(")")
        if len(candidates) > limits.IN_OPERANDS:
            raise self._reader.invalid(
                f"The IN operator is provided with too many operands; number of operands: {len(candidates)}"
            )
        return tuple(candidates)

    def _operand(self) -> Operand:
        if self._reader.at_call():
            return self._call(_VALUE_FUNCTIONS)
        return self._reader.path_or_placeholder()

    def _call(self, functions: dict[str, int]) -> Call:
        name = self._reader.take().text
        self._reader.count_operator()
        if name not in CONDITION_FUNCTIONS and name not in _VALUE_FUNCTIONS:
            raise self._reader.invalid(f"Invalid function name; function: {name}")
        if name not in functions:
            raise self._reader.invalid(f"The function is not allowed to be used this way; function: {name}")
        self._reader.expect("(")
        arguments = [self._operand()]
        while self._reader.take_symbol(","):
            arguments.append(self._operand())
        self._reader.expect(")")
        if len(arguments) != functions[name]:
            raise self._reader.invalid(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(arguments)}"
            )
        if isinstance(arguments[0], Placeholder) and name != "begins_with" and name != "contains":
            raise self._reader.invalid(
                f"Operator or function requires a document path; operator or function: {name}"
            )
        return Call(name, tuple(arguments))
