"""Reads update expressions.

Source: Amazon DynamoDB Developer Guide, "Using update expressions in DynamoDB".
"""

from infra.local.dynamodb.expressions.nodes import Arithmetic, Call, Operand, Path, UpdateAction
from infra.local.dynamodb.expressions.syntax import Reader

_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}


def read_update(reader: Reader) -> list[UpdateAction]:
    """Read a whole update expression. Raises ValidationError where it does not follow the grammar."""
    actions: list[UpdateAction] = []
    clauses: set[str] = set()
    while clause := reader.take_keyword(*_CLAUSES):
        if clause in clauses:
            raise reader.invalid(f'The "{clause}" section can only be used once in an update expression;')
        clauses.add(clause)
        actions.append(_action(reader, clause))
        while reader.take_symbol(","):
            actions.append(_action(reader, clause))
    if not clauses:
        raise reader.unexpected()
    reader.expect_end()
    return actions


def _action(reader: Reader, clause: str) -> UpdateAction:
    path = reader.path()
    if clause == "REMOVE":
        return UpdateAction(clause, path, None)
    if clause in ("ADD", "DELETE"):
        return UpdateAction(clause, path, reader.placeholder())
    reader.expect("=")
    return UpdateAction(clause, path, _value(reader))


def _value(reader: Reader) -> Operand:
    left = _operand(reader)
    operator = reader.take_symbol("+", "-")
    if not operator:
        return left
    reader.count_operator()
    return Arithmetic(operator, left, _operand(reader))


def _operand(reader: Reader) -> Operand:
    if reader.take_symbol("("):
        value = _value(reader)
        reader.expect(")")
        return value
    if reader.at_call():
        return _call(reader)
    return reader.path_or_placeholder()


def _call(reader: Reader) -> Operand:
    name = reader.take().text
    reader.count_operator()
    if name not in _FUNCTIONS:
        raise reader.invalid(f"Invalid function name; function: {name}")
    reader.expect("(")
    arguments = [_value(reader)]
    while reader.take_symbol(","):
        arguments.append(_value(reader))
    reader.expect(")")
    if len(arguments) != _FUNCTIONS[name]:
        raise reader.invalid(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {name}, number of operands: {len(arguments)}"
        )
    if name == "if_not_exists" and not isinstance(arguments[0], Path):
        raise reader.invalid(f"Operator or function requires a document path; operator or function: {name}")
    return Call(name, tuple(arguments))
