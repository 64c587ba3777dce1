"""Number answers: `7`, `6 .. 8`, `7 ± 0.5` and `7 ± 5%` as closed ranges of exact decimals."""

import re
from decimal import Decimal

_NUMBER = r"[-\u2212]?[0-9]{1,12}(?:\.[0-9]{1,9})?"
_EXACT = re.compile(_NUMBER)
_RANGE = re.compile(rf"({_NUMBER}) *\.\. *({_NUMBER})")
_AROUND = re.compile(rf"({_NUMBER}) *± *({_NUMBER}) *(%?)")


class UnreadableNumber(ValueError):
    """The text is none of the four shapes."""


class EmptyRange(ValueError):
    """The range runs backwards, or from a number to itself."""


def read_range(text: str) -> tuple[Decimal, Decimal]:
    """Lowest and highest number that the answer accepts."""
    text = text.strip()
    if _EXACT.fullmatch(text):
        return _decimal(text), _decimal(text)
    if found := _RANGE.fullmatch(text):
        low, high = _decimal(found[1]), _decimal(found[2])
    elif found := _AROUND.fullmatch(text):
        middle, width = _decimal(found[1]), _decimal(found[2])
        if found[3]:
            width = abs(middle) * width / 100
        low, high = middle - width, middle + width
    else:
        raise UnreadableNumber(text)
    if low >= high:
        raise EmptyRange(text)
    return low, high


def as_text(number: Decimal) -> str:
    """Without exponent and trailing zeros: 6.50 and 6.5 are one answer."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("\u2212", "-"))
