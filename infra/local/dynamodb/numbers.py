"""Numbers as the service keeps them: decimal, exact, at most 38 significant digits.

Source: Amazon DynamoDB Developer Guide, "Supported data types: Number". Numbers travel as text so that no
language rounds them; this module gives each number one text, so that equal numbers are equal strings.
"""

import re
from decimal import Context, Decimal, Inexact, Overflow, Underflow

from infra.local.dynamodb import limits
from infra.local.dynamodb.errors import ValidationError

# Nearly all numbers: canonical as they stand, and their sums have at most 38 digits.
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,36}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
# Wide enough for the exact sum of the largest and the smallest number that the service holds.
_EXACT = Context(prec=300, Emax=999_999, Emin=-999_999, traps=[Inexact, Overflow, Underflow])


def canonical_text(text: str) -> str:
    """Return the one text that stands for the number `text`: no exponent, no needless zero or sign.

    Raises ValidationError where the text is no number or exceeds the digits or the range of the service.
    """
    if _PLAIN_INTEGER.fullmatch(text):
        return text
    if not _NUMBER.fullmatch(text):
        raise ValidationError(f"The parameter cannot be converted to a numeric value: {text}")
    return _text(Decimal(text))


def add(augend: str, addend: str) -> str:
    """Return the exact sum. Raises ValidationError where the service could not hold it."""
    if _PLAIN_INTEGER.fullmatch(augend) and _PLAIN_INTEGER.fullmatch(addend):
        return str(int(augend) + int(addend))
    return _text(_EXACT.add(Decimal(augend), Decimal(addend)))


def subtract(minuend: str, subtrahend: str) -> str:
    """Return the exact difference. Raises ValidationError where the service could not hold it."""
    if _PLAIN_INTEGER.fullmatch(minuend) and _PLAIN_INTEGER.fullmatch(subtrahend):
        return str(int(minuend) - int(subtrahend))
    return _text(_EXACT.subtract(Decimal(minuend), Decimal(subtrahend)))


def byte_size(text: str) -> int:
    """Return what a number in canonical text weighs: a byte, one per two digits, one for a minus sign.

    Source: Developer Guide, "DynamoDB Item sizes and formats"; leading and trailing zeros weigh nothing.
    The service counts pairs of digits on either side of the decimal point, which the guide does not say.
    """
    if text.isdecimal():
        return 1 + _pairs(text.rstrip("0"))
    whole, _, fraction = text.lstrip("-").partition(".")
    if whole == "0":
        whole, fraction = "", fraction.lstrip("0")
    if not fraction:
        whole = whole.rstrip("0")
    return 1 + _pairs(whole) + _pairs(fraction) + text.startswith("-")


def sortable_bytes(text: str) -> bytes:
    """Return bytes that sort, as bytes do, in the order of the numbers they stand for.

    A leading byte tells negative, zero and positive apart; then come the exponent and the digits.
    Both are complemented in a negative number, which ends in 0xFF so that -1.5 sorts before -1.
    """
    number = Decimal(text)
    if number == 0:
        return b"\x80"
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "canonical numbers are finite"
    magnitude = exponent + len(digits) - limits.NUMBER_LOWEST_EXPONENT
    significant = "".join(map(str, digits)).rstrip("0").encode()
    positive = magnitude.to_bytes(2, "big") + significant
    if not sign:
        return b"\x81" + positive
    return b"\x7f" + bytes(0xFF - byte for byte in positive) + b"\xff"


def _pairs(digits: str) -> int:
    return (len(digits) + 1) // 2


def _text(number: Decimal) -> str:
    if number == 0:
        return "0"
    if number.adjusted() > limits.NUMBER_HIGHEST_EXPONENT:
        raise ValidationError(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if number.adjusted() < limits.NUMBER_LOWEST_EXPONENT:
        raise ValidationError(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    significant = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    if len(significant) > limits.NUMBER_DIGITS:
        raise ValidationError("Attempting to store more than 38 significant digits in a Number")
    return format(number.normalize(_EXACT), "f")
